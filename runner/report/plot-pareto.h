/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a design costs against what it gives: tail latency and failures over
 * the memory held, a point per row, and the front of those that no other beats
 * in both.
 */
#ifndef PLOT_PARETO_H
#define PLOT_PARETO_H

#include <stdbool.h>
#include <stdio.h>

#include "plot-data.h"
#include "report-model.h"

/* Enough rows with a tail and memory to be held against each other? */
bool pareto_possible(const struct report_group *group);
/*
 * Blocks of "bytes p99.9 share" (share of failed calls in percent), one per row
 * that has them, then the two fronts. @row is as long as the group's; out: its
 * block and histogram.
 */
void plot_data_pareto(FILE *out, const struct report_group *group, struct plot_row *row);

#endif
