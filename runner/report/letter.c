// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables for a patch posting: plain text of at most 72 columns. Figures stand
 * below each other and designs beside each other, for there are always more of
 * the former. metrics.def says which figures, and in which words.
 */
#include "report/forms.h"

#include <stdlib.h>
#include <string.h>

#include "report/cell.h"
#include "report/text.h"
#include "result/provenance.h"
#include "workload/workload.h"

#define COLUMNS		72
#define NAME_WIDTH	27
#define CELL_WIDTH	15
#define CELLS		((COLUMNS - NAME_WIDTH) / CELL_WIDTH)

/* "-" where @row has not measured it, or there was nothing that it could be a part of. */
static struct figure cell(const struct report_row *row, const struct metric_info *info)
{
	struct metric metric = metric_of(info);
	struct figure figure;

	if (!counter_is_of_nothing(&row->total, metric.from) &&
	    cell_figure(&figure, &row->total, &metric))
		return figure;
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

/* @text from @from on, a line of at most @width columns; returns where the next one starts. */
static size_t line_end(const char *text, size_t from, size_t width)
{
	size_t length = strlen(text + from), cut = width;

	if (length <= width)
		return from + length;
	while (cut && text[from + cut] != ' ')
		cut--;
	return from + (cut ? cut : width);
}

void letter_paragraph(FILE *out, const char *text)
{
	for (size_t from = 0; text[from];) {
		size_t end = line_end(text, from, COLUMNS);

		fprintf(out, "%.*s\n", (int)(end - from), text + from);
		from = end + (text[end] == ' ');
	}
}

char *letter_title(const char *title)
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
	*to = ':';
	return plain;
}

/*
 * The next line of a head: as many words of *label as fit, or as much of one
 * that fits nowhere. Moves *label behind it; returns how much to print of *from.
 */
static int head_piece(const char **label, const char **from)
{
	size_t end = line_end(*label, 0, CELL_WIDTH - 1);

	*from = *label;
	*label += end;
	*label += **label == ' ';
	return (int)end;
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

/* Labels over their columns, in as many lines as the longest needs: it is a name, and is not cut. */
static void heads(FILE *out, const struct report_row *row, size_t n)
{
	const char *label[CELLS];
	bool more = true;

	for (size_t i = 0; i < n; i++)
		label[i] = row[i].label + floor_word(row, n);
	while (more) {
		fprintf(out, "%-*s", NAME_WIDTH, "");
		more = false;
		for (size_t i = 0; i < n; i++) {
			const char *from;
			int length = head_piece(&label[i], &from);

			fprintf(out, " %*.*s", CELL_WIDTH - 1, length, from);
			more |= *label[i] != '\0';
		}
		fputc('\n', out);
	}
}

/* A row without a figure in any line: what became of it, where it is a design. */
static void without_figures(FILE *out, const struct report_row *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!asks_for_no_area(&row[i]))
			fprintf(out, "  %s: %s\n", row[i].label,
				row[i].verdict == VERDICT_OK ? "not measured" :
							       verdict_name(row[i].verdict));
}

static void line(FILE *out, const struct report_row *row, size_t n, const struct metric_info *info)
{
	fprintf(out, "  %-*s", NAME_WIDTH - 2, info->line);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%*s", CELL_WIDTH, cell(&row[i], info).text);
	fputc('\n', out);
}

static void block(FILE *out, const struct report_row *row, size_t n)
{
	bool any = false;

	for (int subject = 0; subject < SUBJECTS; subject++)
		for (size_t i = 0; i < metric_infos; i++) {
			const struct metric_info *info = &metric_info[i];

			if (!info->line || (int)info->subject != subject ||
			    !measured_by_any(row, n, info))
				continue;
			if (!any)
				heads(out, row, n);
			any = true;
			line(out, row, n, info);
		}
	if (!any)
		without_figures(out, row, n);
	fputc('\n', out);
}

/* "pcpbench run ..." that makes the result again, and what it ran on. */
static void command_line(FILE *out, const struct result *r)
{
	const char *kernel = json_string_value(json_object_get(r->provenance, "kernel_release"));
	char *command = provenance_command(r);
	char *line = xasprintf("Linux %s, measured with: %s",
			       kernel ? kernel : "of unknown version", command);

	letter_paragraph(out, line);
	free(line);
	free(command);
}

void letter_tables(FILE *out, const struct report_model *model)
{
	struct report_text text;

	report_text_make(&text, model);
	letter_paragraph(out, text.mode);
	fputc('\n', out);
	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];
		char *title = letter_title(group->title);

		if (group->measured) {
			letter_paragraph(out, title);
			for (size_t i = 0; i < group->rows; i += CELLS)
				block(out, group->row + i, group->rows - i < CELLS ?
							   group->rows - i : CELLS);
		}
		free(title);
	}
	for (size_t i = 0; i < text.verdicts.n; i++)
		letter_paragraph(out, text.verdicts.item[i]);
	command_line(out, model->result);
	report_text_free(&text);
}
