/* SPDX-License-Identifier: GPL-2.0-only */
/* Quantiles of what was measured, with the requests that were never served among them. */
#ifndef QUANTILE_H
#define QUANTILE_H

#include <stdint.h>

#include "measurement.h"

/* How a quantile is known. */
enum known {
	KNOWN,
	KNOWN_NEVER,	/* the request at this rank was never served */
	TOO_FEW,	/* the rank is that of the largest sample: no more than the maximum */
	NO_SAMPLES,
};

/*
 * Quantile of @percentile over @h and @never more observations that lie above
 * all others (requests that were not served). *value is set when KNOWN.
 */
enum known quantile(const struct hist *h, uint64_t never, double percentile, uint64_t *value);
/* Requests that got no area: failed ones and those that wait still. */
uint64_t never_served(const struct measurement *m);
/*
 * Observations of histogram @name that lie above all that it holds: of the time
 * to usable the requests that were never served, of any other none.
 */
uint64_t never_of(const struct measurement *m, const char *name);
/* quantile() of the histogram @name of @m; NO_SAMPLES also where it has none. */
enum known measurement_quantile(const struct measurement *m, const char *name, double percentile,
				uint64_t *value);

#endif
