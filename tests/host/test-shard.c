// SPDX-License-Identifier: GPL-2.0-only
/* A plan dealt out to shards, and their results joined again. Runs in the checkout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib-capture.h"
#include "lib-report.h"
#include "lib-scratch.h"
#include "result/merge.h"
#include "result/notes.h"
#include "workload/plan.h"
#include "workload/shard.h"
#include "workload/workload.h"

static void test_parse(void **state)
{
	static const char *const bad[] = { "", "1", "/", "0/4", "5/4", "1/0", "1/4/2", "-1/4", "a/b",
					   "1/10001", " 1/2", "1/2 " };
	struct shard shard = { 0 };

	(void)state;
	assert_true(shard_parse(&shard, "2/4"));
	assert_int_equal(shard.number, 2);
	assert_int_equal(shard.of, 4);
	assert_true(shard_parse(&shard, "1/1"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(shard_parse(&shard, bad[i]));
}

static void round_trip(const char *text, size_t max, size_t expected)
{
	size_t *place, n;
	char *again;

	assert_int_equal(places_parse(text, max, &place, &n), 0);
	assert_int_equal(n, expected);
	again = places_text(place, n);
	assert_string_equal(again, text);
	free(again);
	free(place);
}

static void test_places(void **state)
{
	static const char *const bad[] = { "3-1", "1,1", "2,1", "0-10", "10", "x", "1-", "-1", "1-2-3",
					   "0-18446744073709551615" };
	size_t *place, n;

	(void)state;
	round_trip("", 10, 0);
	round_trip("", 0, 0);
	round_trip("0", 1, 1);
	round_trip("0-3,7", 10, 5);
	round_trip("0,2-9", 10, 9);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(places_parse(bad[i], 10, &place, &n), -1);
}

static void load_plan(struct plan *plan, struct workload *w)
{
	struct str_list overrides = { 0 };

	str_list_add(&overrides, "storm.seed=1,2,3");
	assert_int_equal(workload_load(w, ".", "smoke", &overrides), 0);
	plan_make(plan, w);
	str_list_free(&overrides);
}

/* Every step is in one shard and one only, whole guests together, and evenly. */
static void test_every_step_in_one_shard(void **state)
{
	(void)state;
	for (unsigned int of = 1; of <= 20; of++) {
		unsigned int *times;
		size_t least = SIZE_MAX, most = 0, whole;
		struct workload w;
		struct plan plan;

		load_plan(&plan, &w);
		whole = plan.steps;
		times = xcalloc(whole, sizeof(*times));
		plan_free(&plan);
		workload_free(&w);
		for (unsigned int k = 1; k <= of; k++) {
			struct shard shard = { k, of };
			size_t steps = 0;

			load_plan(&plan, &w);
			shard_keep(&plan, &shard);
			assert_int_equal(plan.whole, whole);
			for (size_t g = 0; g < plan.guests; g++)
				for (size_t i = 0; i < plan.guest[g].steps; i++, steps++)
					times[plan.guest[g].step[i].place]++;
			assert_int_equal(steps, plan.steps);
			least = plan.guests < least ? plan.guests : least;
			most = plan.guests > most ? plan.guests : most;
			plan_free(&plan);
			workload_free(&w);
		}
		for (size_t i = 0; i < whole; i++)
			assert_int_equal(times[i], 1);
		assert_true(most - least <= 1);
		free(times);
	}
}

#define STEPS 6

/* Steps @from, @from + @by, ... of a run of STEPS steps, as shard @k of @of unless that is 0. */
static void make_part(struct result *r, size_t from, size_t by, unsigned int k, unsigned int of)
{
	size_t place[STEPS], n = 0;
	char *text;

	result_init(r);
	r->id = xasprintf("part-%u", k);
	r->mode = xstrdup("exact");
	json_object_set_new(r->provenance, "compiler", json_string("gcc"));
	json_object_set_new(r->provenance, "host_cpu", json_string(k == 2 ? "one" : "another"));
	json_object_set_new(r->provenance, "started", json_string(k == 2 ? "2026-01" : "2026-02"));
	for (size_t i = from; i < STEPS; i += by) {
		/* neither sorted nor in the order of seeds */
		struct measurement *m = make_measurement(r, i % 3 ? "pair" : "burst", "gfp-nowait",
							 (i * 5) % 7 + 1);

		make_samples(m, "call_latency", 10 * i + 1, 100);
		place[n++] = i;
	}
	result_seal(r);
	if (!of)
		return;
	text = xasprintf("%u/%u", k, of);
	json_object_set_new(r->provenance, "shard", json_string(text));
	free(text);
	text = places_text(place, n);
	json_object_set_new(r->provenance, "shard_steps", json_string(text));
	free(text);
	json_object_set_new(r->provenance, "all_steps", json_integer(STEPS));
}

