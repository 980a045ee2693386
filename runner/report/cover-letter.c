// SPDX-License-Identifier: GPL-2.0-only
/* The figures of a report for a cover letter. */
#include "report/document.h"

#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "report/table.h"
#include "report/text.h"
#include "result/provenance.h"
#include "workload/workload.h"

/* Of a line of 72 columns: as many designs as it has room for, and what their figures need. */
#define DESIGNS		3
#define NAME_WIDTH	25
#define CELL_WIDTH	14

enum letter_kind { LETTER_COUNT, LETTER_BYTES, LETTER_QUANTILE, LETTER_MAX };

static const struct line {
	const char *name;
	enum letter_kind kind;
	const char *from;
	double percentile;	/* of LETTER_QUANTILE */
	bool of_design;		/* says nothing of the floor, which allocates nothing */
	const char *rest;	/* with @from all that there was; where that is 0, it is no figure */
} lines[] = {
	{ "calls", LETTER_COUNT, "attempts", 0, true, NULL },
	{ "calls that failed", LETTER_COUNT, "failures", 0, true, NULL },
	{ "call, p50", LETTER_QUANTILE, "call_latency", 50, true, NULL },
	{ "call, p99", LETTER_QUANTILE, "call_latency", 99, true, NULL },
	{ "call, max", LETTER_MAX, "call_latency", 0, true, NULL },
	{ "time to usable, p99", LETTER_QUANTILE, "time_to_usable", 99, true, NULL },
	{ "I/O issued", LETTER_COUNT, "ios_issued", 0, false, NULL },
	{ "charged to an ancestor", LETTER_COUNT, "misattributed_ios", 0, false, NULL },
	{ "unaccounted I/O", LETTER_COUNT, "unaccounted_ios", 0, true, "accounted_ios" },
	{ "I/O completion, p50", LETTER_QUANTILE, "fio_clat", 50, false, NULL },
	{ "I/O completion, p99", LETTER_QUANTILE, "fio_clat", 99, false, NULL },
	{ "I/O completion, max", LETTER_MAX, "fio_clat", 0, false, NULL },
	{ "held idle", LETTER_BYTES, "bytes_held_idle", 0, true, NULL },
	{ "percpu memory before", LETTER_BYTES, "percpu_bytes_before", 0, false, NULL },
	{ "percpu memory after", LETTER_BYTES, "percpu_bytes_after", 0, false, NULL },
};

static struct figure word(const char *text)
{
	struct figure figure;

	snprintf(figure.text, sizeof(figure.text), "%s", text);
	return figure;
}

static struct figure quantile_figure(const struct report_row *row, const struct hist *h,
				     const struct line *line)
{
	uint64_t value;

	switch (measurement_quantile(&row->total, line->from, line->percentile, &value)) {
	case KNOWN_NEVER:
		return word("never");
	case TOO_FEW:
		return word("too few");
	case NO_SAMPLES:
		return word("no samples");
	case KNOWN:
		break;
	}
	return value ? format_latency(value, h->unit) : word("0");
}

/* "-" where @row has not measured it. */
static struct figure cell(const struct report_row *row, const struct line *line)
{
	const struct hist *h = measurement_hist(&row->total, line->from);
	uint64_t value;

	if (line->kind == LETTER_QUANTILE && h)
		return quantile_figure(row, h, line);
	if (line->kind == LETTER_MAX && h)
		return h->count ? format_latency(h->max, h->unit) : word("no samples");
	if (!measurement_counter(&row->total, line->from, &value) ||
	    (line->rest && !row_counted(row, line->from, line->rest)))
		return word(row->verdict == VERDICT_OK ? "-" : verdict_name(row->verdict));
	return line->kind == LETTER_BYTES ? format_bytes(value) : format_count(value);
}

static bool measured_by_any(const struct report_row *row, size_t n, const struct line *line)
{
	uint64_t value;

	for (size_t i = 0; i < n; i++) {
		if (line->of_design && asks_for_no_area(&row[i]))
			continue;
		if (line->rest && !row_counted(&row[i], line->from, line->rest))
			continue;
		if (measurement_hist(&row[i].total, line->from) ||
		    measurement_counter(&row[i].total, line->from, &value))
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

/* @n designs beside each other. */
static void add_designs(struct document *doc, const struct report_row *row, size_t n)
{
	struct doc_table *table = NULL;

	for (size_t l = 0; l < ARRAY_SIZE(lines); l++) {
		struct doc_row *figures;

		if (!measured_by_any(row, n, &lines[l]))
			continue;
		if (!table)
			table = doc_table(doc, add_head(doc, row, n));
		figures = doc_row(table);
		doc_cell(figures, lines[l].name);
		for (size_t i = 0; i < n; i++)
			doc_cell(figures, cell(&row[i], &lines[l]).text);
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
