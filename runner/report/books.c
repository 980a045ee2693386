// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own books of each storm: what io.stat lacks of the I/O that was
 * issued. Table by table, for its size is the storm's.
 */
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "report/summary.h"

/* The storms of one table and variant. */
struct books {
	uint64_t wrong, issued, unexplained;
	size_t storms;
	bool issued_known, unexplained_known;	/* for every one of them */
};

/* The words that tell a row from those of the same strategy: "" or " blkg_pool=1", " (none)", … */
static const char *variant_of(const struct report_row *row)
{
	return row->label + strlen(row->strategy);
}

/* What the kernel charged wrongly, of what was issued. */
static struct metric books_share(void)
{
	struct metric share = { 0 };

	metric_find(&share, "misattributed/issued");
	return share;
}

/* A run that did not end well may have no books. */
static void add_run(struct books *books, const struct measurement *m)
{
	const struct metric share = books_share();
	uint64_t wrong, issued, unexplained;
	bool counted, whole = metric_share(&share, m, &wrong, &issued, &counted);

	if (!counted)
		return;
	books->storms++;
	books->wrong = sum_at_most(books->wrong, wrong);
	if (whole)
		books->issued = sum_at_most(books->issued, issued);
	else
		books->issued_known = false;
	if (measurement_counter(m, "ios_unexplained", &unexplained))
		books->unexplained = sum_at_most(books->unexplained, unexplained);
	else
		books->unexplained_known = false;
}

/* Whatever the strategy: it is the kernel that charges. */
static struct books books_of(const struct report_group *group, const char *variant)
{
	struct books books = { .issued_known = true, .unexplained_known = true };

	for (size_t i = 0; i < group->rows; i++) {
		const struct report_row *row = &group->row[i];

		for (size_t k = 0; !strcmp(variant_of(row), variant) && k < row->runs; k++)
			add_run(&books, row->run[k]);
	}
	return books;
}

static const char *balance(const struct books *books)
{
	if (!books->unexplained_known)
		return "; whether the books balance was not recorded";
	if (books->unexplained)
		return "";
	return books->wrong ? "; all of it was charged to an ancestor, so the books balance" :
			      "; the books balance";
}

/* @where: "", or ", " and what tells the storm from others. */
static void say_books(struct str_list *list, const char *where, const struct books *books)
{
	const char *s = books->storms == 1 ? "" : "s";

	if (books->issued_known)
		str_list_addf(list, "Misattributed I/O%s: %s of %s (%s) over %zu storm%s%s.", where,
			      format_count(books->wrong).text, format_count(books->issued).text,
			      format_share(books->wrong, books->issued).text, books->storms, s,
			      balance(books));
	else
		str_list_addf(list, "Misattributed I/O%s: %s over %zu storm%s; the I/O issued was not recorded%s.",
			      where, format_count(books->wrong).text, books->storms, s,
			      balance(books));
	if (books->unexplained)
		str_list_addf(list, "The books%s do not balance: %s I/Os were charged neither to "
			      "their cgroup nor to an ancestor.", where,
			      format_count(books->unexplained).text);
}

static bool has_books(const struct report_group *group)
{
	const struct metric share = books_share();
	uint64_t part, whole;

	for (size_t i = 0; i < group->rows; i++) {
		bool counted;

		metric_share(&share, &group->row[i].total, &part, &whole, &counted);
		if (counted)
			return true;
	}
	return false;
}

static void say_group(struct str_list *list, const struct report_group *group, bool only)
{
	struct str_list variants = { 0 };

	for (size_t i = 0; i < group->rows; i++)
		str_list_add_new(&variants, variant_of(&group->row[i]));
	for (size_t v = 0; v < variants.n; v++) {
		struct books books = books_of(group, variants.item[v]);
		const char *variant = variants.item[v];
		char *where = xasprintf("%s%s%s%s", only ? "" : ", ", only ? "" : group->title,
					*variant ? "," : "", variant);

		if (books.storms)
			say_books(list, where, &books);
		free(where);
	}
	str_list_free(&variants);
}

void report_books(struct str_list *list, const struct report_model *model)
{
	size_t storms = 0;

	for (size_t g = 0; g < model->groups; g++)
		storms += has_books(&model->group[g]);
	for (size_t g = 0; g < model->groups; g++)
		if (has_books(&model->group[g]))
			say_group(list, &model->group[g], storms == 1);
	if (storms)
		str_list_add(list, "Misattributed I/O was issued in a storm cgroup, and io.stat does not "
			     "charge it there. The kernel's block-cgroup code causes it, not the "
			     "strategy: both take their percpu areas from the same allocator.");
}
