// SPDX-License-Identifier: GPL-2.0-only
#include "report/plot-data.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/util.h"
#include "report/model.h"

/* 2^64 is below 10^20. */
#define BARS (20 * BARS_PER_DECADE)

static uint64_t samples(const struct plot_row *row)
{
	uint64_t all = row->hist ? row->hist->count : 0;

	return __builtin_add_overflow(all, row->never, &all) ? UINT64_MAX : all;
}

static bool has_zero(const struct hist *h)
{
	return h->count && !h->min;
}

/* The least value that a logarithmic axis can show; 0 when there is none. */
static uint64_t least_positive(const struct hist *h)
{
	if (!h->count || h->min)
		return h->min;
	for (size_t i = 0; i < h->n; i++)
		if (h->bucket[i].high)
			return h->bucket[i].low ? h->bucket[i].low : 1;
	return 0;
}

/*
 * A logarithmic axis has no place for 0 and for never: each gets a band of its
 * own, away from the axis, so that nobody reads it as a figure, and high enough
 * for the rows' lines to lie side by side.
 */
static void scale_values(struct plot_scale *scale, const struct plot_row *row, size_t rows)
{
	uint64_t least = 0, largest = 0;
	bool zero = false, never = false;
	double half, gap;

	for (size_t i = 0; i < rows; i++) {
		const struct hist *h = row[i].hist;
		uint64_t positive;

		never |= row[i].never > 0;
		if (!h)
			continue;
		zero |= has_zero(h);
		positive = least_positive(h);
		if (positive && (!least || positive < least))
			least = positive;
		if (h->max > largest)
			largest = h->max;
	}
	scale->low = least ? (int)floor(log10((double)least)) : 0;
	scale->high = largest ? (int)floor(log10((double)largest)) + 1 : scale->low + 1;
	half = fmax(0.25, 0.06 * (scale->high - scale->low));
	gap = 0.8 * half;
	scale->band = pow(10, half);
	scale->zero = zero ? pow(10, scale->low - gap - half) : 0;
	scale->never = never ? pow(10, scale->high + gap + half) : 0;
}

/* Begins a block: what follows is @what of @row. */
static void begin_block(struct text *out, int block, const struct plot_row *row, const char *what)
{
	text_addf(out, "%s# block %d: %s of %s\n", block ? "\n\n" : "", block, what, row->label);
}

/*
 * Spreads a bucket over the bars that it touches, evenly on the logarithmic
 * axis: then neither its width nor where it starts shapes the picture. A whole
 * number v is drawn as v to v + 1.
 */
static void spread(double *bar, double low, double high, double share)
{
	double from = log10(low) * BARS_PER_DECADE, to = log10(high + 1) * BARS_PER_DECADE;

	/* far up, low and high + 1 may be one and the same double */
	if (!(to > from)) {
		bar[(int)from] += share;
		return;
	}
	for (int i = (int)from; i < to && i < BARS; i++)
		bar[i] += share * (fmin(to, i + 1) - fmax(from, i)) / (to - from);
}

static double bar_start(int bar)
{
	return pow(10, (double)bar / BARS_PER_DECADE);
}

static void print_bars(struct text *out, const double *bar, double floor_share)
{
	bool open = false;

	for (int i = 0; i <= BARS; i++) {
		if (i < BARS && bar[i] > 0) {
			if (!open)
				text_addf(out, "%.7g %.7g\n", bar_start(i), floor_share);
			text_addf(out, "%.7g %.7g\n", bar_start(i), bar[i]);
			open = true;
		} else if (open) {
			text_addf(out, "%.7g %.7g\n\n", bar_start(i), floor_share);
			open = false;
		}
	}
}

