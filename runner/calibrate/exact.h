/* SPDX-License-Identifier: GPL-2.0-only */
/* The proof that exact mode has no noise: one workload twice, once while the host is kept busy. */
#ifndef CALIBRATE_EXACT_H
#define CALIBRATE_EXACT_H

#include "base/must-check.h"
#include "output/format.h"
#include "run/run.h"

/*
 * Runs @options' workload twice and prints as @choice says whether the two are the same, and
 * the spread of each metric over the seeds. EXIT_GOOD, EXIT_JUDGED when they
 * differ, EXIT_CANNOT; why goes to @reasons.
 */
MUST_CHECK int calibrate_exact(const struct run_options *options,
			       const struct format_choice *choice, struct str_list *reasons);
/* Adds median, least and most over the seeds of whatever varies with them. */
void add_seed_spread(struct document *doc, const struct result *r);

#endif
