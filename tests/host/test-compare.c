// SPDX-License-Identifier: GPL-2.0-only
/* Results held against each other: pairs, claims, refusals, and the forms of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "commands.h"
#include "compare-forms.h"
#include "compare.h"
#include "exit-status.h"
#include "fsutil.h"
#include "lib-capture.h"
#include "lib-report.h"
#include "lib-scratch.h"

static void start(struct result *r, const char *id, const char *mode)
{
	result_init(r);
	r->id = xstrdup(id);
	r->mode = xstrdup(mode);
}

/* Ten thousand calls of about @latency instructions, some more or less by @seed. */
static struct measurement *add_calls(struct result *r, const char *strategy, uint64_t seed,
				     uint64_t latency, uint64_t failures)
{
	struct measurement *m = make_measurement(r, "burst", strategy, seed);

	make_samples(m, "call_latency", latency, 9000 + seed);
	make_samples(m, "call_latency", 2 * latency, 990);
	make_samples(m, "call_latency", 100 * latency, 10 + seed % 3);
	measurement_set_counter(m, "failures", failures);
	measurement_set_counter(m, "requests", 10000);
	return m;
}

/* @seeds of gfp-nowait. */
static void make_exact(struct result *r, const char *id, size_t seeds, uint64_t latency,
		       uint64_t failures)
{
	start(r, id, "exact");
	for (size_t i = 1; i <= seeds; i++)
		add_calls(r, "gfp-nowait", i, latency, failures);
	result_seal(r);
}

struct pair {
	struct result a, b;
	const struct result *pa, *pb;
	struct compare_side old, new;
	struct comparison c;
};

static void compare(struct pair *p)
{
	result_seal(&p->a);
	result_seal(&p->b);
	p->pa = &p->a;
	p->pb = &p->b;
	p->old = (struct compare_side){ .label = (char *)"OLD", .result = &p->pa, .results = 1 };
	p->new = (struct compare_side){ .label = (char *)"NEW", .result = &p->pb, .results = 1 };
	compare_make(&p->c, &p->old, &p->new);
}

static void free_pair(struct pair *p)
{
	comparison_free(&p->c);
	result_free(&p->a);
	result_free(&p->b);
}

static const struct compare_line *line_of(const struct comparison *c, const char *name)
{
	for (size_t i = 0; c->blocks && i < c->block[0].lines; i++)
		if (!strcmp(c->block[0].line[i].name, name))
			return &c->block[0].line[i];
	fail_msg("no line %s", name);
	return NULL;
}

static void near(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-9 * fabs(expected)))
		fail_msg("%.17g, expected %.17g", value, expected);
}

static void test_identical(void **state)
{
	struct compare_table table;
	struct pair p;

	(void)state;
	make_exact(&p.a, "a", 8, 100, 3);
	make_exact(&p.b, "b", 8, 100, 3);
	compare(&p);
	assert_true(p.c.same_digest);
	assert_int_equal(p.c.refused.n, 0);
	assert_int_equal(p.c.blocks, 1);
	assert_true(p.c.block[0].identical);
	for (size_t i = 0; i < p.c.block[0].lines; i++)
		assert_int_equal(p.c.block[0].line[i].claim, CLAIM_SAME);
	compare_table_make(&table, &p.c, false);
	text_has(table.before.item[0], "= identical: both results are sha256:");
	assert_int_equal(table.rows, 0);
	compare_table_free(&table);
	free_pair(&p);
}

static void test_exact_change(void **state)
{
	const struct compare_line *line;
	struct pair p;

	(void)state;
	make_exact(&p.a, "a", 8, 100, 3);
	make_exact(&p.b, "b", 8, 101, 3);
	compare(&p);
	line = line_of(&p.c, "call_latency mean");
	assert_int_equal(line->claim, CLAIM_HIGHER);
	assert_int_equal(line->n, 8);
	near(line->ratio, 1.01);
	near(line->ratio_min, 1.01);
	near(line->p, 0.0078125);
	assert_true(line->has_interval);
	near(line->interval.low, 1.01);
	/* exact: sum over count of all seeds together */
	near(line->old.value, (double)(9036 + 9000 * 7 + 2 * 990 * 8 + 100 * (10 * 8 + 9)) * 100 /
			      (double)(9036 + 9000 * 7 + 990 * 8 + 10 * 8 + 9));
	line = line_of(&p.c, "call_latency p50");
	near(line->old.value, 100);
	near(line->difference, 1);
	assert_int_equal(line->claim, CLAIM_HIGHER);
	assert_int_equal(line_of(&p.c, "failures")->claim, CLAIM_SAME);
	assert_int_equal(p.c.means, 5);
	near(p.c.mean[0].ratio, 1.01);
	free_pair(&p);
}

