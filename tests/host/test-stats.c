// SPDX-License-Identifier: GPL-2.0-only
/* Statistics against textbook tables, and against counting every possible outcome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "stats/stats.h"

static void near(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance))
		fail_msg("%.17g, expected %.17g", value, expected);
}

/* A small generator of its own, so that the samples are the same everywhere. */
static uint32_t draw(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

/* Two-sided by counting all 2^n results of n fair throws. */
static double sign_test_counted(unsigned int n, unsigned int rare)
{
	unsigned int far = 0;

	for (unsigned int bits = 0; bits < 1u << n; bits++) {
		unsigned int heads = (unsigned int)__builtin_popcount(bits);

		far += heads <= rare || n - heads <= rare;
	}
	return (double)far / (double)(1u << n);
}

static struct sample of(const double *x, size_t n)
{
	return (struct sample){ (double *)x, n };
}

static void test_sign_test(void **state)
{
	(void)state;
	for (unsigned int n = 1; n <= 14; n++)
		for (unsigned int rare = 0; 2 * rare <= n; rare++) {
			near(sign_test(rare, 0, n - rare), sign_test_counted(n, rare), 1e-12);
			near(sign_test(n - rare, 0, rare), sign_test_counted(n, rare), 1e-12);
		}
	near(sign_test(0, 0, 8), 0.0078125, 1e-15);
	near(sign_test(0, 0, 5), 0.0625, 1e-15);
	/* what is equal speaks against a difference, never for one */
	near(sign_test(0, 1, 7), sign_test(1, 0, 7), 1e-15);
	near(sign_test(0, 8, 0), 1, 0);
	near(sign_test(0, 0, 0), 1, 0);
	assert_int_equal(sign_test_least(0.05), 6);
	assert_int_equal(sign_test_least(0.01), 8);
	/* far beyond what a double's exponent holds */
	near(sign_test(5000, 0, 5000), 1, 1e-9);
	assert_true(sign_test(4000, 0, 6000) < 1e-80);
}

static void test_median(void **state)
{
	double x[] = { 3, INFINITY, 1, 2, 9 }, never[] = { INFINITY, INFINITY };

	(void)state;
	sort_values(of(x, 5));
	near(median_of_sorted(of(x, 5)), 3, 0);
	near(median_of_sorted(of(x, 4)), 2.5, 0);
	assert_true(isinf(median_of_sorted(of(never, 2))));
	assert_true(isnan(median_of_sorted(of(x, 0))));
}

/* Ranks of the 95 % interval and its coverage: David & Nagaraja 2003; Conover 1999, table A3. */
static void test_median_interval(void **state)
{
	static const struct {
		size_t n, low, high;
		double coverage;
	} known[] = {
		{ 6, 1, 6, 0.96875 }, { 8, 1, 8, 0.9921875 }, { 9, 2, 8, 0.9609375 },
		{ 10, 2, 9, 0.978515625 }, { 12, 3, 10, 0.96142578125 }, { 20, 6, 15, 0.9586 },
	};
	struct interval interval;
	double x[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(x); i++)
		x[i] = (double)(i + 1);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		assert_true(median_interval(of(x, known[i].n), 0.95, &interval));
		near(interval.low, (double)known[i].low, 0);
		near(interval.high, (double)known[i].high, 0);
		near(interval.coverage, known[i].coverage, 5e-5);
	}
	for (size_t n = 0; n < 6; n++)
		assert_false(median_interval(of(x, n), 0.95, &interval));
}

/* A point is outside the interval exactly when the sign test rejects it. */
static void test_interval_and_sign_test_agree(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t n = 6 + draw(&random) % 20, below = 0, equal = 0, above = 0;
		struct interval interval;
		double x[26];
		bool outside;

		for (size_t i = 0; i < n; i++) {
			x[i] = (double)(draw(&random) % 7);
			below += x[i] < 1;
			equal += x[i] == 1;
			above += x[i] > 1;
		}
		sort_values(of(x, n));
		assert_true(median_interval(of(x, n), 0.95, &interval));
		outside = interval.low > 1 || interval.high < 1;
		assert_int_equal(outside, sign_test(below, equal, above) <= 0.05);
	}
}

static double pairs_larger(const double *a, size_t n, const double *b, size_t m)
{
	double u = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			u += b[k] > a[i] ? 1 : b[k] == a[i] ? 0.5 : 0;
	return u;
}

/* Two-sided by trying every split of all values into n and m. */
static double mann_whitney_counted(const double *a, size_t n, const double *b, size_t m)
{
	double distance = fabs(pairs_larger(a, n, b, m) - (double)(n * m) / 2);
	double all[16], x[16], y[16], far = 0, every = 0;

	memcpy(all, a, n * sizeof(*a));
	memcpy(all + n, b, m * sizeof(*b));
	for (unsigned int bits = 0; bits < 1u << (n + m); bits++) {
		size_t in_x = 0, in_y = 0;

		if ((size_t)__builtin_popcount(bits) != n)
			continue;
		for (size_t i = 0; i < n + m; i++) {
			if (bits >> i & 1)
				x[in_x++] = all[i];
			else
				y[in_y++] = all[i];
		}
		every++;
		far += fabs(pairs_larger(x, n, y, m) - (double)(n * m) / 2) >= distance - 1e-9;
	}
	return far / every;
}

