/* SPDX-License-Identifier: GPL-2.0-only */
/* Nearest-rank quantiles of a histogram, with the requests that were never served among them. */
#ifndef QUANTILE_H
#define QUANTILE_H

#include <stdbool.h>
#include <stdint.h>

#include "stats/hist.h"

/* Says whether a quantile has a value. */
enum known {
	KNOWN,
	KNOWN_NEVER,	/* the request at this rank was never served */
	TOO_FEW,	/* the rank is that of the largest sample: no more than the maximum */
	NO_SAMPLES,
};

/* True when there is a value, be it an infinite one. */
bool known_value(enum known known);
/* "never", "too few", "no samples": what stands in place of a value; NULL for KNOWN. Static. */
const char *known_word(enum known known);

/*
 * Quantile of @percentile over @h and @never more observations that lie above
 * all others (requests that were not served). *value is set when KNOWN.
 */
enum known quantile(const struct hist *h, uint64_t never, double percentile, uint64_t *value);

#endif
