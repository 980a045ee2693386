// SPDX-License-Identifier: GPL-2.0-only
/* The table of a comparison on a terminal, in Markdown and in a patch posting. */
#include <stdlib.h>
#include <string.h>

#include "compare/forms.h"
#include "report/forms.h"
#include "result/provenance.h"

#define WORDS_WIDTH	100
#define LIST_SHOWN	12

/* Foreign text may hold what a terminal obeys. */
static void put_plain(FILE *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		putc((unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i], out);
}

/* @text in lines of at most @width columns, each behind @indent blanks. */
static void put_words(FILE *out, const char *text, size_t indent, size_t width)
{
	while (*text) {
		size_t end = 0, columns = 0, cut = 0;

		for (; text[end] && columns <= width; end++) {
			if (text[end] == ' ')
				cut = end;
			columns += ((unsigned char)text[end] & 0xc0) != 0x80;
		}
		if (text[end] && cut)
			end = cut;
		fprintf(out, "%*s", (int)indent, "");
		put_plain(out, text, end);
		putc('\n', out);
		text += end;
		text += *text == ' ';
	}
}

static void put_list(FILE *out, const char *title, const struct str_list *list, size_t width)
{
	if (!list->n)
		return;
	fprintf(out, "\n%s\n", title);
	for (size_t i = 0; i < list->n && i < LIST_SHOWN; i++)
		put_words(out, list->item[i], 2, width - 2);
	if (list->n > LIST_SHOWN)
		fprintf(out, "  and %zu more (--json has all)\n", list->n - LIST_SHOWN);
}

/* Width of each of the @n columns @column. */
static void measure(size_t *width, const struct compare_table *table,
		    const enum compare_column *column, size_t n)
{
	for (size_t c = 0; c < n; c++)
		width[c] = text_width(table->head.item[column[c]]);
	for (size_t i = 0; i < table->rows; i++)
		for (size_t c = 0; c < n && table->row[i].kind == ROW_FIGURES; c++) {
			size_t cell = text_width(table->row[i].cell.item[column[c]]);

			if (cell > width[c])
				width[c] = cell;
		}
}

static const char *mood_start(enum row_mood mood, bool colour)
{
	if (!colour || mood == MOOD_PLAIN)
		return "";
	return mood == MOOD_GOOD ? "\033[32m" : "\033[31m";
}

/* Names and claims to the left, figures to the right. */
static void put_cells(FILE *out, const struct str_list *cells, const enum compare_column *column,
		      const size_t *width, size_t n, const char *start, const char *end)
{
	fputs(" ", out);
	for (size_t c = 0; c < n; c++) {
		const char *text = cells->item[column[c]];
		int padding = (int)(width[c] - text_width(text));

		if (column[c] == COLUMN_METRIC)
			fprintf(out, " %s%*s", text, padding, "");
		else if (column[c] == COLUMN_CLAIM)
			fprintf(out, "  %s%s%s", start, text, end);
		else
			fprintf(out, "  %*s%s", padding, "", text);
	}
	putc('\n', out);
}

static void put_table(FILE *out, const struct compare_table *table,
		      const enum compare_column *column, size_t n, size_t words, bool colour)
{
	size_t width[COLUMNS_OF_COMPARE];
	bool figures = false;

	measure(width, table, column, n);
	for (size_t i = 0; i < table->rows; i++) {
		const struct compare_row *row = &table->row[i];

		if (row->kind == ROW_TITLE) {
			putc('\n', out);
			put_words(out, row->cell.item[0], 0, words);
			figures = false;
		} else if (row->kind == ROW_WORDS) {
			put_words(out, row->cell.item[0], 2, words - 2);
		} else {
			if (!figures)
				put_cells(out, &table->head, column, width, n, "", "");
			figures = true;
			put_cells(out, &row->cell, column, width, n, mood_start(row->mood, colour),
				  colour && row->mood != MOOD_PLAIN ? "\033[0m" : "");
		}
	}
}

static void put_around(FILE *out, const struct compare_table *table, size_t width)
{
	put_list(out, "geometric mean of the changes", &table->means, width);
	put_list(out, "could not be compared", &table->refused, width);
	put_list(out, "left out", &table->left_out, width);
}

