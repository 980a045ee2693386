// SPDX-License-Identifier: GPL-2.0-only
#include "output/plain-table.h"

#include <stdlib.h>
#include <string.h>

#include "output/layout.h"

#define TEXT_GAP	2	/* blanks before a column of words */
#define LAST_WIDTH	15	/* narrow: a last cell of words may need so much and no more */
#define SPILL_INDENT	6	/* narrow: a last cell that stands below its row, */
#define WRAP_WIDTH	40	/* ... unless the line has so much room for it */

/* One column of a table as it is printed. */
struct plain_column {
	const struct doc_column *column;
	size_t at;		/* its index in head and rows */
	size_t width, gap;
	const char *head;
};

struct plain_layout {
	struct plain_column *column;
	size_t columns;
	bool has_heads;		/* else the cells speak for themselves */
	bool has_short_heads;
};

static bool is_last_words(const struct plain_layout *layout, size_t c)
{
	return c + 1 == layout->columns && layout->column[c].column->align == ALIGN_LEFT;
}

/* The heads as they are, or the short ones; returns how wide a line becomes. */
static size_t choose_heads(struct plain_layout *layout, const size_t *cells, bool use_short)
{
	size_t line = 0;

	layout->has_short_heads = use_short;
	for (size_t c = 0; c < layout->columns; c++) {
		struct plain_column *column = &layout->column[c];
		const struct doc_column *from = column->column;

		column->head = use_short && from->short_head ? from->short_head : from->head;
		column->width = cells[c];
		if (layout->has_heads && !from->wraps && text_width(column->head) > column->width)
			column->width = text_width(column->head);
		line += column->gap + column->width;
	}
	return line;
}

/* Below headings and words tables are indented; one that is all there is needs no room for that. */
static size_t table_indent(const struct document *doc)
{
	return doc->elements > 1 ? PLAIN_INDENT : 0;
}

static void layout_make(struct plain_layout *layout, const struct plain_tables *t,
			const struct doc_head *head, const size_t *widest)
{
	size_t *cells = xcalloc(head->columns + 1, sizeof(*cells));
	bool has_short = false;

	*layout = (struct plain_layout){
		.column = xcalloc(head->columns + 1, sizeof(*layout->column)),
		.has_heads = !head->is_plain,
	};
	for (size_t c = 0; c < head->columns; c++) {
		const struct doc_column *from = &head->column[c];

		if (t->style->is_narrow && from->is_detail)
			continue;
		layout->column[layout->columns] = (struct plain_column){
			.column = from, .at = c,
			.gap = !layout->columns ? table_indent(t->doc) :
			       from->align == ALIGN_LEFT ? TEXT_GAP : t->style->gap,
		};
		cells[layout->columns++] = widest[c] > from->width ? widest[c] : from->width;
		has_short |= from->short_head != NULL;
	}
	/* a longer last cell stands below its row */
	if (t->style->is_narrow && layout->columns > 1 &&
	    is_last_words(layout, layout->columns - 1) && cells[layout->columns - 1] > LAST_WIDTH)
		cells[layout->columns - 1] = LAST_WIDTH;
	if (choose_heads(layout, cells, false) > t->width && t->style->is_narrow && has_short)
		choose_heads(layout, cells, true);
	free(cells);
}

void plain_tables_make(struct plain_tables *t)
{
	struct cell_widths widths;

	cell_widths_make(&widths, t->doc, NULL);
	t->layout = xcalloc(t->doc->heads + 1, sizeof(*t->layout));
	for (size_t i = 0; i < t->doc->heads; i++)
		layout_make(&t->layout[i], t, t->doc->head[i], widths.width[i]);
	cell_widths_free(&widths);
}

void plain_tables_free(struct plain_tables *t)
{
	for (size_t i = 0; i < t->doc->heads; i++)
		free(t->layout[i].column);
	free(t->layout);
}

static const char *colour_of(const struct plain_tables *t, const struct plain_column *column,
			     enum mark mark)
{
	if (!t->style->has_colour || !column->column->shows_mark)
		return NULL;
	if (mark == MARK_GOOD || mark == MARK_BETTER)
		return "\033[32m";
	return mark == MARK_BAD || mark == MARK_UNKNOWN ? "\033[31m" : NULL;
}

