// SPDX-License-Identifier: GPL-2.0-only
/* perf's counts of a group: an event a line, a strategy a column. */
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "report/table.h"
#include "result/perf-stat.h"

static bool is_event(const char *name)
{
	return !strncmp(name, PERF_COUNTER, strlen(PERF_COUNTER));
}

static bool ever_counted(const struct report_group *group, const char *name)
{
	uint64_t value;

	for (size_t i = 0; i < group->rows; i++)
		if (measurement_counter(&group->row[i].total, name, &value) && value)
			return true;
	return false;
}

static void add_line(struct doc_table *table, const struct report_group *group, const char *name)
{
	struct doc_row *line = doc_row(table);
	uint64_t value;

	doc_cell(line, name + strlen(PERF_COUNTER));
	for (size_t i = 0; i < group->rows; i++) {
		if (measurement_counter(&group->row[i].total, name, &value))
			doc_cell_value(line, (double)value, "count", format_count(value).text);
		else
			doc_cell(line, "n/a");
	}
}

static struct doc_table *begin_table(struct document *doc, const struct report_group *group)
{
	struct doc_head *head = doc_head(doc);

	doc_column(head, ALIGN_LEFT, "perf event");
	for (size_t i = 0; i < group->rows; i++) {
		char *title = row_title(&group->row[i]);

		doc_column(head, ALIGN_RIGHT, title);
		free(title);
	}
	return doc_table(doc, head);
}

void report_add_perf(struct document *doc, const struct report_group *group)
{
	struct doc_table *table = NULL;
	struct str_list seen = { 0 };

	for (size_t i = 0; i < group->rows; i++) {
		const struct measurement *total = &group->row[i].total;

		for (size_t c = 0; c < total->counters; c++) {
			const char *name = total->counter[c].name;

			if (!is_event(name) || str_list_has(&seen, name))
				continue;
			str_list_add(&seen, name);
			if (!ever_counted(group, name))
				continue;
			if (!table)
				table = begin_table(doc, group);
			add_line(table, group, name);
		}
	}
	str_list_free(&seen);
}