/* Merged histograms, never an average: of 100, 100, 900 the median is 100, not 366. */
static void test_quantiles_come_from_merged_histograms(void **state)
{
	static const uint64_t latency[] = { 100, 100, 900 };
	struct pair p;

	(void)state;
	start(&p.a, "a", "exact");
	start(&p.b, "b", "exact");
	for (size_t i = 0; i < 3; i++) {
		struct measurement *m = make_measurement(&p.a, "burst", "gfp-nowait", i + 1);

		make_samples(m, "call_latency", latency[i], 400 + i);
		m = make_measurement(&p.b, "burst", "gfp-nowait", i + 1);
		make_samples(m, "call_latency", latency[i] + 10, 400 + i);
	}
	compare(&p);
	near(line_of(&p.c, "call_latency p50")->old.value, 100);
	/* 1,200 together are enough for 99.9 %, 400 of one seed are not */
	assert_int_equal(line_of(&p.c, "call_latency p99.9")->old.known, KNOWN);
	assert_int_equal(line_of(&p.c, "call_latency p99.9")->n, 0);
	assert_true(isnan(line_of(&p.c, "call_latency p99.9")->ratio));
	assert_int_equal(line_of(&p.c, "call_latency p99.9")->claim, CLAIM_NONE);
	assert_int_equal(line_of(&p.c, "call_latency p90")->n, 3);
	free_pair(&p);
}

static const char *claim_cell(const struct compare_table *table, const char *name)
{
	for (size_t i = 0; i < table->rows; i++)
		if (table->row[i].kind == ROW_FIGURES &&
		    !strcmp(table->row[i].cell.item[COLUMN_METRIC], name))
			return table->row[i].cell.item[COLUMN_CLAIM];
	fail_msg("no row %s", name);
	return NULL;
}

/* Five seeds can't reach 5 %, whatever they show. */
static void test_too_few_seeds(void **state)
{
	struct compare_table table;
	struct pair p;

	(void)state;
	make_exact(&p.a, "a", 5, 100, 3);
	make_exact(&p.b, "b", 5, 200, 3);
	compare(&p);
	for (size_t i = 0; i < p.c.block[0].lines; i++) {
		assert_int_not_equal(p.c.block[0].line[i].claim, CLAIM_HIGHER);
		assert_false(p.c.block[0].line[i].has_interval);
	}
	compare_table_make(&table, &p.c, false);
	assert_string_equal(claim_cell(&table, "call_latency p50"), "~ 5 of 6 runs");
	text_has(table.before.item[1], "fewer than 6 seeds");
	compare_table_free(&table);
	free_pair(&p);
}

/* Eight seeds that all give the same are one observation, not eight that agree. */
static void test_seeds_without_effect_count_once(void **state)
{
	struct pair p;

	(void)state;
	start(&p.a, "a", "exact");
	start(&p.b, "b", "exact");
	for (uint64_t i = 1; i <= 8; i++) {
		make_samples(make_measurement(&p.a, "burst", "gfp-nowait", i), "call_latency", 70,
			     5000);
		make_samples(make_measurement(&p.b, "burst", "gfp-nowait", i), "call_latency", 90,
			     5000);
	}
	compare(&p);
	assert_int_equal(p.c.block[0].n, 1);
	assert_int_equal(line_of(&p.c, "call_latency p50")->claim, CLAIM_NONE);
	assert_int_equal(p.c.left_out.n, 1);
	text_has(p.c.left_out.item[0], "7 of 8 seeds");
	/* drawn schedules that all give the same are eight observations of something steady */
	for (size_t i = 0; i < 8; i++) {
		measurement_set_param(&p.a.measurement[i], "pause", 16);
		measurement_set_param(&p.b.measurement[i], "pause", 16);
	}
	comparison_free(&p.c);
	compare(&p);
	assert_int_equal(p.c.block[0].n, 8);
	assert_int_equal(line_of(&p.c, "call_latency p50")->claim, CLAIM_HIGHER);
	assert_int_equal(p.c.left_out.n, 0);
	free_pair(&p);
}

