/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The speed of the machine, taken out of latencies. The module times a fixed
 * piece of work between the operations of a boot; where a shared host was
 * slow, both were. A control variate (Lavenberg & Welch 1981, Manag. Sci. 27) in
 * logarithms, whose coefficient is estimated from the boots themselves.
 */
#ifndef YARDSTICK_H
#define YARDSTICK_H

#include <stdbool.h>
#include <stddef.h>

#include "result/metric.h"
#include "stats/stats.h"

/* Median time of the fixed work in @m, in ns; NaN when it was not measured often enough. */
double yardstick_of(const struct measurement *m);
/* True for the latencies that a slower machine makes longer by as much as the yardstick. */
bool yardstick_holds_for(const struct metric *metric);

/* Values of the boots of a side, and the yardstick of each. */
struct yardstick_side {
	struct sample value;
	const double *yard;	/* as many */
};

/*
 * The power of the yardstick that the values follow: the common slope of log
 * value over log yardstick within the sides (analysis of covariance, Fisher
 * 1932), so that what tells the sides apart is not taken for speed. Between 0
 * and 2; 1 where too few boots, or equal speeds, do not tell.
 */
double yardstick_power(const struct yardstick_side *a, const struct yardstick_side *b);
/* Tells the values of @side for a machine whose yardstick is @reference. */
void yardstick_correct(struct yardstick_side *side, double power, double reference);

#endif
