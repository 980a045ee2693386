/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that a measurement holds, compared with another one or added to it. */
#ifndef CONTENT_H
#define CONTENT_H

#include "base/util.h"
#include "result/measurement.h"

/* The first counter or histogram in which they differ, or words for it; NULL: none. Borrowed. */
const char *content_difference(const struct measurement *a, const struct measurement *b);
/*
 * The same of what @a has: NULL when @b has all of it alike, and perhaps more, as the
 * next version of the module may count more. Borrowed.
 */
const char *content_not_in(const struct measurement *a, const struct measurement *b);
/* True when one has all that the other has, alike. */
bool content_agrees(const struct measurement *a, const struct measurement *b);
/* Equal in verdict, counters and histograms. */
bool same_content(const struct measurement *a, const struct measurement *b);

/*
 * Adds @m to @total: counters by their rule (counters.def), histograms joined. One
 * that does not fit, by its unit or its size, is left out and named in @unfit
 * (NULL: in nothing). False when there was one.
 */
bool content_add(struct measurement *total, const struct measurement *m, struct str_list *unfit);

/* Equal where same_content() holds, and else hardly ever. */
uint64_t content_hash(const struct measurement *m);

#endif
