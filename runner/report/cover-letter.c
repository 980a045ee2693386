// SPDX-License-Identifier: GPL-2.0-only
/* The figures of a report for a cover letter; metrics.def says which, and in which words. */
#include "report/document.h"

#include <stdlib.h>
#include <string.h>

#include "report/cell.h"
#include "report/text.h"
#include "result/provenance.h"
#include "workload/workload.h"

/* Of a line of 72 columns: as many designs as it has room for, and what their figures need. */
#define DESIGNS		3
#define NAME_WIDTH	25
#define CELL_WIDTH	14

/* "-" where @row has not measured it, or there was nothing that it could be a part of. */
static struct short_text cell(const struct report_row *row, const struct metric_info *info)
{
	struct metric metric = metric_of(info);
	struct short_text text;

	if (!counter_is_of_nothing(&row->total, metric.from) &&
	    cell_value(&text, &row->total, &metric))
		return text;
	return format_word(row->verdict == VERDICT_OK ? "-" : verdict_name(row->verdict));
}

static bool measured_by_any(const struct report_row *row, size_t n, const struct metric_info *info)
{
	struct metric metric = metric_of(info);

	for (size_t i = 0; i < n; i++) {
		if (info->whose == DESIGN && asks_for_no_area(&row[i]))
			continue;
		if (metric_unit(&metric, &row[i].total) &&
		    !counter_is_of_nothing(&row[i].total, metric.from))
			return true;
	}
	return false;
}

/*
 * How many bytes of every label name the floor and nothing else: where all columns
 * are of it, what was measured is the kernel without any design.
 */
static size_t floor_word(const struct report_row *row, size_t n)
{
	size_t length = strcspn(row[0].label, " ") + 1;

	for (size_t i = 0; i < n; i++)
		if (n < 2 || !asks_for_no_area(&row[i]) || strlen(row[i].label) <= length)
			return 0;
	return length;
}

/* Labels are names and are not cut: they take as many lines as the longest needs. */
static struct doc_head *add_head(struct document *doc, const struct report_row *row, size_t n)
{
	struct doc_head *head = doc_head(doc);

	doc_column(head, ALIGN_LEFT, "")->width = NAME_WIDTH;
	for (size_t i = 0; i < n; i++) {
		struct doc_column *column = doc_column(head, ALIGN_RIGHT,
						       row[i].label + floor_word(row, n));

		column->width = CELL_WIDTH;
		column->wraps = true;
	}
	return head;
}

/* A row without a figure in any line: what became of it, where it is a design. */
static void add_without_figures(struct document *doc, const struct report_row *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!asks_for_no_area(&row[i]))
			doc_line(doc, 2, "%s: %s", row[i].label,
				 row[i].verdict == VERDICT_OK ? "not measured" :
								verdict_name(row[i].verdict));
}

/* A line: the metric of @info in each of @n designs. */
static void add_line(struct doc_table *table, const struct report_row *row, size_t n,
		     const struct metric_info *info)
{
	struct doc_row *line = doc_row(table);

	doc_cell(line, info->line);
	for (size_t i = 0; i < n; i++)
		doc_cell(line, cell(&row[i], info).text);
}

/* @n designs beside each other. */
static void add_designs(struct document *doc, const struct report_row *row, size_t n)
{
	struct doc_table *table = NULL;

	for (int subject = 0; subject < SUBJECTS; subject++)
		for (size_t i = 0; i < metric_infos; i++) {
			const struct metric_info *info = &metric_info[i];

			if (!info->line || (int)info->subject != subject ||
			    !measured_by_any(row, n, info))
				continue;
			if (!table)
				table = doc_table(doc, add_head(doc, row, n));
			add_line(table, row, n, info);
		}
	if (!table)
		add_without_figures(doc, row, n);
}

static void add_group(struct document *doc, const struct report_group *group)
{
	doc_heading(doc, 3, group->title);
	for (size_t i = 0; i < group->rows; i += DESIGNS)
		add_designs(doc, group->row + i,
			    group->rows - i < DESIGNS ? group->rows - i : DESIGNS);
}

/* "pcpbench run ..." that makes the result again, and what it ran on. */
static char *command_line(const struct result *r)
{
	const char *kernel = json_string_value(json_object_get(r->provenance, "kernel_release"));
	char *command = provenance_command(r);
	char *line = xasprintf("Linux %s, measured with: %s",
			       kernel ? kernel : "of unknown version", command);

	free(command);
	return line;
}

void report_add_cover_letter(struct document *doc, const struct report_model *model,
			     const struct report_text *text)
{
	char *command = command_line(model->result);

	doc_paragraph(doc, text->mode);
	for (size_t g = 0; g < model->groups; g++)
		if (model->group[g].measured)
			add_group(doc, &model->group[g]);
	for (size_t i = 0; i < text->verdicts.n; i++) {
		if (i)
			doc_line(doc, 0, "%s", text->verdicts.item[i]);
		else
			doc_paragraph(doc, text->verdicts.item[i]);
	}
	if (text->verdicts.n)
		doc_line(doc, 0, "%s", command);
	else
		doc_paragraph(doc, command);
	free(command);
}
