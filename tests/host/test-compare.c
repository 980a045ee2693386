// SPDX-License-Identifier: GPL-2.0-only
/* Results held against each other: pairs, claims, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "compare/compare.h"
#include "compare/document.h"
#include "compare/format.h"
#include "lib-hist.h"
#include "lib-report.h"
#include "lib-scratch.h"

struct pair {
	struct result a, b;
	const struct result *pa, *pb;
	struct compare_side old, new;
	struct comparison c;
};

static const struct compare_view differing, everything = { .all = true };

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
	struct document doc;
	struct pair p;

	(void)state;
	make_seeds(&p.a, "a", 8, 100, 3);
	make_seeds(&p.b, "b", 8, 100, 3);
	compare(&p);
	assert_true(p.c.same_digest);
	assert_int_equal(p.c.refused.n, 0);
	assert_int_equal(p.c.blocks, 1);
	assert_true(p.c.block[0].identical);
	for (size_t i = 0; i < p.c.block[0].lines; i++)
		assert_int_equal(p.c.block[0].line[i].claim, CLAIM_SAME);
	compare_document(&doc, &p.c, 1, &differing, 0, "");
	text_has(doc.element[0].text, "= identical: both results are sha256:");
	for (size_t i = 0; i < doc.elements; i++)
		assert_int_not_equal(doc.element[i].kind, DOC_TABLE);
	document_free(&doc);
	free_pair(&p);
}

static void test_exact_change(void **state)
{
	const struct compare_line *line;
	struct pair p;

	(void)state;
	make_seeds(&p.a, "a", 8, 100, 3);
	make_seeds(&p.b, "b", 8, 101, 3);
	compare(&p);
	line = line_of(&p.c, "call_latency mean");
	assert_int_equal(line->claim, CLAIM_HIGHER);
	assert_int_equal(line->a.n, 8);
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
	make_result(&p.a, "a", "exact");
	make_result(&p.b, "b", "exact");
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
	assert_int_equal(line_of(&p.c, "call_latency p99.9")->a.n, 0);
	assert_true(isnan(line_of(&p.c, "call_latency p99.9")->ratio));
	assert_int_equal(line_of(&p.c, "call_latency p99.9")->claim, CLAIM_NONE);
	assert_int_equal(line_of(&p.c, "call_latency p90")->a.n, 3);
	free_pair(&p);
}

/* What is claimed of metric @name: the last cell of its row. */
static const char *claim_cell(const struct document *doc, const char *name)
{
	for (size_t i = 0; i < doc->elements; i++) {
		const struct doc_table *table = &doc->element[i].table;

		for (size_t r = 0; r < table->rows; r++)
			if (!strcmp(table->row[r].cell[0].text, name))
				return table->row[r].cell[table->row[r].cells - 1].text;
	}
	fail_msg("no row %s", name);
	return NULL;
}

/* Five seeds can't reach 5 %, whatever they show. */
static void test_too_few_seeds(void **state)
{
	struct document doc;
	struct pair p;

	(void)state;
	make_seeds(&p.a, "a", 5, 100, 3);
	make_seeds(&p.b, "b", 5, 200, 3);
	compare(&p);
	for (size_t i = 0; i < p.c.block[0].lines; i++) {
		assert_int_not_equal(p.c.block[0].line[i].claim, CLAIM_HIGHER);
		assert_false(p.c.block[0].line[i].has_interval);
	}
	compare_document(&doc, &p.c, 1, &differing, 0, "");
	assert_string_equal(claim_cell(&doc, "call_latency p50"), "~ 5 of 6 runs");
	text_has(doc.element[1].text, "fewer than 6 seeds");
	document_free(&doc);
	free_pair(&p);
}

