// SPDX-License-Identifier: GPL-2.0-only
#include "report-summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report-format.h"

/* Totals of one strategy over all groups. */
struct strategy_total {
	uint64_t failures, attempts;		/* calls */
	uint64_t unaccounted, ios;		/* I/Os of storms */
	bool counted, counted_ios, counted_slowest;
	const struct report_group *worst;	/* the group with the largest share of failures */
	uint64_t worst_failures, worst_attempts;
	const struct report_group *slowest;	/* largest p99 of time to usable */
	uint64_t slowest_p99;
	const char *slowest_unit;
};

static uint64_t counter(const struct report_row *row, const char *name)
{
	uint64_t value = 0;

	measurement_counter(&row->total, name, &value);
	return value;
}

static uint64_t add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static void total_failures(struct strategy_total *t, const struct report_group *group,
			   const struct report_row *row)
{
	uint64_t failures, attempts;

	if (!measurement_counter(&row->total, "failures", &failures) ||
	    !measurement_counter(&row->total, "attempts", &attempts))
		return;
	t->counted = true;
	t->failures = add(t->failures, failures);
	t->attempts = add(t->attempts, attempts);
	if (failures && (!t->worst || (double)failures * (double)t->worst_attempts >
				      (double)t->worst_failures * (double)attempts)) {
		t->worst = group;
		t->worst_failures = failures;
		t->worst_attempts = attempts;
	}
}

static void total_usable(struct strategy_total *t, const struct report_group *group,
			 const struct report_row *row)
{
	const struct hist *h = measurement_hist(&row->total, "time_to_usable");
	uint64_t p99;

	if (!h || quantile(h, row_never_served(row), 99, &p99) != KNOWN)
		return;
	t->counted_slowest = true;
	if (p99 > t->slowest_p99) {
		t->slowest = group;
		t->slowest_p99 = p99;
		t->slowest_unit = h->unit;
	}
}

static void total_row(struct strategy_total *t, const struct report_group *group,
		      const struct report_row *row)
{
	uint64_t unaccounted;

	total_failures(t, group, row);
	total_usable(t, group, row);
	if (group->storm && measurement_counter(&row->total, "unaccounted_ios", &unaccounted)) {
		t->counted_ios = true;
		t->unaccounted = add(t->unaccounted, unaccounted);
		t->ios = add(t->ios, add(unaccounted, counter(row, "accounted_ios")));
	}
}

static void say_failures(FILE *out, const struct strategy_total *t)
{
	if (!t->failures) {
		fprintf(out, "none of %s calls failed", format_count(t->attempts).text);
		return;
	}
	fprintf(out, "%s of %s calls failed (%s)", format_count(t->failures).text,
		format_count(t->attempts).text, format_share(t->failures, t->attempts).text);
	fprintf(out, ", at worst %s of %s (%s) in %s", format_count(t->worst_failures).text,
		format_count(t->worst_attempts).text,
		format_share(t->worst_failures, t->worst_attempts).text, t->worst->title);
}

static void say_usable(FILE *out, const struct strategy_total *t)
{
	if (!t->slowest)
		fputs("; areas were usable at once (p99)", out);
	else
		fprintf(out, "; p99 of time to usable up to %s%s, in %s",
			format_latency(t->slowest_p99, t->slowest_unit).text,
			strcmp(t->slowest_unit, "insn") ? "" : " instructions",
			t->slowest->title);
}

static void say_total(struct str_list *list, const char *strategy, const struct strategy_total *t)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!t->counted && !t->counted_ios)
		return;
	out = open_memstream(&text, &size);
	fprintf(out, "%s: ", strategy);
	if (t->counted)
		say_failures(out, t);
	if (t->counted && t->counted_slowest)
		say_usable(out, t);
	if (t->counted_ios)
		fprintf(out, "%s%s of %s I/Os unaccounted%s", t->counted ? "; " : "",
			format_count(t->unaccounted).text, format_count(t->ios).text,
			t->unaccounted ? " (issued before the group had its area)" : "");
	putc('.', out);
	fclose(out);
	str_list_add(list, text);
	free(text);
}

