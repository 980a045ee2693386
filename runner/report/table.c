// SPDX-License-Identifier: GPL-2.0-only
#include "report/table.h"

#include <stdlib.h>
#include <string.h>

#include "report/cell.h"

static const char *absent(const struct report_row *row)
{
	return row->verdict == VERDICT_OK ? "n/a" : verdict_name(row->verdict);
}

/* A column of the table: the rows @from to @to of metrics.def, most often one. */
struct column {
	size_t from, to;
};

/* The first column of @group from row @from of metrics.def on; false when there is none. */
static bool next_column(struct column *column, const struct report_group *group, size_t from)
{
	while (from < metric_infos && !cell_shown(group, &metric_info[from]))
		from++;
	column->from = from;
	column->to = from + 1;
	while (column->to < metric_infos && cell_shown(group, &metric_info[column->to]) &&
	       metric_info[column->to].head[0] == '/')
		column->to++;
	return from < metric_infos;
}

/* Its metrics with " / " between them; to be freed. */
static char *cell(const struct report_row *row, const struct column *column)
{
	struct str_list words = { 0 };
	bool any = false;
	char *joined;

	for (size_t i = column->from; i < column->to; i++) {
		struct metric metric = metric_of(&metric_info[i]);
		char *text = cell_text(row, &metric);

		any |= text != NULL;
		str_list_add(&words, text ? text : "n/a");
		free(text);
	}
	joined = any ? str_list_join(&words, " / ") : xstrdup(absent(row));
	str_list_free(&words);
	return joined;
}

char *row_title(const struct report_row *row)
{
	const char *floor = row->floor ? " (floor)" : "";

	if (row->good < row->runs && row->runs > 1)
		return xasprintf("%s%s (%zu of %zu runs ok)", row->label, floor, row->good,
				 row->runs);
	if (row->verdict != VERDICT_OK && row->total.hists)
		return xasprintf("%s%s (%s)", row->label, floor, verdict_name(row->verdict));
	if (row->runs > 1)
		return xasprintf("%s%s (%zu seeds)", row->label, floor, row->runs);
	return xasprintf("%s%s", row->label, floor);
}

/* " (insn)" after a head whose cells do not say their unit. */
static const char *head_unit(const struct report_group *group, const struct metric_info *info)
{
	struct metric metric = metric_of(info);

	for (size_t i = 0; i < group->rows && metric_is_of_hist(info->kind); i++) {
		const char *unit = metric_unit(&metric, &group->row[i].total);

		if (unit)
			return strcmp(unit, "insn") ? "" : " (insn)";
	}
	return "";
}

/* "call p50 (insn)", "bytes held, idle / peak"; to be freed. */
static char *head(const struct report_group *group, const struct column *column)
{
	struct str_list words = { 0 };
	char *joined;

	for (size_t i = column->from; i < column->to; i++)
		str_list_addf(&words, "%s%s", metric_info[i].head,
			      head_unit(group, &metric_info[i]));
	joined = str_list_join(&words, " ");
	str_list_free(&words);
	return joined;
}

/* @text is taken over; a metric that stands alone has its number, too. */
static void add_cell(struct doc_row *cells, const struct report_row *row,
		     const struct column *column, char *text)
{
	struct metric metric = metric_of(&metric_info[column->from]);
	double value;

	if (column->to == column->from + 1 &&
	    known_value(metric_value(&metric, &row->total, &value)))
		doc_cell_value(cells, value, metric_unit(&metric, &row->total), text);
	else
		doc_cell(cells, text);
	free(text);
}

static void add_titles(struct doc_table *table, const struct report_group *group)
{
	for (size_t i = 0; i < group->rows; i++) {
		char *title = row_title(&group->row[i]);

		doc_cell(doc_row(table), title);
		free(title);
	}
}

void report_add_figures(struct document *doc, const struct report_group *group)
{
	struct doc_head *heads = doc_head(doc);
	struct doc_table *table = doc_table(doc, heads);
	struct column column = { 0 };

	doc_column(heads, ALIGN_LEFT, "strategy");
	add_titles(table, group);
	while (next_column(&column, group, column.to)) {
		char *text = head(group, &column);

		doc_column(heads, ALIGN_RIGHT, text);
		free(text);
		for (size_t i = 0; i < group->rows; i++)
			add_cell(&table->row[i], &group->row[i], &column,
				 cell(&group->row[i], &column));
	}
}