void compare_print_text(FILE *out, const struct compare_table *table, bool colour)
{
	enum compare_column column[COLUMNS_OF_COMPARE];

	for (unsigned int i = 0; i < COLUMNS_OF_COMPARE; i++)
		column[i] = (enum compare_column)i;
	for (size_t i = 0; i < table->before.n; i++)
		put_words(out, table->before.item[i], 0, WORDS_WIDTH);
	put_list(out, "WARNING: this differs, too, and may have moved the figures", &table->warnings,
		 WORDS_WIDTH);
	put_table(out, table, column, COLUMNS_OF_COMPARE, WORDS_WIDTH, colour);
	put_around(out, table, WORDS_WIDTH);
	put_list(out, "how to read it", &table->reading, WORDS_WIDTH);
}

static void put_markdown_cells(FILE *out, const struct str_list *cells)
{
	putc('|', out);
	for (size_t c = 0; c < cells->n; c++) {
		char *text = markdown_escape(cells->item[c]);

		fprintf(out, " %s |", text);
		free(text);
	}
	putc('\n', out);
}

static void put_markdown_words(FILE *out, const char *before, const char *text, const char *after)
{
	char *escaped = markdown_escape(text);

	fprintf(out, "%s%s%s", before, escaped, after);
	free(escaped);
}

static void put_markdown_head(FILE *out, const struct compare_table *table)
{
	put_markdown_cells(out, &table->head);
	for (size_t c = 0; c < table->head.n; c++)
		fputs(c == COLUMN_METRIC || c == COLUMN_CLAIM ? "|:--" : "|--:", out);
	fputs("|\n", out);
}

static void put_markdown_list(FILE *out, const char *title, const struct str_list *list)
{
	if (!list->n)
		return;
	fprintf(out, "\n**%s**\n\n", title);
	for (size_t i = 0; i < list->n; i++)
		put_markdown_words(out, "- ", list->item[i], "\n");
}

void compare_print_markdown(FILE *out, const struct compare_table *table)
{
	bool figures = false;

	for (size_t i = 0; i < table->before.n; i++)
		put_markdown_words(out, i ? "\n" : "", table->before.item[i], "\n");
	put_markdown_list(out, "Warning: this differs, too, and may have moved the figures",
			  &table->warnings);
	for (size_t i = 0; i < table->rows; i++) {
		const struct compare_row *row = &table->row[i];

		if (row->kind == ROW_FIGURES) {
			if (!figures)
				put_markdown_head(out, table);
			put_markdown_cells(out, &row->cell);
		} else if (row->kind == ROW_TITLE) {
			put_markdown_words(out, "\n### ", row->cell.item[0], "\n\n");
		} else {
			put_markdown_words(out, figures ? "\n" : "", row->cell.item[0], "\n");
		}
		figures = row->kind == ROW_FIGURES;
	}
	put_markdown_list(out, "Geometric mean of the changes", &table->means);
	put_markdown_list(out, "Could not be compared", &table->refused);
	put_markdown_list(out, "Left out", &table->left_out);
	put_markdown_list(out, "How to read it", &table->reading);
}

#define LETTER_WIDTH	72
#define CLAIM_WIDTH	15

static const enum compare_column letter_column[] = {
	COLUMN_METRIC, COLUMN_OLD, COLUMN_NEW, COLUMN_CHANGE, COLUMN_CLAIM,
};

/* Nothing is cut: what a line has no room for goes to a line of its own. */
struct letter_layout {
	size_t width[ARRAY_SIZE(letter_column)];
	const char *head[ARRAY_SIZE(letter_column)];
	bool short_names;	/* the sides are called old and new */
};

static size_t letter_line_width(const struct letter_layout *layout)
{
	size_t width = 2;

	for (size_t c = 0; c < ARRAY_SIZE(letter_column); c++)
		width += layout->width[c] + (letter_column[c] == COLUMN_CLAIM ? 2 : c > 0);
	return width;
}

static void widen_for_heads(struct letter_layout *layout)
{
	for (size_t c = 0; c < ARRAY_SIZE(letter_column); c++)
		if (text_width(layout->head[c]) > layout->width[c])
			layout->width[c] = text_width(layout->head[c]);
}

/* The columns as wide as their cells, and the sides by their names where there is room. */
static struct letter_layout letter_layout_make(const struct compare_table *table)
{
	struct letter_layout cells = { 0 }, layout;

