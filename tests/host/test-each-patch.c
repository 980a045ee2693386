// SPDX-License-Identifier: GPL-2.0-only
/* A series patch by patch: after which one a figure moved, and what is said where none did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compare/each-patch.h"
#include "lib-report.h"

#define STEPS 4

static const char *const names[STEPS] = { "none", "own-1", "own-2", "own-3" };

struct bench {
	struct result result;
	struct compare_sides sides;
	struct patch_step step[STEPS];
	struct patch_steps steps;
	struct comparison comparison[STEPS];
	struct patch_table table;
};

static void add_step(struct result *r, size_t step, size_t seeds, uint64_t latency)
{
	for (size_t seed = 1; seed <= seeds; seed++) {
		struct measurement *m = make_measurement(r, "burst", "gfp-nowait", seed);

		free(m->series);
		m->series = xstrdup(names[step]);
		make_samples(m, "call_latency", latency, 9000 + seed);
		make_samples(m, "call_latency", 50 * latency, 1000);
		measurement_set_counter(m, "failures", 7);
	}
}

/* @latency 0: nothing was measured at that step. */
static void set_up(struct bench *b, size_t seeds, const uint64_t *latency)
{
	memset(b, 0, sizeof(*b));
	result_init(&b->result);
	b->result.id = xstrdup("run");
	b->result.mode = xstrdup("exact");
	for (size_t i = 0; i < STEPS; i++) {
		b->step[i] = (struct patch_step){ .series = (char *)names[i],
						  .subject = (char *)"mm: change something" };
		if (latency[i])
			add_step(&b->result, i, seeds, latency[i]);
		else
			b->step[i].failure = (char *)"it cannot be built";
	}
	result_seal(&b->result);
	b->steps = (struct patch_steps){ b->step, STEPS };
	compare_sides_borrow(&b->sides, &b->result);
	assert_int_equal(compare_sides_split(&b->sides, BY_SERIES, "none"), 0);
	for (size_t i = 1; i < b->sides.sides; i++)
		for (size_t s = 0; s < STEPS; s++)
			if (!strcmp(names[s], b->sides.side[i].word))
				compare_make(&b->comparison[s], &b->sides.side[i - 1],
					     &b->sides.side[i]);
	patch_table_make(&b->table, &b->steps, b->comparison);
}

static void tear_down(struct bench *b)
{
	patch_table_free(&b->table);
	for (size_t i = 0; i < STEPS; i++)
		comparison_free(&b->comparison[i]);
	compare_sides_free(&b->sides);
	result_free(&b->result);
}

static const struct patch_row *row_of(const struct bench *b, const char *metric)
{
	for (size_t i = 0; i < b->table.rows; i++)
		if (!strcmp(b->table.row[i].metric, metric))
			return &b->table.row[i];
	fail_msg("no row %s", metric);
	return NULL;
}

static char *printed(const struct bench *b, bool all)
{
	struct document doc;

	patch_document(&doc, &b->table, all, 0);
	return written_document(&doc, FORMAT_text);
}

static void test_moved_at(void **state)
{
	static const uint64_t latency[STEPS] = { 100, 100, 110, 99 };
	const struct patch_row *row;
	struct bench b;
	char *text;

	(void)state;
	set_up(&b, 8, latency);
	row = row_of(&b, "call_latency p50");
	assert_int_equal(row->moves, 2);
	assert_int_equal(row->move[0].from, 1);
	assert_int_equal(row->move[0].to, 2);
	assert_false(row->move[0].good);
	assert_int_equal(row->move[1].to, 3);
	assert_true(row->move[1].good);
	assert_true(row->value[2].value == 110);
	assert_true(row_of(&b, "failures")->same);
	text = printed(&b, false);
	text_has(text, "at 2: +10.0 %, worse; at 3: -10.0 %, better");
	text_has(text, "\n   2  mm: change something: 0 better, ");
	text_has(text, "= after every patch: ");
	free(text);
	tear_down(&b);
}

/* Nothing of the step that failed, and what moved is put at the next one that did not. */
static void test_failed_step(void **state)
{
	static const uint64_t latency[STEPS] = { 100, 100, 0, 120 };
	const struct patch_row *row;
	struct bench b;
	char *text;

	(void)state;
	set_up(&b, 8, latency);
	row = row_of(&b, "call_latency p50");
	assert_false(row->known[2]);
	assert_int_equal(row->moves, 1);
	assert_int_equal(row->move[0].from, 1);
	assert_int_equal(row->move[0].to, 3);
	text = printed(&b, false);
	text_has(text, "NOT MEASURED: it cannot be built");
	text_has(text, "(or at one that failed)");
	text_has(text, "n/a");
	free(text);
	tear_down(&b);
}

static void test_too_few_runs(void **state)
{
	static const uint64_t latency[STEPS] = { 100, 100, 110, 110 };
	struct bench b;
	char *text;

	(void)state;
	set_up(&b, 3, latency);
	assert_int_equal(row_of(&b, "call_latency p50")->moves, 0);
	text = printed(&b, true);
	text_has(text, "~ 3 of 7 runs");
	text_has(text, "no figure moved beyond significance");
	free(text);
	tear_down(&b);
}

static void test_json(void **state)
{
	static const uint64_t latency[STEPS] = { 100, 100, 110, 0 };
	struct bench b;
	struct document doc;
	json_t *json;
	char *text;

	(void)state;
	set_up(&b, 8, latency);
	patch_document(&doc, &b.table, false, USES_DATA);
	text = written_document(&doc, FORMAT_json);
	json = json_loads(text, 0, NULL);
	free(text);
	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "patches")), STEPS);
	assert_int_equal(json_array_size(json_object_get(json, "metrics")), b.table.rows);
	json_decref(json);
	tear_down(&b);
}

/* A table of patches can be written in any format. */
static void test_formats(void **state)
{
	static const uint64_t latency[STEPS] = { 100, 100, 110, 0 };
	struct document doc;
	struct bench b;
	char *text;

	(void)state;
	set_up(&b, 8, latency);
	for (size_t i = 0; i < FORMATS; i++) {
		patch_document(&doc, &b.table, false, formats[i].uses);
		text = written_document(&doc, (enum format_id)i);
		text_has(text, i == FORMAT_junit || i == FORMAT_ktap ? "2" : "change something");
		free(text);
	}
	patch_document(&doc, &b.table, false, USES_CHECKS);
	text = written_document(&doc, FORMAT_junit);
	text_has(text, "failures=\"6\" errors=\"1\"");
	text_has(text, "<error type=\"could not judge\" message=\"mm: change something, NOT MEASURED: it cannot be built\"/>");
	free(text);
	tear_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moved_at),
		cmocka_unit_test(test_failed_step),
		cmocka_unit_test(test_too_few_runs),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
