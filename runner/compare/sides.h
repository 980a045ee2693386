/* SPDX-License-Identifier: GPL-2.0-only */
/* The results of a comparison, and the sides that they make. */
#ifndef COMPARE_SIDES_H
#define COMPARE_SIDES_H

#include "base/must-check.h"
#include "compare/compare.h"

struct compare_sides {
	struct result *result;
	size_t results;
	bool borrowed;		/* the results are somebody else's */
	struct compare_side *side;
	size_t sides;
};

/* A side for each of @arguments: a result, or several with commas between. -1 after a message. */
MUST_CHECK int compare_sides_load(struct compare_sides *all, const struct str_list *arguments);
/* One side that is @result, which must outlive it. */
void compare_sides_borrow(struct compare_sides *all, struct result *result);
/*
 * A side for each strategy, series or kernel that the first side has, instead
 * of it; @base comes first when it is not NULL. -1 after a message, when there
 * are fewer than two, or no @base.
 */
MUST_CHECK int compare_sides_split(struct compare_sides *all, enum dimension by, const char *base);
void compare_sides_free(struct compare_sides *all);

#endif
