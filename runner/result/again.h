/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A stored result against the same made again, perhaps by a later version: one whose
 * module counts more has another digest, and may yet have measured all that is stored.
 */
#ifndef AGAIN_H
#define AGAIN_H

#include "base/must-check.h"
#include "base/util.h"
#include "result/result.h"

/*
 * The first record of @stored that @again does not have alike (what is measured, verdict,
 * reason, counters, histograms), as a sentence to be freed; NULL when it has them all.
 */
MUST_CHECK char *again_first_difference(const struct result *stored, const struct result *again);
/* Adds "counter NAME" and "histogram NAME" to @list for each that only @again has, once. */
void again_list_new(struct str_list *list, const struct result *stored,
		    const struct result *again);

#endif
