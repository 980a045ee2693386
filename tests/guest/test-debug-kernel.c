// SPDX-License-Identifier: GPL-2.0-only
/* percpu_pool's KUnit suite on kernels that check themselves: no splat, no leak, lockdep to the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "build.h"
#include "commands.h"
#include "exit-status.h"
#include "fsutil.h"
#include "lib-pcpbench.h"
#include "util.h"

#define SLOWER	"20"	/* than other guests, at most */

static void expect(const struct measurement *m, const char *name, uint64_t wanted)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		fail_msg("Linux %s: no %s: is that kernel no debugging one?", m->kernel, name);
	if (value != wanted)
		fail_msg("Linux %s: %s is %llu, not %llu", m->kernel, name,
			 (unsigned long long)value, (unsigned long long)wanted);
}

static void check_kernel(const char *kernel)
{
	char *config = xasprintf("%s/patches/config/extra/debug.config", checkout_root());
	struct outcome outcome = pcpbench("run", "-w", "kunit", "--kernel", kernel, "--config", config,
					  "--set", "memory_mib=1024", "--timeout-factor", SLOWER, "-o",
					  scratch_runs(), NULL);
	struct result result;
	uint64_t passed = 0;

	/* a splat is status 1, whatever KUnit thinks of the tests */
	if (outcome.status != EXIT_GOOD)
		fail_msg("Linux %s: status %d\n%s", kernel, outcome.status, outcome.err);
	outcome_free(&outcome);
	free(config);
	load_latest(&result);
	assert_int_equal(result.measurements, 1);
	expect(&result.measurement[0], "tests_failed", 0);
	expect(&result.measurement[0], "tests_skipped", 0);
	expect(&result.measurement[0], "lockdep_on", 1);
	expect(&result.measurement[0], "leaked_objects", 0);
	measurement_counter(&result.measurement[0], "tests_passed", &passed);
	assert_true(passed >= 40);
	result_free(&result);
}

static void test_clean(void **state)
{
	struct str_list kernels = { 0 };

	(void)state;
	if (!getenv("PCPBENCH_TEST_DEBUG")) {
		print_message("# skipped: PCPBENCH_TEST_DEBUG=1 builds debugging kernels, for minutes\n");
		skip();
	}
	series_versions(&kernels, checkout_root());
	assert_true(kernels.n >= 2);
	for (size_t i = 0; i < kernels.n; i++)
		check_kernel(kernels.item[i]);
	str_list_free(&kernels);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_clean) };

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
