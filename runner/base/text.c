// SPDX-License-Identifier: GPL-2.0-only
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define FIRST_BYTES 64

char *text_room(struct text *text, size_t n)
{
	size_t size;

	if (text->size - text->length > n)
		return text->data + text->length;
	/* a size that overflows is one that no allocation can give */
	if (__builtin_add_overflow(text->length, n, &size) ||
	    __builtin_add_overflow(size, 1, &size) || __builtin_mul_overflow(size, 2, &size))
		size = SIZE_MAX;
	if (size < FIRST_BYTES)
		size = FIRST_BYTES;
	text->data = xrealloc_array(text->data, size, 1);
	text->size = size;
	return text->data + text->length;
}

void text_add_bytes(struct text *text, const void *bytes, size_t n)
{
	char *room = text_room(text, n);

	if (n)
		memcpy(room, bytes, n);
	room[n] = '\0';
	text->length += n;
}

void text_add(struct text *text, const char *s)
{
	text_add_bytes(text, s, strlen(s));
}

void text_add_u64(struct text *text, uint64_t value)
{
	char digits[24], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + value % 10);
	while (value /= 10);
	text_add_bytes(text, at, (size_t)(digits + sizeof(digits) - at));
}

void text_addv(struct text *text, const char *fmt, va_list args)
{
	va_list again;
	char *room = text_room(text, 1);
	size_t left = text->size - text->length;
	int n;

	/* most texts fit in the room that is left: no second pass */
	va_copy(again, args);
	n = vsnprintf(room, left, fmt, args);
	if (n >= 0 && (size_t)n >= left) {
		room = text_room(text, (size_t)n);
		n = vsnprintf(room, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	if (n >= 0)
		text->length += (size_t)n;
	else
		*room = '\0';
}

void text_addf(struct text *text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_addv(text, fmt, args);
	va_end(args);
}

char *text_take(struct text *text)
{
	char *data;

	*text_room(text, 0) = '\0';
	data = text->data;
	*text = (struct text){ 0 };
	return data;
}

void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){ 0 };
}
