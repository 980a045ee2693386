/* SPDX-License-Identifier: GPL-2.0-only */
/* The figures of a report as tables of its document. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "base/must-check.h"
#include "output/document.h"
#include "report/model.h"

/*
 * Adds the figures of @group, a design a row. A cell holds a figure, or
 *   n/a		this scenario does not measure it, or had nothing to measure it by
 *   skipped, panic, …	the verdict, where a run that is not ok left no figure
 *   no samples		measured, and nothing happened
 *   too few		fewer samples than this percentile needs
 *   never		so many requests were not served that the percentile is among them
 */
void report_add_figures(struct document *doc, const struct report_group *group);
/* Adds perf's counts of @group, an event a row; nothing where perf did not run. perf.c */
void report_add_perf(struct document *doc, const struct report_group *group);
/*
 * Adds the groups without any histogram, all in one table: what was checked, verdict,
 * tests counted, reason. Nothing where there are none. checks.c
 */
void report_add_untimed(struct document *doc, const struct report_model *model);

/* Why the first run of @row that is not good is not; "" where nothing says so. checks.c */
const char *report_row_reason(const struct report_row *row);

/* "percpu-pool", "empty (floor)", "gfp-nowait (2 of 3 runs ok)". To be freed. */
MUST_CHECK char *row_title(const struct report_row *row);

#endif
