// SPDX-License-Identifier: GPL-2.0-only
/* Figures after every patch, as a document. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/each-patch.h"
#include "compare/format.h"

#define METRIC_WIDTH	22
#define VALUE_WIDTH	9

static void add_value(struct doc_row *row, const struct patch_row *from, size_t step)
{
	const struct side_value *value = &from->value[step];

	if (!from->known[step])
		doc_cell(row, "n/a");
	else if (!known_value(value->known))
		doc_cell(row, known_word(value->known));
	else
		doc_cell_value(row, value->value, from->unit,
			       format_metric(value->value, from->unit).text);
}

/* "at 2: +3.1 %, worse", or what could have been seen, in the words of compare. */
static char *moves_text(const struct patch_row *row)
{
	struct str_list words = { 0 };
	char *text;

	for (size_t i = 0; i < row->moves; i++) {
		const struct patch_move *move = &row->move[i];

		str_list_addf(&words, "at %zu: %s, %s%s%s", move->to,
			      format_change(move->ratio).text, move->good ? "better" : "worse",
			      move->advisory ? ", advisory" : "",
			      move->to - move->from > 1 ? " (or at one that failed)" : "");
	}
	if (!words.n && row->same)
		str_list_add(&words, "=");
	else if (!words.n && !row->runs)
		str_list_add(&words, "~ too few a run");
	else if (!words.n && row->runs < row->need)
		str_list_addf(&words, "~ %zu of %zu runs", row->runs, row->need);
	else if (!words.n && isinf(row->smallest))
		str_list_add(&words, "~ too wide");
	else if (!words.n)
		str_list_addf(&words, "~ sees %s", format_size(row->smallest).text);
	text = str_list_join(&words, "; ");
	str_list_free(&words);
	return text;
}

static json_t *row_json(const struct patch_table *table, const struct patch_row *row)
{
	json_t *values = json_array(), *moves = json_array();

	for (size_t i = 0; i < table->steps->n; i++) {
		const struct side_value *figure = &row->value[i];

		if (row->known[i] && figure->known == KNOWN_NEVER)
			json_array_append_new(values, json_string("infinite"));
		else
			json_array_append_new(values, row->known[i] && figure->known == KNOWN ?
						      json_real(figure->value) : json_null());
	}
	for (size_t i = 0; i < row->moves; i++)
		json_array_append_new(moves, json_pack("{s:I, s:I, s:o, s:b, s:b}",
				      "after", (json_int_t)row->move[i].from,
				      "patch", (json_int_t)row->move[i].to,
				      "ratio", isfinite(row->move[i].ratio) ?
						json_real(row->move[i].ratio) : json_null(),
				      "better", row->move[i].good, "advisory", row->move[i].advisory));
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:b}", "measurement", row->title, "metric",
			 row->metric, "unit", row->unit, "values", values, "moves", moves, "same",
			 row->same);
}

static json_t *texts_json(const struct str_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, json_string(list->item[i]));
	return array;
}

static json_t *patch_table_json(const struct patch_table *table)
{
	json_t *steps = json_array(), *rows = json_array();

	for (size_t i = 0; i < table->steps->n; i++) {
		const struct patch_step *step = &table->steps->step[i];

		json_array_append_new(steps, json_pack("{s:s, s:s, s:s?}", "series", step->series,
				      "subject", step->subject, "failure", step->failure));
	}
	for (size_t i = 0; i < table->rows; i++)
		json_array_append_new(rows, row_json(table, &table->row[i]));
	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "schema", "pcpbench-each-patch/1", "patches",
			 steps, "metrics", rows, "refused", texts_json(&table->refused), "left_out",
			 texts_json(&table->warnings));
}

/* For better or worse as a whole: a patch that makes one thing worse is worth a look. */
static enum mark mark_of(const struct patch_row *row)
{
	enum mark mark = MARK_NONE;

	for (size_t i = 0; i < row->moves; i++)
		if (!row->move[i].advisory && mark != MARK_BAD)
			mark = row->move[i].good ? MARK_BETTER : MARK_BAD;
	return mark;
}

static struct doc_head *add_head(struct document *doc, const struct patch_steps *steps)
{
	struct doc_head *head = doc_head(doc);

