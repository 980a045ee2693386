/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "report-model.h"

/* Adds sentences to @list: which strategies failed, and what became of the storms' I/O. */
void report_summarise(struct str_list *list, const struct report_model *model);

/*
 * Adds, for every strategy and sweep of arrival rates, the rate at which it
 * begins to leave requests without an area. report-knee.c
 */
void report_knees(struct str_list *list, const struct report_model *model);

#endif
