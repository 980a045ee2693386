// SPDX-License-Identifier: GPL-2.0-only
/* The KUnit suites, contexts and storms on kernels that check themselves: no splat, no leak, lockdep to the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/checkout.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/util.h"
#include "kernel/build.h"
#include "guest/lib-pcpbench.h"

#define SLOWER		"20"	/* than other guests, at most */
#define CONSOLE_MAX	(64u << 20)

/* percpu_pool's own, and those that need fault injection, which only these kernels have. */
#define POOL_TESTS	40
#define FAULT_TESTS	3

static void expect(const struct measurement *m, const char *name, uint64_t wanted)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		fail_msg("Linux %s: no %s: is that kernel no debugging one?", m->kernel, name);
	if (value != wanted)
		fail_msg("Linux %s: %s is %llu, not %llu", m->kernel, name,
			 (unsigned long long)value, (unsigned long long)wanted);
}

/* A splat is status 1, whatever else came out. */
static void run_on(const char *kernel, const char *workload, struct result *result)
{
	char *config = xasprintf("%s/patches/config/extra/debug.config", checkout_root());
	struct outcome outcome = pcpbench("run", "-w", workload, "--kernel", kernel, "--config", config,
					  "--timeout-factor", SLOWER, "-o", scratch_runs(), NULL);

	if (outcome.status != EXIT_GOOD)
		fail_msg("Linux %s, %s: status %d\n%s", kernel, workload, outcome.status, outcome.err);
	outcome_free(&outcome);
	free(config);
	load_latest(result);
}

/* Once with the block layer's pools, and once without. */
static void check_suites(const char *kernel)
{
	struct result result;

	run_on(kernel, "tests/full/debug-kunit.ini", &result);
	assert_int_equal(result.measurements, 2);
	for (size_t i = 0; i < result.measurements; i++) {
		const struct measurement *m = &result.measurement[i];
		uint64_t passed = 0;

		expect(m, "tests_failed", 0);
		expect(m, "tests_skipped", 0);
		expect(m, "lockdep_on", 1);
		expect(m, "leaked_objects", 0);
		measurement_counter(m, "tests_passed", &passed);
		assert_true(passed >= POOL_TESTS + FAULT_TESTS);
	}
	result_free(&result);
}

/* Lockdep, which gives up at its first complaint, has not: it says so on the console. */
static void check_contexts(const char *kernel)
{
	char *path = xasprintf("%s/latest/console.log", scratch_runs()), *console;
	struct result result;
	size_t length;

	run_on(kernel, "tests/full/debug-kernel.ini", &result);
	for (size_t i = 0; i < result.measurements; i++)
		if (result.measurement[i].verdict != VERDICT_OK)
			fail_msg("Linux %s: %s %s: %s", kernel, result.measurement[i].scenario,
				 result.measurement[i].strategy,
				 verdict_name(result.measurement[i].verdict));
	result_free(&result);
	assert_int_equal(file_read(path, CONSOLE_MAX, &console, &length), 0);
	assert_null(strstr(console, "turning off the locking correctness validator"));
	free(console);
	free(path);
}

static void test_clean(void **state)
{
	struct str_list kernels = { 0 };

	(void)state;
	kernels_under_test(&kernels);
	for (size_t i = 0; i < kernels.n; i++) {
		check_suites(kernels.item[i]);
		check_contexts(kernels.item[i]);
	}
	str_list_free(&kernels);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_clean) };

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