	doc_column(head, ALIGN_LEFT, "after patch")->width = METRIC_WIDTH;
	for (size_t i = 0; i < steps->n; i++) {
		char *number = xasprintf("%zu", i);

		doc_column(head, ALIGN_RIGHT, number)->width = VALUE_WIDTH;
		free(number);
	}
	doc_column(head, ALIGN_LEFT, "moved")->shows_mark = true;
	return head;
}

static void add_row(struct doc_table *table, const struct patch_row *from, size_t steps)
{
	char *moves = moves_text(from);
	struct doc_row *row = doc_row(table);

	row->mark = mark_of(from);
	doc_cell(row, from->metric);
	for (size_t i = 0; i < steps; i++)
		add_value(row, from, i);
	doc_cell(row, moves);
	free(moves);
}

/* A number, and what the patch of that number is or did. */
static struct doc_head *add_patches_head(struct document *doc)
{
	struct doc_head *head = doc_head(doc);

	head->is_plain = true;
	doc_column(head, ALIGN_RIGHT, "patch")->width = 2;
	doc_column(head, ALIGN_LEFT, "subject");
	return head;
}

static void add_steps(struct document *doc, const struct patch_steps *steps)
{
	struct doc_table *table;

	doc_heading(doc, 2, "patches");
	table = doc_table(doc, add_patches_head(doc));
	for (size_t i = 0; i < steps->n; i++) {
		struct doc_row *row = doc_row(table);

		doc_cellf(row, "%zu", i);
		doc_cell(row, steps->step[i].subject);
		if (!steps->step[i].failure)
			continue;
		row->mark = MARK_UNKNOWN;
		str_list_addf(&row->notes, "NOT MEASURED: %s", steps->step[i].failure);
	}
}

/* The rows of one title, from row @first on; how many. @all: with those that never moved. */
static size_t add_title(struct document *doc, const struct patch_table *from, size_t first,
			struct doc_head *head, bool all)
{
	const char *title = from->row[first].title;
	struct doc_table *table = NULL;
	struct str_list equal = { 0 };
	size_t n = 0;

	doc_heading(doc, 3, title);
	for (; first + n < from->rows && !strcmp(from->row[first + n].title, title); n++) {
		const struct patch_row *row = &from->row[first + n];

		if (!all && row->same) {
			str_list_add(&equal, row->metric);
			continue;
		}
		if (!table)
			table = doc_table(doc, head);
		add_row(table, row, from->steps->n);
	}
	if (equal.n) {
		char *joined = str_list_join(&equal, ", ");

		doc_line(doc, 2, "= after every patch: %s", joined);
		free(joined);
	}
	str_list_free(&equal);
	return n;
}

/* The patches that moved something, with how much. */
static void add_summary(struct document *doc, const struct patch_table *from)
{
	struct doc_table *table;

	doc_heading(doc, 2, "where figures moved");
	table = doc_table(doc, add_patches_head(doc));
	for (size_t s = 0; s < from->steps->n; s++) {
		size_t better = 0, worse = 0;
		struct doc_row *row;

		for (size_t i = 0; i < from->rows; i++)
			for (size_t k = 0; k < from->row[i].moves; k++) {
				const struct patch_move *move = &from->row[i].move[k];

				better += move->to == s && move->good;
				worse += move->to == s && !move->good;
			}
		if (!better && !worse)
			continue;
		row = doc_row(table);
		doc_cellf(row, "%zu", s);
		doc_cellf(row, "%s: %zu better, %zu worse", from->steps->step[s].subject, better,
			  worse);
	}
}

static bool has_moves(const struct patch_table *table)
{
	for (size_t i = 0; i < table->rows; i++)
		if (table->row[i].moves)
			return true;
	return false;
}

void patch_document(struct document *doc, const struct patch_table *table, bool all,
		    unsigned int uses)
{
	struct doc_head *head;

	document_init(doc, "compare-series", "Figures after every patch");
	if (uses & USES_DATA)
		doc_set_data(doc, patch_table_json(table), JSON_INDENT(1));
	add_steps(doc, table->steps);
	head = add_head(doc, table->steps);
	for (size_t i = 0; i < table->rows;)
		i += add_title(doc, table, i, head, all);
	if (has_moves(table))
		add_summary(doc, table);
	else
		doc_paragraph(doc, "no figure moved beyond significance at any patch");
	if (table->refused.n)
		doc_list(doc, 0, "could not be compared", &table->refused)->mark = MARK_UNKNOWN;
	if (table->warnings.n)
		doc_list(doc, 0, "left out", &table->warnings);
}
