// SPDX-License-Identifier: GPL-2.0-only
/* From the options of a run to its plan: each that says what is measured counts. Runs in the checkout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "lib-capture.h"
#include "run/args.h"
#include "run/run.h"

static int prepare(struct run *run, const struct run_options *options)
{
	*run = (struct run){ .options = options };
	return run_prepare(run);
}

static void test_all_of_it(void **state)
{
	struct run_options options;
	struct run run;
	size_t whole;

	(void)state;
	run_options_init(&options);
	options.workload = "smoke";
	assert_int_equal(prepare(&run, &options), 0);
	whole = run.plan.steps;
	assert_true(whole > 1);
	assert_int_equal(run.plan.whole, whole);
	run_free(&run);
	run_options_free(&options);
}

static void test_strategies_and_overrides(void **state)
{
	struct run_options options;
	struct run run;

	(void)state;
	run_options_init(&options);
	options.workload = "smoke";
	str_list_add(&options.strategies, "gfp-nowait");
	str_list_add(&options.overrides, "seed=7");
	assert_int_equal(prepare(&run, &options), 0);
	for (size_t g = 0; g < run.plan.guests; g++)
		for (size_t s = 0; s < run.plan.guest[g].steps; s++) {
			assert_string_equal(run.plan.guest[g].step[s].strategy, "gfp-nowait");
			assert_int_equal(run.plan.guest[g].step[s].param[PARAM_seed], 7);
		}
	run_free(&run);
	run_options_free(&options);
}

/* All the places that the steps of @run's plan have in the whole. */
static void mark_places(const struct run *run, unsigned int *seen)
{
	for (size_t g = 0; g < run->plan.guests; g++)
		for (size_t s = 0; s < run->plan.guest[g].steps; s++)
			seen[run->plan.guest[g].step[s].place]++;
}

static void test_shards(void **state)
{
	unsigned int *seen = NULL;
	struct run_options options;
	size_t whole = 0;

	(void)state;
	run_options_init(&options);
	options.workload = "smoke";
	for (unsigned int number = 1; number <= 2; number++) {
		struct run run;

		options.shard = (struct shard){ number, 2 };
		assert_int_equal(prepare(&run, &options), 0);
		whole = run.plan.whole;
		if (!seen)
			seen = calloc(whole, sizeof(*seen));
		assert_true(run.plan.steps < whole);
		mark_places(&run, seen);
		run_free(&run);
	}
	for (size_t i = 0; i < whole; i++)
		assert_int_equal(seen[i], 1);
	free(seen);
	run_options_free(&options);
}

/* A stored shard names its steps, which are taken whatever today's dealing would say. */
static void test_places(void **state)
{
	struct run_options options;
	size_t place;
	struct run run;

	(void)state;
	run_options_init(&options);
	options.workload = "smoke";
	assert_int_equal(prepare(&run, &options), 0);
	place = run.plan.guest[0].step[0].place;
	run_free(&run);
	options.shard = (struct shard){ 2, 2 };
	options.places = xcalloc(1, sizeof(*options.places));
	options.places[0] = place;
	options.n_places = 1;
	assert_int_equal(prepare(&run, &options), 0);
	assert_int_equal(run.plan.steps, 1);
	assert_int_equal(run.plan.guest[0].step[0].place, place);
	run_free(&run);
	run_options_free(&options);
}

static void check_refused(const struct run_options *options, const char *says)
{
	struct run run;
	char *text;
	int ret;

	capture_stderr_start();
	ret = prepare(&run, options);
	text = capture_stderr_end();
	assert_int_equal(ret, -1);
	if (!strstr(text, says))
		fail_msg("expected '%s' in: %s", says, text);
	free(text);
	run_free(&run);
}

static void test_refused(void **state)
{
	struct run_options options;

	(void)state;
	run_options_init(&options);
	options.workload = "smoek";
	check_refused(&options, "smoke");
	options.workload = "smoke";
	str_list_add(&options.strategies, "gfp-nowiat");
	check_refused(&options, "gfp-nowait");
	str_list_free(&options.strategies);
	options.mode = MODE_REALTIME;
	options.shard = (struct shard){ 1, 2 };
	str_list_add(&options.overrides, "boots=3");
	check_refused(&options, "--shard cannot split boots in real time");
	run_options_free(&options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_of_it),
		cmocka_unit_test(test_strategies_and_overrides),
		cmocka_unit_test(test_shards),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("prepare", tests, NULL, NULL);
}
