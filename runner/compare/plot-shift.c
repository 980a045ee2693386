// SPDX-License-Identifier: GPL-2.0-only
#include "compare/plot-shift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/text.h"
#include "report/gnuplot.h"

#define DECADES		7	/* of 1 / (1 - percentile) */
#define LABEL_MAX	100
/* However small all changes are: a histogram's buckets are 1/128 wide. */
#define LEAST_HIGH	1.02
#define MOST_HIGH	1e6
/* Intervals of few runs reach far beyond what the curves show; they are cut there. */
#define BAND_ROOM	4.0

struct points {
	size_t n;
	double x[DECADES * SHIFT_STEPS + 1], ratio[DECADES * SHIFT_STEPS + 1];
	double low[DECADES * SHIFT_STEPS + 1], high[DECADES * SHIFT_STEPS + 1];	/* NaN: no band */
};

/*
 * new / old: 1 when equal, infinite from zero and to never, 0 from never. False
 * when either is not known.
 */
static bool ratio_at(const struct metric *metric, const struct measurement *old,
		     const struct measurement *new, double *ratio)
{
	double a, b;

	if (!known_value(metric_value(metric, old, &a)) || !known_value(metric_value(metric, new, &b)))
		return false;
	*ratio = a == b ? 1 : isinf(a) ? 0 : b / a;
	return true;
}

static bool paired_band(const struct compare_block *block, const struct metric *metric,
			struct interval *band)
{
	struct sample ratio = { .x = xcalloc(block->old_runs.n, sizeof(*ratio.x)) };
	bool known;

	while (ratio.n < block->old_runs.n &&
	       ratio_at(metric, block->old_runs.item[ratio.n].m, block->new_runs.item[ratio.n].m,
			&ratio.x[ratio.n]))
		ratio.n++;
	sort_values(ratio);
	known = ratio.n == block->old_runs.n && median_interval(ratio, 1 - COMPARE_ALPHA, band);
	free(ratio.x);
	return known;
}

/* The logarithms of the values, to be freed; false when a run has no value. */
static bool take_logs(struct sample *logs, const struct metric *metric, struct replicates runs)
{
	logs->x = xcalloc(runs.n, sizeof(*logs->x));
	for (logs->n = 0; logs->n < runs.n; logs->n++) {
		if (metric_value(metric, runs.item[logs->n].m, &logs->x[logs->n]) != KNOWN)
			return false;
		logs->x[logs->n] = log(logs->x[logs->n]);
	}
	return true;
}

static bool shifted_band(const struct compare_block *block, const struct metric *metric,
			 struct interval *band)
{
	struct sample a = { 0 }, b = { 0 };
	double ignored;
	bool known = take_logs(&a, metric, block->old_runs) &&
		     take_logs(&b, metric, block->new_runs) &&
		     shift_interval(a, b, 1 - COMPARE_ALPHA, &ignored, band);

	if (known)
		*band = (struct interval){ exp(band->low), exp(band->high), band->coverage };
	free(a.x);
	free(b.x);
	return known && !isnan(band->low) && !isnan(band->high);
}

/* Every quantile of @name that both sides know, and its band. */
static void find_points(struct points *points, const struct comparison *c,
			const struct compare_block *block, const struct measurement *old,
			const struct measurement *new, const char *name)
{
	points->n = 0;
	for (int k = 1; k <= DECADES * SHIFT_STEPS; k++) {
		double x = pow(10, (double)k / SHIFT_STEPS);
		/* whole nines exactly, or the rank behind one would be the next */
		double nines = k % SHIFT_STEPS ? 100 - 100 / x :
						 round(1e6 * (100 - 100 / x)) / 1e6;
		struct metric metric = {
			.kind = METRIC_QUANTILE, .percentile = nines, .from = name,
		};
		struct interval band;
		size_t n = points->n;

		if (!ratio_at(&metric, old, new, &points->ratio[n]))
			continue;
		points->x[n] = x;
		points->low[n] = points->high[n] = NAN;
		if (c->exact ? paired_band(block, &metric, &band) :
			       shifted_band(block, &metric, &band)) {
			points->low[n] = band.low;
			points->high[n] = band.high;
		}
		points->n++;
	}
}

static void reach(double *high, double ratio)
{
	double spread = ratio < 1 ? 1 / ratio : ratio;

	if (isfinite(spread) && spread > *high)
		*high = spread < MOST_HIGH ? spread : MOST_HIGH;
}

static void scale_points(struct shift_scale *scale, const struct points *points)
{
	double high = scale->high;

	for (size_t i = 0; i < points->n; i++) {
		scale->from_zero |= isinf(points->ratio[i]);
		scale->to_zero |= points->ratio[i] == 0;
		reach(&high, points->ratio[i]);
		if (points->x[i] > scale->most)
			scale->most = points->x[i];
	}
	scale->high = high;
}

