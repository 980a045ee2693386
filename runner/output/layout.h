/* SPDX-License-Identifier: GPL-2.0-only */
/* Words and columns of plain text. Pure functions, but for what they print. */
#ifndef OUTPUT_LAYOUT_H
#define OUTPUT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "output/document.h"

/* Columns that a UTF-8 text takes, wide and combining characters aside. */
size_t text_width(const char *text);

/* @length bytes of @text; what a terminal would obey becomes a blank. */
void put_plain(FILE *out, const char *text, size_t length);

/*
 * How many bytes of @text, which is not empty, a line of @width columns takes: whole words where
 * there are any, else as much of one as fits. 0: any width. *next is where the next line starts.
 */
size_t line_of_text(const char *text, size_t width, size_t *next);

/* @text in lines of at most @width columns (0: one line), each behind @indent blanks. */
void put_words(FILE *out, const char *text, size_t indent, size_t width);

/* How wide the columns of a document's tables are, in tables below one head alike. */
struct cell_widths {
	size_t **width;		/* by the number of the head, then by column; heads do not count */
	size_t heads;
};

/* Every cell is measured as @escape writes it; NULL: as it is. */
void cell_widths_make(struct cell_widths *widths, const struct document *doc,
		      char *(*escape)(const char *text));
void cell_widths_free(struct cell_widths *widths);

#endif
