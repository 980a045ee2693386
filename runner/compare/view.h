/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPARE_VIEW_H
#define COMPARE_VIEW_H

#include "compare/compare.h"

/* What is shown of a comparison; all zeros: every line that differs, in the order of the result. */
struct compare_view {
	bool all;		/* with the metrics that are equal everywhere, which are else named in one line */
	bool by_change;		/* the largest change first */
	double relevant;	/* smaller ones, as a share, are named in one line */
	struct str_list filter;	/* patterns; of "TITLE: METRIC" one must match a part */
};

/* What @view has of a comparison and of a block; arrays to be freed. */
const struct compare_block **compare_view_blocks(const struct compare_view *view,
						 const struct comparison *c, size_t *n);
const struct compare_line **compare_view_lines(const struct compare_view *view,
					       const struct compare_block *block, size_t *n);
/* True when this one is among them. */
bool compare_view_has_mean(const struct compare_view *view, const struct compare_mean *mean);
/* How far from no change, up or down alike; 0 when that is not known. */
double compare_change_size(const struct compare_line *line);
bool compare_is_relevant(const struct compare_view *view, const struct compare_line *line);

#endif
