/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A text that grows at its end, in amortized constant time per byte:
 *
 *	struct text text = { 0 };
 *
 *	text_addf(&text, "%zu findings\n", n);
 *	return text_take(&text);
 *
 * All zeros is the empty text. Memory that is gone ends the program.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"

struct text {
	char *data;	/* NUL-terminated by each text_add…(); NULL while nothing was added */
	size_t length;	/* bytes, without the NUL */
	size_t size;	/* bytes that are allocated */
};

void text_add(struct text *text, const char *s);
void text_addf(struct text *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_addv(struct text *text, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
/* @n bytes, which may hold a NUL. */
void text_add_bytes(struct text *text, const void *bytes, size_t n);
/* @value in decimal, several times as fast as by text_addf(). */
void text_add_u64(struct text *text, uint64_t value);
/*
 * Room for @n bytes and a NUL at the end, for a caller that fills it himself and
 * adds to @text->length what he filled: read() into it. Valid until the text
 * grows again.
 */
MUST_CHECK char *text_room(struct text *text, size_t n);
/*
 * What was added, "" when that is nothing, NUL-terminated; the caller frees it.
 * The text is empty then.
 */
MUST_CHECK char *text_take(struct text *text);
/* The text is empty then. */
void text_free(struct text *text);

static inline void text_add_char(struct text *text, char c)
{
	char *room = text->size - text->length < 2 ? text_room(text, 1) : text->data + text->length;

	room[0] = c;
	room[1] = '\0';
	text->length++;
}

#endif
