// SPDX-License-Identifier: GPL-2.0-only
#include "stats/stats.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

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

void sort_values(struct sample sample)
{
	if (sample.n)
		qsort(sample.x, sample.n, sizeof(*sample.x), compare_values);
}

double median_of_sorted(struct sample sorted)
{
	double low, high;

	if (!sorted.n)
		return NAN;
	low = sorted.x[(sorted.n - 1) / 2];
	high = sorted.x[sorted.n / 2];
	/* two infinities of a kind have no other middle; the halves can't overflow */
	return low == high ? low : low / 2 + high / 2;
}

bool median_interval(struct sample sorted, double confidence, struct interval *interval)
{
	size_t n = sorted.n;
	double alpha = 1 - confidence;
	size_t cut = 0;		/* observations left out at each end */

	if (!n || n > STATS_SAMPLE_MAX || 2 * fair_binomial(n, 0) > alpha)
		return false;
	while (cut + 1 < (n + 1) / 2 && 2 * fair_binomial(n, cut + 1) <= alpha)
		cut++;
	*interval = (struct interval){
		.low = sorted.x[cut],
		.high = sorted.x[n - 1 - cut],
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
static double rank_both(struct ranked *all, struct sample a, struct sample b)
{
	size_t total = a.n + b.n;
	double ties = 0;

	for (size_t i = 0; i < total; i++)
		all[i] = (struct ranked){ i < a.n ? a.x[i] : b.x[i - a.n], i < a.n, 0 };
	qsort(all, total, sizeof(*all), compare_ranked);
	for (size_t from = 0, to; from < total; from = to) {
		double t;

		for (to = from + 1; to < total && all[to].value == all[from].value;)
			to++;
		for (size_t i = from; i < to; i++)
			all[i].twice = from + 1 + to;
		t = (double)(to - from);
		ties += t * t * t - t;
	}
	return ties;
}

/*
 * Counts the ways to take @n of @all by their sum of doubled midranks: ways[k *
 * (most + 1) + s] is the number of ways to take k items with the sum s. The
 * caller frees it.
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

/* The share of all splits whose sum is at least as far from the mean as @sum. */
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

/* True when both sides have observations, and not more than this file works with. */
static bool fit_to_test(struct sample a, struct sample b)
{
	return a.n && b.n && a.n <= STATS_SAMPLE_MAX && b.n <= STATS_SAMPLE_MAX;
}

static bool is_small(struct sample a, struct sample b)
{
	return a.n <= MANN_WHITNEY_EXACT_MAX && b.n <= MANN_WHITNEY_EXACT_MAX;
}

struct mann_whitney mann_whitney(struct sample a, struct sample b)
{
	double pairs = (double)a.n * (double)b.n;
	struct mann_whitney result = { .u = pairs / 2, .p = 1 };
	struct ranked *all;
	double ties;
	size_t sum = 0;

	if (!fit_to_test(a, b))
		return result;
	all = xcalloc(a.n + b.n, sizeof(*all));
	ties = rank_both(all, a, b);
	for (size_t i = 0; i < a.n + b.n; i++)
		sum += all[i].first ? all[i].twice : 0;
	result.u = pairs + (double)a.n * (double)(a.n + 1) / 2 - (double)sum / 2;
	result.exact = is_small(a, b);
	result.p = result.exact ? exact_p(all, a.n, b.n, sum) :
				  normal_p(a.n, b.n, result.u, ties);
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

/* Critical values that are kept: all metrics of a comparison ask for the same ones. */
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

bool shift_interval(struct sample a, struct sample b, double confidence, double *shift,
		    struct interval *interval)
{
	struct sample difference = { .n = a.n * b.n };
	double alpha = 1 - confidence, coverage;
	size_t c;

	*shift = NAN;
	if (!fit_to_test(a, b))
		return false;
	difference.x = xcalloc(difference.n, sizeof(*difference.x));
	for (size_t i = 0; i < a.n; i++)
		for (size_t k = 0; k < b.n; k++)
			/* two infinities of a kind do not differ */
			difference.x[i * b.n + k] = a.x[i] == b.x[k] ? 0 : b.x[k] - a.x[i];
	sort_values(difference);
	*shift = median_of_sorted(difference);
	if (is_small(a, b))
		c = exact_critical(a.n, b.n, alpha, &coverage);
	else
		c = normal_critical(a.n, b.n, alpha, &coverage);
	if (c)
		*interval = (struct interval){
			difference.x[c - 1], difference.x[difference.n - c], coverage,
		};
	free(difference.x);
	return c > 0;
}

#define SPLITS_ALL	16	/* observations of which every split is looked at */
#define SPLITS_DRAWN	9999

/*
 * Mean of what comes to the first side by a split less that of what leaves it;
 * NaN when nothing does.
 */
static double exchanged(struct sample a, struct sample b, const bool *first)
{
	double out = 0, in = 0;
	size_t swapped = 0;

	for (size_t i = 0; i < a.n; i++) {
		out += first[i] ? 0 : a.x[i];
		swapped += !first[i];
	}
	for (size_t i = 0; i < b.n; i++)
		in += first[a.n + i] ? b.x[i] : 0;
	return swapped ? (in - out) / (double)swapped : NAN;
}

/* Adds the typical value of one split, unless the split exchanges nothing. */
static void add_typical(struct sample *typical, struct sample a, struct sample b, const bool *first)
{
	double value = exchanged(a, b, first);

	if (!isnan(value))
		typical->x[typical->n++] = value;
}

/* All splits but the one that there is. */
static void typical_of_all(struct sample *typical, struct sample a, struct sample b)
{
	bool first[SPLITS_ALL];

	for (unsigned int set = 0; set < 1u << (a.n + b.n); set++) {
		if ((size_t)__builtin_popcount(set) != a.n)
			continue;
		for (size_t i = 0; i < a.n + b.n; i++)
			first[i] = set >> i & 1;
		add_typical(typical, a, b, first);
	}
}

static void typical_of_drawn(struct sample *typical, struct sample a, struct sample b)
{
	bool *first = xcalloc(a.n + b.n, sizeof(*first));
	uint64_t random = 1;

	for (size_t i = 0; i < a.n; i++)
		first[i] = true;
	while (typical->n < SPLITS_DRAWN) {
		/* a shuffle of the marks: every split is as likely as any other */
		for (size_t i = a.n + b.n - 1; i; i--) {
			size_t k;
			bool mark;

			random = random * 6364136223846793005u + 1442695040888963407u;
			k = (size_t)((random >> 32) * (i + 1) >> 32);
			mark = first[i];
			first[i] = first[k];
			first[k] = mark;
		}
		add_typical(typical, a, b, first);
	}
	free(first);
}

static double mean_of(struct sample sample)
{
	double mean = 0;

	for (size_t i = 0; i < sample.n; i++)
		mean += sample.x[i] / (double)sample.n;
	return mean;
}

/* An order of all sorted samples, by their values: true when @a comes before @b in it. */
static bool comes_first(struct sample a, struct sample b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++)
		if (a.x[i] != b.x[i])
			return a.x[i] < b.x[i];
	return a.n <= b.n;
}

/*
 * The samples are sorted. The splits that are drawn depend on which sample is
 * @a: the caller gives the one that comes first.
 */
static bool typical_interval(struct sample a, struct sample b, double alpha,
			     struct interval *interval)
{
	bool all = a.n + b.n <= SPLITS_ALL;
	struct sample typical = {
		.x = xcalloc(all ? 1u << SPLITS_ALL : SPLITS_DRAWN, sizeof(*typical.x)),
	};
	size_t cut;

	if (all)
		typical_of_all(&typical, a, b);
	else
		typical_of_drawn(&typical, a, b);
	/* they cut the line into n + 1 parts that are all as likely to hold the shift */
	cut = (size_t)(alpha / 2 * (double)(typical.n + 1) + 1e-9);
	sort_values(typical);
	if (cut)
		*interval = (struct interval){
			typical.x[cut - 1], typical.x[typical.n - cut],
			1 - 2 * (double)cut / (double)(typical.n + 1),
		};
	free(typical.x);
	return cut > 0;
}

static struct sample sorted_copy(struct sample sample)
{
	struct sample copy = { xcalloc(sample.n, sizeof(*copy.x)), sample.n };

	memcpy(copy.x, sample.x, sample.n * sizeof(*copy.x));
	sort_values(copy);
	return copy;
}

bool mean_shift_interval(struct sample a, struct sample b, double confidence, double *shift,
			 struct interval *interval)
{
	double alpha = 1 - confidence;
	struct sample x, y;
	bool known;

	*shift = NAN;
	if (!fit_to_test(a, b))
		return false;
	*shift = mean_of(b) - mean_of(a);
	if (mann_whitney_least_p(a.n, b.n) > alpha)
		return false;
	x = sorted_copy(a);
	y = sorted_copy(b);
	if (comes_first(x, y)) {
		known = typical_interval(x, y, alpha, interval);
	} else {
		known = typical_interval(y, x, alpha, interval);
		if (known)
			*interval = (struct interval){ -interval->high, -interval->low,
						       interval->coverage };
	}
	free(x.x);
	free(y.x);
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

double geometric_mean(struct sample sample)
{
	double sum = 0;

	for (size_t i = 0; i < sample.n; i++)
		sum += log(sample.x[i]);
	return sample.n ? exp(sum / (double)sample.n) : NAN;
}
