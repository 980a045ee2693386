// SPDX-License-Identifier: GPL-2.0-only
#include "report/plot-pareto.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/util.h"

#define TIME_METRIC	"time_to_usable p99"
#define MEMORY_METRIC	"bytes_held_peak"
/* What is wrong: I/O that came before its area, or requests that were not served at once. */
#define STORM_SHARE	"unaccounted/ios"
#define OTHER_SHARE	"late/requests"

enum { TIME, MEMORY, SHARE, AXES };

/* A row's figures: 0 and infinite (never) are what they are. Then its places on the axes. */
struct point {
	double value[AXES], at[AXES];
	size_t number;		/* in the legend, from 1 */
	size_t together;	/* the first point of those that it stands together with */
};

static const char *share_name(const struct report_group *group)
{
	return group->storm ? STORM_SHARE : OTHER_SHARE;
}

const char *pareto_share_title(const struct report_group *group)
{
	struct metric share;

	return metric_find(&share, share_name(group)) ? share.share->words : "";
}

char *pareto_time_title(void)
{
	struct metric time;

	return metric_find(&time, TIME_METRIC) ? metric_label(&time) : xstrdup("");
}

static bool find_value(const struct report_row *row, const char *name, double *value)
{
	struct metric metric;

	return metric_find(&metric, name) &&
	       known_value(metric_value(&metric, &row->total, value));
}

/* False for a row that lacks one of the three: it is no point. */
static bool find_point(const struct report_group *group, const struct report_row *row,
		       struct point *point)
{
	*point = (struct point){ 0 };
	if (asks_for_no_area(row) || !find_value(row, TIME_METRIC, &point->value[TIME]) ||
	    !find_value(row, MEMORY_METRIC, &point->value[MEMORY]) ||
	    !find_value(row, share_name(group), &point->value[SHARE]))
		return false;
	point->value[SHARE] *= 100;
	return true;
}

bool pareto_possible(const struct report_group *group)
{
	struct point point;
	size_t n = 0;

	for (size_t i = 0; i < group->rows; i++)
		n += find_point(group, &group->row[i], &point);
	return n >= 2;
}

static struct pareto_axis make_axis(const struct point *point, size_t n, int which)
{
	struct pareto_axis axis = { 0 };
	double least = INFINITY, most = 0;

	for (size_t i = 0; i < n; i++) {
		double value = point[i].value[which];

		axis.has_never |= isinf(value);
		axis.has_zero |= !value;
		if (value > 0 && !isinf(value)) {
			least = fmin(least, value);
			most = fmax(most, value);
		}
	}
	axis.low = most > 0 ? (int)floor(log10(least)) : 0;
	axis.high = most > 0 ? (int)floor(log10(most)) + 1 : axis.low + 1;
	/* percents end at 100, and nothing wrong at all is always in sight */
	if (which == SHARE) {
		axis.high = 2;
		axis.low = axis.low < 2 ? axis.low : 1;
		axis.has_zero = true;
	}
	axis.half = fmax(0.3, 0.09 * (axis.high - axis.low));
	axis.zero = axis.low - 1.8 * axis.half;
	axis.never = axis.high + 1.8 * axis.half;
	axis.from = axis.has_zero ? axis.zero - axis.half : axis.low - 0.3 * axis.half;
	axis.to = axis.has_never ? axis.never + axis.half : axis.high + 0.3 * axis.half;
	return axis;
}

static double place(const struct pareto_axis *axis, double value)
{
	if (isinf(value))
		return axis->never;
	return value > 0 ? log10(value) : axis->zero;
}

/* The axis that the points are sorted by; qsort() has no argument for it. */
static int sorted_by;

static int by_place(const void *a, const void *b)
{
	const struct point *x = a, *y = b;
	double p = x->at[sorted_by], q = y->at[sorted_by];

	if (p != q)
		return p < q ? -1 : 1;
	return (x->at[SHARE] > y->at[SHARE]) - (x->at[SHARE] < y->at[SHARE]);
}

/* Steps down from the least of @which: each is better than all to its left. */
static void front_block(struct text *out, struct point *point, size_t n, int which)
{
	bool begun = false;
	double best = 0;

	text_add(out, "\n\n# front\n");
	sorted_by = which;
	qsort(point, n, sizeof(*point), by_place);
	for (size_t i = 0; i < n; i++) {
		if (begun && point[i].at[SHARE] >= best)
			continue;
		if (begun)
			text_addf(out, "%.6g %.6g\n", point[i].at[which], best);
		best = point[i].at[SHARE];
		text_addf(out, "%.6g %.6g\n", point[i].at[which], best);
		begun = true;
	}
}

/* Sizes in parts of a panel: half a mark, a number of a list, the height of mark and list. */
#define MARK_HALF	0.03
#define NUMBER_WIDTH	0.06
#define LIST_HEIGHT	0.08

/* The room of a place in its panel: its marks, and the list of their numbers beside them. */
struct extent {
	double left, right;	/* of the marks */
	double from, to;	/* with the list */
	bool list_left;		/* the list stands to the left of them */
};

