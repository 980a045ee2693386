/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shift plots: new over old at every quantile of a histogram (the shift
 * function of Doksum 1974, Ann. Stat. 2, as a ratio). Quantiles are those of
 * the runs' histograms merged.
 */
#ifndef PLOT_SHIFT_H
#define PLOT_SHIFT_H

#include "base/must-check.h"
#include "base/text.h"
#include "compare/compare.h"

/* Points a decade of 1 / (1 - percentile). */
#define SHIFT_STEPS	40

struct shift_scale {
	double low, high;	/* ratios that the axis reaches from and to */
	double most;		/* the largest 1 / (1 - percentile) */
	bool from_zero, to_zero;	/* something is drawn in the bands for these */
	bool never;		/* they are of never, too: some requests were not served */
};

/* One curve: a histogram that both sides have. */
struct shift_curve {
	const char *name;	/* of the histogram; borrowed */
	uint64_t old_count, new_count;
	size_t points, bands;	/* 0: too few samples for any quantile; for any band */
};

/*
 * Curves of @block, to be freed; NULL and *n 0 when it has no histogram.
 * Fills @scale and writes to @out, for curve i, block 2 i: "x ratio" lines, and
 * block 2 i + 1: "x low high" of the interval at 95 %, where there are runs
 * enough for one. x is 1 / (1 - percentile). Ratios of a zero old value are
 * drawn at the top, those of a zero new value at the bottom; beside them those
 * to and from a quantile that was never served.
 */
struct shift_curve *plot_data_shift(struct text *out, const struct comparison *c,
				    const struct compare_block *block, struct shift_scale *scale,
				    size_t *n);

/*
 * Pictures of all measurements of @n comparisons that have a histogram with other
 * figures, as SVG and PNG, into @dir/shift, which is replaced. -1 after a message.
 */
MUST_CHECK int shift_plots_write(const struct comparison *c, size_t n, const char *dir,
				 const char *root);

#endif
