// SPDX-License-Identifier: GPL-2.0-only
#include "calibrate/exact.h"

#include <stdlib.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "compare/forms.h"
#include "guest/host-load.h"
#include "report/forms.h"
#include "result/determinism.h"

static int run_once(struct run *run)
{
	/* a broken rule is part of a result, and must be the same one again */
	return run_make(run) == EXIT_CANNOT ? EXIT_CANNOT : EXIT_GOOD;
}

static void add_spread(struct report_table *table, const struct unit *unit,
		       const struct metric *metric)
{
	struct sample value = { .x = xcalloc(unit->runs.n, sizeof(*value.x)) };
	const char *name = metric_unit(metric, unit->first);
	struct str_list *row;
	double median;
	char *words;

	for (size_t i = 0; i < unit->runs.n; i++)
		value.n += metric_value(metric, unit->runs.item[i].m, &value.x[value.n]) == KNOWN;
	sort_values(value);
	if (value.n > 1 && value.x[0] != value.x[value.n - 1] && value.x[0] > 0) {
		GROW(table->row, table->rows);
		row = &table->row[table->rows++];
		*row = (struct str_list){ 0 };
		median = median_of_sorted(value);
		words = metric_name(metric);
		str_list_addf(row, "%s %s", unit->first->scenario, unit->first->strategy);
		str_list_add(row, words);
		str_list_addf(row, "%zu", value.n);
		str_list_add(row, format_metric(median, name).text);
		str_list_add(row, format_change(value.x[0] / median).text);
		str_list_add(row, format_change(value.x[value.n - 1] / median).text);
		free(words);
	}
	free(value.x);
}

void print_seed_spread(FILE *out, const struct result *r)
{
	static const char head[] = "measurement;metric;seeds;median;least;most";
	const struct compare_side side = { r->id, &r, 1, BY_FILE, NULL };
	struct comparison c = { .old = &side, .new = &side, .exact = true };
	struct report_table table = { 0 };
	struct unit_list units;

	str_list_split(&table.head, head, ";");
	units_make(&units, &c, &side, false, false);
	for (size_t i = 0; i < units.n; i++) {
		struct metric_list metrics = { 0 };

		if (!units.unit[i].bad && units.unit[i].runs.n)
			metrics_of(&metrics, units.unit[i].first);
		for (size_t k = 0; k < metrics.n; k++)
			add_spread(&table, &units.unit[i], &metrics.item[k]);
		metric_list_free(&metrics);
	}
	if (table.rows) {
		fputs("\n## Spread over the seeds\n\n", out);
		markdown_table(out, &table, true);
	} else {
		fputs("\nNo metric varies with the seed.\n", out);
	}
	report_table_free(&table);
	units_free(&units);
	comparison_free(&c);
}

static void print_proof(const struct result *quiet, const struct result *busy, const char *unequal,
			bool json)
{
	json_t *object;

	if (!json) {
		if (unequal)
			printf("nondeterministic: a quiet and a busy host differ, first in %s\n", unequal);
		else
			printf("no noise: %s, on a quiet and on a busy host\n", quiet->digest);
		print_seed_spread(stdout, quiet);
		return;
	}
	object = json_pack("{s:s, s:s, s:s, s:s*}", "verdict", unequal ? "nondeterministic" : "same",
			   "quiet", quiet->digest, "busy", busy->digest, "first_difference", unequal);
	json_dumpf(object, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(object);
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

int calibrate_exact(const struct run_options *options, bool json, struct str_list *reasons)
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
		print_proof(&quiet.result, &busy.result, unequal, json);
		free(unequal);
		if (fflush(stdout))
			status = EXIT_CANNOT;
	}
	for (size_t i = 0; i < quiet.reasons.n; i++)
		str_list_add_new(reasons, quiet.reasons.item[i]);
	for (size_t i = 0; i < busy.reasons.n; i++)
		str_list_add_new(reasons, busy.reasons.item[i]);
	run_free(&quiet);
	run_free(&busy);
	return status;
}
