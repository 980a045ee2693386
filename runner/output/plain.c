// SPDX-License-Identifier: GPL-2.0-only
#include "output/plain.h"

#include <stdlib.h>
#include <string.h>

#include "output/layout.h"

#define INDENT		2	/* of tables and of a list's items */
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

enum previous { NOTHING, HEADING, LINE, BLOCK };

struct writer {
	FILE *out;
	const struct document *doc;
	const struct plain_style *style;
	size_t width;			/* of a line, 0: any */
	struct plain_layout *layout;	/* by the number of a table's head */
	enum previous previous;
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
	return doc->elements > 1 ? INDENT : 0;
}

static void layout_make(struct plain_layout *layout, const struct writer *w,
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

		if (w->style->is_narrow && from->is_detail)
			continue;
		layout->column[layout->columns] = (struct plain_column){
			.column = from, .at = c,
			.gap = !layout->columns ? table_indent(w->doc) :
			       from->align == ALIGN_LEFT ? TEXT_GAP : w->style->gap,
		};
		cells[layout->columns++] = widest[c] > from->width ? widest[c] : from->width;
		has_short |= from->short_head != NULL;
	}
	/* a longer last cell stands below its row */
	if (w->style->is_narrow && layout->columns > 1 &&
	    is_last_words(layout, layout->columns - 1) && cells[layout->columns - 1] > LAST_WIDTH)
		cells[layout->columns - 1] = LAST_WIDTH;
	if (choose_heads(layout, cells, false) > w->width && w->style->is_narrow && has_short)
		choose_heads(layout, cells, true);
	free(cells);
}

static void layouts_make(struct writer *w)
{
	struct cell_widths widths;

	cell_widths_make(&widths, w->doc, NULL);
	w->layout = xcalloc(w->doc->heads + 1, sizeof(*w->layout));
	for (size_t i = 0; i < w->doc->heads; i++)
		layout_make(&w->layout[i], w, w->doc->head[i], widths.width[i]);
	cell_widths_free(&widths);
}

static void layouts_free(struct writer *w)
{
	for (size_t i = 0; i < w->doc->heads; i++)
		free(w->layout[i].column);
	free(w->layout);
}

static const char *colour_of(const struct writer *w, const struct plain_column *column,
			     enum mark mark)
{
	if (!w->style->has_colour || !column->column->shows_mark)
		return NULL;
	if (mark == MARK_GOOD || mark == MARK_BETTER)
		return "\033[32m";
	return mark == MARK_BAD || mark == MARK_UNKNOWN ? "\033[31m" : NULL;
}

/* A last cell that is longer than its line, whose words begin at column @start: nothing is cut. */
static void put_long_cell(const struct writer *w, const char *text, size_t used, size_t start)
{
	size_t next = 0, length;

	if (w->width < start + WRAP_WIDTH) {
		putc('\n', w->out);
		put_words(w->out, text, SPILL_INDENT, w->width - SPILL_INDENT);
		return;
	}
	length = line_of_text(text, w->width - start, &next);
	fprintf(w->out, "%*s", (int)(start - used), "");
	put_plain(w->out, text, length);
	putc('\n', w->out);
	put_words(w->out, text + next, start, w->width - start);
}

/* A line of @text, one for each column; no blanks at its end. */
static void put_cells(const struct writer *w, const struct plain_layout *layout,
		      const char *const *text, enum mark mark)
{
	size_t blanks = 0, used = 0;

	for (size_t c = 0; c < layout->columns; c++) {
		const struct plain_column *column = &layout->column[c];
		size_t width = text_width(text[c]);
		size_t padding = width < column->width ? column->width - width : 0;
		const char *colour = colour_of(w, column, mark);

		blanks += column->gap + (column->column->align == ALIGN_RIGHT ? padding : 0);
		if (w->style->is_narrow && c && is_last_words(layout, c) &&
		    used + blanks + width > w->width) {
			put_long_cell(w, text[c], used, used + blanks);
			return;
		}
		if (*text[c]) {
			fprintf(w->out, "%*s%s", (int)blanks, "", colour ? colour : "");
			put_plain(w->out, text[c], strlen(text[c]));
			fputs(colour ? "\033[0m" : "", w->out);
			used += blanks + width;
			blanks = 0;
		}
		if (column->column->align == ALIGN_LEFT)
			blanks += padding;
	}
	putc('\n', w->out);
}

/* Heads over their columns, in as many lines as the one that is broken most needs. */
static void put_heads(const struct writer *w, const struct plain_layout *layout)
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
		put_cells(w, layout, text, MARK_NONE);
		for (size_t c = 0; c < layout->columns; c++)
			free(piece[c]);
	}
	free(piece);
	free(text);
	free(rest);
}

/* Below the last column, which says most. */
static void put_notes(const struct writer *w, const struct plain_layout *layout,
		      const struct doc_row *row)
{
	size_t indent = layout->column[0].gap;

	for (size_t c = 1; c < layout->columns; c++)
		indent += layout->column[c - 1].width + layout->column[c].gap;
	if (w->style->is_narrow && indent > w->width / 2)
		indent = SPILL_INDENT;
	for (size_t i = 0; i < row->notes.n; i++)
		put_words(w->out, row->notes.item[i], indent,
			  w->style->is_narrow ? w->width - indent : 0);
}

