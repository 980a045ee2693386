// SPDX-License-Identifier: GPL-2.0-only
#include "report/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "report/summary.h"
#include "result/notes.h"
#include "workload/workload.h"

static bool is_exact(const struct report_model *model)
{
	return model->result->mode && !strcmp(model->result->mode, "exact");
}

/* Verdicts: one line for all measurements that share verdict and reason. */

#define PLACES_SHOWN 4

static char *place_of(const struct measurement *m)
{
	char *place = measurement_place(m), *with_seed;
	uint64_t seed;

	if (!measurement_param(m, "seed", &seed))
		return place;
	with_seed = xasprintf("%s seed %llu", place, (unsigned long long)seed);
	free(place);
	return with_seed;
}

static bool same_fate(const struct measurement *a, const struct measurement *b)
{
	return a->verdict == b->verdict &&
	       !strcmp(a->reason ? a->reason : "", b->reason ? b->reason : "");
}

static void list_verdict(struct str_list *list, const struct result *r, size_t first)
{
	const struct measurement *m = &r->measurement[first];
	struct str_list places = { 0 };
	size_t n = 0;
	char *joined;

	for (size_t i = first; i < r->measurements; i++) {
		char *place;

		if (!same_fate(m, &r->measurement[i]) || n++ >= PLACES_SHOWN)
			continue;
		place = place_of(&r->measurement[i]);
		str_list_add(&places, place);
		free(place);
	}
	if (n > places.n)
		str_list_addf(&places, "and %zu more", n - places.n);
	joined = str_list_join(&places, "; ");
	str_list_addf(list, "%s: %s (%s)", verdict_name(m->verdict),
		      m->reason && *m->reason ? m->reason : "no reason was recorded", joined);
	free(joined);
	str_list_free(&places);
}

static bool is_first_of_its_fate(const struct result *r, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_fate(&r->measurement[i], &r->measurement[at]))
			return false;
	return true;
}

static void list_verdicts(struct str_list *list, const struct result *r)
{
	/* what broke first, then what could not be run or does not count */
	for (int good = 0; good <= 1; good++)
		for (size_t i = 0; i < r->measurements; i++)
			if (r->measurement[i].verdict != VERDICT_OK &&
			    verdict_is_good(r->measurement[i].verdict) == good &&
			    is_first_of_its_fate(r, i))
				list_verdict(list, r, i);
}

/* What the consoles said beside that. */
static void list_notes(struct str_list *list, const struct result *r)
{
	struct str_list notes = { 0 };

	notes_get(r, &notes);
	for (size_t i = 0; i < notes.n; i++)
		str_list_addf(list, "note: %s", notes.item[i]);
	str_list_free(&notes);
}

/* What was not measured. */

static bool result_has(const struct result *r, const char *strategy, const char *scenario)
{
	for (size_t i = 0; i < r->measurements; i++)
		if ((!strategy || !strcmp(r->measurement[i].strategy, strategy)) &&
		    (!scenario || !strcmp(r->measurement[i].scenario, scenario)))
			return true;
	return false;
}

static bool one_run_per_row(const struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++)
		for (size_t i = 0; i < model->group[g].rows; i++)
			if (model->group[g].row[i].runs > 1)
				return false;
	return true;
}

static void list_missing(struct str_list *list, const struct report_model *model)
{
	const struct result *r = model->result;

	for (const struct strategy_info *s = strategy_info; s->name; s++)
		if (!result_has(r, s->name, NULL))
			str_list_addf(list, "strategy %s: not part of this workload", s->name);
	for (const struct scenario_info *s = scenario_info; s->name; s++)
		if (!result_has(r, NULL, s->name))
			str_list_addf(list, "scenario %s: not part of this workload", s->name);
	if (model->groups && one_run_per_row(model))
		str_list_add(list, "spread: each row is one seed in one boot, so nothing here says "
			     "how far a figure moves from run to run");
	str_list_add(list, is_exact(model) ?
		     "time on real CPUs: caches, memory latency and contention do not show in "
		     "instruction counts" :
		     "exact instruction counts: these figures contain the host's noise, and tails "
		     "most of all");
	for (size_t i = 0; i < model->notes.n; i++)
		str_list_add(list, model->notes.item[i]);
}