static struct extent extent_of(const struct point *point, size_t n, size_t together,
			       const struct pareto_axis *x, int which)
{
	struct extent e = { .left = INFINITY, .right = -INFINITY };
	size_t numbers = 0;

	for (size_t i = 0; i < n; i++) {
		double at = (point[i].at[which] - x->from) / (x->to - x->from);

		if (point[i].together != together)
			continue;
		e.left = fmin(e.left, at);
		e.right = fmax(e.right, at);
		numbers++;
	}
	e.list_left = e.right > 0.6;
	e.from = e.left - MARK_HALF - (e.list_left ? NUMBER_WIDTH * (double)numbers : 0);
	e.to = e.right + MARK_HALF + (e.list_left ? 0 : NUMBER_WIDTH * (double)numbers);
	return e;
}

static bool touch(const struct point *point, size_t n, size_t a, size_t b,
		  const struct pareto_scale *scale, int which)
{
	const struct pareto_axis *x = which == TIME ? &scale->time : &scale->memory;
	const struct pareto_axis *y = &scale->share;
	struct extent e = extent_of(point, n, point[a].together, x, which);
	struct extent f = extent_of(point, n, point[b].together, x, which);

	return fabs(point[a].at[SHARE] - point[b].at[SHARE]) < LIST_HEIGHT * (y->to - y->from) &&
	       e.from < f.to && f.from < e.to;
}

/* Joins places until no mark and no list lies on another's. */
static void find_together(struct point *point, size_t n, const struct pareto_scale *scale,
			  int which)
{
	bool joined = true;

	for (size_t i = 0; i < n; i++)
		point[i].together = i;
	while (joined) {
		joined = false;
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < i; k++) {
				size_t from = point[i].together, to = point[k].together;

				if (from == to || !touch(point, n, i, k, scale, which))
					continue;
				for (size_t j = 0; j < n; j++)
					if (point[j].together == from)
						point[j].together = to;
				joined = true;
			}
	}
}

static int by_number(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* The numbers of all that stand together, once for each such place. */
static void list_block(struct text *out, struct point *point, size_t n,
		       const struct pareto_scale *scale, int which, bool list_left)
{
	const struct pareto_axis *x = which == TIME ? &scale->time : &scale->memory;

	text_add(out, "\n\n# lists\n");
	for (size_t i = 0; i < n; i++) {
		struct extent e = extent_of(point, n, i, x, which);
		struct str_list numbers = { 0 };
		char *joined;

		for (size_t k = 0; k < n; k++)
			if (point[k].together == i)
				str_list_addf(&numbers, "%zu", point[k].number);
		joined = str_list_join(&numbers, ", ");
		if (numbers.n && e.list_left == list_left)
			text_addf(out, "%.6g %.6g \"%s\"\n",
				  x->from + (list_left ? e.left : e.right) * (x->to - x->from),
				  point[i].at[SHARE], joined);
		free(joined);
		str_list_free(&numbers);
	}
	/* a block without a line is none to gnuplot */
	text_addf(out, "%.6g %.6g \"\"\n", x->from, scale->share.from);
}

void plot_data_pareto(struct text *out, const struct report_group *group, struct plot_row *row,
		      struct pareto_scale *scale)
{
	struct point *point = xcalloc(group->rows, sizeof(*point));
	char *time_title;
	size_t n = 0;

	for (size_t i = 0; i < group->rows; i++) {
		row[i].block = -1;
		if (!find_point(group, &group->row[i], &point[n]))
			continue;
		row[i].block = (int)n++;
		point[n - 1].number = n;
	}
	*scale = (struct pareto_scale){
		.time = make_axis(point, n, TIME), .memory = make_axis(point, n, MEMORY),
		.share = make_axis(point, n, SHARE),
	};
	time_title = pareto_time_title();
	text_addf(out, "# places of: %s, bytes held at peak, what goes wrong in percent",
		  time_title);
	free(time_title);
	for (size_t i = 0; i < group->rows; i++) {
		struct point *p = row[i].block < 0 ? NULL : &point[row[i].block];

		if (!p)
			continue;
		p->at[TIME] = place(&scale->time, p->value[TIME]);
		p->at[MEMORY] = place(&scale->memory, p->value[MEMORY]);
		p->at[SHARE] = place(&scale->share, p->value[SHARE]);
		text_addf(out, "%s# %s: %g %g %g\n%.6g %.6g %.6g\n", p->number > 1 ? "\n\n" : "\n",
			  group->row[i].label, p->value[TIME], p->value[MEMORY], p->value[SHARE],
			  p->at[TIME], p->at[MEMORY], p->at[SHARE]);
	}
	for (int which = TIME; which <= MEMORY; which++)
		front_block(out, point, n, which);
	qsort(point, n, sizeof(*point), by_number);
	for (int which = TIME; which <= MEMORY; which++) {
		find_together(point, n, scale, which);
		for (int left = 0; left < 2; left++)
			list_block(out, point, n, scale, which, left);
	}
	free(point);
}

static void put_axis(struct text *out, const char *name, const struct pareto_axis *axis)
{
	text_addf(out, "%s_low = %d; %s_high = %d; %s_from = %.6g; %s_to = %.6g; ", name, axis->low,
		  name, axis->high, name, axis->from, name, axis->to);
	text_addf(out,
		  "%s_has_zero = %d; %s_has_never = %d; %s_zero = %.6g; %s_never = %.6g; "
		  "%s_half = %.6g; ",
		  name, axis->has_zero, name, axis->has_never, name, axis->zero, name, axis->never,
		  name, axis->half);
}

void plot_pareto_settings(struct text *out, const struct pareto_scale *scale)
{
	put_axis(out, "time", &scale->time);
	put_axis(out, "memory", &scale->memory);
	put_axis(out, "share", &scale->share);
}