	for (size_t c = 0; c < ARRAY_SIZE(letter_column); c++) {
		cells.head[c] = table->head.item[letter_column[c]];
		for (size_t i = 0; i < table->rows; i++) {
			const struct compare_row *row = &table->row[i];
			size_t width = row->kind == ROW_FIGURES ?
					       text_width(row->cell.item[letter_column[c]]) : 0;

			/* a longer claim stands alone */
			if (letter_column[c] == COLUMN_CLAIM && width > CLAIM_WIDTH)
				width = CLAIM_WIDTH;
			if (width > cells.width[c])
				cells.width[c] = width;
		}
	}
	layout = cells;
	widen_for_heads(&layout);
	if (letter_line_width(&layout) <= LETTER_WIDTH)
		return layout;
	for (size_t c = 0; c < ARRAY_SIZE(letter_column); c++) {
		if (letter_column[c] == COLUMN_OLD)
			cells.head[c] = "old";
		if (letter_column[c] == COLUMN_NEW)
			cells.head[c] = "new";
	}
	widen_for_heads(&cells);
	cells.short_names = true;
	return cells;
}

static void put_letter_cells(FILE *out, const struct letter_layout *layout,
			     const char *const *text)
{
	size_t used = 1;

	putc(' ', out);
	for (size_t c = 0; c < ARRAY_SIZE(letter_column); c++) {
		size_t columns = text_width(text[c]);
		int padding = columns < layout->width[c] ? (int)(layout->width[c] - columns) : 0;

		if (letter_column[c] == COLUMN_METRIC) {
			used += (size_t)fprintf(out, " %s%*s", text[c], padding, "");
		} else if (letter_column[c] != COLUMN_CLAIM) {
			fprintf(out, " %*s%s", padding, "", text[c]);
			used += 1 + (size_t)padding + columns;
		} else if (used + 2 + columns > LETTER_WIDTH) {
			putc('\n', out);
			put_words(out, text[c], 6, LETTER_WIDTH - 6);
			return;
		} else {
			fprintf(out, "  %s", text[c]);
		}
	}
	putc('\n', out);
}

static void put_letter_row(FILE *out, const struct letter_layout *layout,
			   const struct str_list *cells)
{
	const char *text[ARRAY_SIZE(letter_column)];

	for (size_t c = 0; c < ARRAY_SIZE(letter_column); c++)
		text[c] = cells->item[letter_column[c]];
	put_letter_cells(out, layout, text);
}

static void put_command(FILE *out, const char *label, const struct compare_side *side)
{
	for (size_t i = 0; i < side->results; i++) {
		char *command = provenance_command(side->result[i]);
		char *line = xasprintf("%s: %s", label, command);

		letter_paragraph(out, line);
		free(line);
		free(command);
	}
}

void compare_print_letter(FILE *out, const struct comparison *c, const struct compare_table *table,
			  const char *command)
{
	struct letter_layout layout = letter_layout_make(table);
	bool figures = false;
	char *line;

	for (size_t i = 0; i < table->before.n; i++)
		letter_paragraph(out, table->before.item[i]);
	if (layout.short_names) {
		line = xasprintf("old: %s; new: %s", c->old->label, c->new->label);
		letter_paragraph(out, line);
		free(line);
	}
	put_list(out, "Besides that, this differs:", &table->warnings, LETTER_WIDTH);
	for (size_t i = 0; i < table->rows; i++) {
		const struct compare_row *row = &table->row[i];

		if (row->kind == ROW_TITLE) {
			char *title = letter_title(row->cell.item[0]);

			putc('\n', out);
			letter_paragraph(out, title);
			free(title);
			figures = false;
		} else if (row->kind == ROW_WORDS) {
			put_words(out, row->cell.item[0], 2, LETTER_WIDTH - 2);
		} else {
			if (!figures)
				put_letter_cells(out, &layout, layout.head);
			figures = true;
			put_letter_row(out, &layout, &row->cell);
		}
	}
	put_around(out, table, LETTER_WIDTH);
	putc('\n', out);
	line = xasprintf("Made with: %s", command);
	letter_paragraph(out, line);
	free(line);
	put_command(out, c->old->label, c->old);
	if (c->old->by == BY_FILE)
		put_command(out, c->new->label, c->new);
}
