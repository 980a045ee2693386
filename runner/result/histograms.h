/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of histograms besides their samples: contract/histograms.def. */
#ifndef HISTOGRAMS_H
#define HISTOGRAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "result/counters.h"
#include "result/measurement.h"

enum unserved { APART, COUNTS };
enum hist_mode { ANY_MODE, REALTIME_ALONE };
enum hist_speed { AS_MEASURED, BY_YARDSTICK, YARDSTICK };

struct hist_info {
	const char *name;
	enum counter_kind kind;
	enum unserved unserved;
	enum hist_mode mode;
	enum hist_speed speed;
	const char *label, *title, *samples;
	const char *of;		/* the rows that have it */
	const char *words;	/* what a sample is */
};
extern const struct hist_info hist_info[];	/* ends with name NULL */
/* The row of @name; for one that the table lacks a row of its defaults, without a name. */
const struct hist_info *hist_info_of(const char *name);
/* The name of the histogram of what the machine did, not of what was measured on it. */
const char *yardstick_name(void);

/*
 * Observations of histogram @name that lie above all that it holds: requests of @m that failed
 * or wait still, where they count in it; else 0.
 */
uint64_t hist_never(const struct measurement *m, const char *name);
/* True when a histogram of @m in which requests that were never served count has any. */
bool any_never(const struct measurement *m);

#endif
