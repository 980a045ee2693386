// SPDX-License-Identifier: GPL-2.0-only
#include "output/layout.h"

#include <stdlib.h>

size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

void put_plain(FILE *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		putc((unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i], out);
}

size_t line_of_text(const char *text, size_t width, size_t *next)
{
	size_t end = 0, columns = 0, cut = 0;

	for (; text[end]; end++) {
		bool starts = ((unsigned char)text[end] & 0xc0) != 0x80;

		if (text[end] == ' ')
			cut = end;
		if (width && starts && columns == width) {
			end = cut ? cut : end;
			break;
		}
		columns += starts;
	}
	*next = end + (text[end] == ' ');
	return end;
}

void put_words(FILE *out, const char *text, size_t indent, size_t width)
{
	while (*text) {
		size_t next, length = line_of_text(text, width, &next);

		fprintf(out, "%*s", (int)indent, "");
		put_plain(out, text, length);
		putc('\n', out);
		text += next;
	}
}

static size_t width_of(const char *text, char *(*escape)(const char *text))
{
	char *escaped;
	size_t width;

	if (!escape)
		return text_width(text);
	escaped = escape(text);
	width = text_width(escaped);
	free(escaped);
	return width;
}

static void measure(size_t *width, const struct doc_table *table,
		    char *(*escape)(const char *text))
{
	for (size_t i = 0; i < table->rows; i++) {
		const struct doc_row *row = &table->row[i];

		for (size_t c = 0; c < row->cells && c < table->head->columns; c++) {
			size_t cell = width_of(row->cell[c].text, escape);

			if (cell > width[c])
				width[c] = cell;
		}
	}
}

void cell_widths_make(struct cell_widths *widths, const struct document *doc,
		      char *(*escape)(const char *text))
{
	*widths = (struct cell_widths){ .heads = doc->heads };
	widths->width = xcalloc(doc->heads + 1, sizeof(*widths->width));
	for (size_t i = 0; i < doc->heads; i++)
		widths->width[i] = xcalloc(doc->head[i]->columns + 1, sizeof(**widths->width));
	for (size_t i = 0; i < doc->elements; i++)
		if (doc->element[i].kind == DOC_TABLE)
			measure(widths->width[doc->element[i].table.head->number],
				&doc->element[i].table, escape);
}

void cell_widths_free(struct cell_widths *widths)
{
	for (size_t i = 0; i < widths->heads; i++)
		free(widths->width[i]);
	free(widths->width);
}