static void test_mann_whitney_is_the_permutation_test(void **state)
{
	uint32_t random = 7;

	(void)state;
	for (int round = 0; round < 150; round++) {
		size_t n = 1 + draw(&random) % 6, m = 1 + draw(&random) % 6;
		uint32_t values = round % 2 ? 4 : 1000;	/* with many ties and with hardly any */
		struct mann_whitney result;
		double a[6], b[6];

		for (size_t i = 0; i < n; i++)
			a[i] = (double)(draw(&random) % values);
		for (size_t i = 0; i < m; i++)
			b[i] = (double)(draw(&random) % values);
		result = mann_whitney(of(a, n), of(b, m));
		assert_true(result.exact);
		near(result.u, pairs_larger(a, n, b, m), 1e-12);
		near(result.p, mann_whitney_counted(a, n, b, m), 1e-12);
	}
}

/* n values of each side without ties, b larger in @u of the n * n pairs. */
static struct mann_whitney with_u(size_t n, size_t u)
{
	double a[25], b[25];

	for (size_t i = 0; i < n; i++) {
		size_t above = u > n ? n : u;	/* values of a that this one is above */

		a[i] = (double)(i + 1);
		b[i] = (double)above + 0.5 + (double)i / 1000;
		u -= above;
	}
	return mann_whitney(of(a, n), of(b, n));
}

/* Largest U significant at 5 %, two-sided: Mann & Whitney's table, as in Siegel 1956, table K. */
static void test_mann_whitney_table(void **state)
{
	static const struct {
		size_t n, u;
	} critical[] = {
		{ 4, 0 }, { 5, 2 }, { 6, 5 }, { 8, 13 }, { 10, 23 }, { 12, 37 }, { 20, 127 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(critical); i++) {
		struct mann_whitney at = with_u(critical[i].n, critical[i].u);
		struct mann_whitney next = with_u(critical[i].n, critical[i].u + 1);

		near(at.u, (double)critical[i].u, 0);
		assert_true(at.p <= 0.05);
		assert_true(next.p > 0.05);
	}
	/* 4 of the 252 splits of 5 and 5 have U <= 2 */
	near(with_u(5, 2).p, 8.0 / 252, 1e-12);
	near(mann_whitney_least_p(5, 5), 2.0 / 252, 1e-12);
	near(with_u(12, 0).p, mann_whitney_least_p(12, 12), 1e-15);
	near(mann_whitney_least_p(12, 12), 2.0 / 2704156, 1e-15);
	near(mann_whitney_least_p(1, 1), 1, 0);
}

static void test_mann_whitney_large_and_empty(void **state)
{
	double a[26], b[26];

	(void)state;
	for (size_t i = 0; i < 26; i++) {
		a[i] = (double)i;
		b[i] = 1000;
	}
	/*
	 * By hand: all of b is one tie, z = 337.5 / sd,
	 * sd^2 = 676 / 12 * (53 - (26^3 - 26) / (52 * 51)).
	 */
	near(mann_whitney(of(a, 26), of(b, 26)).p,
	     erfc(337.5 / sqrt(2 * 676.0 / 12 * (53 - 17550.0 / 2652))), 1e-15);
	assert_false(mann_whitney(of(a, 26), of(b, 26)).exact);
	near(mann_whitney(of(a, 0), of(b, 26)).p, 1, 0);
	for (size_t i = 0; i < 26; i++)
		a[i] = 1000;
	near(mann_whitney(of(a, 26), of(b, 26)).p, 1, 0);
	near(mann_whitney(of(a, 12), of(b, 12)).p, 1, 0);
}

/* The interval holds exactly the shifts that the test does not reject. */
static void test_shift_interval_inverts_the_test(void **state)
{
	double a[8], b[8], moved[8], shift;
	struct interval interval;
	uint32_t random = 3;

	(void)state;
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < 8; i++) {
			a[i] = draw(&random) + (double)i / 16;
			b[i] = draw(&random) + 20000 + (double)i / 1024;
		}
		assert_true(shift_interval(of(a, 8), of(b, 8), 0.95, &shift, &interval));
		assert_true(interval.low <= shift && shift <= interval.high);
		assert_true(interval.coverage >= 0.95);
		for (int side = 0; side < 4; side++) {
			double ends[] = { interval.low - 1e-4, interval.low + 1e-4,
					  interval.high - 1e-4, interval.high + 1e-4 };

			for (size_t i = 0; i < 8; i++)
				moved[i] = b[i] - ends[side];
			assert_int_equal(mann_whitney(of(a, 8), of(moved, 8)).p <= 0.05,
					 side == 0 || side == 3);
		}
	}
}

