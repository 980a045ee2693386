/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "report/model.h"

/*
 * Adds sentences to @list: what each design came to in each scenario, then all
 * that follows here. What they claim is what the tables say.
 */
void report_summarise(struct str_list *list, const struct report_model *model);

/*
 * Adds, for every strategy and sweep of arrival rates, the rate at which it
 * begins to leave requests without an area. knee.c
 */
void report_knees(struct str_list *list, const struct report_model *model);

/*
 * Adds what suites of tests counted, and the verdicts of what has no latencies.
 * checks.c
 */
void report_checks(struct str_list *list, const struct report_model *model);

/* Adds, for every table of storms, how much I/O the kernel charged wrongly. books.c */
void report_books(struct str_list *list, const struct report_model *model);

#endif