/* Where pairs disagree nothing is claimed, and the power is told. */
static void test_power(void **state)
{
	static const uint64_t latency[] = { 990, 1000, 1010, 1000, 980, 1020, 1005, 995 };
	struct compare_table table;
	const struct compare_line *line;
	struct pair p;

	(void)state;
	start(&p.a, "a", "exact");
	start(&p.b, "b", "exact");
	for (size_t i = 0; i < 8; i++) {
		make_samples(make_measurement(&p.a, "burst", "gfp-nowait", i + 1), "call_latency",
			     1000, 100 + i);
		make_samples(make_measurement(&p.b, "burst", "gfp-nowait", i + 1), "call_latency",
			     latency[i], 100 + i);
	}
	compare(&p);
	line = line_of(&p.c, "call_latency mean");
	assert_int_equal(line->claim, CLAIM_NONE);
	/* median 1, least 0.98, most 1.02: a change by 1 / 0.98 would have been outside */
	near(line->ratio, 1);
	near(line->smallest, 1 / 0.98 - 1);
	compare_table_make(&table, &p.c, false);
	assert_string_equal(claim_cell(&table, "call_latency mean"), "~ sees 2.04 %");
	compare_table_free(&table);
	free_pair(&p);
}

static void test_zero_and_never(void **state)
{
	struct compare_table table;
	struct pair p;

	(void)state;
	make_exact(&p.a, "a", 8, 100, 0);
	make_exact(&p.b, "b", 8, 100, 5);
	for (size_t i = 0; i < 8; i++) {
		make_samples(&p.a.measurement[i], "time_to_usable", 0, 100);
		make_samples(&p.b.measurement[i], "time_to_usable", 0, 100);
		measurement_set_counter(&p.a.measurement[i], "failed", 0);
		measurement_set_counter(&p.b.measurement[i], "failed", 50);
	}
	compare(&p);
	assert_true(isinf(line_of(&p.c, "failures")->ratio));
	assert_int_equal(line_of(&p.c, "failures")->claim, CLAIM_HIGHER);
	near(line_of(&p.c, "failures")->new.value, 5);
	assert_int_equal(line_of(&p.c, "time_to_usable p50")->claim, CLAIM_SAME);
	assert_int_equal(line_of(&p.c, "time_to_usable p90")->new.known, KNOWN_NEVER);
	assert_int_equal(line_of(&p.c, "time_to_usable p90")->claim, CLAIM_HIGHER);
	compare_table_make(&table, &p.c, true);
	assert_string_equal(claim_cell(&table, "failures"), "worse");
	assert_string_equal(claim_cell(&table, "time_to_usable p50"), "=");
	compare_table_free(&table);
	free_pair(&p);
}

static void refused_because(struct pair *p, const char *part)
{
	compare(p);
	assert_int_not_equal(p->c.refused.n, 0);
	text_has(p->c.refused.item[0], part);
	free_pair(p);
}

static void test_refusals(void **state)
{
	struct measurement *m;
	struct pair p;

	(void)state;
	make_exact(&p.a, "a", 8, 100, 3);
	start(&p.b, "b", "realtime");
	add_calls(&p.b, "gfp-nowait", 1, 100, 3);
	refused_because(&p, "mode: OLD exact, NEW realtime");

	make_exact(&p.a, "a", 1, 100, 3);
	make_exact(&p.b, "b", 1, 100, 3);
	measurement_set_param(&p.b.measurement[0], "area_size", 64);
	refused_because(&p, "area_size: OLD 512, NEW 64");

	make_exact(&p.a, "a", 1, 100, 3);
	make_exact(&p.b, "b", 1, 100, 3);
	measurement_set_param(&p.b.measurement[0], "seed", 9);
	refused_because(&p, "no seed in common");

	make_exact(&p.a, "a", 1, 100, 3);
	make_exact(&p.b, "b", 1, 100, 3);
	make_verdict(&p.b.measurement[0], VERDICT_PANIC, "it panicked");
	refused_because(&p, "panic in NEW: it panicked");

	make_exact(&p.a, "a", 1, 100, 3);
	make_exact(&p.b, "b", 0, 0, 0);
	m = make_measurement(&p.b, "burst", "gfp-nowait", 1);
	hist_add(measurement_add_hist(m, "call_latency", "ns"), 100, 100);
	refused_because(&p, "other units: OLD insn, NEW ns");

	make_exact(&p.a, "a", 1, 100, 3);
	make_exact(&p.b, "b", 0, 0, 0);
	refused_because(&p, "in OLD only");

	/* one seed, two answers, on one side */
	make_exact(&p.a, "a", 1, 100, 3);
	add_calls(&p.a, "gfp-nowait", 1, 101, 3);
	make_exact(&p.b, "b", 1, 100, 3);
	refused_because(&p, "two measurements of seed 1 differ, first in call_latency");

	/* one boot is one replicate */
	start(&p.a, "a", "realtime");
	add_calls(&p.a, "gfp-nowait", 1, 100, 3);
	start(&p.b, "b", "realtime");
	add_calls(&p.b, "gfp-nowait", 1, 100, 3);
	result_seal(&p.a);
	result_seal(&p.b);
	refused_because(&p, "was given twice");
}