/* Every strategy name of the result once, the floor left out. */
static void strategies_of(struct str_list *names, const struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++)
		for (size_t i = 0; i < model->group[g].rows; i++) {
			const struct report_row *row = &model->group[g].row[i];

			if (!row->floor)
				str_list_add_new(names, row->strategy);
		}
}

static void summarise_strategies(struct str_list *list, const struct report_model *model)
{
	struct str_list names = { 0 };

	strategies_of(&names, model);
	for (size_t n = 0; n < names.n; n++) {
		struct strategy_total t = { 0 };

		for (size_t g = 0; g < model->groups; g++)
			for (size_t i = 0; i < model->group[g].rows; i++)
				if (!strcmp(model->group[g].row[i].strategy, names.item[n]))
					total_row(&t, &model->group[g], &model->group[g].row[i]);
		say_total(list, names.item[n], &t);
	}
	str_list_free(&names);
}

/* The books of all storms of one variant. */
struct books_total {
	uint64_t wrong, issued, unexplained;
	size_t storms;
};

/* What tells a row from those of the same strategy: "" or " blkg_pool=1", " (none)", … */
static const char *variant_of(const struct report_row *row)
{
	return row->label + strlen(row->strategy);
}

static void variants_of(struct str_list *variants, const struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++)
		for (size_t i = 0; i < model->group[g].rows; i++) {
			const struct report_row *row = &model->group[g].row[i];
			uint64_t value;

			if (measurement_counter(&row->total, "misattributed_ios", &value) &&
			    !str_list_has(variants, variant_of(row)))
				str_list_add(variants, variant_of(row));
		}
}

static struct books_total total_books(const struct report_model *model, const char *variant)
{
	struct books_total t = { 0 };

	for (size_t g = 0; g < model->groups; g++)
		for (size_t i = 0; i < model->group[g].rows; i++) {
			const struct report_row *row = &model->group[g].row[i];
			uint64_t value;

			if (!measurement_counter(&row->total, "misattributed_ios", &value) ||
			    strcmp(variant_of(row), variant))
				continue;
			t.storms += row->runs;
			t.wrong = add(t.wrong, value);
			t.issued = add(t.issued, counter(row, "ios_issued"));
			t.unexplained = add(t.unexplained, counter(row, "ios_unexplained"));
		}
	return t;
}

static void say_books(struct str_list *list, const char *variant, const struct books_total *t)
{
	str_list_addf(list, "Misattributed I/O%s%s: %s of %s (%s) over %zu storm%s%s.",
		      *variant ? "," : "", variant, format_count(t->wrong).text,
		      format_count(t->issued).text, format_share(t->wrong, t->issued).text,
		      t->storms, t->storms == 1 ? "" : "s",
		      t->unexplained ? "" :
		      t->wrong ? "; all of it was charged to an ancestor, so the books balance" :
				 "; the books balance");
	if (t->unexplained)
		str_list_addf(list, "The books do not balance: %s I/Os were charged neither to "
			      "their cgroup nor to an ancestor.", format_count(t->unexplained).text);
}

static void summarise_books(struct str_list *list, const struct report_model *model)
{
	struct str_list variants = { 0 };

	variants_of(&variants, model);
	for (size_t v = 0; v < variants.n; v++) {
		struct books_total t = total_books(model, variants.item[v]);

		say_books(list, variants.item[v], &t);
	}
	if (variants.n)
		str_list_add(list, "Misattributed is what io.stat of a storm cgroup lacks of the I/O "
			     "issued there. It is the doing of the kernel's own block-cgroup code, "
			     "which draws on the same allocator as the strategy beside it.");
	str_list_free(&variants);
}

void report_summarise(struct str_list *list, const struct report_model *model)
{
	summarise_strategies(list, model);
	report_knees(list, model);
	summarise_books(list, model);
}
