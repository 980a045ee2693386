// SPDX-License-Identifier: GPL-2.0-only
/* When a guest has to go, by clocks that the test sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guest/deadlines.h"

enum { EXACT = true, REALTIME = false };

struct guest {
	struct guest_deadlines d;
	struct guest_moment now;
	enum guest_end why;
};

static struct guest start(bool exact, double factor)
{
	/* the host is up for long, and QEMU's start has cost something */
	struct guest g = { .now = { .host = 1e6, .own = 0.25 } };

	guest_deadlines_start(&g.d, exact, factor, &g.now);
	return g;
}

/* True when it has to go so many seconds later, by each clock. */
static bool later(struct guest *g, double host, double own, double guest)
{
	g->now.host += host;
	g->now.own += own;
	g->now.guest_ns += (uint64_t)(guest * 1e9);
	guest_deadlines_note(&g->d, &g->now);
	return guest_deadlines_over(&g->d, &g->now, &g->why);
}

static void boots(struct guest *g)
{
	g->now.hello = true;
	g->now.moves++;
	assert_false(later(g, 0, 0, 0));
}

/* A day of the host's passes in which QEMU gets a second: in every phase that is no one's fault. */
static void test_exact_no_cpu(void **state)
{
	struct guest g = start(EXACT, 1);

	(void)state;
	for (int i = 0; i < 24; i++)
		assert_false(later(&g, 3600, 1.0 / 24, 0));
	boots(&g);
	for (int i = 0; i < 24; i++)
		assert_false(later(&g, 3600, 1.0 / 24, 0));
	assert_false(later(&g, 3600, 0.04, 0.5));
	for (int i = 0; i < 24; i++)
		assert_false(later(&g, 3600, 1.0 / 24, 0));
	g.now.crashed = true;
	assert_false(later(&g, 3600, 0.04, 0));
	assert_false(later(&g, 86400, 1, 0));
	assert_true(later(&g, 0, 1.1, 0));
	assert_int_equal(g.why, GUEST_CRASHED);
}

/* A clock of the host's that is set or stands still does not help or harm either. */
static void test_exact_wall_jumps_back(void **state)
{
	struct guest g = start(EXACT, 1);

	(void)state;
	assert_false(later(&g, -5000, 59.5, 0));
	assert_true(later(&g, -1, 1, 0));
	assert_int_equal(g.why, GUEST_NO_BOOT);
}

/* QEMU burns its time, and nothing comes of it. */
static void test_exact_burns(void **state)
{
	struct guest g = start(EXACT, 1);

	(void)state;
	assert_false(later(&g, 1, 59.9, 0));
	boots(&g);
	assert_false(later(&g, 1, 29.9, 0));
	/* a sign of life */
	assert_false(later(&g, 1, 29.9, 0.5));
	assert_false(later(&g, 1, 29.9, 0.5));
	assert_false(later(&g, 1, 29.9, 0.5));
	/* but 120 s without progress are too many even so */
	assert_true(later(&g, 1, 1, 0.5));
	assert_int_equal(g.why, GUEST_NO_PROGRESS);

	g = start(EXACT, 1);
	boots(&g);
	assert_true(later(&g, 1, 30.1, 0));
	assert_int_equal(g.why, GUEST_NO_PROGRESS);
}

/* An idle guest's clock jumps: its stall shows in guest time long before it does in QEMU's. */
static void test_exact_stalls(void **state)
{
	struct guest g = start(EXACT, 1);

	(void)state;
	boots(&g);
	assert_false(later(&g, 1, 1, 599));
	g.now.moves++;
	assert_false(later(&g, 1, 1, 1));
	assert_false(later(&g, 1, 1, 599));
	assert_true(later(&g, 1, 1, 2));
	assert_int_equal(g.why, GUEST_NO_PROGRESS);
}

static void test_exact_total(void **state)
{
	struct guest g = start(EXACT, 1);

	(void)state;
	boots(&g);
	for (int i = 0; i < 59; i++) {
		g.now.moves++;
		assert_false(later(&g, 1000, 10, 5));
	}
	g.now.moves++;
	assert_false(later(&g, 1000, 10, 5));
	g.now.moves++;
	assert_true(later(&g, 1000, 10, 5));
	assert_int_equal(g.why, GUEST_OUT_OF_TIME);
}

/* The host's clock counts only where QEMU had nothing at all, and then for an hour. */
static void test_exact_last_resort(void **state)
{
	struct guest g = start(EXACT, 1);

	(void)state;
	g.now.starved = 3599;
	assert_false(later(&g, 3599, 0, 0));
	g.now.starved = 3601;
	assert_true(later(&g, 2, 0, 0));
	assert_int_equal(g.why, GUEST_STARVED);
	/* real time has its own limits */
	g = start(REALTIME, 1);
	g.now.starved = 3601;
	assert_false(later(&g, 2, 0, 0));
}

static void test_realtime(void **state)
{
	struct guest g = start(REALTIME, 1);

	(void)state;
	/* eight CPUs run eight seconds in one */
	assert_false(later(&g, 59.9, 8 * 59.9, 0));
	boots(&g);
	assert_false(later(&g, 29.9, 8 * 29.9, 0));
	assert_false(later(&g, 29.9, 0, 10000));
	assert_false(later(&g, 29.9, 0, 0.5));
	assert_false(later(&g, 29.9, 0, 0.5));
	assert_true(later(&g, 1, 0, 0.5));
	assert_int_equal(g.why, GUEST_NO_PROGRESS);
	g = start(REALTIME, 1);
	assert_true(later(&g, 60.1, 0, 0));
	assert_int_equal(g.why, GUEST_NO_BOOT);
}

/* The factor is of every limit, in both modes. */
static void test_factor(void **state)
{
	(void)state;
	for (int exact = 0; exact < 2; exact++) {
		struct guest g = start(exact, 2);

		assert_false(later(&g, 119, 119, 0));
		assert_true(later(&g, 2, 2, 0));
		g = start(exact, 0.1);
		boots(&g);
		assert_false(later(&g, 2.9, 2.9, 0));
		assert_true(later(&g, 0.2, 0.2, 0));
	}
}

/* Who is told that a guest had to go is told by which clock. */
static void test_words(void **state)
{
	struct guest exact = start(EXACT, 0.5), realtime = start(REALTIME, 0.5);
	char *words = guest_deadlines_words(&exact.d, GUEST_NO_BOOT);

	(void)state;
	assert_string_equal(words, "30 s of QEMU's own time to the agent's first word");
	free(words);
	words = guest_deadlines_words(&realtime.d, GUEST_NO_BOOT);
	assert_string_equal(words, "30 s to the agent's first word");
	free(words);
	words = guest_deadlines_words(&exact.d, GUEST_NO_PROGRESS);
	assert_non_null(strstr(words, "300 s of the guest's"));
	free(words);
	words = guest_deadlines_words(&exact.d, GUEST_STARVED);
	assert_non_null(strstr(words, "1800 s without any of QEMU's own"));
	free(words);
	assert_null(guest_deadlines_words(&exact.d, GUEST_INTERRUPTED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_no_cpu),
		cmocka_unit_test(test_exact_wall_jumps_back),
		cmocka_unit_test(test_exact_burns),
		cmocka_unit_test(test_exact_stalls),
		cmocka_unit_test(test_exact_total),
		cmocka_unit_test(test_exact_last_resort),
		cmocka_unit_test(test_realtime),
		cmocka_unit_test(test_factor),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