/* How to read it. */

static char *describe_mode(const struct report_model *model)
{
	if (is_exact(model))
		return xstrdup("exact: QEMU counts instructions. The unit is one executed guest "
			       "instruction, which is also one nanosecond of the guest's clock; "
			       "the same tree gives the same figures to the bit on any host. "
			       "vCPUs take turns, so a long latency can contain the turns of "
			       "others.");
	return xstrdup("realtime: the unit is time as the guest's clock shows it. Figures depend "
		       "on the host and its load and differ from boot to boot.");
}

static void explain(struct str_list *list, const struct report_model *model)
{
	str_list_add(list, "Call latency is one call of the strategy, from entry to return. Time "
		     "to usable runs from the request to an area that can be used: 0 when the "
		     "call itself gave it. A request that was never served counts as never, so a "
		     "percentile says never when that many requests failed or still waited.");
	str_list_add(list, "Percentiles come from log-linear histograms: at most 1/128 (0.8 %) "
		     "above the exact value, never below it. Counts, max and sums are exact.");
	str_list_add(list, "0 was measured and is zero. n/a means that the scenario does not "
		     "measure the figure, or had nothing to count (a share of no I/O). skipped, "
		     "unsupported or another verdict means that nothing was measured, for the "
		     "reason given above. no samples means that nothing happened that could be "
		     "measured. too few means that the percentile needs more samples than there "
		     "are.");
	str_list_add(list, "The floor (strategy empty, grey in the pictures) is what clock and "
		     "recorder cost. It is part of every latency here and is not subtracted.");
	str_list_add(list, "Unaccounted I/O reached the disk before its group had an area. Bytes "
		     "held are summed over all possible CPUs: idle is cached but unused, peak is "
		     "the most at any time.");
	str_list_add(list, "In the histograms all bars are equally wide on the logarithmic axis "
		     "(20 a decade), so bars can be compared wherever they stand; the bars of a "
		     "strategy add up to 100 %. In the percentile curves every further 9 takes "
		     "as much room as the one before; marks stand at 50, 90, 99, 99.9 … % and "
		     "at the maximum. 0 and never have grey bands of their own, apart from the "
		     "axis; the place of a line within a band means nothing, since lines are "
		     "drawn side by side there. Where lines lie on each other, the earlier in "
		     "the legend is the wider.");
	str_list_add(list, "The last picture of a table shows what goes wrong (in a storm the I/O "
		     "that came before its area, elsewhere the requests that their call did not "
		     "serve) over the p99 of time to usable, where requests that were never "
		     "served count as never, and over the memory held. The dotted line joins the "
		     "designs that no other beats in both; designs in one place share a list of "
		     "their numbers.");
	if (is_exact(model))
		str_list_add(list, "Failures, unaccounted and misattributed I/O depend on how soon "
			     "the allocator's refill worker runs. In exact mode it waits for its "
			     "vCPU's turn, longer than on real CPUs: compare with a realtime run "
			     "before quoting these counts.");
}

/* Where it comes from. */

static const struct {
	const char *key, *name;
} facts[] = {
	{ "started", "started" }, { "kernel_release", "kernel" },
	{ "kernel_source_hash", "kernel source" }, { "kernel_commit", "kernel tree" },
	{ "series", "patch series" },
	{ "series_hash", "series hash" }, { "config_hash", "config hash" },
	{ "compiler", "compiler" }, { "module_hash", "bench module" },
	{ "image_hash", "guest image" },
	{ "image", "what is in it" }, { "qemu", "QEMU" }, { "accelerator", "accelerator" },
	{ "accelerator_reason", "why that one" },
	{ "determinism", "determinism" }, { "determinism_proof", "how that is known" },
	{ "fio", "fio" }, { "workload", "workload" },
	{ "workload_hash", "workload hash" }, { "overrides", "overrides" },
	{ "host_cpu", "host CPU" }, { "host_load", "host load" }, { "pcpbench", "pcpbench" },
	{ "git_describe", "pcpbench checkout" },
};