/* A last cell that is longer than its line, whose words begin at column @start: nothing is cut. */
static void put_long_cell(const struct plain_tables *t, const char *text, size_t used, size_t start)
{
	size_t next = 0, length;

	if (t->width < start + WRAP_WIDTH) {
		putc('\n', t->out);
		put_words(t->out, text, SPILL_INDENT, t->width - SPILL_INDENT);
		return;
	}
	length = line_of_text(text, t->width - start, &next);
	fprintf(t->out, "%*s", (int)(start - used), "");
	put_plain(t->out, text, length);
	putc('\n', t->out);
	put_words(t->out, text + next, start, t->width - start);
}

/* A line of @text, one for each column; no blanks at its end. */
static void put_cells(const struct plain_tables *t, const struct plain_layout *layout,
		      const char *const *text, enum mark mark)
{
	size_t blanks = 0, used = 0;

	for (size_t c = 0; c < layout->columns; c++) {
		const struct plain_column *column = &layout->column[c];
		size_t width = text_width(text[c]);
		size_t padding = width < column->width ? column->width - width : 0;
		const char *colour = colour_of(t, column, mark);

		blanks += column->gap + (column->column->align == ALIGN_RIGHT ? padding : 0);
		if (t->style->is_narrow && c && is_last_words(layout, c) &&
		    used + blanks + width > t->width) {
			put_long_cell(t, text[c], used, used + blanks);
			return;
		}
		if (*text[c]) {
			fprintf(t->out, "%*s%s", (int)blanks, "", colour ? colour : "");
			put_plain(t->out, text[c], strlen(text[c]));
			fputs(colour ? "\033[0m" : "", t->out);
			used += blanks + width;
			blanks = 0;
		}
		if (column->column->align == ALIGN_LEFT)
			blanks += padding;
	}
	putc('\n', t->out);
}

/* Heads over their columns, in as many lines as the one that is broken most needs. */
static void put_heads(const struct plain_tables *t, const struct plain_layout *layout)
{
	const char **rest = xcalloc(layout->columns, sizeof(*rest));
	const char **text = xcalloc(layout->columns, sizeof(*text));
	char **piece = xcalloc(layout->columns, sizeof(*piece));
	bool more = true;

	for (size_t c = 0; c < layout->columns; c++)
		rest[c] = layout->column[c].head;
	while (more) {
		more = false;
		for (size_t c = 0; c < layout->columns; c++) {
			size_t next = 0, length = 0;

			if (*rest[c])
				length = line_of_text(rest[c], layout->column[c].column->wraps ?
						      layout->column[c].width : 0, &next);
			piece[c] = xstrndup(rest[c], length);
			text[c] = piece[c];
			rest[c] += next;
			more |= *rest[c] != '\0';
		}
		put_cells(t, layout, text, MARK_NONE);
		for (size_t c = 0; c < layout->columns; c++)
			free(piece[c]);
	}
	free(piece);
	free(text);
	free(rest);
}

/* Below the last column, which says most. */
static void put_notes(const struct plain_tables *t, const struct plain_layout *layout,
		      const struct doc_row *row)
{
	size_t indent = layout->column[0].gap;

	for (size_t c = 1; c < layout->columns; c++)
		indent += layout->column[c - 1].width + layout->column[c].gap;
	if (t->style->is_narrow && indent > t->width / 2)
		indent = SPILL_INDENT;
	for (size_t i = 0; i < row->notes.n; i++)
		put_words(t->out, row->notes.item[i], indent,
			  t->style->is_narrow ? t->width - indent : 0);
}

void plain_table_put(const struct plain_tables *t, const struct doc_table *table)
{
	const struct plain_layout *layout = &t->layout[table->head->number];
	const char **text = xcalloc(layout->columns + 1, sizeof(*text));

	if (layout->has_heads)
		put_heads(t, layout);
	for (size_t i = 0; i < table->rows; i++) {
		const struct doc_row *row = &table->row[i];

		for (size_t c = 0; c < layout->columns; c++)
			text[c] = layout->column[c].at < row->cells ?
					  row->cell[layout->column[c].at].text : "";
		put_cells(t, layout, text, row->mark);
		put_notes(t, layout, row);
	}
	free(text);
}

void plain_legend_put(const struct plain_tables *t, const struct doc_head *head)
{
	struct str_list words = { 0 };
	char *line;

	if (!t->layout[head->number].has_short_heads)
		return;
	for (size_t c = 0; c < head->columns; c++)
		if (head->column[c].short_head)
			str_list_addf(&words, "%s: %s", head->column[c].short_head,
				      head->column[c].head);
	line = str_list_join(&words, "; ");
	put_words(t->out, line, 0, t->width);
	free(line);
	str_list_free(&words);
}
