/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Distribution-free statistics of small samples. All are exact where the
 * comment does not say otherwise. They assume no shape of the data, only that
 * the observations are independent. Values may be infinite ("never served"),
 * but not NaN. Values and intervals have the unit of the observations. Any
 * thread.
 */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stddef.h>

/* Most observations of a sample; larger ones are refused (false, or p = 1). */
#define STATS_SAMPLE_MAX 10000

/* Observations of one thing; who made the array frees it. No function here keeps or frees it. */
struct sample {
	double *x;
	size_t n;
};

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
/* The least number of observations that reach p <= @alpha when all of them agree. */
size_t sign_test_least(double alpha);

/* Sorts the observations in place, ascending. */
void sort_values(struct sample sample);
/*
 * The median of ascending observations: the mean of the middle two when n is
 * even, NaN when n is 0.
 */
double median_of_sorted(struct sample sorted);
/*
 * Interval for the median from two order statistics of ascending observations
 * (Thompson 1936, Ann. Math. Stat. 7; David & Nagaraja 2003, Order Statistics,
 * 7.1): the narrowest symmetric one that covers at least @confidence. False when
 * there are too few for any.
 */
bool median_interval(struct sample sorted, double confidence, struct interval *interval);

/*
 * Up to this many observations a side the distribution is the exact one, above it
 * the normal one.
 */
#define MANN_WHITNEY_EXACT_MAX 25

struct mann_whitney {
	double u;		/* pairs in which b is larger; ties count one half */
	double p;		/* two-sided */
	bool exact;
};

/*
 * Tests whether @a and @b come from one distribution: Mann & Whitney 1947 (Ann.
 * Math. Stat. 18). Exact: the permutation distribution of the midrank sum given the
 * ties there are, counted as in Streitberg & Roehmel 1986 (Stat. Software
 * Newsl. 12); p is the share of all splits whose rank sum is at least as far
 * from its mean. Otherwise the normal approximation with the variance for ties
 * and continuity correction (Lehmann 1975, Nonparametrics, 1.4).
 */
struct mann_whitney mann_whitney(struct sample a, struct sample b);
/*
 * The smallest two-sided p that sides of @n and @m observations can reach: all of
 * one above all of the other.
 */
double mann_whitney_least_p(size_t n, size_t m);

/*
 * The shift from @a to @b: median of all n * m differences b - a (Hodges &
 * Lehmann 1963, Ann. Math. Stat. 34), and the interval that inverts the
 * Mann-Whitney test (Moses 1953; Hollander, Wolfe & Chicken 2014, 4.3). The
 * interval's critical value is the one without ties, which keeps the coverage
 * on the safe side when there are some. With more than MANN_WHITNEY_EXACT_MAX
 * a side it is the normal approximation's. False when the sides are too small
 * for @confidence; *shift is set all the same. Of logarithms, the shift is that
 * of a ratio.
 */
bool shift_interval(struct sample a, struct sample b, double confidence, double *shift,
		    struct interval *interval);

/*
 * The shift of the mean from @a to @b, and the interval of the shifts that a
 * permutation test on the sums does not refute (Fisher 1935; the differences of
 * means of what changes places in each split are typical values, Hartigan 1969,
 * J. Am. Stat. Assoc. 64). It looks at all splits of up to 16 observations, and
 * at 9,999 of more, which are always the same. It is for counts that add up:
 * where most of them are 0 the median of all differences is 0, however large the
 * rest. False when the sides are too small for @confidence; *shift is set all the
 * same. Finite values only.
 */
bool mean_shift_interval(struct sample a, struct sample b, double confidence, double *shift,
			 struct interval *interval);

/*
 * Adjusts @n p-values that are looked at together, in place: Benjamini & Hochberg
 * 1995 (J. R. Stat. Soc. B 57), step up. It bounds the expected share of mistakes
 * among the claims; where nothing differs at all, every claim is a mistake.
 */
void benjamini_hochberg_adjust(double *p, size_t n);

/*
 * Adjusts @n p-values that are looked at together, in place: Holm 1979 (Scand. J.
 * Stat. 6), step down. It bounds the probability of any mistake at all.
 */
void holm_adjust(double *p, size_t n);

/* The geometric mean of values above 0; NaN when there are none. */
double geometric_mean(struct sample sample);

#endif
