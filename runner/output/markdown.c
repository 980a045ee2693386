// SPDX-License-Identifier: GPL-2.0-only
/* Markdown as GitHub and GitLab read it; its tables can be read without them, too. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "output/format.h"
#include "output/layout.h"

/* An underscore inside a word marks nothing up, and names are full of them. */
static bool is_inside_word(const char *text, const char *c)
{
	return c > text && isalnum((unsigned char)c[-1]) && isalnum((unsigned char)c[1]);
}

/* @text so that it is shown as it is: no mark-up, no HTML, one line. To be freed. */
static char *escape(const char *text)
{
	struct text escaped = { 0 };

	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			text_add_char(&escaped, ' ');
		else if (*c == '&')
			text_add(&escaped, "&amp;");
		else if (*c == '<')
			text_add(&escaped, "&lt;");
		else if (strchr("\\`*[]|~", *c) || (*c == '_' && !is_inside_word(text, c)))
			text_addf(&escaped, "\\%c", *c);
		else
			text_add_char(&escaped, *c);
	}
	return text_take(&escaped);
}

static void put_escaped(FILE *out, const char *before, const char *text, const char *after)
{
	char *escaped = escape(text);

	fprintf(out, "%s%s%s", before, escaped, after);
	free(escaped);
}

static void put_padded(FILE *out, const char *text, size_t width, bool left)
{
	char *escaped = escape(text);
	size_t columns = text_width(escaped);
	int padding = columns < width ? (int)(width - columns) : 0;

	if (left)
		fprintf(out, " %s%*s |", escaped, padding, "");
	else
		fprintf(out, " %*s%s |", padding, "", escaped);
	free(escaped);
}

static char *cell_text(const struct doc_row *row, size_t c, bool last)
{
	const char *text = c < row->cells ? row->cell[c].text : "";
	char *notes, *both;

	if (!last || !row->notes.n)
		return xstrdup(text);
	notes = str_list_join(&row->notes, "; ");
	both = xasprintf("%s%s%s", text, *text ? "; " : "", notes);
	free(notes);
	return both;
}

static void put_head(FILE *out, const struct doc_head *head, const size_t *width)
{
	putc('|', out);
	for (size_t c = 0; c < head->columns; c++)
		put_padded(out, head->column[c].head, width[c], head->column[c].align == ALIGN_LEFT);
	fputs("\n|", out);
	for (size_t c = 0; c < head->columns; c++) {
		for (size_t i = 0; i < width[c] + 1; i++)
			putc('-', out);
		fputs(head->column[c].align == ALIGN_RIGHT ? ":|" : "-|", out);
	}
	putc('\n', out);
}

/* Without heads nothing stands below anything, and lines are as short as they can be. */
static void put_plain_head(FILE *out, const struct doc_head *head)
{
	putc('|', out);
	for (size_t c = 0; c < head->columns; c++)
		fputs(" |", out);
	fputs("\n|", out);
	for (size_t c = 0; c < head->columns; c++)
		fputs(head->column[c].align == ALIGN_RIGHT ? "-:|" : "-|", out);
	putc('\n', out);
}

/* Columns as wide as what they hold, heads too; 0 where there are none. */
static size_t *table_widths(const struct doc_head *head, const size_t *cells)
{
	size_t *width = xcalloc(head->columns + 1, sizeof(*width));

	for (size_t c = 0; c < head->columns && !head->is_plain; c++) {
		char *text = escape(head->column[c].head);

		width[c] = text_width(text) > cells[c] ? text_width(text) : cells[c];
		free(text);
	}
	return width;
}

static void put_table(FILE *out, const struct doc_table *table, const struct cell_widths *widths)
{
	const struct doc_head *head = table->head;
	size_t *width = table_widths(head, widths->width[head->number]);

	if (head->is_plain)
		put_plain_head(out, head);
	else
		put_head(out, head, width);
	for (size_t i = 0; i < table->rows; i++) {
		putc('|', out);
		for (size_t c = 0; c < head->columns; c++) {
			char *text = cell_text(&table->row[i], c, c + 1 == head->columns);

			put_padded(out, text, width[c], head->column[c].align == ALIGN_LEFT);
			free(text);
		}
		putc('\n', out);
	}
	free(width);
}

static void put_heading(FILE *out, unsigned int level, const char *text)
{
	char *escaped = escape(text);

	if (level)
		fprintf(out, "%.*s %s\n", (int)level, "######", escaped);
	else
		fprintf(out, "**%s**\n", escaped);
	free(escaped);
}

static void put_checks(FILE *out, const struct document *doc, bool *first)
{
	static const enum mark order[] = { MARK_BAD, MARK_UNKNOWN, MARK_BETTER };

	for (size_t o = 0; o < ARRAY_SIZE(order); o++) {
		bool begun = false;

		for (size_t i = 0; i < doc->checks; i++) {
			const struct doc_check *check = &doc->check[i];

			if (check->outcome->mark != order[o])
				continue;
			if (!begun) {
				fputs(*first ? "" : "\n", out);
				put_heading(out, 0, check->outcome->word);
				putc('\n', out);
			}
			begun = true;
			*first = false;
			if (*check->what) {
				put_escaped(out, "- ", check->where, ": ");
				put_escaped(out, "", check->what, ": ");
			} else {
				fputs("- ", out);
			}
			put_escaped(out, "", check->text, "\n");
		}
	}
}

static void put_list(FILE *out, const struct doc_element *list)
{
	if (list->text) {
		put_heading(out, list->level, list->text);
		putc('\n', out);
	}
	for (size_t i = 0; i < list->items.n; i++)
		put_escaped(out, "- ", list->items.item[i], "\n");
}

static bool has_nothing(const struct doc_element *element)
{
	return element->kind == DOC_LEGEND || element->kind == DOC_CHECKS ||
	       (element->kind == DOC_LIST && !element->items.n && !element->text) ||
	       (element->kind == DOC_TABLE && !element->table.rows);
}

static void put_element(FILE *out, const struct document *doc, const struct doc_element *element,
			const struct cell_widths *widths)
{
	switch (element->kind) {
	case DOC_HEADING:
		put_heading(out, element->level, element->text);
		break;
	case DOC_VERDICT:
		fputs("## pcpbench ", out);
		put_escaped(out, "", doc->name, ": ");
		put_escaped(out, "", doc->verdict, "\n");
		break;
	case DOC_PARAGRAPH:
		put_escaped(out, "", element->text, "\n");
		break;
	case DOC_LIST:
		put_list(out, element);
		break;
	case DOC_TABLE:
		put_table(out, &element->table, widths);
		break;
	case DOC_PICTURE:
		put_escaped(out, "![", element->text, "]");
		fprintf(out, "(%s)\n", element->link);
		break;
	case DOC_CHECKS:
	case DOC_LEGEND:
		break;
	}
}

int markdown_write(FILE *out, const struct document *doc)
{
	struct cell_widths widths;
	bool first = true;

	cell_widths_make(&widths, doc, escape);
	for (size_t i = 0; i < doc->elements; i++) {
		if (doc->element[i].kind == DOC_CHECKS)
			put_checks(out, doc, &first);
		if (has_nothing(&doc->element[i]))
			continue;
		fputs(first ? "" : "\n", out);
		first = false;
		put_element(out, doc, &doc->element[i], &widths);
	}
	cell_widths_free(&widths);
	return 0;
}
