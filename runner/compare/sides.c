// SPDX-License-Identifier: GPL-2.0-only
#include "compare/sides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

static struct compare_side *add_side(struct compare_sides *all, const char *label)
{
	struct compare_side *side;

	GROW(all->side, all->sides);
	side = &all->side[all->sides++];
	*side = (struct compare_side){ .label = xstrdup(label) };
	return side;
}

static const char *file_label(size_t i)
{
	static const char *const labels[] = { "OLD", "NEW" };
	static char more[32];

	if (i < ARRAY_SIZE(labels))
		return labels[i];
	snprintf(more, sizeof(more), "NEW%zu", i);
	return more;
}

/* The results of all @paths, @of[i] of them for side @i. */
static int load_paths(struct compare_sides *all, const struct str_list *paths, const size_t *of,
		      size_t sides)
{
	all->result = xcalloc(paths->n + 1, sizeof(*all->result));
	if (result_load_all(all->result, (const char *const *)paths->item, paths->n))
		return -1;
	all->results = paths->n;
	for (size_t i = 0, next = 0; i < sides; i++) {
		struct compare_side *side = add_side(all, file_label(i));

		side->results = of[i];
		side->result = xcalloc(of[i] + 1, sizeof(const struct result *));
		for (size_t k = 0; k < of[i]; k++)
			side->result[k] = &all->result[next++];
	}
	return 0;
}

int compare_sides_load(struct compare_sides *all, const struct str_list *arguments)
{
	size_t *of = xcalloc(arguments->n + 1, sizeof(*of));
	struct str_list paths = { 0 };
	int ret = 0;

	*all = (struct compare_sides){ 0 };
	for (size_t i = 0; i < arguments->n && !ret; i++) {
		size_t before = paths.n;

		result_paths(&paths, arguments->item[i]);
		of[i] = paths.n - before;
		if (!of[i])
			ret = diag_error("'%s' names no result", arguments->item[i]);
	}
	if (!ret)
		ret = load_paths(all, &paths, of, arguments->n);
	str_list_free(&paths);
	free(of);
	return ret;
}

void compare_sides_borrow(struct compare_sides *all, struct result *result)
{
	struct compare_side *side;

	*all = (struct compare_sides){ .result = result, .results = 1, .borrowed = true };
	side = add_side(all, file_label(0));
	side->results = 1;
	side->result = xcalloc(1, sizeof(const struct result *));
	side->result[0] = result;
}

static const char *word_of(const struct measurement *m, enum dimension by)
{
	return by == BY_STRATEGY ? m->strategy : by == BY_SERIES ? m->series : m->kernel;
}

/* The strategies, series or kernels of all results in their order, @base first. */
static int list_words(struct str_list *words, const struct compare_sides *all, enum dimension by,
		      const char *base)
{
	bool found = !base;
	char *joined;

	for (size_t f = 0; f < all->results; f++)
		for (size_t i = 0; i < all->result[f].measurements; i++) {
			const char *word = word_of(&all->result[f].measurement[i], by);

			if (!str_list_has(words, word))
				str_list_add(words, word);
		}
	for (size_t i = 0; !found && i < words->n; i++)
		if (!strcmp(words->item[i], base)) {
			char *first = words->item[i];

			memmove(words->item + 1, words->item, i * sizeof(*words->item));
			words->item[0] = first;
			found = true;
		}
	joined = str_list_join(words, ", ");
	if (!found)
		diag_error("there is no '%s' to compare with; there are: %s", base, joined);
	else if (words->n < 2)
		diag_error("the result has only %s: there is nothing to compare it with",
			   words->n ? joined : "no measurements");
	free(joined);
	return found && words->n >= 2 ? 0 : -1;
}

int compare_sides_split(struct compare_sides *all, enum dimension by, const char *base)
{
	struct str_list words = { 0 };
	struct compare_side whole = all->side[0];
	int ret = list_words(&words, all, by, base);

	all->sides = 0;
	for (size_t i = 0; i < words.n && !ret; i++) {
		struct compare_side *side = add_side(all, words.item[i]);

		side->by = by;
		side->word = side->label;
		side->results = whole.results;
		side->result = xcalloc(whole.results, sizeof(const struct result *));
		memcpy(side->result, whole.result, whole.results * sizeof(const struct result *));
	}
	free(whole.label);
	free(whole.result);
	str_list_free(&words);
	return ret;
}

void compare_sides_free(struct compare_sides *all)
{
	for (size_t i = 0; i < all->sides; i++) {
		free(all->side[i].label);
		free(all->side[i].result);
	}
	for (size_t i = 0; i < all->results && !all->borrowed; i++)
		result_free(&all->result[i]);
	if (!all->borrowed)
		free(all->result);
	free(all->side);
	*all = (struct compare_sides){ 0 };
}
