/* SPDX-License-Identifier: GPL-2.0-only */
/* The metrics of a measurement, one number each. metrics.def has them all. */
#ifndef METRIC_H
#define METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "result/counters.h"
#include "result/histograms.h"
#include "result/measurement.h"
#include "stats/quantile.h"

enum metric_kind { METRIC_MEAN, METRIC_QUANTILE, METRIC_MAX, METRIC_COUNTER, METRIC_SHARE };
enum metric_shown { NOWHERE, ALWAYS, IN_STORMS, WHERE_MEASURED, WHERE_COUNTED };
enum metric_whose { DESIGN, KERNEL };
enum metric_subject { OF_CALLS, OF_TIME, OF_IO, OF_MEMORY, SUBJECTS };

/* A row of metrics.def, and what it says; the words of columns stand there. */
struct metric_info {
	enum metric_kind kind;
	const char *name;	/* of a share */
	const char *from;	/* histogram or counter; NULL for a statistic of every histogram */
	double percentile;	/* of METRIC_QUANTILE */
	const char *part[2], *whole[2];	/* counters of a share; of LATE() `from` instead */
	enum better better;	/* of a share */
	enum metric_shown shown;
	const char *head;
	enum metric_whose whose;
	enum metric_subject subject;
	const char *line;
	const char *knee, *told;
	const char *words;	/* of statistics; of a share its title */
};
extern const struct metric_info metric_info[];
extern const size_t metric_infos;

struct metric {
	enum metric_kind kind;
	double percentile;			/* of METRIC_QUANTILE */
	const char *from;			/* histogram, counter or the share's name; borrowed */
	const struct counter_info *counter;	/* of METRIC_COUNTER; NULL where it is unknown */
	const struct metric_info *share;	/* of METRIC_SHARE */
};

struct metric_list {
	struct metric *item;
	size_t n;
};

/* True for a row of metrics.def that is a statistic of every histogram. */
bool is_statistic(const struct metric_info *info);
/* The metric that any other row is about. */
struct metric metric_of(const struct metric_info *info);
/* The statistic @info of histogram @from, which is borrowed. */
struct metric metric_of_hist(const struct metric_info *info, const char *from);
/* "p99", "mean", "max": what follows the histogram's name. To be freed. */
MUST_CHECK char *statistic_name(const struct metric *metric);
/* The one that is called @name; false when no table has it. */
bool metric_find(struct metric *metric, const char *name);

/*
 * Adds all metrics of @m that the list lacks: of every histogram but the yardstick all
 * statistics, the counters that are an outcome, then the shares of something. Borrows
 * names from @m.
 */
void metrics_of(struct metric_list *list, const struct measurement *m);
/* Adds those of the histogram @name alone, whichever it is. */
void metrics_of_hist(struct metric_list *list, const char *name);
void metric_list_free(struct metric_list *list);

/* "call_latency p99", "failures", "failures/attempts"; the caller frees it. */
MUST_CHECK char *metric_name(const struct metric *metric);
/* The same in a sentence: "p99 of time to usable". The caller frees it. */
MUST_CHECK char *metric_label(const struct metric *metric);
/*
 * "insn", "ns", "bytes", "count", "share", "1/s" as @m has it, static; NULL when it has not the
 * metric.
 */
const char *metric_unit(const struct metric *metric, const struct measurement *m);
/*
 * Its value in @m; infinite where a request at this rank was never served,
 * which is KNOWN_NEVER. *value is set for KNOWN and KNOWN_NEVER. NO_SAMPLES
 * also when @m has not the metric, and for a share of nothing.
 */
enum known metric_value(const struct metric *metric, const struct measurement *m, double *value);
/* What it is read off: samples of a histogram, the whole of a share; 0 for a counter. */
uint64_t metric_count(const struct metric *metric, const struct measurement *m);
/*
 * Part and whole of a share in @m, each at most UINT64_MAX. False when @m has not counted both;
 * *part is set all the same where the part was counted, *counted says so.
 */
bool metric_share(const struct metric *metric, const struct measurement *m, uint64_t *part,
		  uint64_t *whole, bool *counted);
/* True for a counter that is the part of a share of which @m has counted nothing as its whole. */
bool counter_is_of_nothing(const struct measurement *m, const char *name);
/* The least step by which it can differ at @value in @m, as a share of @value; 0 for none. */
double metric_resolution(const struct metric *metric, const struct measurement *m, double value);
/* A quantile is known to lie in a bucket: by how much it may be below @value in @m; else 0. */
double metric_blur(const struct metric *metric, const struct measurement *m, double value);
/* True when it is read off a histogram rather than off counters. */
bool metric_is_of_hist(enum metric_kind kind);
/* A count of which several runs have the sum. */
bool metric_adds_up(const struct metric *metric);
/* A tail: in real time one boot says little about it. */
bool metric_is_tail(const struct metric *metric);
enum better metric_better(const struct metric *metric);

#endif
