// SPDX-License-Identifier: GPL-2.0-only
/* compare-series: kernels of two series, measured and compared in one command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

static void test_two_series(void **state)
{
	struct outcome outcome = pcpbench("compare-series", "none", "percpu-pool", "-w",
					  "tests/guest/series.ini", "-o", scratch_runs(), NULL);
	struct outcome again;
	char *latest = xasprintf("%s/latest", scratch_runs());
	struct result result;

	(void)state;
	if (outcome.status != EXIT_GOOD)
		fail_msg("status %d\n%s", outcome.status, outcome.err);
	assert_non_null(strstr(outcome.out, "none against percpu-pool, 1 seed"));
	/* a kernel without the series has no such strategy, which is left out and no failure */
	assert_non_null(strstr(outcome.out, "left out"));
	load_latest(&result);
	assert_int_equal(result.measurements, 4);
	again = pcpbench("compare", "--by", "series", "--base", "none", latest, NULL);
	assert_int_equal(again.status, EXIT_GOOD);
	assert_string_equal(again.out, outcome.out);
	result_free(&result);
	outcome_free(&again);
	outcome_free(&outcome);
	free(latest);
}

static void usage_is_refused(struct outcome outcome, const char *words)
{
	assert_int_equal(outcome.status, EXIT_CANNOT);
	assert_non_null(strstr(outcome.err, words));
	assert_string_equal(outcome.out, "");
	outcome_free(&outcome);
}

static void test_usage(void **state)
{
	(void)state;
	usage_is_refused(pcpbench("compare-series", "none", NULL), "at least two series");
	usage_is_refused(pcpbench("compare-series", "--each-patch", "none", NULL), "no patches");
	usage_is_refused(pcpbench("compare-series", "--each-patch", "a", "b", NULL), "one series");
	usage_is_refused(pcpbench("compare-series", "--each-patch", "--csv", NULL), "--json");
	usage_is_refused(pcpbench("compare-series", "--each-patch", "/no/such", NULL),
			 "there is no patch series /no/such");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_two_series),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
