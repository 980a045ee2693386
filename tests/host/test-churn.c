// SPDX-License-Identifier: GPL-2.0-only
/* The agent's storm driver: its schedules, its word to the host, and the books. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guest/agent/churn-schedule.c"
#include "base/util.h"
#include "result/driver.h"

#define ARRIVALS 100000

static uint64_t due[ARRIVALS];

static void test_exponential_known_answers(void **state)
{
	/* u = 2^-53, 1/2 and 1; the largest and the smallest that can be drawn */
	static const uint64_t random[] = {
		0, (1ull << 63) - 1, UINT64_MAX, 1ull << 62, 12345678901234567
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(random); i++) {
		double u = ldexp((double)((random[i] >> 11) + 1), -53);
		double got = ldexp((double)churn_exponential(random[i]), -32);

		/* ln 2 is known to 2^-34, and is taken up to 53 times */
		if (fabs(got + log(u)) > 4e-9)
			fail_msg("-ln(%g) is %.12f, not %.12f", u, -log(u), got);
	}
}

/* Kolmogorov-Smirnov: the largest distance of the intervals from 1 - exp(-x), x in means. */
static double distance_from_exponential(void)
{
	static double gap[ARRIVALS - 1];
	size_t n = ARRAY_SIZE(gap), bins = 1000;
	double most = 0;

	for (size_t i = 0; i < n; i++)
		gap[i] = (double)(due[i + 1] - due[i]) / 1e6;
	for (size_t b = 1; b < bins; b++) {
		double x = 8.0 * (double)b / (double)bins;
		size_t below = 0;

		for (size_t i = 0; i < n; i++)
			below += gap[i] <= x;
		most = fmax(most, fabs((double)below / (double)n - (1 - exp(-x))));
	}
	return most;
}

static void test_poisson(void **state)
{
	struct churn_step step = { .rate = 1000, .poisson = true, .seed = 1 };
	uint64_t first;

	(void)state;
	churn_schedule(&step, due, ARRIVALS);
	assert_int_equal(due[0], 0);
	/* the standard error of the mean is 0.3 % */
	assert_true(fabs((double)due[ARRIVALS - 1] / (ARRIVALS - 1) / 1e6 - 1) < 0.01);
	/* 1.63 / sqrt(n) is passed by chance once in a hundred seeds, and this is one seed */
	assert_true(distance_from_exponential() < 1.63 / sqrt(ARRIVALS));
	first = due[1];
	churn_schedule(&step, due, 2);
	assert_int_equal(due[1], first);
	step.seed = 2;
	churn_schedule(&step, due, 2);
	assert_int_not_equal(due[1], first);
}

static void test_fixed(void **state)
{
	struct churn_step step = { .rate = 3, .seed = 7 };

	(void)state;
	churn_schedule(&step, due, 301);
	/* thirds are rounded down, each by itself: nothing adds up */
	assert_int_equal(due[1], 333333333);
	assert_int_equal(due[2], 666666666);
	assert_int_equal(due[300], 100000000000);
	step.rate = 1000000;
	churn_schedule(&step, due, ARRIVALS);
	assert_int_equal(due[ARRIVALS - 1], (ARRIVALS - 1) * 1000ull);
}

#define HEAD \
	"pcpbench-result 1\nscenario churn\nstrategy gfp-nowait\ncontext irqs-off\nverdict ok\n"
#define REPORT HEAD \
	"counter cgroups 2\n" \
	"hist first_io_latency insn 4 7 7 28\nb 7 7 4\nend hist\n" \
	"end\n" \
	"issued j0000 2 2\nissued j0001 2 2\n"

/* Two cgroups on two disks, two I/Os each; one of j0001 went to its parent. */
#define BOOKS(own, neighbour, storm, root) \
	"disks 2\nfirst 252:0\ncgroup root before\n 252:0 rios=5 wios=0\ncgroup storm before\n" \
	"cgroup j0000 after\n 252:0 rbytes=1 rios=2 wios=0\n 252:1 rios=2 wios=0\n" \
	"cgroup j0001 after\n 252:0 rios=" own " wios=0\n 252:1 rios=2 wios=0\n" \
	neighbour "cgroup root after\n 252:0 rios=" root " wios=0\n 252:1 rios=4 wios=0\n" \
	"cgroup storm after\n 252:0 rios=" storm " wios=0\n 252:1 rios=4 wios=0\n"
