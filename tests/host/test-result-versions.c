// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results of other versions: of schema /1, and of tables that had a parameter, counter,
 * histogram or percentile less or more. Runs in the checkout.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "compare/compare.h"
#include "lib-capture.h"
#include "lib-schema-check.h"
#include "lib-scratch.h"
#include "result/again.h"
#include "result/own-params.h"
#include "result/result.h"

#define OF_SCHEMA_1 "tests/host/data/gate-6.12-schema-1.json"

static json_t *read_json(const char *path)
{
	json_error_t error;
	json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("%s, line %d: %s", path, error.line, error.text);
	return json;
}

static json_t *measurement_of(json_t *root, size_t i)
{
	return json_array_get(json_object_get(root, "measurements"), i);
}

/* What a digest of @root is made of, by its schema; reckoned apart from the program. */
static void seal(json_t *root)
{
	bool old = !strcmp(json_string_value(json_object_get(root, "schema")), "pcpbench-result/1");
	json_t *items = json_deep_copy(json_object_get(root, "measurements")), *item, *hist;
	char digest[72] = "sha256:", *text;
	const char *name;
	size_t i;

	json_array_foreach(items, i, item) {
		if (old)
			continue;
		json_object_del(item, "defaults");
		json_object_foreach(json_object_get(item, "histograms"), name, hist)
			json_object_del(hist, "percentiles");
	}
	text = json_dumps(items, JSON_COMPACT | JSON_SORT_KEYS);
	sha256_hex(text, strlen(text), digest + 7);
	json_object_set_new(root, "digest", json_string(digest));
	json_decref(items);
	free(text);
}

static void load_json(struct result *r, json_t *root)
{
	char *text = json_dumps(root, 0), *said;
	int failed;

	capture_stderr_start();
	failed = result_parse(r, "edited", text, strlen(text));
	said = capture_stderr_end();
	if (failed)
		fail_msg("refused: %s", said);
	free(said);
	free(text);
}

/* The stored result as /2 has it, as a tree. */
static json_t *as_written_now(void)
{
	struct result r;
	json_t *root;

	assert_int_equal(result_load(&r, OF_SCHEMA_1), 0);
	assert_int_equal(result_write(&r, scratch("now.json")), 0);
	result_free(&r);
	root = read_json(scratch("now.json"));
	return root;
}

static bool has_param(const struct measurement *m, const char *name)
{
	uint64_t value;

	return measurement_param(m, name, &value);
}

static void fits(const char *schema_path, json_t *root)
{
	json_t *schema = read_json(schema_path);
	char *wrong = schema_check(schema, root);

	if (wrong)
		fail_msg("%s: %s", schema_path, wrong);
	json_decref(schema);
}

static void test_schema_1_is_read(void **state)
{
	json_t *old = read_json(OF_SCHEMA_1), *now;
	struct result r, again;

	(void)state;
	fits("results/schema-1.json", old);
	assert_int_equal(result_load(&r, OF_SCHEMA_1), 0);
	assert_string_equal(r.digest_1, json_string_value(json_object_get(old, "digest")));
	assert_int_equal(r.measurements, json_array_size(json_object_get(old, "measurements")));
	for (size_t i = 0; i < r.measurements; i++) {
		const struct measurement *m = &r.measurement[i];

		assert_int_equal(has_param(m, "jobs"), !strcmp(m->scenario, "storm"));
		assert_int_equal(has_param(m, "added_insns"), !strcmp(m->strategy, "busted-slow"));
		assert_int_equal(has_param(m, "pool_high"), !strcmp(m->strategy, "percpu-pool") ||
				 !strcmp(m->strategy, "percpu-mempool") ||
				 !strcmp(m->strategy, "objpool"));
		assert_false(has_param(m, "neighbour"));
		assert_true(has_param(m, "seed"));
		assert_true(has_param(m, "cpus"));
	}
	/* what is written now is the same thing, and its digest is what anybody reckons */
	now = as_written_now();
	fits("results/schema.json", now);
	assert_string_equal(json_string_value(json_object_get(now, "digest")), r.digest);
	load_json(&again, now);
	assert_string_equal(again.digest, r.digest);
	assert_string_equal(again.digest_1, "");
	seal(now);
	assert_string_equal(json_string_value(json_object_get(now, "digest")), r.digest);
	result_free(&again);
	result_free(&r);
	json_decref(now);
	json_decref(old);
}

/* A file of /1 is held against its own digest still. */
static void test_schema_1_is_checked(void **state)
{
	json_t *old = read_json(OF_SCHEMA_1);
	struct result r;
	char *text, *said;

	(void)state;
	json_object_set_new(json_object_get(measurement_of(old, 0), "params"), "neighbour",
			    json_integer(1));
	text = json_dumps(old, 0);
	capture_stderr_start();
	assert_int_equal(result_parse(&r, "edited", text, strlen(text)), -1);
	said = capture_stderr_end();
	assert_non_null(strstr(said, "edited: digest: sha256:"));
	free(said);
	free(text);
	json_decref(old);
}

