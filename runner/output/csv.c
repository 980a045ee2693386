// SPDX-License-Identifier: GPL-2.0-only
/*
 * RFC 4180. Where a document has raw numbers, those; else its tables as one, with every head
 * that any of them has, and in front the heading that each stands below; else its checks.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/format.h"

/* @first: of its line. */
static void put_field(FILE *out, const char *text, bool first)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	fputs(first ? "" : ",", out);
	fputs(quoted ? "\"" : "", out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	fputs(quoted ? "\"" : "", out);
}

static void end_line(FILE *out)
{
	fputs("\r\n", out);
}

static void put_cell(FILE *out, const struct doc_cell *cell, bool first)
{
	char digits[40];

	if (!cell->has_value) {
		put_field(out, cell->text, first);
		return;
	}
	if (isnan(cell->value))
		*digits = '\0';
	else if (isinf(cell->value))
		snprintf(digits, sizeof(digits), cell->value > 0 ? "inf" : "-inf");
	else
		snprintf(digits, sizeof(digits), "%.17g", cell->value);
	put_field(out, digits, first);
}

static void put_records(FILE *out, const struct doc_table *table)
{
	for (size_t c = 0; c < table->head->columns; c++)
		put_field(out, table->head->column[c].head, !c);
	end_line(out);
	for (size_t i = 0; i < table->rows; i++) {
		for (size_t c = 0; c < table->row[i].cells; c++)
			put_cell(out, &table->row[i].cell[c], !c);
		end_line(out);
	}
}

/* All that was judged, or the verdict alone. */
static void put_checks(FILE *out, const struct document *doc)
{
	size_t n;
	struct doc_check *cases = doc_cases(doc, &n);

	fputs("outcome,where,what,kind,text\r\n", out);
	for (size_t i = 0; i < n; i++) {
		const struct doc_check *check = &cases[i];

		put_field(out, check->outcome->word, true);
		put_field(out, check->where, false);
		put_field(out, check->what, false);
		put_field(out, check->kind ? check->kind : "", false);
		put_field(out, check->text, false);
		end_line(out);
	}
	doc_cases_free(cases, n);
}

static const struct doc_cell *cell_below(const struct doc_table *table, const struct doc_row *row,
					 const char *head)
{
	for (size_t c = 0; c < table->head->columns && c < row->cells; c++)
		if (!strcmp(table->head->column[c].head, head))
			return &row->cell[c];
	return NULL;
}

static void put_row(FILE *out, const char *heading, const struct doc_table *table,
		    const struct doc_row *row, const struct str_list *heads)
{
	char *notes = str_list_join(&row->notes, "; ");

	put_field(out, heading, true);
	for (size_t i = 0; i < heads->n; i++) {
		const struct doc_cell *cell = cell_below(table, row, heads->item[i]);

		if (cell)
			put_cell(out, cell, false);
		else
			put_field(out, "", false);
	}
	put_field(out, notes, false);
	end_line(out);
	free(notes);
}

static void put_tables(FILE *out, const struct document *doc)
{
	const char *heading = doc->title;
	struct str_list heads = { 0 };

	for (size_t i = 0; i < doc->elements; i++) {
		const struct doc_head *head = doc->element[i].table.head;

		if (doc->element[i].kind != DOC_TABLE)
			continue;
		for (size_t c = 0; c < head->columns; c++)
			str_list_add_new(&heads, head->column[c].head);
	}
	put_field(out, "table", true);
	for (size_t i = 0; i < heads.n; i++)
		put_field(out, heads.item[i], false);
	put_field(out, "notes", false);
	end_line(out);
	for (size_t i = 0; i < doc->elements; i++) {
		const struct doc_element *element = &doc->element[i];

		if (element->kind == DOC_HEADING)
			heading = element->text;
		for (size_t r = 0; element->kind == DOC_TABLE && r < element->table.rows; r++)
			put_row(out, heading, &element->table, &element->table.row[r], &heads);
	}
	str_list_free(&heads);
}

static bool has_tables(const struct document *doc)
{
	for (size_t i = 0; i < doc->elements; i++)
		if (doc->element[i].kind == DOC_TABLE)
			return true;
	return false;
}

int csv_write(FILE *out, const struct document *doc)
{
	if (doc->records)
		put_records(out, doc->records);
	else if (has_tables(doc))
		put_tables(out, doc);
	else
		put_checks(out, doc);
	return 0;
}
