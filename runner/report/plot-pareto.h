/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Pareto picture: the share that goes wrong in each design over the time to
 * a usable area, and over the memory that it holds. Each row is a point, and
 * fronts join those that no other beats in both. The cost of a call is no part
 * of it: a design whose call only queues has the cheapest.
 */
#ifndef PLOT_PARETO_H
#define PLOT_PARETO_H

#include <stdbool.h>

#include "base/must-check.h"
#include "base/text.h"
#include "report/model.h"
#include "report/plot-data.h"

/*
 * An axis in decades: a value stands at its logarithm, 0 and never in bands that
 * lie apart, @half to either side of their middles.
 */
struct pareto_axis {
	int low, high;
	bool has_zero, has_never;
	double zero, never, half;
	double from, to;
};

struct pareto_scale {
	struct pareto_axis time, memory, share;
};

/* What the time is, in words; to be freed. */
MUST_CHECK char *pareto_time_title(void);
/* What the share of @group is of, in words; static. */
const char *pareto_share_title(const struct report_group *group);
/* True when enough rows have all three figures to be held against each other. */
bool pareto_possible(const struct report_group *group);
/*
 * A block "time memory share" per row that has them, in places on the axes, then
 * the two fronts, and for each panel the lists of the points that stand together,
 * "time-or-memory share list", to the right and to the left of them. @row is as
 * long as the group's; out: block and histogram.
 */
void plot_data_pareto(struct text *out, const struct report_group *group, struct plot_row *row,
		      struct pareto_scale *scale);
/* The scale as gnuplot's variables: time_low, time_zero, … */
void plot_pareto_settings(struct text *out, const struct pareto_scale *scale);

#endif
