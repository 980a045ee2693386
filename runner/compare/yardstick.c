// SPDX-License-Identifier: GPL-2.0-only
#include "compare/yardstick.h"

#include <math.h>
#include <string.h>

/* Least samples of a yardstick: the median of fewer would add more noise than it takes away. */
#define LEAST_SAMPLES	100

double yardstick_of(const struct measurement *m)
{
	const struct hist *h = measurement_hist(m, yardstick_name());

	return h && h->count >= LEAST_SAMPLES ? (double)hist_percentile(h, 50) : NAN;
}

bool yardstick_holds_for(const struct metric *metric)
{
	return metric_is_of_hist(metric->kind) &&
	       hist_info_of(metric->from)->speed == BY_YARDSTICK;
}

/* Least boots for a slope: a slope over fewer would fit their noise. */
#define LEAST_BOOTS	12
#define POWER_MOST	2.0
/* A bucket's width as a share: yardsticks that spread less than that do not differ. */
#define RESOLUTION	(1 / 128.0)

/* Adds up squares and products around the means of one side; false at a value without logarithm. */
static bool add_side(const struct yardstick_side *side, double *products, double *squares)
{
	double mean_x = 0, mean_y = 0;

	for (size_t i = 0; i < side->value.n; i++) {
		if (!(side->value.x[i] > 0) || isinf(side->value.x[i]))
			return false;
		mean_x += log(side->yard[i]) / (double)side->value.n;
		mean_y += log(side->value.x[i]) / (double)side->value.n;
	}
	for (size_t i = 0; i < side->value.n; i++) {
		double x = log(side->yard[i]) - mean_x;

		*products += x * (log(side->value.x[i]) - mean_y);
		*squares += x * x;
	}
	return true;
}

double yardstick_power(const struct yardstick_side *a, const struct yardstick_side *b)
{
	double products = 0, squares = 0, boots = (double)(a->value.n + b->value.n);

	if (boots < LEAST_BOOTS || !add_side(a, &products, &squares) ||
	    !add_side(b, &products, &squares) || squares < boots * RESOLUTION * RESOLUTION)
		return 1;
	return fmin(fmax(products / squares, 0), POWER_MOST);
}

void yardstick_correct(struct yardstick_side *side, double power, double reference)
{
	for (size_t i = 0; i < side->value.n; i++)
		side->value.x[i] *= pow(reference / side->yard[i], power);
}