/* Eight seeds that all give the same are one observation, not eight that agree. */
static void test_seeds_without_effect_count_once(void **state)
{
	struct pair p;

	(void)state;
	make_result(&p.a, "a", "exact");
	make_result(&p.b, "b", "exact");
	for (uint64_t i = 1; i <= 8; i++) {
		make_samples(make_measurement(&p.a, "burst", "gfp-nowait", i), "call_latency", 70,
			     5000);
		make_samples(make_measurement(&p.b, "burst", "gfp-nowait", i), "call_latency", 90,
			     5000);
	}
	compare(&p);
	assert_int_equal(p.c.block[0].old_runs.n, 1);
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
	assert_int_equal(p.c.block[0].old_runs.n, 8);
	assert_int_equal(line_of(&p.c, "call_latency p50")->claim, CLAIM_HIGHER);
	assert_int_equal(p.c.left_out.n, 0);
	free_pair(&p);
}

/* Where pairs disagree nothing is claimed, and the power is told. */
static void test_power(void **state)
{
	static const uint64_t latency[] = { 990, 1000, 1010, 1000, 980, 1020, 1005, 995 };
	struct document doc;
	const struct compare_line *line;
	struct pair p;

	(void)state;
	make_result(&p.a, "a", "exact");
	make_result(&p.b, "b", "exact");
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
	compare_document(&doc, &p.c, 1, &differing, 0, "");
	assert_string_equal(claim_cell(&doc, "call_latency mean"), "~ sees 2.04 %");
	document_free(&doc);
	free_pair(&p);
}

static void test_zero_and_never(void **state)
{
	struct document doc;
	struct pair p;

	(void)state;
	make_seeds(&p.a, "a", 8, 100, 0);
	make_seeds(&p.b, "b", 8, 100, 5);
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
	compare_document(&doc, &p.c, 1, &everything, 0, "");
	assert_string_equal(claim_cell(&doc, "failures"), "worse");
	assert_string_equal(claim_cell(&doc, "time_to_usable p50"), "=");
	document_free(&doc);
	free_pair(&p);
}

/* A request that waits still is as little served as one that failed. */
static void test_waiting_is_never(void **state)
{
	struct pair p;

	(void)state;
	make_seeds(&p.a, "a", 8, 100, 0);
	make_seeds(&p.b, "b", 8, 100, 0);
	for (size_t i = 0; i < 8; i++) {
		make_samples(&p.a.measurement[i], "time_to_usable", 0, 100);
		make_samples(&p.b.measurement[i], "time_to_usable", 0, 100);
		measurement_set_counter(&p.a.measurement[i], "waiting", 0);
		measurement_set_counter(&p.b.measurement[i], "waiting", 50);
	}
	compare(&p);
	assert_int_equal(line_of(&p.c, "time_to_usable mean")->new.known, KNOWN_NEVER);
	assert_int_equal(line_of(&p.c, "time_to_usable p90")->new.known, KNOWN_NEVER);
	assert_int_equal(line_of(&p.c, "time_to_usable p50")->claim, CLAIM_SAME);
	assert_int_equal(line_of(&p.c, "waiting")->claim, CLAIM_HIGHER);
	free_pair(&p);
}

