/* SPDX-License-Identifier: GPL-2.0-only */
/* The figures that can be read off a measurement, one number each. */
#ifndef METRIC_H
#define METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "result/measurement.h"
#include "stats/quantile.h"

/* The histogram of what the machine did, not of what was measured on it. */
#define YARDSTICK "yardstick"

enum counter_kind { COUNT, BYTES, LATENCY };
enum counter_rule { ADD, LARGEST, SMALLEST };
enum better { LOWER, HIGHER, SETTING };

struct counter_info {
	const char *name;
	enum counter_kind kind;
	enum counter_rule rule;
	enum better better;
};
extern const struct counter_info counter_info[];	/* counters.def; ends with name NULL */
/* NULL for one that the table lacks. */
const struct counter_info *counter_find(const char *name);
/* What the counter @name of two runs comes to; at most UINT64_MAX. */
uint64_t counter_together(const char *name, uint64_t a, uint64_t b);

/* Requests that got no area: failed ones and those that wait still. */
uint64_t never_served(const struct measurement *m);
/*
 * Observations of histogram @name that lie above all that it holds: of the time
 * to usable the requests that were never served, of any other none.
 */
uint64_t never_of(const struct measurement *m, const char *name);
/* quantile() of the histogram @name of @m; NO_SAMPLES also where it has none. */
enum known measurement_quantile(const struct measurement *m, const char *name, double percentile,
				uint64_t *value);

enum metric_kind { METRIC_MEAN, METRIC_QUANTILE, METRIC_MAX, METRIC_COUNTER };

struct metric {
	enum metric_kind kind;
	double percentile;			/* of METRIC_QUANTILE */
	const char *from;			/* histogram or counter; borrowed */
	const struct counter_info *counter;	/* of METRIC_COUNTER */
};

struct metric_list {
	struct metric *item;
	size_t n;
};

/*
 * Adds all metrics of @m that the list lacks: of every histogram the mean
 * (exact: instructions per operation), p50, p90, p99, p99.9 and the maximum;
 * of the counters those that are an outcome. Borrows names from @m.
 */
void metrics_of(struct metric_list *list, const struct measurement *m);
void metric_list_free(struct metric_list *list);

/* "call_latency p99", "failures"; to be freed. */
MUST_CHECK char *metric_name(const struct metric *metric);
/* "insn", "ns", "bytes", "count" as @m has it, static; NULL when it has not the metric. */
const char *metric_unit(const struct metric *metric, const struct measurement *m);
/*
 * Its value in @m; infinite where a request at this rank was never served,
 * which is KNOWN_NEVER. *value is set for KNOWN and KNOWN_NEVER. NO_SAMPLES
 * also when @m has not the metric.
 */
enum known metric_value(const struct metric *metric, const struct measurement *m, double *value);
/* The least step by which it can differ at @value in @m, as a share of @value; 0 for none. */
double metric_resolution(const struct metric *metric, const struct measurement *m, double value);
/* A quantile is known to lie in a bucket: by how much it may be below @value in @m; else 0. */
double metric_blur(const struct metric *metric, const struct measurement *m, double value);
/* A tail: in real time one boot says little about it. */
bool metric_is_tail(const struct metric *metric);
enum better metric_better(const struct metric *metric);

#endif
