/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks that each histogram of a measurement has as many samples as were counted beside it. */
#ifndef HIST_COUNTS_H
#define HIST_COUNTS_H

#include "base/must-check.h"
#include "result/measurement.h"

enum counted {
	COUNTED_FULLY,		/* just measured: what a histogram is held against must be there */
	COUNTED_IF_THERE,	/* stored: an older version may not have counted it */
};

/*
 * NULL, or what is wrong (to be freed): hist-counts.def has the rules. To be
 * asked of a measurement that is whole: its verdict is ok, or contaminated.
 */
MUST_CHECK char *hist_counts_check(const struct measurement *m, enum counted counted);

#endif