/* Thousands that have no counterpart, and thousands that repeat each other, in seconds. */
static void test_many(void **state)
{
	clock_t start = clock();
	struct pair p;

	(void)state;
	make_result(&p.a, "a", "exact");
	make_result(&p.b, "b", "exact");
	for (uint64_t i = 0; i < 4000; i++) {
		struct measurement *m = make_measurement(i % 2 ? &p.b : &p.a, "burst", "gfp-nowait", 1);

		measurement_set_param(m, "slots", 100000 * (i % 2) + i);
		measurement_set_counter(m, "failures", i);
	}
	compare(&p);
	assert_int_equal(p.c.refused.n, 4000);
	text_has(p.c.refused.item[0], "other parameters: slots: OLD 0, NEW 100001");
	free_pair(&p);
	make_result(&p.a, "a", "exact");
	make_result(&p.b, "b", "exact");
	for (uint64_t i = 0; i < 10000; i++) {
		struct measurement *m = make_measurement(i % 2 ? &p.b : &p.a, "burst", "gfp-nowait",
							 i / 2 + 1);

		make_samples(m, "call_latency", 100 + i % 2, 100);
		measurement_set_counter(m, "failures", i / 4);
	}
	compare(&p);
	assert_int_equal(p.c.block[0].old_runs.n, 2500);
	free_pair(&p);
	/* of this program's own time, with all its checks */
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 15);
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
	make_seeds(&p.a, "a", 8, 100, 3);
	make_result(&p.b, "b", "realtime");
	make_calls(&p.b, "gfp-nowait", 1, 100, 3);
	refused_because(&p, "mode: OLD exact, NEW realtime");

	make_seeds(&p.a, "a", 1, 100, 3);
	make_seeds(&p.b, "b", 1, 100, 3);
	measurement_set_param(&p.b.measurement[0], "area_size", 64);
	refused_because(&p, "area_size: OLD 512, NEW 64");

	make_seeds(&p.a, "a", 1, 100, 3);
	make_seeds(&p.b, "b", 1, 100, 3);
	measurement_set_param(&p.b.measurement[0], "seed", 9);
	refused_because(&p, "no seed in common");

	make_seeds(&p.a, "a", 1, 100, 3);
	make_seeds(&p.b, "b", 1, 100, 3);
	make_verdict(&p.b.measurement[0], VERDICT_PANIC, "it panicked");
	refused_because(&p, "panic in NEW: it panicked");

	make_seeds(&p.a, "a", 1, 100, 3);
	make_seeds(&p.b, "b", 0, 0, 0);
	m = make_measurement(&p.b, "burst", "gfp-nowait", 1);
	hist_add(measurement_add_hist(m, "call_latency", "ns"), 100, 100);
	refused_because(&p, "other units: OLD insn, NEW ns");

	make_seeds(&p.a, "a", 1, 100, 3);
	make_seeds(&p.b, "b", 0, 0, 0);
	refused_because(&p, "in OLD only");

	/* one seed, two answers, on one side */
	make_seeds(&p.a, "a", 1, 100, 3);
	make_calls(&p.a, "gfp-nowait", 1, 101, 3);
	make_seeds(&p.b, "b", 1, 100, 3);
	refused_because(&p, "two measurements of seed 1 differ, first in call_latency");

	/* one boot is one replicate */
	make_result(&p.a, "a", "realtime");
	make_calls(&p.a, "gfp-nowait", 1, 100, 3);
	make_result(&p.b, "b", "realtime");
	make_calls(&p.b, "gfp-nowait", 1, 100, 3);
	result_seal(&p.a);
	result_seal(&p.b);
	refused_because(&p, "was given twice");
}