/* What /1 stored of others' parameters is dropped, whatever it is, unless it tells two apart. */
static void test_strangers_of_schema_1(void **state)
{
	json_t *old = read_json(OF_SCHEMA_1), *twin, *twin_params;
	struct result r, odd, both;

	(void)state;
	assert_int_equal(result_load(&r, OF_SCHEMA_1), 0);
	assert_string_equal(r.measurement[0].scenario, "storm");
	json_object_set_new(json_object_get(measurement_of(old, 0), "params"), "count",
			    json_integer(100));
	seal(old);
	load_json(&odd, old);
	assert_string_equal(odd.digest, r.digest);
	assert_string_not_equal(odd.digest_1, r.digest_1);
	twin = json_deep_copy(measurement_of(old, 0));
	twin_params = json_object_get(twin, "params");
	json_object_set_new(twin_params, "neighbour", json_integer(1));
	json_array_append_new(json_object_get(old, "measurements"), twin);
	seal(old);
	load_json(&both, old);
	assert_int_equal(both.measurements, r.measurements + 1);
	assert_true(has_param(&both.measurement[r.measurements], "neighbour"));
	result_free(&both);
	result_free(&odd);
	result_free(&r);
	json_decref(old);
}

/* @a and @b hold the same measurements: no comparison has anything against them. */
static void compares(const struct result *a, const struct result *b, bool same_digest)
{
	const struct result *old[] = { a }, *new[] = { b };
	struct compare_side sides[] = {
		{ .label = "OLD", .result = old, .results = 1 },
		{ .label = "NEW", .result = new, .results = 1 },
	};
	struct comparison c;

	compare_make(&c, &sides[0], &sides[1]);
	if (c.refused.n)
		fail_msg("%s", c.refused.item[0]);
	assert_int_equal(c.same_digest, same_digest);
	/* 15 of pairs and bursts, one of storms */
	assert_int_equal(c.blocks, 16);
	for (size_t i = 0; i < c.blocks; i++)
		assert_int_equal(c.block[i].old_runs.n, 8);
	comparison_free(&c);
}

static void test_schema_1_compares(void **state)
{
	json_t *now = as_written_now();
	struct result r, again;

	(void)state;
	assert_int_equal(result_load(&r, OF_SCHEMA_1), 0);
	load_json(&again, now);
	compares(&r, &again, true);
	assert_null(again_first_difference(&r, &again));
	result_free(&again);
	result_free(&r);
	json_decref(now);
}

/* A later version has one more parameter: at its default it is as if it were not there. */
static void test_new_parameter(void **state)
{
	json_t *now = as_written_now(), *item;
	struct result stored, later, earlier, other;
	size_t i;

	(void)state;
	load_json(&stored, now);
	json_array_foreach(json_object_get(now, "measurements"), i, item)
		json_object_set_new(json_object_get(item, "defaults"), "zeal", json_integer(7));
	load_json(&later, now);
	assert_string_equal(later.digest, stored.digest);
	compares(&stored, &later, true);
	compares(&later, &stored, true);
	/* this version has one more than the file: the same from the other side */
	json_array_foreach(json_object_get(now, "measurements"), i, item) {
		json_object_del(json_object_get(item, "defaults"), "pause");
		json_object_del(json_object_get(item, "defaults"), "rounds");
		json_object_del(json_object_get(item, "defaults"), "possible_cpus");
	}
	load_json(&earlier, now);
	assert_string_equal(earlier.digest, stored.digest);
	assert_true(has_param(&earlier.measurement[0], "possible_cpus"));
	compares(&stored, &earlier, true);
	compares(&earlier, &stored, true);
	assert_null(again_first_difference(&earlier, &stored));
	/* with another value than its default it is another measurement */
	json_object_del(json_object_get(measurement_of(now, 0), "defaults"), "zeal");
	json_object_set_new(json_object_get(measurement_of(now, 0), "params"), "zeal",
			    json_integer(8));
	seal(now);
	load_json(&other, now);
	assert_true(has_param(&other.measurement[0], "zeal"));
	assert_string_not_equal(other.digest, stored.digest);
	result_free(&other);
	result_free(&earlier);
	result_free(&later);
	result_free(&stored);
	json_decref(now);
}

static json_t *one_observation(void)
{
	return json_pack("{s:s, s:i, s:i, s:i, s:i, s:{s:n}, s:[[i,i,i]]}", "unit", "insn", "count", 1,
			 "min", 5, "max", 5, "sum", 5, "percentiles", "50", "buckets", 5, 5, 1);
}

