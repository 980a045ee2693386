// SPDX-License-Identifier: GPL-2.0-only
#include "output/document.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static char *format_text(const char *fmt, va_list args)
{
	struct text text = { 0 };

	text_addv(&text, fmt, args);
	return text_take(&text);
}

void document_init(struct document *doc, const char *name, const char *title)
{
	*doc = (struct document){ .name = xstrdup(name), .title = xstrdup(title) };
}

static void head_free(struct doc_head *head)
{
	for (size_t i = 0; i < head->columns; i++) {
		free(head->column[i].head);
		free(head->column[i].short_head);
	}
	free(head->column);
	free(head);
}

static void table_free(struct doc_table *table)
{
	for (size_t i = 0; i < table->rows; i++) {
		struct doc_row *row = &table->row[i];

		for (size_t c = 0; c < row->cells; c++) {
			free(row->cell[c].text);
			free(row->cell[c].unit);
		}
		free(row->cell);
		str_list_free(&row->notes);
	}
	free(table->row);
}

static void check_free(struct doc_check *check)
{
	free(check->where);
	free(check->what);
	free(check->text);
	free(check->kind);
}

void doc_cases_free(struct doc_check *check, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_free(&check[i]);
	free(check);
}

void document_free(struct document *doc)
{
	for (size_t i = 0; i < doc->elements; i++) {
		struct doc_element *element = &doc->element[i];

		free(element->text);
		free(element->link);
		free(element->file);
		str_list_free(&element->items);
		table_free(&element->table);
	}
	free(doc->element);
	if (doc->records)
		table_free(doc->records);
	free(doc->records);
	for (size_t i = 0; i < doc->heads; i++)
		head_free(doc->head[i]);
	free(doc->head);
	doc_cases_free(doc->check, doc->checks);
	free(doc->name);
	free(doc->title);
	free(doc->verdict);
	free(doc->data);
	*doc = (struct document){ 0 };
}

static struct doc_element *add_element(struct document *doc, enum doc_kind kind, const char *text)
{
	struct doc_element *element;

	GROW(doc->element, doc->elements);
	element = &doc->element[doc->elements++];
	*element = (struct doc_element){ .kind = kind, .text = copy(text) };
	return element;
}

void doc_heading(struct document *doc, unsigned int level, const char *text)
{
	add_element(doc, DOC_HEADING, text)->level = level;
}

void doc_paragraph(struct document *doc, const char *text)
{
	add_element(doc, DOC_PARAGRAPH, text);
}

void doc_paragraphf(struct document *doc, const char *fmt, ...)
{
	struct doc_element *element = add_element(doc, DOC_PARAGRAPH, NULL);
	va_list args;

	va_start(args, fmt);
	element->text = format_text(fmt, args);
	va_end(args);
}

void doc_line(struct document *doc, size_t indent, const char *fmt, ...)
{
	struct doc_element *element = add_element(doc, DOC_PARAGRAPH, NULL);
	va_list args;

	va_start(args, fmt);
	element->text = format_text(fmt, args);
	va_end(args);
	element->indent = indent;
	element->is_close = true;
}

struct doc_element *doc_list(struct document *doc, unsigned int level, const char *title,
			     const struct str_list *items)
{
	struct doc_element *element = add_element(doc, DOC_LIST, title);

	element->level = level;
	for (size_t i = 0; i < items->n; i++)
		str_list_add(&element->items, items->item[i]);
	return element;
}

void doc_picture(struct document *doc, const char *title, const char *link, const char *file)
{
	struct doc_element *element = add_element(doc, DOC_PICTURE, title);

	element->link = copy(link);
	element->file = copy(file);
}

void doc_set_verdict(struct document *doc, enum mark mark, const char *word)
{
	free(doc->verdict);
	doc->mark = mark;
	doc->verdict = xstrdup(word);
}

void doc_show_verdict(struct document *doc)
{
	add_element(doc, DOC_VERDICT, NULL);
}

void doc_show_checks(struct document *doc)
{
	add_element(doc, DOC_CHECKS, NULL);
}

void doc_legend(struct document *doc, struct doc_head *head)
{
	add_element(doc, DOC_LEGEND, NULL)->table.head = head;
}

struct doc_head *doc_head(struct document *doc)
{
	struct doc_head *head = xcalloc(1, sizeof(*head));

	GROW(doc->head, doc->heads);
	head->number = doc->heads;
	doc->head[doc->heads++] = head;
	return head;
}

struct doc_column *doc_column(struct doc_head *head, enum align align, const char *text)
{
	struct doc_column *column;

	GROW(head->column, head->columns);
	column = &head->column[head->columns++];
	*column = (struct doc_column){ .head = xstrdup(text), .align = align };
	return column;
}

void doc_columns(struct doc_head *head, enum align align, const char *texts)
{
	struct str_list list = { 0 };

	str_list_split(&list, texts, ";");
	for (size_t i = 0; i < list.n; i++)
		doc_column(head, align, list.item[i]);
	str_list_free(&list);
}

struct doc_table *doc_table(struct document *doc, struct doc_head *head)
{
	struct doc_element *element = add_element(doc, DOC_TABLE, NULL);

	element->table.head = head;
	return &element->table;
}

