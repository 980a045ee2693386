/* SPDX-License-Identifier: GPL-2.0-only */
/* The proof that exact mode has no noise: one workload twice, once while the host is kept busy. */
#ifndef CALIBRATE_EXACT_H
#define CALIBRATE_EXACT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/must-check.h"
#include "run/run.h"

/*
 * Runs @options' workload twice and prints whether the two are the same, and
 * the spread of each metric over the seeds. EXIT_GOOD, EXIT_JUDGED when they
 * differ, EXIT_CANNOT; why goes to @reasons.
 */
MUST_CHECK int calibrate_exact(const struct run_options *options, bool json,
			       struct str_list *reasons);
/* Median, least and most over the seeds of whatever varies with them. */
void print_seed_spread(FILE *out, const struct result *r);

#endif