static const char *const names[] = { "a.json", "b.json", "c.json" };

static void test_merged_is_the_whole(void **state)
{
	struct result whole, part[3], merged, again;

	(void)state;
	make_part(&whole, 0, 1, 0, 0);
	/* in any order */
	make_part(&part[0], 2, 3, 3, 3);
	make_part(&part[1], 0, 3, 1, 3);
	make_part(&part[2], 1, 3, 2, 3);
	assert_int_equal(merge_results(&merged, part, names, 3), 0);
	assert_string_equal(merged.digest, whole.digest);
	assert_null(json_object_get(merged.provenance, "shard"));
	assert_null(json_object_get(merged.provenance, "shard_steps"));
	assert_string_equal(json_string_value(json_object_get(merged.provenance, "started")),
			    "2026-01");
	assert_int_equal(json_array_size(json_object_get(merged.provenance, "host_cpu")), 2);
	/* what is written can be read, with the same digest */
	assert_int_equal(result_write(&merged, scratch("merged.json")), 0);
	assert_int_equal(result_load(&again, scratch("merged.json")), 0);
	assert_string_equal(again.digest, whole.digest);
	result_free(&again);
	result_free(&merged);
	result_free(&whole);
	for (size_t i = 0; i < 3; i++)
		result_free(&part[i]);
}

/* What the consoles of any part said is said of the whole. */
static void test_notes_are_merged(void **state)
{
	struct str_list said = { 0 }, notes = { 0 };
	struct result part[3], merged;

	(void)state;
	for (unsigned int k = 0; k < 3; k++)
		make_part(&part[k], k, 3, k + 1, 3);
	str_list_add(&said, "guest 00: lost");
	str_list_add(&said, "guest 01: held back");
	notes_set(&part[1], &said);
	assert_int_equal(merge_results(&merged, part, names, 3), 0);
	notes_get(&merged, &notes);
	assert_int_equal(notes.n, 2);
	assert_string_equal(notes.item[0], "shard 2/3, guest 00: lost");
	assert_string_equal(notes.item[1], "shard 2/3, guest 01: held back");
	str_list_free(&notes);
	str_list_free(&said);
	result_free(&merged);
	for (size_t i = 0; i < 3; i++)
		result_free(&part[i]);
}

static void test_more_shards_than_guests(void **state)
{
	struct result whole, part[3], merged;

	(void)state;
	make_part(&whole, 0, 1, 0, 0);
	make_part(&part[0], 0, 1, 1, 3);
	make_part(&part[1], STEPS, 1, 2, 3);
	make_part(&part[2], STEPS, 1, 3, 3);
	assert_int_equal(merge_results(&merged, part, names, 3), 0);
	assert_string_equal(merged.digest, whole.digest);
	result_free(&merged);
	result_free(&whole);
	for (size_t i = 0; i < 3; i++)
		result_free(&part[i]);
}

static void test_runs_without_a_measurement_in_common(void **state)
{
	struct result part[2], merged;

	(void)state;
	make_part(&part[0], 0, 2, 1, 0);
	make_part(&part[1], 1, 2, 2, 0);
	assert_int_equal(merge_results(&merged, part, names, 2), 0);
	assert_int_equal(merged.measurements, STEPS);
	result_free(&merged);
	result_free(&part[0]);
	result_free(&part[1]);
}

/* @part is refused with @message, and is freed. */
static void refused(struct result *part, size_t n, const char *message)
{
	struct result merged;
	char *said;

	capture_stderr_start();
	assert_int_equal(merge_results(&merged, part, names, n), -1);
	said = capture_stderr_end();
	text_has(said, message);
	assert_int_equal(merged.measurements, 0);
	free(said);
	for (size_t i = 0; i < n; i++)
		result_free(&part[i]);
}

static void make_two(struct result *part)
{
	make_part(&part[0], 0, 2, 1, 2);
	make_part(&part[1], 1, 2, 2, 2);
}

