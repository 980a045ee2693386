// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "base/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit-status.h"
#include "base/grow.h"

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

void *grow_array(void *item, size_t n, size_t size)
{
	/* not a power of two: the last growth left room */
	if (n & (n - 1))
		return item;
	return xrealloc_array(item, n <= SIZE_MAX / 2 ? 2 * n : SIZE_MAX, size);
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return checked(strndup(s, n));
}

char *xvasprintf(const char *fmt, va_list args)
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
