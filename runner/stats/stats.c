// SPDX-License-Identifier: GPL-2.0-only
#include "stats/stats.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

/* P(X <= k) of a fair coin thrown @n times. long double reaches down to 2^-16382. */
static double fair_binomial(size_t n, size_t k)
{
	long double term = exp2l(-(long double)n), sum = 0;

	for (size_t i = 0; i <= k && i <= n; i++) {
		sum += term;
		term *= (long double)(n - i) / (long double)(i + 1);
	}
	return sum < 1 ? (double)sum : 1;
}

double sign_test(size_t below, size_t equal, size_t above)
{
	size_t n = below + equal + above, rare = (below < above ? below : above) + equal;
	double p;

	if (!n || n > STATS_SAMPLE_MAX)
		return 1;
	p = 2 * fair_binomial(n, rare);
	return p < 1 ? p : 1;
}

size_t sign_test_least(double alpha)
{
	size_t n = 1;

	while (n < STATS_SAMPLE_MAX && sign_test(0, 0, n) > alpha)
		n++;
	return n;
}

static int compare_values(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void sort_values(double *x, size_t n)
{
	if (n)
		qsort(x, n, sizeof(*x), compare_values);
}

double median_of_sorted(const double *x, size_t n)
{
	double low, high;

	if (!n)
		return NAN;
	low = x[(n - 1) / 2];
	high = x[n / 2];
	/* two infinities of a kind have no other middle; the halves can't overflow */
	return low == high ? low : low / 2 + high / 2;
}

bool median_interval(const double *x, size_t n, double confidence, struct interval *interval)
{
	double alpha = 1 - confidence;
	size_t cut = 0;		/* observations left out at each end */

	if (!n || n > STATS_SAMPLE_MAX || 2 * fair_binomial(n, 0) > alpha)
		return false;
	while (cut + 1 < (n + 1) / 2 && 2 * fair_binomial(n, cut + 1) <= alpha)
		cut++;
	*interval = (struct interval){
		.low = x[cut],
		.high = x[n - 1 - cut],
		.coverage = 1 - 2 * fair_binomial(n, cut),
	};
	return true;
}

struct ranked {
	double value;
	bool first;	/* of the first sample */
	size_t twice;	/* its midrank, times two: a whole number */
};

static int compare_ranked(const void *a, const void *b)
{
	return compare_values(&((const struct ranked *)a)->value,
			      &((const struct ranked *)b)->value);
}

/* Sorts both samples into one list with midranks; the sum of t^3 - t over its ties. */
static double rank_both(struct ranked *all, const double *a, size_t n, const double *b, size_t m)
{
	double ties = 0;

	for (size_t i = 0; i < n + m; i++)
		all[i] = (struct ranked){ i < n ? a[i] : b[i - n], i < n, 0 };
	qsort(all, n + m, sizeof(*all), compare_ranked);
	for (size_t from = 0, to; from < n + m; from = to) {
		double t;

		for (to = from + 1; to < n + m && all[to].value == all[from].value;)
			to++;
		for (size_t i = from; i < to; i++)
			all[i].twice = from + 1 + to;
		t = (double)(to - from);
		ties += t * t * t - t;
	}
	return ties;
}

/*
 * How many of the ways to take @n of @all have each sum of doubled midranks:
 * ways[k * (most + 1) + s], k items with the sum s. To be freed.
 */
static double *count_splits(const struct ranked *all, size_t total, size_t n, size_t most)
{
	double *ways = xcalloc((n + 1) * (most + 1), sizeof(*ways));
	size_t reached = 0;

	ways[0] = 1;
	for (size_t i = 0; i < total; i++) {
		size_t rank = all[i].twice;

		/* no sum so far is larger than that of all items so far */
		reached += rank;

		for (size_t k = i + 1 < n ? i + 1 : n; k; k--) {
			double *with = ways + k * (most + 1);
			const double *without = with - (most + 1);

			for (size_t s = reached; s >= rank; s--)
				with[s] += without[s - rank];
		}
	}
	return ways;
}

/* Share of all splits whose sum is at least as far from the mean as @sum. */
static double exact_p(const struct ranked *all, size_t n, size_t m, size_t sum)
{
	size_t total = n + m, most = total * (total + 1), mean = n * (total + 1);
	size_t distance = sum > mean ? sum - mean : mean - sum;
	double *ways = count_splits(all, total, n, most);
	const double *of_n = ways + n * (most + 1);
	double far = 0, every = 0;

	for (size_t s = 0; s <= most; s++) {
		every += of_n[s];
		if ((s > mean ? s - mean : mean - s) >= distance)
			far += of_n[s];
	}
	free(ways);
	return far / every;
}

static double normal_p(size_t n, size_t m, double u, double ties)
{
	double a = (double)n, b = (double)m, total = a + b;
	double variance = a * b / 12 * (total + 1 - ties / (total * (total - 1)));
	double distance = fabs(u - a * b / 2) - 0.5;

	if (!(variance > 0) || distance <= 0)
		return 1;
	return erfc(distance / sqrt(2 * variance));
}

struct mann_whitney mann_whitney(const double *a, size_t n, const double *b, size_t m)
{
	struct mann_whitney result = { .u = (double)n * (double)m / 2, .p = 1 };
	struct ranked *all;
	double ties;
	size_t sum = 0;

	if (!n || !m || n > STATS_SAMPLE_MAX || m > STATS_SAMPLE_MAX)
		return result;
	all = xcalloc(n + m, sizeof(*all));
	ties = rank_both(all, a, n, b, m);
	for (size_t i = 0; i < n + m; i++)
		sum += all[i].first ? all[i].twice : 0;
	result.u = (double)n * (double)m + (double)n * (double)(n + 1) / 2 - (double)sum / 2;
	result.exact = n <= MANN_WHITNEY_EXACT_MAX && m <= MANN_WHITNEY_EXACT_MAX;
	result.p = result.exact ? exact_p(all, n, m, sum) : normal_p(n, m, result.u, ties);
	free(all);
	return result;
}

double mann_whitney_least_p(size_t n, size_t m)
{
	double p = 2;

	if (!n || !m)
		return 1;
	for (size_t i = 1; i <= m; i++)
		p *= (double)i / (double)(n + i);
	return p < 1 ? p : 1;
}

/* The last critical values that were worked out: all metrics of a comparison ask for the same. */
#define CRITICAL_KEPT	8

struct critical {
	size_t n, m, c;
	double alpha, coverage;
};

/*
 * Largest c with 2 P(U <= c - 1) <= alpha: the interval runs from the c-th
 * smallest difference to the c-th largest. 0 when the sides are too small.
 */
static struct critical work_out_critical(size_t n, size_t m, double alpha)
{
	struct ranked *all = xcalloc(n + m, sizeof(*all));
	size_t total = n + m, most = total * (total + 1), least = n * (n + 1), c = 0;
	double every = 0, below = 0, *ways;
	const double *of_n;

	for (size_t i = 0; i < total; i++)
		all[i].twice = 2 * (i + 1);
	ways = count_splits(all, total, n, most);
	of_n = ways + n * (most + 1);
	for (size_t s = 0; s <= most; s++)
		every += of_n[s];
	/* U is the rank sum less its least; doubled ranks make it go by twos */
	while (2 * (below + of_n[least + 2 * c]) / every <= alpha)
		below += of_n[least + 2 * c++];
	free(ways);
	free(all);
	return (struct critical){ n, m, c, alpha, 1 - 2 * below / every };
}

static size_t exact_critical(size_t n, size_t m, double alpha, double *coverage)
{
	static _Thread_local struct critical kept[CRITICAL_KEPT];
	static _Thread_local size_t next;
	struct critical *found = NULL;

	for (size_t i = 0; i < CRITICAL_KEPT && !found; i++)
		if (kept[i].n == n && kept[i].m == m && kept[i].alpha == alpha)
			found = &kept[i];
	if (!found) {
		found = &kept[next++ % CRITICAL_KEPT];
		*found = work_out_critical(n, m, alpha);
	}
	*coverage = found->coverage;
	return found->c;
}

/* The standard normal quantile that leaves @tail above itself, by bisection of erfc. */
static double normal_quantile(double tail)
{
	double low = 0, high = 40;

	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;

		if (erfc(middle / sqrt(2)) / 2 > tail)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static size_t normal_critical(size_t n, size_t m, double alpha, double *coverage)
{
	double a = (double)n, b = (double)m;
	double c = a * b / 2 - normal_quantile(alpha / 2) * sqrt(a * b * (a + b + 1) / 12);

	*coverage = 1 - alpha;
	return c >= 1 ? (size_t)c : 0;
}

bool shift_interval(const double *a, size_t n, const double *b, size_t m, double confidence,
		    double *shift, struct interval *interval)
{
	double *difference, alpha = 1 - confidence, coverage;
	size_t c, pairs = n * m;

	*shift = NAN;
	if (!n || !m || n > STATS_SAMPLE_MAX || m > STATS_SAMPLE_MAX)
		return false;
	difference = xcalloc(pairs, sizeof(*difference));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			/* two infinities of a kind do not differ */
			difference[i * m + k] = a[i] == b[k] ? 0 : b[k] - a[i];
	sort_values(difference, pairs);
	*shift = median_of_sorted(difference, pairs);
	if (n <= MANN_WHITNEY_EXACT_MAX && m <= MANN_WHITNEY_EXACT_MAX)
		c = exact_critical(n, m, alpha, &coverage);
	else
		c = normal_critical(n, m, alpha, &coverage);
	if (c)
		*interval = (struct interval){
			difference[c - 1], difference[pairs - c], coverage,
		};
	free(difference);
	return c > 0;
}

#define SPLITS_ALL	16	/* observations of which every split is looked at */
#define SPLITS_DRAWN	9999

/* Mean of what comes to the first side by a split less that of what leaves it. */
static double exchanged(const double *a, size_t n, const double *b, size_t m, const bool *first)
{
	double out = 0, in = 0;
	size_t swapped = 0;

	for (size_t i = 0; i < n; i++) {
		out += first[i] ? 0 : a[i];
		swapped += !first[i];
	}
	for (size_t i = 0; i < m; i++)
		in += first[n + i] ? b[i] : 0;
	return swapped ? (in - out) / (double)swapped : NAN;
}

/* All splits but the one that there is; how many. */
static size_t typical_of_all(double *typical, const double *a, size_t n, const double *b, size_t m)
{
	bool first[SPLITS_ALL];
	size_t found = 0;

	for (unsigned int set = 0; set < 1u << (n + m); set++) {
		if ((size_t)__builtin_popcount(set) != n)
			continue;
		for (size_t i = 0; i < n + m; i++)
			first[i] = set >> i & 1;
		typical[found] = exchanged(a, n, b, m, first);
		found += !isnan(typical[found]);
	}
	return found;
}

static size_t typical_of_drawn(double *typical, const double *a, size_t n, const double *b,
			       size_t m, size_t splits)
{
	bool *first = xcalloc(n + m, sizeof(*first));
	uint64_t random = 1;
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		first[i] = true;
	while (found < splits) {
		/* a shuffle of the marks: every split is as likely as any other */
		for (size_t i = n + m - 1; i; i--) {
			size_t k;
			bool mark;

			random = random * 6364136223846793005u + 1442695040888963407u;
			k = (size_t)((random >> 32) * (i + 1) >> 32);
			mark = first[i];
			first[i] = first[k];
			first[k] = mark;
		}
		typical[found] = exchanged(a, n, b, m, first);
		found += !isnan(typical[found]);
	}
	free(first);
	return found;
}

static double mean_of(const double *x, size_t n)
{
	double mean = 0;

	for (size_t i = 0; i < n; i++)
		mean += x[i] / (double)n;
	return mean;
}

/* Does the sorted sample @a come before @b in some order of all samples? */
static bool comes_first(const double *a, size_t n, const double *b, size_t m)
{
	for (size_t i = 0; i < n && i < m; i++)
		if (a[i] != b[i])
			return a[i] < b[i];
	return n <= m;
}

/* Of sorted samples, the one that comes first in front: which splits are drawn hangs on that. */
static bool typical_interval(const double *a, size_t n, const double *b, size_t m, double alpha,
			     struct interval *interval)
{
	bool all = n + m <= SPLITS_ALL;
	double *typical = xcalloc(all ? 1u << SPLITS_ALL : SPLITS_DRAWN + 1, sizeof(*typical));
	size_t found = all ? typical_of_all(typical, a, n, b, m) :
			     typical_of_drawn(typical, a, n, b, m, SPLITS_DRAWN);
	/* they cut the line into found + 1 parts that are all as likely to hold the shift */
	size_t cut = (size_t)(alpha / 2 * (double)(found + 1) + 1e-9);

	sort_values(typical, found);
	if (cut)
		*interval = (struct interval){
			typical[cut - 1], typical[found - cut],
			1 - 2 * (double)cut / (double)(found + 1),
		};
	free(typical);
	return cut > 0;
}

static double *sorted_copy(const double *x, size_t n)
{
	double *copy = xcalloc(n, sizeof(*copy));

	memcpy(copy, x, n * sizeof(*x));
	sort_values(copy, n);
	return copy;
}

bool mean_shift_interval(const double *a, size_t n, const double *b, size_t m, double confidence,
			 double *shift, struct interval *interval)
{
	double alpha = 1 - confidence, *x, *y;
	bool known;

	*shift = NAN;
	if (!n || !m || n > STATS_SAMPLE_MAX || m > STATS_SAMPLE_MAX)
		return false;
	*shift = mean_of(b, m) - mean_of(a, n);
	if (mann_whitney_least_p(n, m) > alpha)
		return false;
	x = sorted_copy(a, n);
	y = sorted_copy(b, m);
	if (comes_first(x, n, y, m)) {
		known = typical_interval(x, n, y, m, alpha, interval);
	} else {
		known = typical_interval(y, m, x, n, alpha, interval);
		if (known)
			*interval = (struct interval){ -interval->high, -interval->low,
						       interval->coverage };
	}
	free(x);
	free(y);
	return known;
}

struct numbered {
	double p;
	size_t index;
};

static int compare_numbered(const void *a, const void *b)
{
	return compare_values(&((const struct numbered *)a)->p, &((const struct numbered *)b)->p);
}

void holm_adjust(double *p, size_t n)
{
	struct numbered *sorted = xcalloc(n + 1, sizeof(*sorted));
	double largest = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct numbered){ p[i], i };
	qsort(sorted, n, sizeof(*sorted), compare_numbered);
	for (size_t i = 0; i < n; i++) {
		double adjusted = sorted[i].p * (double)(n - i);

		if (adjusted > largest)
			largest = adjusted;
		p[sorted[i].index] = largest < 1 ? largest : 1;
	}
	free(sorted);
}

void benjamini_hochberg_adjust(double *p, size_t n)
{
	struct numbered *sorted = xcalloc(n + 1, sizeof(*sorted));
	double least = 1;

	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct numbered){ p[i], i };
	qsort(sorted, n, sizeof(*sorted), compare_numbered);
	for (size_t i = n; i--; ) {
		double adjusted = sorted[i].p * (double)n / (double)(i + 1);

		if (adjusted < least)
			least = adjusted;
		p[sorted[i].index] = least;
	}
	free(sorted);
}

double geometric_mean(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += log(x[i]);
	return n ? exp(sum / (double)n) : NAN;
}
