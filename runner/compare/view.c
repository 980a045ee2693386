// SPDX-License-Identifier: GPL-2.0-only
/* Which lines of a comparison are shown, and in which order. What they claim stays as it is. */
#include "compare/view.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>

double compare_change_size(const struct compare_line *line)
{
	if (isnan(line->ratio))
		return 0;
	return line->ratio > 0 ? fabs(log(line->ratio)) : INFINITY;
}

static bool passes_filter(const struct compare_view *view, const char *title, const char *metric)
{
	char *text = xasprintf("%s: %s", title, metric);
	bool passes = !view->filter.n;

	for (size_t i = 0; i < view->filter.n && !passes; i++) {
		char *pattern = xasprintf("*%s*", view->filter.item[i]);

		passes = !fnmatch(pattern, text, 0);
		free(pattern);
	}
	free(text);
	return passes;
}

bool compare_view_has_mean(const struct compare_view *view, const struct compare_mean *mean)
{
	char *title = xasprintf("%s · %s", mean->scenario, mean->strategy);
	bool passes = passes_filter(view, title, mean->metric);

	free(title);
	return passes;
}

bool compare_is_relevant(const struct compare_view *view, const struct compare_line *line)
{
	return line->claim == CLAIM_SAME || isnan(line->ratio) ||
	       compare_change_size(line) >= log1p(view->relevant);
}

struct placed_line {
	const struct compare_line *line;
	size_t place;
};

static int compare_placed_lines(const void *a, const void *b)
{
	const struct placed_line *x = a, *y = b;
	double first = compare_change_size(x->line), second = compare_change_size(y->line);

	if (first != second)
		return first < second ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

const struct compare_line **compare_view_lines(const struct compare_view *view,
					       const struct compare_block *block, size_t *n)
{
	struct placed_line *placed = xcalloc(block->lines + 1, sizeof(*placed));
	const struct compare_line **line;
	size_t found = 0;

	for (size_t i = 0; i < block->lines; i++)
		if (passes_filter(view, block->title, block->line[i].name))
			placed[found++] = (struct placed_line){ &block->line[i], i };
	if (view->by_change && found)
		qsort(placed, found, sizeof(*placed), compare_placed_lines);
	line = xcalloc(found + 1, sizeof(*line));
	for (size_t i = 0; i < found; i++)
		line[i] = placed[i].line;
	free(placed);
	*n = found;
	return line;
}

struct placed_block {
	const struct compare_block *block;
	double largest;
	size_t place;
};

static int compare_placed_blocks(const void *a, const void *b)
{
	const struct placed_block *x = a, *y = b;

	if (x->largest != y->largest)
		return x->largest < y->largest ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

const struct compare_block **compare_view_blocks(const struct compare_view *view,
						 const struct comparison *c, size_t *n)
{
	struct placed_block *placed = xcalloc(c->blocks + 1, sizeof(*placed));
	const struct compare_block **block;
	size_t found = 0;

	for (size_t i = 0; i < c->blocks; i++) {
		size_t lines;
		const struct compare_line **line = compare_view_lines(view, &c->block[i], &lines);

		if (lines || !view->filter.n) {
			placed[found] = (struct placed_block){ &c->block[i], 0, i };
			for (size_t k = 0; k < lines; k++)
				placed[found].largest = fmax(placed[found].largest,
							     compare_change_size(line[k]));
			found++;
		}
		free(line);
	}
	if (view->by_change && found)
		qsort(placed, found, sizeof(*placed), compare_placed_blocks);
	block = xcalloc(found + 1, sizeof(*block));
	for (size_t i = 0; i < found; i++)
		block[i] = placed[i].block;
	free(placed);
	*n = found;
	return block;
}