static void test_shift_interval_known(void **state)
{
	double a[] = { 1, 2, 3, 4 }, b[] = { 11, 12, 13, 14 }, never[] = { INFINITY, INFINITY };
	struct interval interval;
	double shift;

	(void)state;
	/* of 4 and 4, 2 of 70 splits are the extreme ones: the interval is all differences */
	assert_true(shift_interval(of(a, 4), of(b, 4), 0.95, &shift, &interval));
	near(shift, 10, 0);
	near(interval.low, 7, 0);
	near(interval.high, 13, 0);
	near(interval.coverage, 1 - 2.0 / 70, 1e-12);
	assert_false(shift_interval(of(a, 3), of(b, 3), 0.95, &shift, &interval));
	near(shift, 10, 0);
	assert_false(shift_interval(of(never, 2), of(never, 2), 0.95, &shift, &interval));
	near(shift, 0, 0);
}

/* The example in Holm's spirit: 4 tests, worked by hand. */
static void test_holm(void **state)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005 }, one[] = { 0.2 }, large[] = { 0.9, 0.8 };

	(void)state;
	holm_adjust(p, 4);
	near(p[3], 0.02, 1e-15);
	near(p[0], 0.03, 1e-15);
	near(p[2], 0.06, 1e-15);
	near(p[1], 0.06, 1e-15);
	holm_adjust(one, 1);
	near(one[0], 0.2, 0);
	holm_adjust(large, 2);
	near(large[0], 1, 0);
	near(large[1], 1, 0);
	holm_adjust(NULL, 0);
}

/* Benjamini and Hochberg 1995, table of 15 p-values: at 5 % the first four are claimed. */
static void test_benjamini_hochberg(void **state)
{
	double p[] = { 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
		       0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000 };
	double few[] = { 0.03, 0.01, 0.04 }, same[] = { 0.0078125, 0.0078125, 0.0078125 };

	(void)state;
	benjamini_hochberg_adjust(p, 15);
	near(p[0], 0.0015, 1e-12);
	near(p[3], 0.0095 * 15 / 4, 1e-12);
	for (size_t i = 0; i < 15; i++)
		assert_int_equal(p[i] <= 0.05, i < 4);
	/* step up: no adjusted p is above that of a larger one */
	benjamini_hochberg_adjust(few, 3);
	near(few[1], 0.03, 1e-12);
	near(few[0], 0.04, 1e-12);
	near(few[2], 0.04, 1e-12);
	benjamini_hochberg_adjust(same, 3);
	near(same[0], 0.0078125, 1e-15);
	benjamini_hochberg_adjust(NULL, 0);
}

/* Worked by hand: of 3 and 3 observations there are 20 splits, and 1 in 20 is no 95 %. */
static void test_mean_shift(void **state)
{
	const double a[] = { 1, 2, 3, 4 }, b[] = { 11, 12, 13, 14 }, zero[12] = { 0 };
	double five[12] = { 3, 3, 3, 3, 3 }, shift;
	struct interval interval;

	(void)state;
	assert_false(mean_shift_interval(of(a, 3), of(b, 3), 0.95, &shift, &interval));
	near(shift, 10, 1e-12);
	/* 69 differences of means: the least of them, 11 - 4, to the largest, 14 - 1 */
	assert_true(mean_shift_interval(of(a, 4), of(b, 4), 0.95, &shift, &interval));
	near(shift, 10, 1e-12);
	near(interval.low, 7, 1e-12);
	near(interval.high, 13, 1e-12);
	near(interval.coverage, 1 - 2.0 / 70, 1e-12);
	/* 5 of 24 all on one side: once in 54, so that no change is outside of 95 % */
	assert_true(mean_shift_interval(of(five, 12), of(zero, 12), 0.95, &shift, &interval));
	near(shift, -1.25, 1e-12);
	assert_true(interval.high < 0);
	assert_true(mean_shift_interval(of(zero, 12), of(five, 12), 0.95, &shift, &interval));
	assert_true(interval.low > 0);
	/* 3 of 24: once in 9 */
	five[3] = five[4] = 0;
	assert_true(mean_shift_interval(of(zero, 12), of(five, 12), 0.95, &shift, &interval));
	assert_true(interval.low <= 0 && interval.high > 0);
	assert_false(mean_shift_interval(of(NULL, 0), of(b, 4), 0.95, &shift, &interval));
	assert_true(isnan(shift));
}

static void test_geometric_mean(void **state)
{
	double x[] = { 1, 10, 100 }, inverse[] = { 0.5, 2 };

	(void)state;
	near(geometric_mean(of(x, 3)), 10, 1e-12);
	near(geometric_mean(of(inverse, 2)), 1, 1e-15);
	assert_true(isnan(geometric_mean(of(x, 0))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sign_test),
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_median_interval),
		cmocka_unit_test(test_interval_and_sign_test_agree),
		cmocka_unit_test(test_mann_whitney_is_the_permutation_test),
		cmocka_unit_test(test_mann_whitney_table),
		cmocka_unit_test(test_mann_whitney_large_and_empty),
		cmocka_unit_test(test_shift_interval_inverts_the_test),
		cmocka_unit_test(test_shift_interval_known),
		cmocka_unit_test(test_holm),
		cmocka_unit_test(test_benjamini_hochberg),
		cmocka_unit_test(test_mean_shift),
		cmocka_unit_test(test_geometric_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
