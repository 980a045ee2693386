// SPDX-License-Identifier: GPL-2.0-only
/* The cost of measuring: clock and recorder, in instructions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "guest/lib-pcpbench.h"

/* A recorder that costs more would be a good part of the fastest designs' calls. */
#define RECORDER_MOST	40
/* Most instructions of a call that does nothing: part of every latency, and never subtracted. */
#define CALL_MOST	16

static void check_floor(const struct measurement *m)
{
	const struct hist *calls = measurement_hist(m, "call_latency");
	uint64_t cost;

	assert_int_equal(m->verdict, VERDICT_OK);
	assert_true(measurement_counter(m, "recorder_cost", &cost));
	assert_in_range(cost, 1, RECORDER_MOST);
	assert_non_null(calls);
	assert_int_equal(calls->count, 20000);
	assert_in_range(hist_percentile(calls, 50), 1, CALL_MOST);
}

static void test_floor(void **state)
{
	struct outcome outcome = pcpbench("run", "-w", "tests/guest/floor.ini", "-o",
					  scratch_runs(), NULL);
	struct result result;

	(void)state;
	if (outcome.status != EXIT_GOOD)
		fail_msg("status %d\n%s", outcome.status, outcome.err);
	outcome_free(&outcome);
	load_latest(&result);
	assert_int_equal(result.measurements, 4);
	for (size_t i = 0; i < result.measurements; i++)
		check_floor(&result.measurement[i]);
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_floor) };

	return cmocka_run_group_tests_name("floor", tests, scratch_setup, scratch_teardown);
}