struct doc_table *doc_records(struct document *doc, struct doc_head *head)
{
	doc->records = xcalloc(1, sizeof(*doc->records));
	doc->records->head = head;
	return doc->records;
}

struct doc_row *doc_row(struct doc_table *table)
{
	GROW(table->row, table->rows);
	table->row[table->rows] = (struct doc_row){ 0 };
	return &table->row[table->rows++];
}

static struct doc_cell *add_cell(struct doc_row *row)
{
	GROW(row->cell, row->cells);
	row->cell[row->cells] = (struct doc_cell){ 0 };
	return &row->cell[row->cells++];
}

void doc_cell(struct doc_row *row, const char *text)
{
	add_cell(row)->text = xstrdup(text);
}

void doc_cellf(struct doc_row *row, const char *fmt, ...)
{
	struct doc_cell *cell = add_cell(row);
	va_list args;

	va_start(args, fmt);
	cell->text = format_text(fmt, args);
	va_end(args);
}

/* "" for what is no number, and no more than a double can tell apart. */
static char *digits_of(double value)
{
	if (isnan(value))
		return xstrdup("");
	return isinf(value) ? xstrdup(value > 0 ? "inf" : "-inf") : xasprintf("%.17g", value);
}

void doc_cell_value(struct doc_row *row, double value, const char *unit, const char *text)
{
	struct doc_cell *cell = add_cell(row);

	cell->text = text ? xstrdup(text) : digits_of(value);
	cell->has_value = true;
	cell->value = value;
	cell->unit = copy(unit);
}

static void add_check(struct doc_check **check, size_t *n, const struct doc_outcome *outcome,
		      const char *where, const char *what, const char *text, const char *kind)
{
	GROW(*check, *n);
	(*check)[(*n)++] = (struct doc_check){
		.outcome = outcome, .where = xstrdup(where), .what = xstrdup(what),
		.text = xstrdup(text), .kind = copy(kind),
	};
}

void doc_check(struct document *doc, const struct doc_outcome *outcome, const char *where,
	       const char *what, const char *text, const char *kind)
{
	add_check(&doc->check, &doc->checks, outcome, where, what, text, kind);
}

void doc_set_data(struct document *doc, json_t *json, size_t flags)
{
	char *text = json_dumps(json, flags);

	doc_set_data_text(doc, text ? text : xstrdup("null"));
	json_decref(json);
}

void doc_set_data_text(struct document *doc, char *text)
{
	free(doc->data);
	doc->data = text;
}

static const struct doc_outcome *outcome_of(enum mark mark)
{
	static const struct doc_outcome outcomes[] = {
		[MARK_NONE] = { MARK_GOOD, "good", "good" },
		[MARK_GOOD] = { MARK_GOOD, "good", "good" },
		[MARK_BETTER] = { MARK_BETTER, "better", "improvement" },
		[MARK_BAD] = { MARK_BAD, "bad", "failure" },
		[MARK_UNKNOWN] = { MARK_UNKNOWN, "could not judge", "could not judge" },
		[MARK_SKIPPED] = { MARK_SKIPPED, "skipped", "skipped" },
	};

	return &outcomes[mark];
}

/* "change +3.1 %, claim worse": all but the first cell of @row. */
static char *cells_in_words(const struct doc_head *head, const struct doc_row *row)
{
	struct str_list words = { 0 };
	char *text;

	for (size_t c = 1; c < row->cells && c < head->columns; c++)
		if (*row->cell[c].text)
			str_list_addf(&words, "%s%s%s", head->is_plain ? "" : head->column[c].head,
				      head->is_plain ? "" : " ", row->cell[c].text);
	for (size_t i = 0; i < row->notes.n; i++)
		str_list_add(&words, row->notes.item[i]);
	text = str_list_join(&words, ", ");
	str_list_free(&words);
	return text;
}

static void add_rows(struct doc_check **check, size_t *n, const char *where,
		     const struct doc_table *table)
{
	for (size_t i = 0; i < table->rows; i++) {
		const struct doc_row *row = &table->row[i];
		char *words = cells_in_words(table->head, row);

		add_check(check, n, outcome_of(row->mark), where, row->cells ? row->cell[0].text : "",
			  words, NULL);
		free(words);
	}
}

struct doc_check *doc_cases(const struct document *doc, size_t *n)
{
	const char *where = doc->title;
	struct doc_check *check = NULL;

	*n = 0;
	for (size_t i = 0; i < doc->checks; i++)
		add_check(&check, n, doc->check[i].outcome, doc->check[i].where,
			  doc->check[i].what, doc->check[i].text, doc->check[i].kind);
	if (*n)
		return check;
	for (size_t i = 0; i < doc->elements; i++) {
		const struct doc_element *element = &doc->element[i];

		if (element->kind == DOC_HEADING)
			where = element->text;
		else if (element->kind == DOC_TABLE)
			add_rows(&check, n, where, &element->table);
		for (size_t k = 0; element->mark && k < element->items.n; k++)
			add_check(&check, n, outcome_of(element->mark),
				  element->text ? element->text : where, "",
				  element->items.item[k], NULL);
	}
	if (!*n && doc->verdict)
		add_check(&check, n, outcome_of(doc->mark), doc->name, "verdict", doc->verdict, NULL);
	return check;
}
