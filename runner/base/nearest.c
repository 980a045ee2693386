// SPDX-License-Identifier: GPL-2.0-only
#include "base/nearest.h"

#include <string.h>

/* A longer word is no typing error; the bound keeps the table on the stack. */
#define NEAREST_MAX_WORD 64

/*
 * Edit distance in which two letters that changed places count once (Damerau
 * 1964), in its restricted form: no letter is edited twice.
 */
static size_t edit_distance(const char *a, const char *b)
{
	size_t table[NEAREST_MAX_WORD + 1][NEAREST_MAX_WORD + 1];
	size_t height = strlen(a), width = strlen(b);

	for (size_t i = 0; i <= height; i++)
		table[i][0] = i;
	for (size_t j = 0; j <= width; j++)
		table[0][j] = j;
	for (size_t i = 1; i <= height; i++) {
		for (size_t j = 1; j <= width; j++) {
			size_t best = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			if (table[i - 1][j] + 1 < best)
				best = table[i - 1][j] + 1;
			if (table[i][j - 1] + 1 < best)
				best = table[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    table[i - 2][j - 2] + 1 < best)
				best = table[i - 2][j - 2] + 1;
			table[i][j] = best;
		}
	}
	return table[height][width];
}

const char *nearest_name(const char *word, const char *const *names)
{
	const char *nearest = NULL;
	size_t length = strlen(word);
	size_t best;

	if (length > NEAREST_MAX_WORD)
		return NULL;
	/* a nearest name has at least half of the word right */
	best = length / 2 + 1;
	for (; *names; names++) {
		size_t distance;

		if (strlen(*names) > NEAREST_MAX_WORD)
			continue;
		distance = edit_distance(word, *names);
		if (distance < best) {
			best = distance;
			nearest = *names;
		}
	}
	return nearest;
}
