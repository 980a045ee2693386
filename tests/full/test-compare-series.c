// SPDX-License-Identifier: GPL-2.0-only
/* compare-series with a series that takes a kernel of its own to build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "guest/lib-pcpbench.h"

static void test_none(void **state)
{
	struct outcome outcome = pcpbench("compare-series", "none", "percpu-pool", "-w",
					  "tests/guest/series.ini", "-o", scratch_runs(), NULL);
	struct result result;

	(void)state;
	if (outcome.status != EXIT_GOOD)
		fail_msg("status %d\n%s", outcome.status, outcome.err);
	assert_non_null(strstr(outcome.out, "none against percpu-pool, 1 seed"));
	/* a kernel without the series has no such strategy, which is left out and no failure */
	assert_non_null(strstr(outcome.out, "left out"));
	load_latest(&result);
	assert_int_equal(result.measurements, 4);
	result_free(&result);
	outcome_free(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_none) };

	return cmocka_run_group_tests_name("compare-series", tests, scratch_setup,
					   scratch_teardown);
}