/* A line for each boot: for result.json alone. Notes stand beside the verdicts. */
static const char *const left_out[] = { "boot_order", "console_notes" };

static bool is_left_out(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(left_out); i++)
		if (!strcmp(left_out[i], key))
			return true;
	return false;
}

/* A hash is cut: result.json has all of it. */
static char *short_text(const char *text)
{
	size_t n = strspn(text, "0123456789abcdef");

	if (n >= 40 && !text[n])
		return xasprintf("%.12s…", text);
	return xstrdup(text);
}

/* "/usr/bin/fio: fio 3.33-3 (d45eafabfa73…)": an ingredient of the guest's image. */
static char *ingredient_in_words(const json_t *json)
{
	const char *file = json_string_value(json_object_get(json, "file"));
	const char *package = json_string_value(json_object_get(json, "package"));
	const char *version = json_string_value(json_object_get(json, "version"));
	const char *hash = json_string_value(json_object_get(json, "sha256"));

	return xasprintf("%s: %s %s (%.12s…)", file ? file : "?", package ? package : "?",
			 version ? version : "?", hash ? hash : "?");
}

static char *json_in_words(const json_t *json)
{
	struct str_list items = { 0 };
	const json_t *item;
	char *text, *dump;
	size_t i;

	if (json_is_string(json))
		return short_text(json_string_value(json));
	if (json_is_object(json))
		return ingredient_in_words(json);
	if (!json_is_array(json)) {
		dump = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
		text = xstrdup(dump ? dump : "");
		free(dump);
		return text;
	}
	json_array_foreach(json, i, item) {
		char *word = json_in_words(item);

		str_list_add(&items, word);
		free(word);
	}
	text = items.n ? str_list_join(&items, ", ") : xstrdup("none");
	str_list_free(&items);
	return text;
}

static const char *fact_name(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (!strcmp(facts[i].key, key))
			return facts[i].name;
	return NULL;
}

static void add_fact(struct report_text *text, const char *name, const json_t *value)
{
	char *words = json_in_words(value);

	str_list_add(&text->fact, name);
	str_list_add(&text->value, words);
	free(words);
}

static void list_facts(struct report_text *text, const struct result *r)
{
	const char *key;
	json_t *value;

	str_list_add(&text->fact, "result");
	str_list_add(&text->value, r->id ? r->id : "unnamed");
	str_list_add(&text->fact, "digest");
	str_list_add(&text->value, r->digest);
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		value = json_object_get(r->provenance, facts[i].key);
		if (value)
			add_fact(text, facts[i].name, value);
	}
	/* what a later version may add */
	json_object_foreach(r->provenance, key, value)
		if (!fact_name(key) && !is_left_out(key))
			add_fact(text, key, value);
}

void report_text_make(struct report_text *text, const struct report_model *model)
{
	*text = (struct report_text){ .mode = describe_mode(model) };
	report_summarise(&text->summary, model);
	list_verdicts(&text->verdicts, model->result);
	list_notes(&text->verdicts, model->result);
	list_missing(&text->missing, model);
	explain(&text->reading, model);
	list_facts(text, model->result);
}

void report_text_free(struct report_text *text)
{
	free(text->mode);
	str_list_free(&text->summary);
	str_list_free(&text->verdicts);
	str_list_free(&text->missing);
	str_list_free(&text->reading);
	str_list_free(&text->fact);
	str_list_free(&text->value);
}
