// SPDX-License-Identifier: GPL-2.0-only
/* The sleeping allocator measured here and by the kernel's own test, in one guest, has the same figures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

#define TOLERANCE	0.05
#define TESTS		2

static double counter(const struct measurement *m, const char *name)
{
	uint64_t value = 0;

	if (!measurement_counter(m, name, &value) || !value)
		fail_msg("Linux %s, %s: no %s", m->kernel, m->scenario, name);
	return (double)value;
}

/* Instructions to take an area and give it back, by the kernel's test. */
static double by_the_kernel(const struct measurement *m)
{
	assert_int_equal(counter(m, "test_areas"), 35000 * counter(m, "tests_passed"));
	return counter(m, "test_cycles") / counter(m, "test_areas");
}

/* The same, by this suite. */
static double by_us(const struct measurement *m)
{
	const struct hist *call = measurement_hist(m, "call_latency");
	const struct hist *free = measurement_hist(m, "free_latency");

	assert_int_equal(counter(m, "served"), counter(m, "requests"));
	assert_int_equal(call->count, free->count);
	return (double)(call->sum + free->sum) / (double)call->count;
}

static void compare(const struct result *result, const char *kernel)
{
	double ours = 0, theirs[TESTS];
	unsigned int tests = 0;

	for (size_t i = 0; i < result->measurements; i++) {
		const struct measurement *m = &result->measurement[i];

		if (m->verdict != VERDICT_OK)
			fail_msg("Linux %s, %s, %s: %s", kernel, m->scenario, m->strategy, m->reason);
		if (!strcmp(m->scenario, "vmalloc-test") && tests < TESTS)
			theirs[tests++] = by_the_kernel(m);
		else if (!strcmp(m->strategy, "sleeping"))
			ours = by_us(m);
	}
	assert_int_equal(tests, TESTS);
	for (unsigned int i = 0; i < TESTS; i++) {
		double change = ours / theirs[i] - 1;

		print_message("Linux %s: %.0f instructions an area here, %.0f in pcpu_alloc_test: %+.1f %%\n",
			      kernel, ours, theirs[i], change * 100);
		if (fabs(change) > TOLERANCE)
			fail_msg("Linux %s: more than %.0f %% apart", kernel, TOLERANCE * 100);
	}
}

static void test_same_content(void **state)
{
	struct str_list kernels = { 0 };

	(void)state;
	kernels_under_test(&kernels);
	for (size_t i = 0; i < kernels.n; i++) {
		/* the kernel's test has areas enough for a mean in one round */
		struct outcome outcome = pcpbench("run", "-w", "vmalloc-test", "--kernel",
						  kernels.item[i], "--set", "before.rounds=1", "--set",
						  "cross-free.rounds=1", "--set", "after.rounds=2", "-o",
						  scratch_runs(), NULL);
		struct result result;

		if (outcome.status != EXIT_GOOD)
			fail_msg("Linux %s: status %d\n%s", kernels.item[i], outcome.status, outcome.err);
		outcome_free(&outcome);
		load_latest(&result);
		compare(&result, kernels.item[i]);
		result_free(&result);
	}
	str_list_free(&kernels);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_same_content) };

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
