// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "base/util.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit-status.h"

static void *checked(void *p)
{
	if (!p) {
		fputs("pcpbench: error: out of memory\n", stderr);
		exit(EXIT_CANNOT);
	}
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc_array(void *p, size_t n, size_t size)
{
	return checked(reallocarray(p, n ? n : 1, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return checked(strndup(s, n));
}

static char *xvasprintf(const char *fmt, va_list args)
{
	char *text;

	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	return checked(text);
}

char *xasprintf(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = xvasprintf(fmt, args);
	va_end(args);
	return text;
}

/* Takes over @item. */
static void str_list_append(struct str_list *list, char *item)
{
	/* Room doubles whenever the length is a power of two. */
	if (!(list->n & (list->n - 1)))
		list->item = xrealloc_array(list->item, list->n ? 2 * list->n : 1,
					    sizeof(*list->item));
	list->item[list->n++] = item;
}

void str_list_add(struct str_list *list, const char *s)
{
	str_list_append(list, xstrdup(s));
}

void str_list_addf(struct str_list *list, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	str_list_append(list, xvasprintf(fmt, args));
	va_end(args);
}

void str_list_free(struct str_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->item[i]);
	free(list->item);
	*list = (struct str_list){ 0 };
}

char *str_list_join(const struct str_list *list, const char *sep)
{
	size_t gap = strlen(sep), length = 0;
	char *text, *at;

	for (size_t i = 0; i < list->n; i++)
		length += strlen(list->item[i]) + gap;
	text = at = xcalloc(length + 1, 1);
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			at = stpcpy(at, sep);
		at = stpcpy(at, list->item[i]);
	}
	return text;
}

void str_list_split(struct str_list *list, const char *text, const char *separators)
{
	while (*text) {
		size_t length = strcspn(text, separators);
		const char *piece = text;
		size_t n = length;

		while (n && isspace((unsigned char)piece[0])) {
			piece++;
			n--;
		}
		while (n && isspace((unsigned char)piece[n - 1]))
			n--;
		if (n)
			str_list_append(list, xstrndup(piece, n));
		text += length;
		if (*text)
			text++;
	}
}

bool str_list_has(const struct str_list *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->item[i], s))
			return true;
	return false;
}

void str_list_add_new(struct str_list *list, const char *s)
{
	if (!str_list_has(list, s))
		str_list_add(list, s);
}

bool parse_share(const char *s, double *share)
{
	char *end;
	double number = strtod(s, &end);

	if (end == s || !(number >= 0 && number <= 1e6))
		return false;
	end += strspn(end, " \t");
	if (*end && strcmp(end, "%"))
		return false;
	*share = *end ? number / 100 : number;
	return true;
}

bool parse_u64(const char *s, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;

	if (!*s)
		return false;
	for (; *s; s++) {
		unsigned int digit = (unsigned char)*s - '0';

		if (digit > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, digit, &sum))
			return false;
	}
	if (sum > max)
		return false;
	*value = sum;
	return true;
}

/* Longer words are no typing errors, and bounding them bounds the row. */
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
	/* At least half of the word must be right. */
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