static void test_skipped_is_left_out(void **state)
{
	struct pair p;

	(void)state;
	make_seeds(&p.a, "a", 8, 100, 3);
	make_seeds(&p.b, "b", 8, 100, 3);
	make_verdict(make_measurement(&p.a, "burst", "percpu-pool", 1), VERDICT_SKIPPED, "no pool");
	make_calls(&p.b, "percpu-pool", 1, 50, 0);
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
	make_seeds(&p.a, "a", 1, 100, 3);
	make_seeds(&p.b, "b", 1, 101, 3);
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
		make_result(&b->result[i], "boot", "realtime");
		/* no two boots are the same in everything */
		measurement_set_counter(make_calls(&b->result[i], "gfp-nowait", 1, (uint64_t)latency,
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

/* At most a few of 100 comparisons of the same thing claim a difference; +10 % is always seen. */
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

/* Failures of two times @n boots; what the line of them claims. */
static enum claim claim_of_failures(const uint64_t *a, const uint64_t *b, size_t n, double *ratio)
{
	struct boots s;
	enum claim claim;

	for (size_t i = 0; i < 2 * n; i++) {
		struct measurement *m;

		make_result(&s.result[i], "boot", "realtime");
		m = make_measurement(&s.result[i], "burst", "gfp-nowait", 1);
		measurement_set_counter(m, "failures", i < n ? a[i] : b[i - n]);
		measurement_set_counter(m, "requests", i);
		result_seal(&s.result[i]);
		s.pointer[i] = &s.result[i];
	}
	s.old = (struct compare_side){ .label = (char *)"OLD", .result = s.pointer, .results = n };
	s.new = (struct compare_side){ .label = (char *)"NEW", .result = s.pointer + n, .results = n };
	compare_make(&s.c, &s.old, &s.new);
	claim = line_of(&s.c, "failures")->claim;
	*ratio = line_of(&s.c, "failures")->ratio;
	free_boots(&s, n);
	return claim;
}

static void test_zero_inflated_counters(void **state)
{
	const uint64_t none[BOOTS] = { 0 }, five[BOOTS] = { 3, 3, 3, 3, 3 }, one[BOOTS] = { 1 };
	const uint64_t many[BOOTS] = { 500, 500, 500, 500, 500 };
	double ratio;

	(void)state;
	assert_int_equal(claim_of_failures(five, none, BOOTS, &ratio), CLAIM_LOWER);
	near(ratio, 0);
	assert_int_equal(claim_of_failures(none, five, BOOTS, &ratio), CLAIM_HIGHER);
	assert_true(isinf(ratio));
	assert_int_equal(claim_of_failures(one, many, BOOTS, &ratio), CLAIM_HIGHER);
	near(ratio, 2500);
	assert_int_equal(claim_of_failures(many, one, BOOTS, &ratio), CLAIM_LOWER);
	assert_int_equal(claim_of_failures(one, none, BOOTS, &ratio), CLAIM_NONE);
}

/* Whatever the counts are: sides that change places change the claim, and more is never less. */
static void test_claims_are_antisymmetric_and_monotone(void **state)
{
	unsigned int claims = 0, trials = 66;
	uint32_t random = 9;

	(void)state;
	for (unsigned int trial = 0; trial < trials; trial++) {
		uint64_t a[BOOTS], b[BOOTS], more[BOOTS];
		enum claim there, back, shifted;
		double ratio;

		for (size_t i = 0; i < BOOTS; i++) {
			random = random * 1664525u + 1013904223u;
			a[i] = random >> 30 ? 0 : random >> 24;
			random = random * 1664525u + 1013904223u;
			b[i] = random >> 30 == 3 ? random >> 16 & 1023 : trial % 3 * 8;
			more[i] = b[i] + 50;
		}
		there = claim_of_failures(a, b, BOOTS, &ratio);
		back = claim_of_failures(b, a, BOOTS, &ratio);
		assert_int_equal(there == CLAIM_HIGHER, back == CLAIM_LOWER);
		assert_int_equal(there == CLAIM_LOWER, back == CLAIM_HIGHER);
		shifted = claim_of_failures(a, more, BOOTS, &ratio);
		if (there == CLAIM_HIGHER)
			assert_int_not_equal(shifted, CLAIM_LOWER);
		claims += there == CLAIM_HIGHER || there == CLAIM_LOWER;
	}
	/* sides of which nothing is claimed would show nothing */
	if (claims < 10 || claims > trials - 10)
		fail_msg("%u of %u trials claim", claims, trials);
}

/*
 * Two hundred comparisons of seeds that differ by chance alone: in at most 5 % anything is claimed.
 * What is there is seen in nearly all of forty, which takes fewer to tell.
 */
static void test_exact_rates(void **state)
{
	unsigned int wrong = 0, seen = 0;
	uint32_t random = 3;

	(void)state;
	for (int i = 0; i < 240; i++) {
		bool planted = i % 6 == 5;
		size_t claims = 0;
		struct pair p;

		make_result(&p.a, "a", "exact");
		make_result(&p.b, "b", "exact");
		for (uint64_t n = 0; n < 2 * 12 * 8; n++) {
			uint64_t block = n / 16, seed = n / 2 % 8 + 1, latency;
			struct measurement *m = make_measurement(n % 2 ? &p.b : &p.a, "burst",
								 "gfp-nowait", seed);

			random = random * 1664525u + 1013904223u;
			latency = 10000 + (random >> 16) % 500;
			measurement_set_param(m, "area_size", block + 1);
			/* a design moves more than one figure of one measurement */
			make_samples(m, "call_latency", planted && n % 2 && block < 4 ?
				     latency * 13 / 10 : latency, 1000);
		}
		compare(&p);
		for (size_t b = 0; b < p.c.blocks; b++)
			for (size_t k = 0; k < p.c.block[b].lines; k++)
				claims += p.c.block[b].line[k].claim > CLAIM_NONE;
		wrong += !planted && claims;
		seen += planted && claims >= 4;
		free_pair(&p);
	}
	if (wrong > 10 || seen < 38)
		fail_msg("%u of 200 claim what is not, %u of 40 see what is", wrong, seen);
}

/* From zero no share can be seen, and a change of nothing is none: "sees 0.00 %" says nothing. */
static void test_sees_something(void **state)
{
	struct document doc;
	struct pair p;

	(void)state;
	make_seeds(&p.a, "a", 8, 100, 0);
	make_seeds(&p.b, "b", 8, 100, 0);
	measurement_set_counter(&p.a.measurement[1], "failures", 2);
	measurement_set_counter(&p.b.measurement[6], "failures", 3);
	compare(&p);
	compare_document(&doc, &p.c, 1, &differing, 0, "");
	assert_string_equal(claim_cell(&doc, "failures"), "~ uneven: 1 up, 1 down");
	document_free(&doc);
	free_pair(&p);
}

/* What is said where nothing is claimed must not contradict the change beside it. */
static void test_uneven(void **state)
{
	struct document doc;
	struct pair p;

	(void)state;
	make_result(&p.a, "a", "exact");
	make_result(&p.b, "b", "exact");
	for (size_t i = 0; i < 8; i++) {
		make_samples(make_measurement(&p.a, "burst", "gfp-nowait", i + 1), "call_latency",
			     62, 1000 + i);
		make_samples(make_measurement(&p.b, "burst", "gfp-nowait", i + 1), "call_latency",
			     i < 6 ? 620 : 62, 1000 + i);
	}
	compare(&p);
	compare_document(&doc, &p.c, 1, &differing, 0, "");
	assert_string_equal(claim_cell(&doc, "call_latency p50"), "~ uneven: 6 of 8 up");
	document_free(&doc);
	free_pair(&p);
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
	/* never is not 0: neither what a figure comes from nor what it goes to */
	assert_string_equal(format_change_of(INFINITY, 0, 5).text, "from 0");
	assert_string_equal(format_change_of(INFINITY, 5, INFINITY).text, "now never");
	assert_string_equal(format_change_of(0, INFINITY, 5).text, "was never");
	assert_string_equal(format_change_of(0, 5, 0).text, "-100 %");
	assert_string_equal(format_change_of(1, INFINITY, INFINITY).text, "0 %");
	assert_string_equal(format_change_of(1.5, 5, INFINITY).text, "+50.0 %");
	assert_string_equal(format_metric(71.25, "insn").text, "71.25");
	assert_string_equal(format_metric(123456, "insn").text, "123,456");
	assert_string_equal(format_metric(4096, "bytes").text, "4 KiB");
	assert_string_equal(format_metric(INFINITY, "ns").text, "never");
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
		cmocka_unit_test(test_waiting_is_never),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_skipped_is_left_out),
		cmocka_unit_test(test_provenance_is_warned_of),
		cmocka_unit_test(test_realtime),
		cmocka_unit_test(test_realtime_rates),
		cmocka_unit_test(test_zero_inflated_counters),
		cmocka_unit_test(test_claims_are_antisymmetric_and_monotone),
		cmocka_unit_test(test_exact_rates),
		cmocka_unit_test(test_sees_something),
		cmocka_unit_test(test_uneven),
		cmocka_unit_test(test_changes_as_text),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
