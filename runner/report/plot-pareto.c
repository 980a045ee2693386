// SPDX-License-Identifier: GPL-2.0-only
#include "plot-pareto.h"

#include <stdlib.h>

#include "util.h"

#define TAIL 99.9
/* Where "nothing" stands on a logarithmic axis of percents; plot/pareto.gp knows it. */
#define SHARE_ZERO 0.001

struct point {
	double bytes, of[2];	/* tail latency; share of failed calls, percent */
};

/* False for a row that lacks the tail, the memory or calls: it is no point. */
static bool find_point(const struct report_row *row, struct point *point)
{
	const struct hist *h = measurement_hist(&row->total, "call_latency");
	uint64_t bytes, attempts, failures, value;

	if (row->floor || !h || !hist_percentile_known(h, TAIL) ||
	    !measurement_counter(&row->total, "bytes_held_peak", &bytes) || !bytes ||
	    !measurement_counter(&row->total, "attempts", &attempts) || !attempts ||
	    !measurement_counter(&row->total, "failures", &failures))
		return false;
	value = hist_percentile(h, TAIL);
	*point = (struct point){
		.bytes = (double)bytes,
		.of = { value ? (double)value : 1, 100 * (double)failures / (double)attempts },
	};
	if (point->of[1] < SHARE_ZERO)
		point->of[1] = SHARE_ZERO;
	return true;
}

bool pareto_possible(const struct report_group *group)
{
	struct point point;
	size_t n = 0;

	for (size_t i = 0; i < group->rows; i++)
		n += find_point(&group->row[i], &point);
	return n >= 2;
}

static int by_memory(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

/* Steps down from the point with the least memory: each is better than all to its left. */
static void front_block(FILE *out, struct point *point, size_t n, int which)
{
	double best = -1;

	fprintf(out, "\n\n# front\n");
	qsort(point, n, sizeof(*point), by_memory);
	for (size_t i = 0; i < n; i++) {
		if (best >= 0 && point[i].of[which] >= best)
			continue;
		/* of two that hold as much the better one counts */
		if (i + 1 < n && point[i + 1].bytes <= point[i].bytes &&
		    point[i + 1].of[which] < point[i].of[which])
			continue;
		if (best >= 0)
			fprintf(out, "%.9g %.9g\n", point[i].bytes, best);
		fprintf(out, "%.9g %.9g\n", point[i].bytes, point[i].of[which]);
		best = point[i].of[which];
	}
}

void plot_data_pareto(FILE *out, const struct report_group *group, struct plot_row *row)
{
	struct point *point = xcalloc(group->rows, sizeof(*point));
	size_t n = 0;

	fprintf(out, "# bytes held at peak, p99.9 of call latency, share of failed calls in percent");
	for (size_t i = 0; i < group->rows; i++) {
		row[i].hist = measurement_hist(&group->row[i].total, "call_latency");
		row[i].block = -1;
		if (!find_point(&group->row[i], &point[n]))
			continue;
		row[i].block = (int)n;
		fprintf(out, "%s# %s\n%.9g %.9g %.9g\n", n ? "\n\n" : "\n", group->row[i].label,
			point[n].bytes, point[n].of[0], point[n].of[1]);
		n++;
	}
	for (int which = 0; which < 2; which++)
		front_block(out, point, n, which);
	free(point);
}
