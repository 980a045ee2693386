// SPDX-License-Identifier: GPL-2.0-only
/* How often and in what order guests are booted, what does not count. Runs in the checkout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib-capture.h"
#include "run/interleave.h"
#include "run/run.h"

static void start(struct run *run, const struct run_options *options, const char *boots,
		  size_t targets)
{
	struct str_list overrides = { 0 };

	*run = (struct run){ .options = options };
	if (boots)
		str_list_addf(&overrides, "boots=%s", boots);
	assert_int_equal(workload_load(&run->workload, ".", "smoke", &overrides), 0);
	str_list_free(&overrides);
	plan_make(&run->plan, &run->workload);
	run->targets = targets;
	run_boots_plan(run);
}

static void stop(struct run *run)
{
	run_boots_free(run);
	plan_free(&run->plan);
	workload_free(&run->workload);
}

static void test_exact_has_one(void **state)
{
	const struct run_options options = { .mode = MODE_EXACT };
	struct run run;

	(void)state;
	start(&run, &options, "7", 2);
	assert_int_equal(run.boots, 2 * run.plan.guests);
	for (size_t b = 0; b < run.boots; b++) {
		assert_int_equal(run.boot[b].guest, b);
		assert_int_equal(run.boot[b].number, 0);
	}
	stop(&run);
}

static void test_how_many(void **state)
{
	const struct run_options options = { .mode = MODE_REALTIME };
	struct run run;

	(void)state;
	start(&run, &options, NULL, 1);
	assert_int_equal(run_boots_wanted(&run), 1);
	stop(&run);
	start(&run, &options, NULL, 2);
	assert_int_equal(run_boots_wanted(&run), BOOTS_A_SIDE);
	assert_int_equal(run.boots, 2 * BOOTS_A_SIDE * run.plan.guests);
	stop(&run);
	start(&run, &options, "3", 2);
	assert_int_equal(run_boots_wanted(&run), 3);
	stop(&run);
}

static void test_boots_are_checked(void **state)
{
	static const char *const bad[] = { "0", "1001", "-1", "two", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct str_list overrides = { 0 };
		struct workload workload;
		char *said;

		str_list_addf(&overrides, "boots=%s", bad[i]);
		capture_stderr_start();
		assert_int_equal(workload_load(&workload, ".", "smoke", &overrides), -1);
		said = capture_stderr_end();
		assert_non_null(strstr(said, "boots"));
		free(said);
		str_list_free(&overrides);
	}
}

/* Two series of one guest: side by side in each round, and ABBA over the rounds. */
static void test_series_take_turns(void **state)
{
	const struct run_options options = { .mode = MODE_REALTIME };
	size_t seen = 0;
	struct run run;

	(void)state;
	start(&run, &options, "4", 2);
	for (size_t b = 0; b < run.boots; b += 2) {
		size_t a = run.boot[b].guest, c = run.boot[b + 1].guest;
		unsigned int round = run.boot[b].number - 1;

		assert_int_equal(a % run.plan.guests, c % run.plan.guests);
		assert_int_equal(a / run.plan.guests, interleave(2, round, 0));
		assert_int_equal(c / run.plan.guests, interleave(2, round, 1));
		assert_int_equal(run.boot[b + 1].number, round + 1);
	}
	/* every guest of every series once in each round */
	for (size_t g = 0; g < run_guests(&run); g++)
		for (unsigned int round = 1; round <= 4; round++)
			for (size_t b = 0; b < run.boots; b++)
				seen += run.boot[b].guest == g && run.boot[b].number == round;
	assert_int_equal(seen, run.boots);
	stop(&run);
}

static void spoil(struct run_boot *boot)
{
	boot->outcome.wait = (struct host_wait){ .waited = 500, .ran = 500, .known = true };
}

static void test_replaced_once(void **state)
{
	const struct run_options options = { .mode = MODE_REALTIME, .host_wait_limit = 0.25 };
	struct run run;
	size_t planned;
	char *reason;

	(void)state;
	start(&run, &options, "3", 1);
	planned = run.boots;
	spoil(&run.boot[1]);
	run.boot[2].outcome.wait = (struct host_wait){ .waited = 200, .ran = 800, .known = true };
	assert_int_equal(run_boots_replace(&run, 0, planned), 1);
	assert_int_equal(run.boots, planned + 1);
	assert_true(run.boot[1].contaminated);
	assert_false(run.boot[2].contaminated);
	assert_int_equal(run.boot[planned].guest, run.boot[1].guest);
	assert_int_equal(run.boot[planned].number, 4);
	assert_int_equal(run.boot[planned].replaces, run.boot[1].number);
	assert_int_equal(run.boot[1].replaced_by, 4);
	reason = run_boot_reason(&run, 1);
	assert_non_null(strstr(reason, "50.0 %"));
	assert_non_null(strstr(reason, "boot 4 replaces it"));
	free(reason);
	/* the one that stands in has no luck either: it is told, and that is all */
	spoil(&run.boot[planned]);
	assert_int_equal(run_boots_replace(&run, planned, 1), 0);
	assert_int_equal(run.boots, planned + 1);
	assert_true(run.boot[planned].contaminated);
	stop(&run);
}

/* Two of one guest in one round's worth: each gets a number of its own. */
static void test_numbers_differ(void **state)
{
	const struct run_options options = { .mode = MODE_REALTIME, .host_wait_limit = 0.25 };
	struct run run;
	size_t planned;

	(void)state;
	start(&run, &options, "2", 1);
	planned = run.boots;
	for (size_t b = 0; b < planned; b++)
		if (run.boot[b].guest == 0)
			spoil(&run.boot[b]);
	assert_int_equal(run_boots_replace(&run, 0, planned), 2);
	assert_int_equal(run.boot[planned].number, 3);
	assert_int_equal(run.boot[planned + 1].number, 4);
	stop(&run);
}

static void test_too_many(void **state)
{
	const struct run_options options = { .mode = MODE_REALTIME, .host_wait_limit = 0.25 };
	size_t bad, all, spoilt = 0;
	struct run run;

	(void)state;
	start(&run, &options, "6", 1);
	for (size_t b = 0; b < run.boots && spoilt < 2; b++)
		if (run.boot[b].guest == 0) {
			run.boot[b].contaminated = true;
			spoilt++;
		}
	/* one in three may be; more may not */
	assert_false(run_boots_inconclusive(&run, 0, &bad, &all));
	assert_int_equal(bad, 2);
	assert_int_equal(all, 6);
	for (size_t b = 0; b < run.boots; b++)
		if (run.boot[b].guest == 0 && run.boot[b].number == 6)
			run.boot[b].contaminated = true;
	assert_true(run_boots_inconclusive(&run, 0, &bad, &all));
	assert_int_equal(bad, 3);
	assert_false(run_boots_inconclusive(&run, 1, &bad, &all));
	stop(&run);
}

/* The steps of a shard have their places in the whole: there is none for one more boot. */
static void test_shard_flags_only(void **state)
{
	const struct run_options options = {
		.mode = MODE_REALTIME, .host_wait_limit = 0.25, .shard = { 1, 2 },
	};
	struct run run;

	(void)state;
	start(&run, &options, NULL, 1);
	spoil(&run.boot[0]);
	assert_int_equal(run_boots_replace(&run, 0, run.boots), 0);
	assert_true(run.boot[0].contaminated);
	stop(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_has_one),
		cmocka_unit_test(test_how_many),
		cmocka_unit_test(test_boots_are_checked),
		cmocka_unit_test(test_series_take_turns),
		cmocka_unit_test(test_replaced_once),
		cmocka_unit_test(test_numbers_differ),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_shard_flags_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