#define NEIGHBOUR_BOOK "cgroup neighbour after\n 252:0 rios=3 wios=0\n"
#define BALANCED BOOKS("1", "", "4", "9")

/* What fio says of the neighbour; a signal ended it. */
#define FIO(name, error) \
	"\nfio: terminating on signal 2\n{\"jobs\":[{\"jobname\":\"" name "\",\"error\":" error "," \
	"\"read\":{\"total_ios\":3,\"clat_ns\":{\"N\":3,\"min\":100,\"max\":100,\"mean\":100.0," \
	"\"bins\":{\"100\":3}}},\"write\":{\"total_ios\":0}}]}\n"

static void plan(struct measurement *m, uint64_t neighbour)
{
	measurement_init(m);
	m->scenario = xstrdup("churn");
	m->strategy = xstrdup("gfp-nowait");
	m->context = xstrdup("irqs-off");
	measurement_set_param(m, "jobs", 2);
	measurement_set_param(m, "disks", 2);
	measurement_set_param(m, "ios_per_disk", 2);
	measurement_set_param(m, "neighbour", neighbour);
	measurement_set_counter(m, "requests", 6);
}

static int evaluate(struct measurement *m, const char *driver, const char *fio, const char *books,
		    char **error)
{
	/* exactly as long as the text, so that a read beyond it is seen */
	size_t length = strlen(driver);
	char *exact = memcpy(xcalloc(length ? length : 1, 1), driver, length);
	int ret = churn_evaluate(m, "insn", exact, length, fio, fio ? strlen(fio) : 0, books,
				 strlen(books), error);

	free(exact);
	return ret;
}

static uint64_t counter(const struct measurement *m, const char *name)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		fail_msg("no counter %s", name);
	return value;
}

static void test_books_balance(void **state)
{
	struct measurement m;
	char *error;

	(void)state;
	plan(&m, 0);
	if (evaluate(&m, REPORT, NULL, BALANCED, &error))
		fail_msg("%s", error);
	assert_int_equal(counter(&m, "ios_issued"), 8);
	assert_int_equal(counter(&m, "ios_own"), 7);
	assert_int_equal(counter(&m, "misattributed_ios"), 1);
	assert_int_equal(counter(&m, "cgroups_misattributed"), 1);
	assert_int_equal(counter(&m, "ios_ancestors"), 1);
	assert_int_equal(counter(&m, "ios_unexplained"), 0);
	assert_int_equal(counter(&m, "cgroups"), 2);
	assert_int_equal(counter(&m, "requests"), 6);
	assert_int_equal(measurement_hist(&m, "first_io_latency")->count, 4);
	assert_null(measurement_hist(&m, "fio_clat"));
	measurement_free(&m);
}

static void test_neighbour(void **state)
{
	struct measurement m;
	char *error;

	(void)state;
	plan(&m, 1);
	if (evaluate(&m, REPORT, FIO("neighbour", "0"), BOOKS("2", NEIGHBOUR_BOOK, "7", "12"),
		     &error))
		fail_msg("%s", error);
	assert_int_equal(counter(&m, "neighbour_ios"), 3);
	assert_int_equal(counter(&m, "ios_issued"), 11);
	assert_int_equal(counter(&m, "misattributed_ios"), 0);
	assert_int_equal(measurement_hist(&m, "fio_clat")->count, 3);
	measurement_free(&m);
}

static void fails(uint64_t neighbour, const char *driver, const char *fio, const char *books,
		  const char *says)
{
	struct measurement m;
	char *error;

	plan(&m, neighbour);
	assert_int_equal(evaluate(&m, driver, fio, books, &error), -1);
	if (!strstr(error, says))
		fail_msg("expected '%s', got '%s'", says, error);
	free(error);
	measurement_free(&m);
}

