// SPDX-License-Identifier: GPL-2.0-only
/* The block layer's own pools: what a storm loses without, with, and with too little of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

/* Each of 64 cgroups, and their parent, on 32 disks. */
#define GROUPS		(64 * 32)
#define GROUPS_MOST	(65 * 32)
#define SMALL		16
#define LIMIT		1000000000	/* reads a second: far above what is read */

static struct result result, with_bfq;

static int run(struct result *r, const char *workload)
{
	struct outcome outcome = pcpbench("run", "-w", workload, "-o", scratch_runs(), NULL);
	int failed = outcome.status != EXIT_GOOD;

	if (failed)
		print_error("status %d: %s", outcome.status, outcome.err);
	else
		load_latest(r);
	outcome_free(&outcome);
	return failed ? -1 : 0;
}

static int run_all(void **state)
{
	if (scratch_setup(state))
		return -1;
	return run(&result, "tests/guest/blkg-pool.ini");
}

static int run_bfq(void **state)
{
	(void)state;
	return run(&with_bfq, "tests/guest/blkg-pool-bfq.ini");
}

static int end_all(void **state)
{
	result_free(&result);
	result_free(&with_bfq);
	return scratch_teardown(state);
}

static uint64_t param(const struct measurement *m, const char *name)
{
	uint64_t value;

	if (!measurement_param(m, name, &value))
		fail_msg("no parameter %s", name);
	return value;
}

static const struct measurement *find(const struct result *r, uint64_t pool, uint64_t high,
				      uint64_t io_max)
{
	for (size_t i = 0; i < r->measurements; i++) {
		const struct measurement *m = &r->measurement[i];

		if (param(m, "blkg_pool") == pool && param(m, "blkg_pool_high") == high &&
		    param(m, "io_max") == io_max)
			return m;
	}
	fail_msg("no storm with blkg_pool=%d blkg_pool_high=%d io_max=%d", (int)pool, (int)high,
		 (int)io_max);
	return NULL;
}

static const struct measurement *storm(uint64_t pool, uint64_t high)
{
	return find(&result, pool, high, 0);
}

static uint64_t counter(const struct measurement *m, const char *name)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		fail_msg("no counter %s", name);
	return value;
}

/* GFP_NOWAIT does lose something here: or the pools would be held against nothing. */
static void test_without(void **state)
{
	const struct measurement *m = storm(0, 0);
	uint64_t value;

	(void)state;
	assert_true(counter(m, "misattributed_ios") > 0);
	assert_false(measurement_counter(m, "blkg_refcnt_hits", &value));
	assert_false(measurement_counter(m, "blkg_iostat_hits", &value));
}

/* A pool that groups take from was full, or nearly, before the first, and served them all. */
static void check_served(const struct measurement *m, const char *pool, unsigned int most)
{
	char *name[] = {
		xasprintf("%s_high", pool), xasprintf("%s_low", pool), xasprintf("%s_ready", pool),
		xasprintf("%s_hits", pool), xasprintf("%s_misses", pool),
	};
	uint64_t high = counter(m, name[0]), low = counter(m, name[1]);

	/* a refill as soon as an eighth is gone */
	if (!high || low != high - high / 8)
		fail_msg("%s is refilled below %d of %d", pool, (int)low, (int)high);
	if (counter(m, name[2]) < low)
		fail_msg("%s had %d areas of %d when the storm began", pool,
			 (int)counter(m, name[2]), (int)high);
	assert_in_range(counter(m, name[3]), GROUPS, most * GROUPS_MOST);
	assert_int_equal(counter(m, name[4]), 0);
	for (size_t i = 0; i < ARRAY_SIZE(name); i++)
		free(name[i]);
}

static void test_with(void **state)
{
	const struct measurement *m = storm(1, 0);

	(void)state;
	assert_int_equal(counter(m, "misattributed_ios"), 0);
	check_served(m, "blkg_refcnt", 2);
	check_served(m, "blkg_iostat", 2);
}

/*
 * The areas that blk-throttle and BFQ need for a group come from a pool that is
 * full before they ask.
 */
static void check_carries(const struct measurement *m)
{
	assert_int_equal(counter(m, "misattributed_ios"), 0);
	check_served(m, "blkg_refcnt", 2);
	check_served(m, "blkg_iostat", 2);
	check_served(m, "blkg_rwstat", 32);
}

static void test_limits(void **state)
{
	(void)state;
	assert_true(counter(find(&result, 0, 0, LIMIT), "misattributed_ios") > 0);
	check_carries(find(&result, 1, 0, LIMIT));
}

static void test_bfq(void **state)
{
	(void)state;
	check_carries(find(&with_bfq, 1, 0, 0));
	check_carries(find(&with_bfq, 1, 0, LIMIT));
}

/* As small as it was told to be: it runs empty, is refilled, and shows both. */
static void test_small(void **state)
{
	const struct measurement *m = storm(1, SMALL);

	(void)state;
	assert_int_equal(counter(m, "blkg_refcnt_high"), SMALL);
	assert_int_equal(counter(m, "blkg_iostat_high"), SMALL);
	assert_in_range(counter(m, "blkg_refcnt_ready"), SMALL - SMALL / 8, SMALL);
	assert_true(counter(m, "blkg_refcnt_misses") > 0 && counter(m, "blkg_iostat_misses") > 0);
	assert_true(counter(m, "blkg_refcnt_hits") > SMALL);
	assert_true(counter(m, "blkg_refcnt_refills") > 1);
}

/* Who finds a pool empty asks the allocator, so most misses cost nothing. */
static void test_misses_fall_back(void **state)
{
	const struct measurement *m = storm(1, SMALL);
	uint64_t misses = counter(m, "blkg_refcnt_misses") + counter(m, "blkg_iostat_misses");
	uint64_t lost = counter(m, "misattributed_ios");

	(void)state;
	if (lost > misses / 4)
		fail_msg("%d I/Os were charged to an ancestor, of %d misses", (int)lost, (int)misses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without),
		cmocka_unit_test(test_with),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_misses_fall_back),
		cmocka_unit_test(test_limits),
		cmocka_unit_test_setup(test_bfq, run_bfq),
	};

	return cmocka_run_group_tests_name("blkg-pool", tests, run_all, end_all);
}
