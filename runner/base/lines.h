/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of a text, one after the other, without a copy:
 *
 *	struct lines lines = lines_of(text, length);
 *
 *	while (lines_next(&lines))
 *		take(lines.text, lines.length);
 *
 * The text is borrowed and needs no NUL; it may hold any byte. Nothing is
 * allocated, and no bound is needed: a line is at most as long as the text.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must-check.h"

struct lines {
	const char *text;	/* the line; without a NUL */
	size_t length;		/* bytes of it, without its newline */
	bool whole;		/* false for a last line without a newline */
	unsigned int number;	/* of the line, from 1 */
	const char *next, *end;	/* what is still to be read */
};

struct lines lines_of(const char *text, size_t length);
/*
 * Goes to the next line; false when there is none: then @text and @length are
 * those of the line before.
 */
MUST_CHECK bool lines_next(struct lines *lines);

/* Takes the carriage returns off the line's end, as editors and serial consoles leave them. */
void line_drop_cr(struct lines *line);
bool line_starts(const struct lines *line, const char *with);
/* The index of the first byte that is no printable ASCII, or the line's length. */
size_t line_printable(const struct lines *line);
/*
 * Copies the line into @buffer with a NUL; false, and nothing copied, when it is
 * longer or holds a NUL.
 */
MUST_CHECK bool line_copy(const struct lines *line, char *buffer, size_t size);

#endif
