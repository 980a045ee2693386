// SPDX-License-Identifier: GPL-2.0-only
#include "report/table.h"

#include <stdlib.h>
#include <string.h>

#include "report/format.h"

enum cell_kind {
	CELL_QUANTILE, CELL_MAX, CELL_OF, CELL_COUNT, CELL_COUNTS, CELL_BYTES, CELL_TIME, CELL_RATE,
};

static const struct column {
	const char *head;
	enum cell_kind kind;
	const char *from;	/* histogram or counter */
	double percentile;	/* of CELL_QUANTILE */
	const char *whole;	/* of CELL_OF: the counter that holds all, ... */
	const char *rest;	/* ... or all but the part; of pairs: the second of two */
	/* WHERE_COUNTED: the whole is more than 0; no part of nothing is a figure */
	enum { ALWAYS, IN_STORMS, WHERE_MEASURED, WHERE_COUNTED } shown;
} columns[] = {
	{ .head = "call p50", .kind = CELL_QUANTILE, .from = "call_latency", .percentile = 50 },
	{ .head = "p99", .kind = CELL_QUANTILE, .from = "call_latency", .percentile = 99 },
	{ .head = "p99.9", .kind = CELL_QUANTILE, .from = "call_latency", .percentile = 99.9 },
	{ .head = "max", .kind = CELL_MAX, .from = "call_latency" },
	{ .head = "failures", .kind = CELL_OF, .from = "failures", .whole = "attempts" },
	{ .head = "time to usable p99", .kind = CELL_QUANTILE, .from = "time_to_usable",
	  .percentile = 99 },
	{ .head = "unaccounted I/O", .kind = CELL_OF, .from = "unaccounted_ios",
	  .rest = "accounted_ios", .shown = WHERE_COUNTED },
	{ .head = "bytes held, idle / peak", .kind = CELL_BYTES, .from = "bytes_held_idle",
	  .rest = "bytes_held_peak" },
	{ .head = "misattributed I/O", .kind = CELL_OF, .from = "misattributed_ios",
	  .whole = "ios_issued", .shown = IN_STORMS },
	{ .head = "all percpu memory, before / after", .kind = CELL_BYTES,
	  .from = "percpu_bytes_before", .rest = "percpu_bytes_after", .shown = IN_STORMS },
	{ .head = "issued", .kind = CELL_COUNT, .from = "ios_issued", .shown = IN_STORMS },
	{ .head = "fio p99", .kind = CELL_QUANTILE, .from = "fio_clat", .percentile = 99,
	  .shown = IN_STORMS },
	{ .head = "depth, least / most", .kind = CELL_COUNTS, .from = "depth_least",
	  .rest = "depth_most", .shown = WHERE_MEASURED },
	{ .head = "refill p50", .kind = CELL_QUANTILE, .from = "refill_time", .percentile = 50,
	  .shown = WHERE_MEASURED },
	{ .head = "achieved rate", .kind = CELL_RATE, .from = "achieved_rate",
	  .shown = WHERE_MEASURED },
	{ .head = "all percpu memory, without / with live areas", .kind = CELL_BYTES,
	  .from = "percpu_bytes_empty", .rest = "percpu_bytes_full", .shown = WHERE_MEASURED },
	{ .head = "workers' CPU time", .kind = CELL_TIME, .from = "worker_cpu_ns",
	  .shown = WHERE_MEASURED },
};

static const char *absent(const struct report_row *row)
{
	return row->verdict == VERDICT_OK ? "n/a" : verdict_name(row->verdict);
}

static char *quantile_cell(const struct report_row *row, const struct column *column)
{
	const struct hist *h = measurement_hist(&row->total, column->from);
	uint64_t value = 0;

	if (!h)
		return xstrdup(absent(row));
	switch (measurement_quantile(&row->total, column->from, column->percentile, &value)) {
	case KNOWN_NEVER:
		return xstrdup("never");
	case TOO_FEW:
		return xstrdup("too few");
	case NO_SAMPLES:
		return xstrdup("no samples");
	case KNOWN:
		break;
	}
	return xstrdup(value ? format_latency(value, h->unit).text : "0");
}

static char *max_cell(const struct report_row *row, const struct column *column)
{
	const struct hist *h = measurement_hist(&row->total, column->from);

	if (!h)
		return xstrdup(absent(row));
	return xstrdup(h->count ? format_latency(h->max, h->unit).text : "no samples");
}

static char *of_cell(const struct report_row *row, const struct column *column)
{
	uint64_t part, whole = 0, rest = 0;
	bool known;

	if (!measurement_counter(&row->total, column->from, &part))
		return xstrdup(absent(row));
	if (column->rest) {
		known = measurement_counter(&row->total, column->rest, &rest) &&
			!__builtin_add_overflow(part, rest, &whole);
	} else {
		known = measurement_counter(&row->total, column->whole, &whole);
	}
	if (!known)
		return xstrdup(format_count(part).text);
	if (!whole && column->shown == WHERE_COUNTED)
		return xstrdup(absent(row));
	if (!part)
		return xasprintf("0 of %s", format_count(whole).text);
	return xasprintf("%s of %s (%s)", format_count(part).text, format_count(whole).text,
			 format_share(part, whole).text);
}

