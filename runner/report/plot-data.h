/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data files of pictures, in gnuplot's form: a comment, then blocks that are
 * two empty lines apart. The same rows give the same bytes.
 */
#ifndef PLOT_DATA_H
#define PLOT_DATA_H

#include "base/text.h"
#include "stats/hist.h"

#define BARS_PER_DECADE 20

/* One row of a picture. */
struct plot_row {
	const char *label;		/* for the comment of its block */
	const struct hist *hist;	/* NULL or empty: nothing to draw */
	uint64_t never;			/* observations above all others: requests never served */
	double lane;			/* out: its line's place in the bands, as a factor */
	int block;			/* out: number of its first block, -1 when it has none */
};

/* The settings of the axes for plot/histogram.gp and percentiles.gp. */
struct plot_scale {
	int low, high;			/* decades, as exponents */
	double zero, never;		/* middle of the bands where these are drawn, or 0 */
	double band;			/* a band reaches from its middle / band to middle * band */
					/* ... and what lies between it and the axis is empty */
	double most;			/* percentile curves: the largest 1 / (1 - percentile) */
	double floor_share;		/* histograms: where y starts, in percent */
};

/* Share of the samples per bar, a bar being 1 / BARS_PER_DECADE of a decade wide. */
void plot_data_histogram(struct text *out, struct plot_row *row, size_t rows,
			 struct plot_scale *scale);
/* Staircase of the values at all percentiles, and marks at the common ones. */
void plot_data_percentiles(struct text *out, struct plot_row *row, size_t rows,
			   struct plot_scale *scale);

#endif