static void test_unbalanced(void **state)
{
	struct measurement m;
	char *error;

	(void)state;
	/* the root has one I/O that nobody issued */
	plan(&m, 0);
	assert_int_equal(evaluate(&m, REPORT, NULL, BOOKS("1", "", "4", "10"), &error), -1);
	assert_non_null(strstr(error, "the books do not balance: 1 I/Os missing"));
	assert_int_equal(counter(&m, "ios_unexplained"), 1);
	free(error);
	measurement_free(&m);
	/* one is missing and nowhere to be found */
	fails(0, REPORT, NULL, BOOKS("1", "", "3", "8"), "1 unexplained");
	/* one more than was issued */
	fails(0, REPORT, NULL, BOOKS("3", "", "5", "10"), "1 unexplained");
	/* the neighbour's are in the books, but it was none of the step's */
	fails(0, REPORT, NULL, BOOKS("2", NEIGHBOUR_BOOK, "7", "12"), "unexplained");
	fails(0, REPORT, NULL, "disks 2\nfirst 252:0\n", "io.stat of cgroup j0000 after");
}

static void test_driver_did_too_little(void **state)
{
	(void)state;
	fails(0, HEAD "end\nissued j0000 2 2\n", NULL, BALANCED, "made 1 cgroups instead of 2");
	fails(0, HEAD "end\nissued j0000 2 2\nissued j0001 2 1\n", NULL, BALANCED,
	      "cgroup j0001 issued 1 I/Os on disk 1 instead of 2");
	fails(0, HEAD "end\nissued j0000 2 2\nissued j0000 2 2\n", NULL, BALANCED, "twice");
}

static void test_neighbour_fails(void **state)
{
	static const char books[] = BOOKS("2", NEIGHBOUR_BOOK, "7", "12");

	(void)state;
	fails(1, REPORT, NULL, books, "no word of the neighbour");
	fails(1, REPORT, FIO("neighbour", "5"), books, "failed with error 5");
	fails(1, REPORT, FIO("stranger", "0"), books, "something else than the job neighbour");
	fails(1, REPORT, "fio: no room\n", books, "fio: no room");
}

static void test_damaged_report(void **state)
{
	(void)state;
	fails(0, "", NULL, BALANCED, "truncated");
	fails(0, HEAD "counter cgroups 2\n", NULL, BALANCED, "truncated");
	fails(0, HEAD "counter cgroups -2\nend\n", NULL, BALANCED, "report, line 6");
	fails(0, HEAD "hist first_io_latency insn 4 7 7 28\nb 7 7 3\nend hist\nend\n", NULL, BALANCED,
	      "first_io_latency");
	fails(0, HEAD "counter requests 2\nend\n", NULL, BALANCED, "as the module has");
	fails(0, "pcpbench-result 1\nscenario storm\nstrategy gfp-nowait\ncontext irqs-off\n"
	      "verdict ok\nend\n", NULL, BALANCED, "asked for churn");
	fails(0, HEAD "end\nissued j0000 2\n", NULL, BALANCED, "no number of I/Os for disk 1");
	fails(0, HEAD "end\nissued j0000 2 x\n", NULL, BALANCED, "line 1");
	fails(0, HEAD "end\nissued j0000 2 2 2\n", NULL, BALANCED, "more numbers");
	fails(0, HEAD "end\nissued j0000 2 2", NULL, BALANCED, "truncated");
	fails(0, HEAD "end\nissued  2 2\n", NULL, BALANCED, "belongs here");
	fails(0, HEAD "end\nspent j0000 2 2\n", NULL, BALANCED, "belongs here");
	fails(0, HEAD "end\n\n", NULL, BALANCED, "belongs here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exponential_known_answers),
		cmocka_unit_test(test_poisson),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_books_balance),
		cmocka_unit_test(test_neighbour),
		cmocka_unit_test(test_unbalanced),
		cmocka_unit_test(test_driver_did_too_little),
		cmocka_unit_test(test_neighbour_fails),
		cmocka_unit_test(test_damaged_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