static void scale_bands(struct shift_scale *scale, const struct points *points, double limit)
{
	for (size_t i = 0; i < points->n; i++) {
		double low = points->low[i], high = points->high[i];

		if (isnan(low))
			continue;
		/* what ends at 0 or never ends at the edge, wherever that is */
		if (low > 0)
			reach(&scale->high, low < 1 / limit ? 1 / limit : low);
		if (isfinite(high))
			reach(&scale->high, high > limit ? limit : high);
	}
}

static double within(double ratio, const struct shift_scale *scale)
{
	return ratio > scale->high ? scale->high : ratio < scale->low ? scale->low : ratio;
}

static void put_curve(struct text *out, const char *name, const struct points *points,
		      const struct shift_scale *scale, struct shift_curve *curve)
{
	text_addf(out, "# %s: 1 / (1 - percentile), new / old\n", name);
	for (size_t i = 0; i < points->n; i++)
		text_addf(out, "%.9g %.9g\n", points->x[i], within(points->ratio[i], scale));
	if (!points->n)
		text_add(out, "1 NaN\n");
	text_addf(out, "\n\n# %s: 1 / (1 - percentile), interval\n", name);
	for (size_t i = 0; i < points->n; i++) {
		if (isnan(points->low[i]))
			continue;
		text_addf(out, "%.9g %.9g %.9g\n", points->x[i], within(points->low[i], scale),
			  within(points->high[i], scale));
		curve->bands++;
	}
	if (!curve->bands)
		text_add(out, "1 NaN NaN\n");
	text_add(out, "\n\n");
	curve->points = points->n;
}

/* The axis ends a little beyond what is drawn, both ways alike, with room for the bands of zero. */
static void finish_scale(struct shift_scale *scale)
{
	scale->high = pow(scale->high, 1.15);
	scale->low = 1 / scale->high;
}

/* Those that lie above all that the histogram holds are samples as well. */
static uint64_t samples(const struct measurement *m, const struct hist *h, const char *name)
{
	uint64_t all;

	return __builtin_add_overflow(h->count, hist_never(m, name), &all) ? UINT64_MAX : all;
}

static size_t find_curves(struct shift_curve *curve, const struct measurement *old,
			  const struct measurement *new)
{
	size_t n = 0;

	for (size_t i = 0; i < old->hists; i++) {
		const struct hist *h = measurement_hist(new, old->hist[i].name);

		if (!h || strcmp(h->unit, old->hist[i].hist.unit))
			continue;
		curve[n++] = (struct shift_curve){
			.name = old->hist[i].name,
			.old_count = samples(old, &old->hist[i].hist, old->hist[i].name),
			.new_count = samples(new, h, old->hist[i].name),
		};
	}
	return n;
}

struct shift_curve *plot_data_shift(struct text *out, const struct comparison *c,
				    const struct compare_block *block, struct shift_scale *scale,
				    size_t *n)
{
	struct measurement old, new;
	struct shift_curve *curve;
	struct points *points;
	double limit;

	units_total(&old, block->old_runs);
	units_total(&new, block->new_runs);
	curve = xcalloc(old.hists + 1, sizeof(*curve));
	*n = find_curves(curve, &old, &new);
	points = xcalloc(*n + 1, sizeof(*points));
	*scale = (struct shift_scale){
		.high = LEAST_HIGH, .most = 10,
		.never = any_never(&old) || any_never(&new),
	};
	for (size_t i = 0; i < *n; i++) {
		find_points(&points[i], c, block, &old, &new, curve[i].name);
		scale_points(scale, &points[i]);
	}
	limit = pow(scale->high, BAND_ROOM);
	for (size_t i = 0; i < *n; i++)
		scale_bands(scale, &points[i], limit);
	finish_scale(scale);
	for (size_t i = 0; i < *n; i++) {
		put_curve(out, curve[i].name, &points[i], scale, &curve[i]);
		/* of the replicates' text, which outlives the totals */
		for (size_t k = 0; k < block->old->hists; k++)
			if (!strcmp(block->old->hist[k].name, curve[i].name))
				curve[i].name = block->old->hist[k].name;
	}
	free(points);
	measurement_free(&old);
	measurement_free(&new);
	return curve;
}

static char *legend(const struct shift_curve *curve)
{
	unsigned long long old = curve->old_count, new = curve->new_count;

	if (!curve->points)
		return xasprintf("%s: too few samples for a quantile (n = %llu, %llu)", curve->name,
				 old, new);
	return xasprintf("%s (n = %llu, %llu)%s", curve->name, old, new,
			 curve->bands ? "" : ", too few runs for an interval");
}