static void put_table(const struct writer *w, const struct doc_table *table)
{
	const struct plain_layout *layout = &w->layout[table->head->number];
	const char **text = xcalloc(layout->columns + 1, sizeof(*text));

	if (layout->has_heads)
		put_heads(w, layout);
	for (size_t i = 0; i < table->rows; i++) {
		const struct doc_row *row = &table->row[i];

		for (size_t c = 0; c < layout->columns; c++)
			text[c] = layout->column[c].at < row->cells ?
					  row->cell[layout->column[c].at].text : "";
		put_cells(w, layout, text, row->mark);
		put_notes(w, layout, row);
	}
	free(text);
}

/* A title for a posting: no middle dots, which ASCII lacks, and a colon before what follows. */
static char *narrow_title(const char *title)
{
	char *plain = xcalloc(strlen(title) + 2, 1), *to = plain;

	for (const char *from = title; *from; from++) {
		if (!strncmp(from, " \302\267 ", 4)) {
			*to++ = ',';
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	if (to > plain && to[-1] != ':')
		*to = ':';
	return plain;
}

static void put_title(struct writer *w, const char *title)
{
	char *narrow = w->style->is_narrow ? narrow_title(title) : NULL;

	put_words(w->out, narrow ? narrow : title, 0, w->width);
	free(narrow);
}

static void put_items(const struct writer *w, const struct str_list *items, size_t shown)
{
	size_t width = w->width ? w->width - INDENT : 0;

	for (size_t i = 0; i < items->n && (!shown || i < shown); i++)
		put_words(w->out, items->item[i], INDENT, width);
	if (shown && items->n > shown)
		fprintf(w->out, "  and %zu more (--json has all)\n", items->n - shown);
}

static void put_check(const struct writer *w, const struct doc_check *check)
{
	char *line = *check->what ? xasprintf("%s: %s: %s", check->where, check->what, check->text) :
				    xstrdup(check->text);

	put_words(w->out, line, INDENT, w->style->is_narrow ? w->width - INDENT : 0);
	free(line);
}

static void separate(struct writer *w)
{
	if (w->previous != NOTHING && w->previous != HEADING)
		putc('\n', w->out);
}

/* What needs somebody's eyes, the worst first. */
static void put_checks(struct writer *w)
{
	static const enum mark order[] = { MARK_BAD, MARK_UNKNOWN, MARK_BETTER };

	for (size_t o = 0; o < ARRAY_SIZE(order); o++) {
		bool begun = false;

		for (size_t i = 0; i < w->doc->checks; i++) {
			const struct doc_check *check = &w->doc->check[i];

			if (check->outcome->mark != order[o])
				continue;
			if (!begun) {
				separate(w);
				fprintf(w->out, "%s\n", check->outcome->word);
			}
			begun = true;
			put_check(w, check);
			w->previous = BLOCK;
		}
	}
}

/* "old: gfp-nowait; new: percpu-pool". */
static void put_legend(const struct writer *w, const struct doc_head *head)
{
	struct str_list words = { 0 };
	char *line;

	if (!w->layout[head->number].has_short_heads)
		return;
	for (size_t c = 0; c < head->columns; c++)
		if (head->column[c].short_head)
			str_list_addf(&words, "%s: %s", head->column[c].short_head,
				      head->column[c].head);
	line = str_list_join(&words, "; ");
	put_words(w->out, line, 0, w->width);
	free(line);
	str_list_free(&words);
}

static void put_element(struct writer *w, const struct doc_element *element)
{
	size_t left = w->width ? w->width - element->indent : 0;

	switch (element->kind) {
	case DOC_HEADING:
	case DOC_VERDICT:
		if (w->previous != NOTHING)
			putc('\n', w->out);
		if (element->kind == DOC_HEADING)
			put_title(w, element->text);
		else
			fprintf(w->out, "%s: %s\n", w->doc->name, w->doc->verdict);
		w->previous = HEADING;
		break;
	case DOC_PARAGRAPH:
		if (!element->is_close)
			separate(w);
		put_words(w->out, element->text, element->indent, left);
		w->previous = element->is_close ? LINE : BLOCK;
		break;
	case DOC_LIST:
		if (!element->items.n)
			break;
		separate(w);
		if (element->text)
			put_words(w->out, element->text, 0, w->width);
		put_items(w, &element->items, element->shown);
		w->previous = BLOCK;
		break;
	case DOC_TABLE:
		if (!element->table.rows)
			break;
		if (w->previous == BLOCK)
			putc('\n', w->out);
		put_table(w, &element->table);
		w->previous = BLOCK;
		break;
	case DOC_CHECKS:
		put_checks(w);
		break;
	case DOC_LEGEND:
		put_legend(w, element->table.head);
		break;
	case DOC_PICTURE:
		break;
	}
}

int plain_write(FILE *out, const struct document *doc, const struct plain_style *style)
{
	struct writer w = {
		.out = out, .doc = doc, .style = style,
		.width = style->width ? style->width : doc->width,
	};

	layouts_make(&w);
	for (size_t i = 0; i < doc->elements; i++)
		put_element(&w, &doc->element[i]);
	layouts_free(&w);
	return 0;
}
