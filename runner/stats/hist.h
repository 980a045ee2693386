/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Histograms on the host: sparse, sorted buckets with exact count, min, max
 * and sum, as stored in result.json. Merging adds buckets; quantiles are
 * always recomputed from buckets, never averaged.
 */
#ifndef HIST_H
#define HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"

struct hist_bucket {
	uint64_t low, high, count;	/* values low..high, both included */
};

struct hist {
	char unit[8];			/* "insn", "ns" */
	uint64_t count, min, max;	/* min and max are 0 when count is 0 */
	unsigned __int128 sum;
	struct hist_bucket *bucket;	/* ascending, disjoint, counts > 0 */
	size_t n;
};

/* An empty histogram; of @unit, as many bytes as fit are kept. */
void hist_init(struct hist *h, const char *unit);
void hist_free(struct hist *h);
/* @into becomes a histogram of its own with what @from holds; what it was is not freed. */
void hist_copy(struct hist *into, const struct hist *from);
/*
 * Appends a bucket; false, and nothing is changed, when it does not lie above all
 * others, is empty or ends below its start.
 */
MUST_CHECK bool hist_append_bucket(struct hist *h, uint64_t low, uint64_t high, uint64_t count);
/*
 * Adds @from to @into. Returns false, and @into untouched, when units differ, two
 * buckets overlap without being equal, or a count would overflow.
 */
MUST_CHECK bool hist_merge(struct hist *into, const struct hist *from);
/*
 * NULL when consistent, else a static text that says what is wrong: bucket
 * counts that do not add up to count, min or max outside their buckets, …
 */
MUST_CHECK const char *hist_check(const struct hist *h);
/*
 * Smallest value v of which at least @percentile percent of the observations
 * are <= v: nearest rank (Hyndman & Fan 1996, definition 1), reported as the
 * highest value of its bucket but never above max. At most 1/128 above the
 * exact quantile. 0 for an empty histogram.
 */
uint64_t hist_percentile(const struct hist *h, double percentile);
/*
 * False when there are too few observations for @percentile to mean anything:
 * its nearest rank is then the last, so that it would only be another name for
 * the maximum (99 needs 100 observations, 99.99 needs 10,000).
 */
bool hist_percentile_known(const struct hist *h, double percentile);

#endif