static void test_skipped_is_left_out(void **state)
{
	struct pair p;

	(void)state;
	make_exact(&p.a, "a", 8, 100, 3);
	make_exact(&p.b, "b", 8, 100, 3);
	make_verdict(make_measurement(&p.a, "burst", "percpu-pool", 1), VERDICT_SKIPPED, "no pool");
	add_calls(&p.b, "percpu-pool", 1, 50, 0);
	compare(&p);
	assert_int_equal(p.c.refused.n, 0);
	assert_int_equal(p.c.blocks, 1);
	text_has(p.c.left_out.item[0], "skipped in OLD: no pool");
	free_pair(&p);
}

static void test_provenance_is_warned_of(void **state)
{
	struct pair p;

	(void)state;
	make_exact(&p.a, "a", 1, 100, 3);
	make_exact(&p.b, "b", 1, 101, 3);
	json_object_set_new(p.a.provenance, "compiler", json_string("gcc 12"));
	json_object_set_new(p.b.provenance, "compiler", json_string("gcc 13"));
	json_object_set_new(p.b.provenance, "host_cpu", json_string("another"));
	json_object_set_new(p.b.provenance, "started", json_string("later"));
	compare(&p);
	assert_int_equal(p.c.warnings.n, 1);
	assert_string_equal(p.c.warnings.item[0], "compiler: OLD gcc 12, NEW gcc 13");
	free_pair(&p);
}

#define BOOTS 12

struct boots {
	struct result result[2 * BOOTS];
	const struct result *pointer[2 * BOOTS];
	struct compare_side old, new;
	struct comparison c;
};

/* Boots whose latency wanders by 3 %, of the second side @factor times as long. */
static void make_boots(struct boots *b, size_t n, double factor, uint32_t *random)
{
	for (size_t i = 0; i < 2 * n; i++) {
		double wander, latency;

		*random = *random * 1664525u + 1013904223u;
		wander = 0.97 + 0.06 * (double)(*random >> 16) / 65536;
		latency = 5000 * wander * (i < n ? 1 : factor);
		start(&b->result[i], "boot", "realtime");
		/* no two boots are the same in everything */
		measurement_set_counter(add_calls(&b->result[i], "gfp-nowait", 1, (uint64_t)latency,
						  0), "requests", 10000 + i);
		result_seal(&b->result[i]);
		b->pointer[i] = &b->result[i];
	}
	b->old = (struct compare_side){ .label = (char *)"OLD", .result = b->pointer, .results = n };
	b->new = (struct compare_side){ .label = (char *)"NEW", .result = b->pointer + n,
					.results = n };
	compare_make(&b->c, &b->old, &b->new);
}

static void free_boots(struct boots *b, size_t n)
{
	comparison_free(&b->c);
	for (size_t i = 0; i < 2 * n; i++)
		result_free(&b->result[i]);
}

static void test_realtime(void **state)
{
	const struct compare_line *line;
	uint32_t random = 1;
	struct boots b;

	(void)state;
	make_boots(&b, BOOTS, 1.1, &random);
	assert_int_equal(b.c.refused.n, 0);
	line = line_of(&b.c, "call_latency p50");
	assert_int_equal(line->claim, CLAIM_HIGHER);
	assert_false(line->advisory);
	assert_true(line->has_interval);
	assert_true(line->interval.low > 1.05 && line->interval.high < 1.15);
	assert_true(line_of(&b.c, "call_latency p99")->advisory);
	assert_int_equal(line_of(&b.c, "failures")->claim, CLAIM_SAME);
	free_boots(&b, BOOTS);

	/* three boots a side reach no 5 %; the line says how many do */
	make_boots(&b, 3, 2, &random);
	line = line_of(&b.c, "call_latency p50");
	assert_int_equal(line->claim, CLAIM_NONE);
	assert_true(line->need > 3);
	free_boots(&b, 3);
}

