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

static void add_line(struct report_table *table, const struct report_group *group,
		     const char *name)
{
	struct str_list *line;
	uint64_t value;

	GROW(table->row, table->rows);
	line = &table->row[table->rows++];
	*line = (struct str_list){ 0 };
	str_list_add(line, name + strlen(PERF_COUNTER));
	for (size_t i = 0; i < group->rows; i++)
		str_list_add(line, measurement_counter(&group->row[i].total, name, &value) ?
					   format_count(value).text : "n/a");
}

void report_perf_make(struct report_table *table, const struct report_group *group)
{
	struct str_list seen = { 0 };

	*table = (struct report_table){ 0 };
	str_list_add(&table->head, "perf event");
	for (size_t i = 0; i < group->rows; i++) {
		char *title = row_title(&group->row[i]);

		str_list_add(&table->head, title);
		free(title);
	}
	for (size_t i = 0; i < group->rows; i++) {
		const struct measurement *total = &group->row[i].total;

		for (size_t c = 0; c < total->counters; c++) {
			const char *name = total->counter[c].name;

			if (!is_event(name) || str_list_has(&seen, name))
				continue;
			str_list_add(&seen, name);
			if (ever_counted(group, name))
				add_line(table, group, name);
		}
	}
	str_list_free(&seen);
}
