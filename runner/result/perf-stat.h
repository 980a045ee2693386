/* SPDX-License-Identifier: GPL-2.0-only */
/* The output of `perf stat -x,` in a guest, as counters of a measurement. */
#ifndef PERF_STAT_H
#define PERF_STAT_H

#include "base/must-check.h"
#include "base/util.h"
#include "result/measurement.h"

/* "percpu:percpu_alloc_percpu" is counter "perf_percpu_percpu_alloc_percpu". */
#define PERF_COUNTER "perf_"

/*
 * Adds a counter for every event that was counted; times, which perf prints in
 * milliseconds, are in nanoseconds and end in "_ns". Events that the guest
 * cannot count get no counter, and their names are added to @absent once.
 * -1 with @m and @absent untouched, the reason in *error (to be freed) and the
 * 1-based *line, when the text is anything else.
 */
MUST_CHECK int perf_stat_parse(struct measurement *m, struct str_list *absent, const char *text,
			       size_t length, char **error, unsigned int *line);

#endif