/* Of 100 comparisons of the same thing at most some claim a difference; +10 % is always seen. */
static void test_realtime_rates(void **state)
{
	unsigned int alarms = 0, caught = 0;
	uint32_t random = 5;

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct boots b;

		make_boots(&b, BOOTS, 1, &random);
		for (size_t k = 0; k < b.c.block[0].lines; k++)
			alarms += b.c.block[0].line[k].claim > CLAIM_NONE &&
				  !b.c.block[0].line[k].advisory;
		free_boots(&b, BOOTS);
		make_boots(&b, BOOTS, 1.1, &random);
		caught += line_of(&b.c, "call_latency p50")->claim == CLAIM_HIGHER;
		free_boots(&b, BOOTS);
	}
	/* mean and p50 of one boot move together: 5 % of 100, twice */
	assert_true(alarms <= 10);
	assert_int_equal(caught, 100);
}

static void test_changes_as_text(void **state)
{
	static const struct {
		double ratio;
		const char *text;
	} known[] = {
		{ 1, "0 %" }, { 1.0123, "+1.23 %" }, { 0.9, "-10.0 %" }, { 2.5, "x 2.5" },
		{ 1.00001, "+0.001 %" }, { 0, "-100 %" }, { INFINITY, "from 0" }, { NAN, "n/a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		assert_string_equal(format_change(known[i].ratio).text, known[i].text);
	assert_string_equal(format_metric(71.25, "insn").text, "71.25");
	assert_string_equal(format_metric(123456, "insn").text, "123,456");
	assert_string_equal(format_metric(4096, "bytes").text, "4 KiB");
	assert_string_equal(format_metric(INFINITY, "ns").text, "never");
}

/* What compare prints for @words, to be freed; its status must be @status. */
static char *run_compare(int status, const char *words)
{
	struct str_list list = { 0 };
	char *argv[16] = { 0 }, *text;
	const char *path = scratch("stdout");
	FILE *real = stdout;
	size_t length;
	int argc = 0, got;

	str_list_add(&list, "pcpbench compare");
	str_list_split(&list, words, " ");
	for (size_t i = 0; i < list.n; i++)
		argv[argc++] = list.item[i];
	stdout = fopen(path, "w");
	got = cmd_compare(argc, argv);
	fclose(stdout);
	stdout = real;
	assert_int_equal(got, status);
	assert_int_equal(file_read(scratch("stdout"), 1 << 22, &text, &length), 0);
	str_list_free(&list);
	return text;
}

/* @options and the paths of @a and, unless it is empty, @b; to be freed. */
static char *words_of(const char *options, const char *a, const char *b)
{
	char *first = xstrdup(scratch(a));
	char *words = xasprintf("%s %s %s", options, first, *b ? scratch(b) : "");

	free(first);
	return words;
}

static void prepare_files(void)
{
	struct result r;

	make_exact(&r, "a", 8, 100, 3);
	assert_int_equal(result_write(&r, scratch("a.json")), 0);
	result_free(&r);
	make_exact(&r, "b", 8, 103, 3);
	for (uint64_t i = 1; i <= 8; i++)
		add_calls(&r, "percpu-pool", i, 60, 0);
	assert_int_equal(result_write(&r, scratch("b.json")), 0);
	result_free(&r);
}

static void test_forms(void **state)
{
	char *words, *text, *line;

	(void)state;
	prepare_files();
	/* percpu-pool is in b alone: that could not be compared, all else is */
	words = words_of("", "a.json", "b.json");
	capture_stderr_start();
	text = run_compare(EXIT_CANNOT, words);
	line = capture_stderr_end();
	text_has(line, "in NEW only");
	text_has(text, "call_latency p50");
	text_has(text, "+3.00 %");
	text_has(text, "worse");
	if (strchr(text, '\033'))
		fail_msg("colour without a terminal");
	free(line);
	free(text);
	free(words);

	words = words_of("--by strategy --cover-letter", "b.json", "");
	text = run_compare(EXIT_GOOD, words);
	text_has(text, "Made with: pcpbench compare --by strategy");
	text_has(text, "pcpbench run --mode exact");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		/* a path that is longer than a line stays whole */
		if (text_width(line) > 72)
			fail_msg("%zu columns: %s", text_width(line), line);
	free(text);
	free(words);

	words = words_of("--by strategy --base percpu-pool --csv", "b.json", "");
	text = run_compare(EXIT_GOOD, words);
	text_has(text, "old_side,new_side,");
	text_has(text, "percpu-pool,gfp-nowait,");
	free(text);
	free(words);

	words = words_of("--by strategy --markdown", "b.json", "");
	text = run_compare(EXIT_GOOD, words);
	text_has(text, "| metric | gfp-nowait | percpu-pool |");
	free(text);
	free(words);
}

static void test_json_form(void **state)
{
	char *words = words_of("--by strategy --json", "b.json", ""), *text;
	json_t *all, *one, *metric;

	(void)state;
	prepare_files();
	text = run_compare(EXIT_GOOD, words);
	all = json_loads(text, 0, NULL);
	assert_non_null(all);
	one = json_array_get(json_object_get(all, "comparisons"), 0);
	metric = json_array_get(json_object_get(json_array_get(json_object_get(one, "measurements"),
							       0), "metrics"), 0);
	assert_string_equal(json_string_value(json_object_get(metric, "metric")),
			    "call_latency mean");
	assert_int_equal(json_array_size(json_object_get(metric, "old_runs")), 8);
	assert_string_equal(json_string_value(json_object_get(metric, "claim")), "lower");
	json_decref(all);
	free(text);
	free(words);
}

/* Whatever is wrong with a file is named with the file, and the status is 2. */
static void test_bad_input(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "{\"schema\": \"pcpbench-result/1\", \"id\"", "truncated" },
		{ "", "truncated" },
		{ "{\"jobs\": []}", "not a pcpbench result" },
		{ "{\"schema\": \"pcpbench-result/2\"}", "does not know" },
		{ "{\"schema\": \"pcpbench-result/1\", \"id\": NaN}", "is not a result" },
		{ "[1, 2", "truncated" },
	};
	char *words, *message;

	(void)state;
	prepare_files();
	words = words_of("", "a.json", "bad.json");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		scratch_write("bad.json", bad[i].text);
		capture_stderr_start();
		free(run_compare(EXIT_CANNOT, words));
		message = capture_stderr_end();
		text_has(message, bad[i].message);
		text_has(message, "bad.json");
		free(message);
	}
	free(words);
}

