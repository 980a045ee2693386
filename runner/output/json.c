// SPDX-License-Identifier: GPL-2.0-only
/* A document's data as it is, where that has a form of its own; else its elements in their order. */
#include <math.h>
#include <string.h>

#include "output/format.h"

/* Foreign bytes may be no UTF-8, which JSON must be. */
static json_t *text_of(const char *text)
{
	json_t *string = json_string(text);

	return string ? string : json_string("(not UTF-8)");
}

static json_t *texts_of(const struct str_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, text_of(list->item[i]));
	return array;
}

/* A word, or an object where a number is behind it; JSON has no infinity. */
static json_t *cell_of(const struct doc_cell *cell)
{
	json_t *object;

	if (!cell->has_value)
		return text_of(cell->text);
	object = json_object();
	json_object_set_new(object, "text", text_of(cell->text));
	json_object_set_new(object, "value", isnan(cell->value) ? json_null() :
			    isinf(cell->value) ? json_string("infinite") : json_real(cell->value));
	if (cell->unit)
		json_object_set_new(object, "unit", text_of(cell->unit));
	return object;
}

static const char *const mark_names[] = {
	[MARK_NONE] = NULL, [MARK_GOOD] = "good", [MARK_BETTER] = "better", [MARK_BAD] = "bad",
	[MARK_UNKNOWN] = "unknown", [MARK_SKIPPED] = "skipped",
};

static json_t *row_of(const struct doc_head *head, const struct doc_row *row)
{
	json_t *object = json_object(), *cells = json_object();

	for (size_t c = 0; c < row->cells && c < head->columns; c++)
		json_object_set_new(cells, head->column[c].head, cell_of(&row->cell[c]));
	json_object_set_new(object, "cells", cells);
	if (row->mark)
		json_object_set_new(object, "mark", json_string(mark_names[row->mark]));
	if (row->notes.n)
		json_object_set_new(object, "notes", texts_of(&row->notes));
	return object;
}

static json_t *table_of(const struct doc_table *table)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < table->rows; i++)
		json_array_append_new(rows, row_of(table->head, &table->row[i]));
	return json_pack("{s:o}", "table", rows);
}

/* NULL for what says nothing by itself. */
static json_t *element_of(const struct doc_element *element)
{
	switch (element->kind) {
	case DOC_HEADING:
		return json_pack("{s:o, s:i}", "heading", text_of(element->text), "level",
				 (int)element->level);
	case DOC_PARAGRAPH:
		return json_pack("{s:o}", "paragraph", text_of(element->text));
	case DOC_LIST:
		return json_pack("{s:o, s:o*}", "list", texts_of(&element->items), "title",
				 element->text ? text_of(element->text) : NULL);
	case DOC_TABLE:
		return table_of(&element->table);
	case DOC_PICTURE:
		return json_pack("{s:o, s:o}", "picture", text_of(element->text), "link",
				 text_of(element->link));
	case DOC_VERDICT:
	case DOC_CHECKS:
	case DOC_LEGEND:
		break;
	}
	return NULL;
}

static json_t *check_of(const struct doc_check *check)
{
	return json_pack("{s:s, s:o, s:o, s:o}", "outcome", check->outcome->word, "where",
			 text_of(check->where), "what", text_of(check->what), "text",
			 text_of(check->text));
}

static json_t *document_of(const struct document *doc)
{
	json_t *all = json_pack("{s:o, s:o}", "command", text_of(doc->name), "title",
				text_of(doc->title));
	json_t *elements = json_array(), *checks = json_array();

	if (doc->verdict)
		json_object_set_new(all, "verdict", text_of(doc->verdict));
	for (size_t i = 0; i < doc->elements; i++) {
		json_t *element = element_of(&doc->element[i]);

		if (element)
			json_array_append_new(elements, element);
	}
	for (size_t i = 0; i < doc->checks; i++)
		json_array_append_new(checks, check_of(&doc->check[i]));
	json_object_set_new(all, "elements", elements);
	json_object_set_new(all, "checks", checks);
	return all;
}

int json_write(FILE *out, const struct document *doc)
{
	size_t length = doc->data ? strlen(doc->data) : 0;
	json_t *all;

	if (doc->data) {
		fputs(doc->data, out);
		if (!length || doc->data[length - 1] != '\n')
			putc('\n', out);
		return 0;
	}
	all = document_of(doc);
	json_dumpf(all, out, JSON_INDENT(2));
	putc('\n', out);
	json_decref(all);
	return 0;
}
