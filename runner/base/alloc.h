/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory. None of these returns NULL: when there is no more memory, the program
 * ends with a message and status 2. What they return belongs to the caller, who
 * frees it with free(). Any thread.
 */
#ifndef ALLOC_H
#define ALLOC_H

#include <stdarg.h>
#include <stddef.h>

#include "base/must-check.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* @n items of @size bytes each, all zeros; n = 0 gives memory of one item. */
MUST_CHECK void *xcalloc(size_t n, size_t size);
/* As reallocarray(): the bytes that are new are not set. */
MUST_CHECK void *xrealloc_array(void *p, size_t n, size_t size);
MUST_CHECK char *xstrdup(const char *s);
/* At most @n bytes of @s, which need no NUL behind them. */
MUST_CHECK char *xstrndup(const char *s, size_t n);
MUST_CHECK char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
MUST_CHECK char *xvasprintf(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));

#endif
