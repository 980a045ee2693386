/* SPDX-License-Identifier: GPL-2.0-only */
/* The figures of a group as text: one table for Markdown, HTML and terminals. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "base/must-check.h"
#include "report/model.h"

/*
 * Every row has as many cells as head has items. A cell holds a figure, or
 *   n/a		this scenario does not measure it, or had nothing to measure it by
 *   skipped, panic, …	the verdict, where a run that is not ok left no figure
 *   no samples		measured, and nothing happened
 *   too few		fewer samples than this percentile needs
 *   never		so many requests were not served that the percentile is among them
 */
struct report_table {
	struct str_list head;
	struct str_list *row;
	size_t rows;
};

void report_table_make(struct report_table *table, const struct report_group *group);
/* perf's counts of a group, an event a line; no rows where perf did not run. perf.c */
void report_perf_make(struct report_table *table, const struct report_group *group);
void report_table_free(struct report_table *table);

/*
 * Groups without any histogram, all in one table: what was checked, verdict,
 * tests counted, reason. checks.c
 */
void report_checks_make(struct report_table *table, const struct report_model *model);

/* Why the first run of @row that is not good is not; "" where nothing says so. checks.c */
const char *report_row_reason(const struct report_row *row);

/* "percpu-pool", "empty (floor)", "gfp-nowait (2 of 3 runs ok)". To be freed. */
MUST_CHECK char *row_title(const struct report_row *row);

#endif