static void set_text(struct result *r, const char *key, const char *text)
{
	json_object_set_new(r->provenance, key, json_string(text));
}

static void test_refusals(void **state)
{
	struct result part[3];

	(void)state;
	make_part(&part[0], 0, 3, 1, 3);
	make_part(&part[1], 2, 3, 3, 3);
	refused(part, 2, "of 3 shards these are missing: 2");

	make_part(&part[0], 0, 2, 1, 2);
	make_part(&part[1], 0, 2, 1, 2);
	refused(part, 2, "a.json and b.json are both shard 1/2");

	make_part(&part[0], 0, 2, 1, 0);
	make_part(&part[1], 0, 2, 2, 0);
	refused(part, 2, "a.json and b.json both have the measurement scenario=burst");

	make_two(part);
	set_text(&part[1], "shard_steps", "0,2,4");
	refused(part, 2, "step 0 of b.json is in another part, too");

	make_two(part);
	set_text(&part[1], "shard_steps", "1,3");
	refused(part, 2, "b.json: provenance.shard_steps names 2 steps, but it has 3");

	make_two(part);
	set_text(&part[1], "shard_steps", "1,3,6");
	refused(part, 2, "no ascending numbers below 6");

	make_two(part);
	json_object_set_new(part[0].provenance, "all_steps", json_integer(7));
	json_object_set_new(part[1].provenance, "all_steps", json_integer(7));
	refused(part, 2, "no part has step 6");

	make_two(part);
	json_object_set_new(part[0].provenance, "all_steps", json_integer(1000000000));
	refused(part, 2, "all_steps: not 0 to");

	make_two(part);
	json_object_set_new(part[1].provenance, "all_steps", json_integer(8));
	refused(part, 2, "6 steps by a.json and 8 by b.json");

	make_two(part);
	set_text(&part[1], "shard", "two");
	refused(part, 2, "b.json: provenance.shard: not \"K/N\"");

	make_two(part);
	json_object_del(part[1].provenance, "shard");
	refused(part, 2, "a.json is 1/2 and b.json is no shard");

	make_two(part);
	set_text(&part[1], "compiler", "clang");
	refused(part, 2, "compiler: first gcc, second clang");

	make_two(part);
	free(part[1].mode);
	part[1].mode = xstrdup("realtime");
	refused(part, 2, "a.json is a run in exact mode, b.json in realtime mode");

	/* in real time a host of another kind is another measurement */
	make_two(part);
	for (size_t i = 0; i < 2; i++) {
		free(part[i].mode);
		part[i].mode = xstrdup("realtime");
	}
	refused(part, 2, "host CPU: first another, second one");
}

/* The last part is looked at like the second: of another compiler, or again a step of the first. */
static void test_every_part_is_looked_at(void **state)
{
	(void)state;
	for (size_t odd = 1; odd < 3; odd++)
		for (int sharded = 0; sharded < 2; sharded++) {
			struct result part[3], merged;
			char *said;

			for (size_t i = 0; i < 3; i++)
				make_part(&part[i], i, 3, sharded ? (unsigned int)i + 1 : 0,
					  sharded ? 3 : 0);
			json_object_set_new(part[odd].provenance, "compiler", json_string("clang"));
			capture_stderr_start();
			assert_int_equal(merge_results(&merged, part, names, 3), -1);
			said = capture_stderr_end();
			text_has(said, "compiler");
			text_has(said, names[odd]);
			free(said);
			for (size_t i = 0; i < 3; i++)
				result_free(&part[i]);
			/* a step twice */
			make_part(&part[0], 0, 3, 0, 0);
			make_part(&part[1], 1, 3, 0, 0);
			make_part(&part[2], 2, 3, 0, 0);
			result_free(&part[odd]);
			make_part(&part[odd], 0, 3, 0, 0);
			capture_stderr_start();
			assert_int_equal(merge_results(&merged, part, names, 3), -1);
			free(capture_stderr_end());
			for (size_t i = 0; i < 3; i++)
				result_free(&part[i]);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_every_step_in_one_shard),
		cmocka_unit_test(test_merged_is_the_whole),
		cmocka_unit_test(test_every_part_is_looked_at),
		cmocka_unit_test(test_notes_are_merged),
		cmocka_unit_test(test_more_shards_than_guests),
		cmocka_unit_test(test_runs_without_a_measurement_in_common),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
