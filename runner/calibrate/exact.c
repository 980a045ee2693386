// SPDX-License-Identifier: GPL-2.0-only
#include "calibrate/exact.h"

#include <stdlib.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "compare/compare.h"
#include "compare/format.h"
#include "guest/host-load.h"
#include "result/determinism.h"

static int run_once(struct run *run)
{
	/* a broken rule is part of a result, and must be the same one again */
	return run_make(run) == EXIT_CANNOT ? EXIT_CANNOT : EXIT_GOOD;
}

static struct doc_table *begin_spread(struct document *doc)
{
	struct doc_head *head = doc_head(doc);

	doc_columns(head, ALIGN_LEFT, "measurement");
	doc_columns(head, ALIGN_RIGHT, "metric;seeds;median;least;most");
	doc_heading(doc, 2, "Spread over the seeds");
	return doc_table(doc, head);
}

/* The table of @doc so far, or the one that this row begins; NULL while there is none. */
static struct doc_table *add_spread(struct document *doc, struct doc_table *table,
				    const struct unit *unit, const struct metric *metric)
{
	struct sample value = { .x = xcalloc(unit->runs.n, sizeof(*value.x)) };
	const char *name = metric_unit(metric, unit->first);
	struct doc_row *row;
	double median;
	char *words;

	for (size_t i = 0; i < unit->runs.n; i++)
		value.n += metric_value(metric, unit->runs.item[i].m, &value.x[value.n]) == KNOWN;
	sort_values(value);
	if (value.n > 1 && value.x[0] != value.x[value.n - 1] && value.x[0] > 0) {
		row = doc_row(table = table ? table : begin_spread(doc));
		median = median_of_sorted(value);
		words = metric_name(metric);
		doc_cellf(row, "%s %s", unit->first->scenario, unit->first->strategy);
		doc_cell(row, words);
		doc_cellf(row, "%zu", value.n);
		doc_cell_value(row, median, name, format_metric(median, name).text);
		doc_cell_value(row, value.x[0] / median, NULL, format_change(value.x[0] / median).text);
		doc_cell_value(row, value.x[value.n - 1] / median, NULL,
			       format_change(value.x[value.n - 1] / median).text);
		free(words);
	}
	free(value.x);
	return table;
}

void add_seed_spread(struct document *doc, const struct result *r)
{
	const struct compare_side side = { r->id, &r, 1, BY_FILE, NULL };
	struct comparison c = { .old = &side, .new = &side, .exact = true };
	struct doc_table *table = NULL;
	struct unit_list units;

	units_make(&units, &c, &side, false, false);
	for (size_t i = 0; i < units.n; i++) {
		struct metric_list metrics = { 0 };

		if (!units.unit[i].bad && units.unit[i].runs.n)
			metrics_of(&metrics, units.unit[i].first);
		for (size_t k = 0; k < metrics.n; k++)
			table = add_spread(doc, table, &units.unit[i], &metrics.item[k]);
		metric_list_free(&metrics);
	}
	if (!table)
		doc_paragraph(doc, "No metric varies with the seed.");
	units_free(&units);
	comparison_free(&c);
}

static json_t *proof_to_json(const struct result *quiet, const struct result *busy,
			     const char *unequal)
{
	return json_pack("{s:s, s:s, s:s, s:s*}", "verdict", unequal ? "nondeterministic" : "same",
			 "quiet", quiet->digest, "busy", busy->digest, "first_difference", unequal);
}

/* @unequal: where the two differ first; NULL: nowhere. */
static int print_proof(const struct result *quiet, const struct result *busy, const char *unequal,
		       const struct format_choice *choice)
{
	static const struct doc_outcome same = { MARK_GOOD, "no noise", "no noise" },
		different = { MARK_BAD, "nondeterministic", "nondeterminism" };
	const struct doc_outcome *outcome = unequal ? &different : &same;
	char *text = unequal ? xasprintf("a quiet and a busy host differ, first in %s", unequal) :
			       xasprintf("%s, on a quiet and on a busy host", quiet->digest);
	struct document doc;
	int ret;

	document_init(&doc, "calibrate", "Proof that exact mode has no noise");
	doc_set_data(&doc, proof_to_json(quiet, busy, unequal), JSON_INDENT(2));
	doc_set_verdict(&doc, outcome->mark, outcome->word);
	doc_check(&doc, outcome, "exact mode", "determinism", text, NULL);
	doc_paragraphf(&doc, "%s: %s", outcome->word, text);
	add_seed_spread(&doc, quiet);
	ret = document_print(&doc, choice);
	document_free(&doc);
	free(text);
	return ret;
}

static int run_beside_load(struct run *run)
{
	struct host_load *load = host_load_start();
	int status;

	if (!load) {
		diag_error("no thread could be started to keep the host busy: nothing would be proved");
		return EXIT_CANNOT;
	}
	diag_info("once more, beside %u busy threads", host_load_threads(load));
	status = run_once(run);
	host_load_stop(load);
	return status;
}

int calibrate_exact(const struct run_options *options, const struct format_choice *choice,
		    struct str_list *reasons)
{
	struct run quiet = { .options = options }, busy = { .options = options };
	int status = run_once(&quiet);
	char *unequal;

	if (status == EXIT_GOOD)
		status = run_beside_load(&busy);
	if (status == EXIT_GOOD) {
		unequal = determinism_difference(&quiet.result, 0, &busy.result);
		if (unequal)
			str_list_addf(reasons, "a quiet and a busy host differ, first in %s", unequal);
		status = unequal ? EXIT_JUDGED : EXIT_GOOD;
		if (print_proof(&quiet.result, &busy.result, unequal, choice))
			status = EXIT_CANNOT;
		free(unequal);
	}
	for (size_t i = 0; i < quiet.reasons.n; i++)
		str_list_add_new(reasons, quiet.reasons.item[i]);
	for (size_t i = 0; i < busy.reasons.n; i++)
		str_list_add_new(reasons, busy.reasons.item[i]);
	run_free(&quiet);
	run_free(&busy);
	return status;
}
