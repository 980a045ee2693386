/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Distribution-free statistics of small samples. All exact unless said
 * otherwise; nothing assumes a shape of the data, only that replicates are
 * independent. Values may be infinite ("never served"), but not NaN.
 */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stddef.h>

/* Most observations of a sample; larger ones are refused (false, or p = 1). */
#define STATS_SAMPLE_MAX 10000

struct interval {
	double low, high;
	double coverage;	/* probability that it holds the true value, at least as asked */
};

/*
 * Two-sided p of the sign test (Dixon & Mood 1946, J. Am. Stat. Assoc. 41) of
 * "as likely above as below". @equal observations say neither; they are put
 * with the rarer side, so that p is never too small (the conservative rule in
 * Coakley & Heise 1996, Biometrics 52) and p <= 1 - confidence exactly when
 * median_interval() leaves the point out.
 */
double sign_test(size_t below, size_t equal, size_t above);
/* The least number of observations that, all agreeing, reach p <= @alpha. */
size_t sign_test_least(double alpha);

/* Sorts @x, ascending. */
void sort_values(double *x, size_t n);
/* Of ascending @x; mean of the middle two when n is even, NaN when n is 0. */
double median_of_sorted(const double *x, size_t n);
/*
 * Interval for the median from two order statistics of ascending @x (Thompson
 * 1936, Ann. Math. Stat. 7; David & Nagaraja 2003, Order Statistics, 7.1): the
 * narrowest symmetric one that covers at least @confidence. False when @n is
 * too small for any.
 */
bool median_interval(const double *x, size_t n, double confidence, struct interval *interval);

/* Both sides up to this many: the exact distribution, else the normal one. */
#define MANN_WHITNEY_EXACT_MAX 25

struct mann_whitney {
	double u;		/* pairs in which b is larger; ties count one half */
	double p;		/* two-sided */
	bool exact;
};

/*
 * Do @a and @b come from one distribution? Mann & Whitney 1947 (Ann. Math.
 * Stat. 18). Exact: the permutation distribution of the midrank sum given the
 * ties there are, counted as in Streitberg & Roehmel 1986 (Stat. Software
 * Newsl. 12); p is the share of all splits whose rank sum is at least as far
 * from its mean. Otherwise the normal approximation with the variance for ties
 * and continuity correction (Lehmann 1975, Nonparametrics, 1.4).
 */
struct mann_whitney mann_whitney(const double *a, size_t n, const double *b, size_t m);
/* Smallest two-sided p that sides of @n and @m can reach: all of one above all of the other. */
double mann_whitney_least_p(size_t n, size_t m);

/*
 * The shift from @a to @b: median of all n * m differences b - a (Hodges &
 * Lehmann 1963, Ann. Math. Stat. 34), and the interval that inverts the
 * Mann-Whitney test (Moses 1953; Hollander, Wolfe & Chicken 2014, 4.3). The
 * interval's critical value is the one without ties, which keeps the coverage
 * on the safe side when there are some. With more than MANN_WHITNEY_EXACT_MAX
 * a side it is the normal approximation's. False when the sides are too small
 * for @confidence; *shift is set all the same. Logarithms in, ratio out.
 */
bool shift_interval(const double *a, size_t n, const double *b, size_t m, double confidence,
		    double *shift, struct interval *interval);

/*
 * The shift of the mean from @a to @b, and the interval of the shifts that a
 * permutation test on the sums does not refute (Fisher 1935; the differences of
 * means of what changes places in each split are typical values, Hartigan 1969,
 * J. Am. Stat. Assoc. 64). All splits up to 16 observations, else 9,999 drawn
 * ones, always the same. For counts that add up: where most of them are 0 the
 * median of all differences is 0, however large the rest. False when the sides
 * are too small for @confidence; *shift is set all the same. Finite values only.
 */
bool mean_shift_interval(const double *a, size_t n, const double *b, size_t m, double confidence,
			 double *shift, struct interval *interval);

/*
 * Makes the @n p-values fit to be looked at together: Benjamini & Hochberg 1995
 * (J. R. Stat. Soc. B 57), step up. Of what is then claimed, the expected share
 * of mistakes is held; where nothing differs at all, any claim is one. In place.
 */
void benjamini_hochberg_adjust(double *p, size_t n);

/*
 * Makes the @n p-values fit to be looked at together: Holm 1979 (Scand. J.
 * Stat. 6), step down. In place.
 */
void holm_adjust(double *p, size_t n);

/* Of values above 0; NaN when there are none. */
double geometric_mean(const double *x, size_t n);

#endif
