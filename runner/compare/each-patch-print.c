// SPDX-License-Identifier: GPL-2.0-only
/* Figures after every patch, as a table and as JSON. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/each-patch.h"
#include "compare/forms.h"

#define METRIC_WIDTH	22
#define VALUE_WIDTH	10

static const char *figure_text(const struct patch_row *row, size_t step, struct figure *figure)
{
	if (!row->known[step])
		return "n/a";
	if (!known_value(row->value[step].known))
		return known_word(row->value[step].known);
	*figure = format_metric(row->value[step].value, row->unit);
	return figure->text;
}

static void put_right(FILE *out, const char *text)
{
	size_t width = text_width(text);

	fprintf(out, " %*s%s", width < VALUE_WIDTH ? (int)(VALUE_WIDTH - width) : 0, "", text);
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

static void put_head(FILE *out, const struct patch_steps *steps)
{
	fprintf(out, "  %-*s", METRIC_WIDTH, "after patch");
	for (size_t i = 0; i < steps->n; i++)
		fprintf(out, " %*zu", VALUE_WIDTH, i);
	fputs("  moved\n", out);
}

static void put_row(FILE *out, const struct patch_table *table, const struct patch_row *row)
{
	char *moves = moves_text(row);
	struct figure figure;

	fprintf(out, "  %-*s", METRIC_WIDTH, row->metric);
	for (size_t i = 0; i < table->steps->n; i++)
		put_right(out, figure_text(row, i, &figure));
	fprintf(out, "  %s\n", moves);
	free(moves);
}

static void put_steps(FILE *out, const struct patch_steps *steps)
{
	for (size_t i = 0; i < steps->n; i++) {
		fprintf(out, "  %2zu  %s\n", i, steps->step[i].subject);
		if (steps->step[i].failure)
			fprintf(out, "      NOT MEASURED: %s\n", steps->step[i].failure);
	}
}

static bool is_shown(const struct patch_row *row, bool all)
{
	return all || !row->same;
}

/* The rows of one title, from row @first on; how many. */
static size_t put_title(FILE *out, const struct patch_table *table, size_t first, bool all)
{
	const char *title = table->row[first].title;
	struct str_list equal = { 0 };
	bool head = false;
	size_t n = 0;

	fprintf(out, "\n%s\n", title);
	for (; first + n < table->rows && !strcmp(table->row[first + n].title, title); n++) {
		const struct patch_row *row = &table->row[first + n];

		if (!is_shown(row, all)) {
			str_list_add(&equal, row->metric);
			continue;
		}
		if (!head)
			put_head(out, table->steps);
		head = true;
		put_row(out, table, row);
	}
	if (equal.n) {
		char *joined = str_list_join(&equal, ", ");

		fprintf(out, "  = after every patch: %s\n", joined);
		free(joined);
	}
	str_list_free(&equal);
	return n;
}

/* The patches that moved something, with how much. */
static void put_summary(FILE *out, const struct patch_table *table)
{
	fputs("\nwhere figures moved\n", out);
	for (size_t s = 0; s < table->steps->n; s++) {
		size_t better = 0, worse = 0;

		for (size_t i = 0; i < table->rows; i++)
			for (size_t k = 0; k < table->row[i].moves; k++) {
				const struct patch_move *move = &table->row[i].move[k];

				better += move->to == s && move->good;
				worse += move->to == s && !move->good;
			}
		if (better || worse)
			fprintf(out, "  %2zu  %s: %zu better, %zu worse\n", s,
				table->steps->step[s].subject, better, worse);
	}
}

static size_t count_moves(const struct patch_table *table)
{
	size_t n = 0;

	for (size_t i = 0; i < table->rows; i++)
		n += table->row[i].moves;
	return n;
}

static void put_list(FILE *out, const char *title, const struct str_list *list)
{
	if (list->n)
		fprintf(out, "\n%s\n", title);
	for (size_t i = 0; i < list->n; i++)
		fprintf(out, "  %s\n", list->item[i]);
}

void patch_table_print(FILE *out, const struct patch_table *table, bool all)
{
	fputs("patches\n", out);
	put_steps(out, table->steps);
	for (size_t i = 0; i < table->rows;)
		i += put_title(out, table, i, all);
	if (count_moves(table))
		put_summary(out, table);
	else
		fputs("\nno figure moved beyond significance at any patch\n", out);
	put_list(out, "could not be compared", &table->refused);
	put_list(out, "left out", &table->warnings);
}

static json_t *row_json(const struct patch_table *table, const struct patch_row *row)
{
	json_t *values = json_array(), *moves = json_array();

	for (size_t i = 0; i < table->steps->n; i++) {
		const struct side_figure *figure = &row->value[i];

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

json_t *patch_table_json(const struct patch_table *table)
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
