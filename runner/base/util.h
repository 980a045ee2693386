/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_H
#define UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Allocation that ends the program with a message when memory is gone. */
void *xcalloc(size_t n, size_t size);
void *xrealloc_array(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A growing list of owned strings. */
struct str_list {
	char **item;
	size_t n;
};

void str_list_add(struct str_list *list, const char *s);
void str_list_addf(struct str_list *list, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void str_list_free(struct str_list *list);
/* Items joined by @sep, to be freed. */
char *str_list_join(const struct str_list *list, const char *sep);
/* @text cut at any of @separators, empty pieces and blanks around them dropped. */
void str_list_split(struct str_list *list, const char *text, const char *separators);
bool str_list_has(const struct str_list *list, const char *s);
/* Adds @s unless it is there already. */
void str_list_add_new(struct str_list *list, const char *s);

/* Whole-string unsigned decimal, no sign, no blanks; false when not one or > max. */
bool parse_u64(const char *s, uint64_t max, uint64_t *value);

/* "0.2 %" or "0.002", as a share from 0 to 1e6; false when neither. */
bool parse_share(const char *s, double *share);

/*
 * The item of @names (NULL-terminated) that is nearest to @word by edit
 * distance (Damerau), or NULL when none is near.
 */
const char *nearest_name(const char *word, const char *const *names);

#endif
