// SPDX-License-Identifier: GPL-2.0-only
#include "base/str-list.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/grow.h"

/* Takes over @item. */
static void str_list_append(struct str_list *list, char *item)
{
	GROW(list->item, list->n);
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

char **str_list_argv(struct str_list *list)
{
	GROW(list->item, list->n);
	list->item[list->n] = NULL;
	return list->item;
}