/* @from replaced by @to in a good file: refused with the JSON path. */
static void damaged(const char *from, const char *to, const char *message)
{
	char *text, *at, *changed, *words, *said;
	size_t length;

	assert_int_equal(file_read(scratch("a.json"), 1 << 22, &text, &length), 0);
	at = strstr(text, from);
	assert_non_null(at);
	changed = xasprintf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	scratch_write("bad.json", changed);
	words = words_of("", "a.json", "bad.json");
	capture_stderr_start();
	free(run_compare(EXIT_CANNOT, words));
	said = capture_stderr_end();
	text_has(said, message);
	free(said);
	free(words);
	free(changed);
	free(text);
}

static void test_damaged_files(void **state)
{
	(void)state;
	prepare_files();
	damaged("\"failures\":3", "\"failures\":-3", "measurements[0].counters.failures: negative");
	damaged("\"failures\":3", "\"failures\":4", "digest");
	damaged("\"failures\":3", "\"failures\":99999999999999999999", "failures");
	damaged("\"failures\":3", "\"failures\":1.5", "not a whole number");
	damaged("\"seed\":2", "\"seed\":1", "the same as measurements[0]");
	damaged("[100,100,9001]", "[100,100,9002]", "do not add up");
}

static void test_usage(void **state)
{
	char *message;

	(void)state;
	prepare_files();
	capture_stderr_start();
	free(run_compare(EXIT_CANNOT, scratch("a.json")));
	free(run_compare(EXIT_CANNOT, "--by strategy"));
	message = capture_stderr_end();
	text_has(message, "at least two results");
	text_has(message, "--by takes one result");
	free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identical),
		cmocka_unit_test(test_exact_change),
		cmocka_unit_test(test_quantiles_come_from_merged_histograms),
		cmocka_unit_test(test_too_few_seeds),
		cmocka_unit_test(test_seeds_without_effect_count_once),
		cmocka_unit_test(test_power),
		cmocka_unit_test(test_zero_and_never),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_skipped_is_left_out),
		cmocka_unit_test(test_provenance_is_warned_of),
		cmocka_unit_test(test_realtime),
		cmocka_unit_test(test_realtime_rates),
		cmocka_unit_test(test_changes_as_text),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_json_form),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