/* A later version counts more, and has one more histogram. */
static void test_new_counter_and_histogram(void **state)
{
	json_t *now = as_written_now(), *item;
	struct result stored, later;
	struct str_list new = { 0 };
	char *difference;
	size_t i;

	(void)state;
	load_json(&stored, now);
	json_array_foreach(json_object_get(now, "measurements"), i, item) {
		json_object_set_new(json_object_get(item, "counters"), "zeals", json_integer(3));
		json_object_set_new(json_object_get(item, "histograms"), "zeal_time",
				    one_observation());
	}
	seal(now);
	load_json(&later, now);
	assert_string_not_equal(later.digest, stored.digest);
	compares(&stored, &later, false);
	compares(&later, &stored, false);
	/* made again, all that is stored is there, and the rest is named */
	assert_null(again_first_difference(&stored, &later));
	again_list_new(&new, &stored, &later);
	assert_int_equal(new.n, 2);
	assert_string_equal(new.item[0], "counter zeals");
	assert_string_equal(new.item[1], "histogram zeal_time");
	/* but what was stored and is not there again is a difference */
	difference = again_first_difference(&later, &stored);
	assert_non_null(strstr(difference, "first in zeals"));
	free(difference);
	str_list_free(&new);
	result_free(&later);
	result_free(&stored);
	json_decref(now);
}

static void test_other_percentiles(void **state)
{
	json_t *now = as_written_now(), *percentiles;
	struct result stored, other;

	(void)state;
	load_json(&stored, now);
	percentiles = json_object_get(json_object_get(json_object_get(
		measurement_of(now, 127), "histograms"), "call_latency"), "percentiles");
	json_object_set_new(percentiles, "75", json_integer((json_int_t)hist_percentile(
		measurement_hist(&stored.measurement[127], "call_latency"), 75)));
	json_object_del(percentiles, "99.9");
	load_json(&other, now);
	assert_string_equal(other.digest, stored.digest);
	fits("results/schema.json", now);
	result_free(&other);
	result_free(&stored);
	json_decref(now);
}

/* A measurement of a scenario or strategy that no table has may own any parameter. */
static void test_of_unknown_scenario(void **state)
{
	json_t *now = as_written_now(), *item = measurement_of(now, 0);
	struct result r;
	uint64_t preset;

	(void)state;
	json_object_set_new(item, "scenario", json_string("of-the-future"));
	json_object_del(json_object_get(item, "params"), "jobs");
	seal(now);
	load_json(&r, now);
	assert_true(own_param(&r.measurement[0], "neighbour", &preset));
	assert_true(has_param(&r.measurement[0], "jobs"));
	assert_false(own_param(&r.measurement[0], "boot", &preset));
	assert_false(own_param(&r.measurement[1], "neighbour", &preset));
	result_free(&r);
	json_decref(now);
}

/* The sides of a comparison by strategy differ in what belongs to strategies, too. */
static void test_compared_by_strategy(void **state)
{
	const struct result *all[1];
	struct compare_side sides[] = {
		{ .word = "gfp-nowait", .label = "gfp-nowait", .result = all, .results = 1,
		  .by = BY_STRATEGY },
		{ .word = "percpu-pool", .label = "percpu-pool", .result = all, .results = 1,
		  .by = BY_STRATEGY },
	};
	struct comparison c;
	struct result r;

	(void)state;
	assert_int_equal(result_load(&r, OF_SCHEMA_1), 0);
	all[0] = &r;
	compare_make(&c, &sides[0], &sides[1]);
	/* pair and burst */
	assert_int_equal(c.blocks, 2);
	comparison_free(&c);
	/* one value that is not the default is the design's own */
	for (size_t i = 0; i < r.measurements; i++)
		if (has_param(&r.measurement[i], "pool_high"))
			measurement_set_param(&r.measurement[i], "pool_high", 500);
	compare_make(&c, &sides[0], &sides[1]);
	assert_int_equal(c.blocks, 2);
	comparison_free(&c);
	/* of several the default has the counterpart */
	for (size_t i = 0; i < r.measurements; i++)
		if (has_param(&r.measurement[i], "pool_high") &&
		    !strcmp(r.measurement[i].scenario, "burst"))
			measurement_set_param(&r.measurement[i], "pool_high", 0);
	compare_make(&c, &sides[0], &sides[1]);
	assert_int_equal(c.blocks, 1);
	assert_string_equal(c.block[0].old->scenario, "burst");
	comparison_free(&c);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_1_is_read),
		cmocka_unit_test(test_schema_1_is_checked),
		cmocka_unit_test(test_strangers_of_schema_1),
		cmocka_unit_test(test_schema_1_compares),
		cmocka_unit_test(test_new_parameter),
		cmocka_unit_test(test_new_counter_and_histogram),
		cmocka_unit_test(test_other_percentiles),
		cmocka_unit_test(test_of_unknown_scenario),
		cmocka_unit_test(test_compared_by_strategy),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