/* Labels the axis in steps that people read, both ways from 1. gnuplot cannot read 1e-06. */
static void put_ticks(struct text *out, const struct shift_scale *scale)
{
	static const struct { double high, step; } steps[] = {
		{ 1.06, 0.01 }, { 1.12, 0.02 }, { 1.3, 0.05 }, { 1.6, 0.1 }, { 2.3, 0.25 },
	};
	static const double wide[] = { 1, 2, 5 };
	const char *comma = "";

	text_add(out, "ticks = '");
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		double step = steps[i].step;

		if (scale->high > steps[i].high)
			continue;
		for (double v = 1 - step * floor((1 - scale->low) / step); v <= scale->high; v += step) {
			text_addf(out, "%s%.9f", comma, v);
			comma = " ";
		}
		text_add(out, "'; ");
		return;
	}
	for (int e = -6; e <= 6; e++)
		for (size_t k = 0; k < ARRAY_SIZE(wide); k++) {
			double v = wide[k] * pow(10, e);

			if (v < scale->low || v > scale->high || (scale->high > 300 && k))
				continue;
			text_addf(out, "%s%.9f", comma, v);
			comma = " ";
		}
	text_add(out, "'; ");
}

/* Fills in what gnuplot needs to draw @block. */
static void describe(struct gnuplot_picture *to, const struct comparison *c,
		     const struct compare_block *block, char *name)
{
	struct shift_scale scale;
	struct shift_curve *curve;
	struct text data = { 0 }, settings = { 0 }, *out = &settings;
	size_t n;
	char *what = xasprintf("%s over %s at each quantile", c->new->label, c->old->label);

	to->name = name;
	to->script = "shift";
	curve = plot_data_shift(&data, c, block, &scale, &n);
	text_add(out, "subject = ");
	gnuplot_put_string(out, block->title, LABEL_MAX);
	text_add(out, "; what = ");
	gnuplot_put_string(out, what, LABEL_MAX);
	text_addf(out, "; curves = %zu; array label[%zu] = [", n, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		char *text = legend(&curve[i]);

		text_add(out, i ? "," : "");
		gnuplot_put_string(out, text, LABEL_MAX);
		free(text);
	}
	text_addf(out, "]; low = %.9g; high = %.9g; most = %.9g; from_zero = %d; to_zero = %d; ",
		  scale.low, scale.high, scale.most, scale.from_zero, scale.to_zero);
	text_addf(out, "top = '%s'; bottom = '%s'; ", scale.never ? "from 0, now never" : "from 0",
		  scale.never ? "to 0, was never" : "to 0");
	put_ticks(out, &scale);
	to->data = text_take(&data);
	to->settings = text_take(&settings);
	free(curve);
	free(what);
}

/* "storm-gfp-nowait-task-512-b-2"; a number, because titles that differ may give the same. */
static char *picture_name(const struct comparison *c, const struct compare_block *block, size_t i)
{
	char *name = c->old->by == BY_STRATEGY ?
		     xasprintf("%s-%s-%s-%zu", block->old->scenario, block->new->strategy,
			       block->old->context, i + 1) :
		     xasprintf("%s-%s-%s-%s-%zu", block->old->scenario, block->new->strategy,
			       block->old->context, c->new->label, i + 1);

	/* A result is foreign text, and this is a file name in a script. */
	for (char *at = name; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._", *at))
			*at = '-';
	return name;
}

/* True when a histogram differs on the new side. The rest would be flat lines, or none. */
static bool histogram_differs(const struct compare_block *block)
{
	for (size_t i = 0; i < block->lines; i++) {
		const struct side_value *old = &block->line[i].old, *new = &block->line[i].new;

		if (!metric_is_of_hist(block->line[i].kind))
			continue;
		if (old->known != new->known || (old->known == KNOWN && old->value != new->value))
			return true;
	}
	return false;
}

int shift_plots_write(const struct comparison *c, size_t n, const char *dir, const char *root)
{
	struct gnuplot_picture *picture = NULL;
	char *folder = xasprintf("%s/shift", dir);
	size_t pictures = 0;
	int ret = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t b = 0; b < c[i].blocks; b++) {
			const struct compare_block *block = &c[i].block[b];

			if (!histogram_differs(block))
				continue;
			GROW(picture, pictures);
			picture[pictures] = (struct gnuplot_picture){ 0 };
			describe(&picture[pictures], &c[i], block, picture_name(&c[i], block, b));
			pictures++;
		}
	if (pictures)
		ret = gnuplot_draw(picture, pictures, folder, root);
	if (pictures && !ret)
		diag_info("%zu shift plots: %s", pictures, folder);
	if (!pictures) {
		discard_tree(folder);
		diag_info("no shift plot: no histogram that was compared differs");
	}
	gnuplot_pictures_free(picture, pictures);
	free(folder);
	return ret;
}