static char *count_cell(const struct report_row *row, const struct column *column)
{
	uint64_t value;

	if (!measurement_counter(&row->total, column->from, &value))
		return xstrdup(absent(row));
	return xstrdup(format_count(value).text);
}

static char *bytes_cell(const struct report_row *row, const struct column *column)
{
	uint64_t first, second;
	bool has_first = measurement_counter(&row->total, column->from, &first);
	bool has_second = measurement_counter(&row->total, column->rest, &second);

	if (!has_first && !has_second)
		return xstrdup(absent(row));
	return xasprintf("%s / %s", has_first ? format_bytes(first).text : "n/a",
			 has_second ? format_bytes(second).text : "n/a");
}

static char *counts_cell(const struct report_row *row, const struct column *column)
{
	uint64_t first, second;

	if (!measurement_counter(&row->total, column->from, &first) ||
	    !measurement_counter(&row->total, column->rest, &second))
		return xstrdup(absent(row));
	return xasprintf("%s / %s", format_count(first).text, format_count(second).text);
}

/* Guest time, which the unit of the histograms need not be. */
static char *time_cell(const struct report_row *row, const struct column *column)
{
	uint64_t ns;

	if (!measurement_counter(&row->total, column->from, &ns))
		return xstrdup(absent(row));
	return xstrdup(format_latency(ns, "ns").text);
}

/* Per second, and whether that is the rate that was asked for. */
static char *rate_cell(const struct report_row *row, const struct column *column)
{
	uint64_t achieved, asked;

	if (!measurement_counter(&row->total, column->from, &achieved) ||
	    !measurement_param(row->run[0], "rate", &asked))
		return xstrdup(absent(row));
	if ((double)achieved >= RATE_KEPT * (double)asked)
		return xasprintf("%s/s", format_count(achieved).text);
	return xasprintf("%s/s (%s missed)", format_count(achieved).text,
			 format_count(asked).text);
}

static char *cell(const struct report_row *row, const struct column *column)
{
	switch (column->kind) {
	case CELL_QUANTILE:
		return quantile_cell(row, column);
	case CELL_MAX:
		return max_cell(row, column);
	case CELL_OF:
		return of_cell(row, column);
	case CELL_COUNT:
		return count_cell(row, column);
	case CELL_COUNTS:
		return counts_cell(row, column);
	case CELL_TIME:
		return time_cell(row, column);
	case CELL_RATE:
		return rate_cell(row, column);
	case CELL_BYTES:
		break;
	}
	return bytes_cell(row, column);
}

bool row_counted(const struct report_row *row, const char *part, const char *rest)
{
	uint64_t value;

	return (measurement_counter(&row->total, part, &value) && value) ||
	       (measurement_counter(&row->total, rest, &value) && value);
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
static const char *head_unit(const struct report_group *group, const struct column *column)
{
	if (column->kind != CELL_QUANTILE && column->kind != CELL_MAX)
		return "";
	for (size_t i = 0; i < group->rows; i++) {
		const struct hist *h = measurement_hist(&group->row[i].total, column->from);

		if (h)
			return strcmp(h->unit, "insn") ? "" : " (insn)";
	}
	return "";
}

static bool measured(const struct report_group *group, const char *name)
{
	uint64_t value;

	for (size_t i = 0; i < group->rows; i++)
		if (measurement_counter(&group->row[i].total, name, &value) ||
		    measurement_hist(&group->row[i].total, name))
			return true;
	return false;
}

static bool counted(const struct report_group *group, const struct column *column)
{
	for (size_t i = 0; i < group->rows; i++)
		if (row_counted(&group->row[i], column->from, column->rest))
			return true;
	return false;
}

static bool shows(const struct report_group *group, const struct column *column)
{
	switch (column->shown) {
	case ALWAYS:
		return true;
	case IN_STORMS:
		return group->storm;
	case WHERE_COUNTED:
		return group->storm || counted(group, column);
	case WHERE_MEASURED:
		break;
	}
	return measured(group, column->from);
}

static void add_cell(struct str_list *row, char *text)
{
	str_list_add(row, text);
	free(text);
}

void report_table_make(struct report_table *table, const struct report_group *group)
{
	*table = (struct report_table){ .rows = group->rows };
	table->row = xcalloc(group->rows, sizeof(*table->row));
	str_list_add(&table->head, "strategy");
	for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
		if (shows(group, &columns[c]))
			str_list_addf(&table->head, "%s%s", columns[c].head,
				      head_unit(group, &columns[c]));
	for (size_t i = 0; i < group->rows; i++) {
		add_cell(&table->row[i], row_title(&group->row[i]));
		for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
			if (shows(group, &columns[c]))
				add_cell(&table->row[i], cell(&group->row[i], &columns[c]));
	}
}

void report_table_free(struct report_table *table)
{
	for (size_t i = 0; i < table->rows; i++)
		str_list_free(&table->row[i]);
	free(table->row);
	str_list_free(&table->head);
	*table = (struct report_table){ 0 };
}