static void histogram_block(struct text *out, const struct plot_row *row,
			    const struct plot_scale *scale)
{
	const struct hist *h = row->hist;
	double bar[BARS + 1] = { 0 }, zero = 0;

	begin_block(out, row->block, row, "bar's start and percent of the samples");
	for (size_t i = 0; i < h->n; i++) {
		const struct hist_bucket *b = &h->bucket[i];
		double share = 100.0 * (double)b->count / (double)h->count;
		uint64_t low = b->low > h->min ? b->low : h->min;
		uint64_t high = b->high < h->max ? b->high : h->max;

		if (!high)
			zero += share;
		else
			spread(bar, low ? (double)low : 1, (double)high, share);
	}
	if (zero > 0) {
		double end = scale->zero * bar_start(1);

		text_addf(out, "%.7g %.7g\n%.7g %.7g\n%.7g %.7g\n\n", scale->zero,
			  scale->floor_share, scale->zero, zero, end, scale->floor_share);
	}
	print_bars(out, bar, scale->floor_share);
}

void plot_data_histogram(struct text *out, struct plot_row *row, size_t rows,
			 struct plot_scale *scale)
{
	uint64_t most = 1;
	int block = 0;

	*scale = (struct plot_scale){ 0 };
	scale_values(scale, row, rows);
	scale->never = 0;
	for (size_t i = 0; i < rows; i++)
		if (row[i].hist && row[i].hist->count > most)
			most = row[i].hist->count;
	/* below one sample that is spread over a few bars */
	scale->floor_share = pow(10, floor(log10(20.0 / (double)most)));
	for (size_t i = 0; i < rows; i++) {
		row[i].block = -1;
		if (!row[i].hist || !row[i].hist->count)
			continue;
		row[i].block = block++;
		histogram_block(out, &row[i], scale);
	}
}

/* The place on the axis of @value of @row. */
static double height(uint64_t value, const struct plot_row *row, const struct plot_scale *scale)
{
	return value ? (double)value : scale->zero * row->lane;
}

static void curve_block(struct text *out, const struct plot_row *row,
			const struct plot_scale *scale)
{
	double all = (double)samples(row), above = all;
	const struct hist *h = row->hist;

	begin_block(out, row->block, row, "1 / (1 - percentile) and value");
	for (size_t i = 0; h && i < h->n; i++) {
		const struct hist_bucket *b = &h->bucket[i];
		double y = height(b->high < h->max ? b->high : h->max, row, scale);

		text_addf(out, "%.9g %.9g\n", all / above, y);
		above -= (double)b->count;
		text_addf(out, "%.9g %.9g\n", above >= 1 ? all / above : all, y);
	}
	if (row->never)
		text_addf(out, "%.9g %.9g\n%.9g %.9g\n", all / (double)row->never,
			  scale->never * row->lane, all, scale->never * row->lane);
}

static void marks_block(struct text *out, const struct plot_row *row,
			const struct plot_scale *scale)
{
	static const double percentile[] = { 50, 90, 99, 99.9, 99.99, 99.999, 99.9999 };
	static const struct hist none;
	const struct hist *h = row->hist ? row->hist : &none;
	double all = (double)samples(row);

	begin_block(out, row->block + 1, row, "marks on the curve");
	for (size_t i = 0; i < ARRAY_SIZE(percentile); i++) {
		double x = 100 / (100 - percentile[i]);
		uint64_t value;
		enum known known = quantile(h, row->never, percentile[i], &value);

		if (x < all && known_value(known))
			text_addf(out, "%.9g %.9g\n", x,
				  known == KNOWN ? height(value, row, scale) :
						   scale->never * row->lane);
	}
	text_addf(out, "%.9g %.9g\n", all,
		  row->never ? scale->never * row->lane : height(h->max, row, scale));
}

void plot_data_percentiles(struct text *out, struct plot_row *row, size_t rows,
			   struct plot_scale *scale)
{
	int block = 0;

	*scale = (struct plot_scale){ .most = 1 };
	scale_values(scale, row, rows);
	for (size_t i = 0; i < rows; i++) {
		row[i].block = -1;
		/* the first row on top, as in the legend */
		row[i].lane = pow(scale->band, 0.8 * (1 - 2 * ((double)i + 0.5) / (double)rows));
		if (!samples(&row[i]))
			continue;
		row[i].block = block;
		block += 2;
		if ((double)samples(&row[i]) > scale->most)
			scale->most = (double)samples(&row[i]);
		curve_block(out, &row[i], scale);
		marks_block(out, &row[i], scale);
	}
}
