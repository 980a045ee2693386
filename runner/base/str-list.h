/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STR_LIST_H
#define STR_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must-check.h"

/* A growing list of strings that it owns. All zeros is the empty list. */
struct str_list {
	char **item;
	size_t n;
};

/* Adds a copy of @s. */
void str_list_add(struct str_list *list, const char *s);
void str_list_addf(struct str_list *list, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds a copy of @s unless it is there already. */
void str_list_add_new(struct str_list *list, const char *s);
/*
 * Adds the pieces of @text between any of @separators, without blanks around
 * them; drops empty pieces.
 */
void str_list_split(struct str_list *list, const char *text, const char *separators);
bool str_list_has(const struct str_list *list, const char *s);
/* The items with @sep between them; the caller frees the text. */
MUST_CHECK char *str_list_join(const struct str_list *list, const char *sep);
/* The items and a NULL behind them, for exec(); borrowed, and valid until the list changes. */
MUST_CHECK char **str_list_argv(struct str_list *list);
/* Frees the items; the list is empty then. */
void str_list_free(struct str_list *list);

#endif
