// SPDX-License-Identifier: GPL-2.0-only
/* Nearest-rank quantiles, read off a histogram and the requests that are not in it. */
#include "stats/quantile.h"

#include <math.h>
#include <stddef.h>

bool known_value(enum known known)
{
	return known == KNOWN || known == KNOWN_NEVER;
}

const char *known_word(enum known known)
{
	static const char *const words[] = {
		[KNOWN_NEVER] = "never", [TOO_FEW] = "too few", [NO_SAMPLES] = "no samples",
	};

	return words[known];
}

enum known quantile(const struct hist *h, uint64_t never, double percentile, uint64_t *value)
{
	uint64_t all, rank;

	if (__builtin_add_overflow(h->count, never, &all))
		all = UINT64_MAX;
	if (!all)
		return NO_SAMPLES;
	if (!never) {
		*value = hist_percentile(h, percentile);
		return hist_percentile_known(h, percentile) ? KNOWN : TOO_FEW;
	}
	/* the small term keeps 99 % of 100 from becoming rank 100 by rounding */
	rank = (uint64_t)ceil(percentile / 100 * (double)all - 1e-9 * (double)all);
	if (rank > h->count)
		return KNOWN_NEVER;
	*value = hist_percentile(h, 100 * ((double)rank - 0.5) / (double)h->count);
	return KNOWN;
}
