// SPDX-License-Identifier: GPL-2.0-only
#include "stats/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

void hist_init(struct hist *h, const char *unit)
{
	size_t length = strnlen(unit, sizeof(h->unit) - 1);

	memset(h, 0, sizeof(*h));
	memcpy(h->unit, unit, length);
}

void hist_free(struct hist *h)
{
	free(h->bucket);
	h->bucket = NULL;
	h->n = 0;
}

void hist_copy(struct hist *into, const struct hist *from)
{
	*into = *from;
	into->bucket = NULL;
	for (into->n = 0; into->n < from->n; into->n++) {
		GROW(into->bucket, into->n);
		into->bucket[into->n] = from->bucket[into->n];
	}
}

bool hist_append_bucket(struct hist *h, uint64_t low, uint64_t high, uint64_t count)
{
	if (!count || low > high || (h->n && low <= h->bucket[h->n - 1].high))
		return false;
	GROW(h->bucket, h->n);
	h->bucket[h->n++] = (struct hist_bucket){ low, high, count };
	return true;
}

/* Two ordered bucket lists into the third; false on overlap or overflow. */
static bool merge_buckets(struct hist *to, const struct hist *a, const struct hist *b)
{
	size_t i = 0, j = 0;

	while (i < a->n || j < b->n) {
		const struct hist_bucket *x = i < a->n ? &a->bucket[i] : NULL;
		const struct hist_bucket *y = j < b->n ? &b->bucket[j] : NULL;
		struct hist_bucket next;

		if (x && y && x->low == y->low && x->high == y->high) {
			next = *x;
			if (__builtin_add_overflow(next.count, y->count, &next.count))
				return false;
			i++;
			j++;
		} else if (!y || (x && x->low < y->low)) {
			next = *x;
			i++;
		} else {
			next = *y;
			j++;
		}
		if (!hist_append_bucket(to, next.low, next.high, next.count))
			return false;
	}
	return true;
}

bool hist_merge(struct hist *into, const struct hist *from)
{
	struct hist both;

	hist_init(&both, into->unit);
	if (strcmp(into->unit, from->unit) ||
	    __builtin_add_overflow(into->count, from->count, &both.count) ||
	    !merge_buckets(&both, into, from)) {
		hist_free(&both);
		return false;
	}
	both.sum = into->sum + from->sum;
	both.min = into->min;
	if (!into->count || (from->count && from->min < into->min))
		both.min = from->min;
	both.max = into->max > from->max ? into->max : from->max;
	hist_free(into);
	*into = both;
	return true;
}

static const char *check_order(const struct hist *h)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < h->n; i++) {
		const struct hist_bucket *b = &h->bucket[i];

		if (!b->count)
			return "a bucket is empty";
		if (b->low > b->high)
			return "a bucket ends below its start";
		if (i && b->low <= b[-1].high)
			return "buckets overlap or do not ascend";
		if (__builtin_add_overflow(count, b->count, &count))
			return "the bucket counts overflow";
	}
	return count == h->count ? NULL : "the bucket counts do not add up to count";
}

/*
 * The sum lies between that of all values at the low end of their buckets and
 * that of all at the high end, min and max each being there once for certain.
 */
static bool sum_is_possible(const struct hist *h)
{
	const struct hist_bucket *first = &h->bucket[0], *last = &h->bucket[h->n - 1];
	unsigned __int128 least = 0, most = 0;
	size_t i;

	for (i = 0; i < h->n; i++) {
		const struct hist_bucket *b = &h->bucket[i];
		uint64_t low = b->low > h->min ? b->low : h->min;
		uint64_t high = b->high < h->max ? b->high : h->max;

		least += (unsigned __int128)low * b->count;
		most += (unsigned __int128)high * b->count;
	}
	least += h->max - (last->low > h->min ? last->low : h->min);
	most -= (first->high < h->max ? first->high : h->max) - h->min;
	return least <= h->sum && h->sum <= most;
}

const char *hist_check(const struct hist *h)
{
	const char *wrong = check_order(h);

	if (wrong)
		return wrong;
	if (!h->count)
		return h->min || h->max || h->sum ? "count is 0, but min, max or sum is not" : NULL;
	if (h->min > h->max)
		return "min is above max";
	if (h->min < h->bucket[0].low || h->min > h->bucket[0].high)
		return "min is not in the first bucket";
	if (h->max < h->bucket[h->n - 1].low || h->max > h->bucket[h->n - 1].high)
		return "max is not in the last bucket";
	return sum_is_possible(h) ? NULL : "sum does not fit the buckets, min and max";
}

/* Nearest rank, 1..count, in integers: a percentile has seven decimals. */
static uint64_t percentile_rank(uint64_t count, double percentile)
{
	const uint64_t whole = 1000000000;
	uint64_t part;

	if (!(percentile > 0))
		return 1;
	if (percentile >= 100)
		return count;
	part = (uint64_t)llround(percentile * 1e7);
	part = (uint64_t)(((unsigned __int128)part * count + whole - 1) / whole);
	return part ? part : 1;
}

uint64_t hist_percentile(const struct hist *h, double percentile)
{
	uint64_t rank, below = 0;
	size_t i;

	if (!h->count || !h->n)
		return 0;
	rank = percentile_rank(h->count, percentile);
	for (i = 0; i < h->n - 1; i++) {
		if (h->bucket[i].count >= rank - below)
			break;
		below += h->bucket[i].count;
	}
	return h->bucket[i].high < h->max ? h->bucket[i].high : h->max;
}

bool hist_percentile_known(const struct hist *h, double percentile)
{
	return h->count && percentile_rank(h->count, percentile) < h->count;
}
