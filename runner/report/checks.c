// SPDX-License-Identifier: GPL-2.0-only
/* Tables of what is judged and not timed: suites of tests, and groups without any histogram. */
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "report/summary.h"
#include "report/table.h"

/* Tests of a suite that ran in the guest, as the suite counted them. */
struct tests {
	uint64_t passed, failed, skipped;
};

static bool tests_of(const struct report_row *row, struct tests *tests)
{
	return measurement_counter(&row->total, "tests_passed", &tests->passed) &&
	       measurement_counter(&row->total, "tests_failed", &tests->failed) &&
	       measurement_counter(&row->total, "tests_skipped", &tests->skipped);
}

/* "36 passed, 0 failed, 1 skipped"; to be freed. */
static char *tests_text(const struct tests *tests)
{
	return xasprintf("%s passed, %s failed, %s skipped", format_count(tests->passed).text,
			 format_count(tests->failed).text, format_count(tests->skipped).text);
}

const char *report_row_reason(const struct report_row *row)
{
	for (size_t i = 0; i < row->runs; i++)
		if (row->run[i]->verdict == row->verdict && row->run[i]->reason)
			return row->run[i]->reason;
	return "";
}

static void add_row(struct doc_table *table, const struct report_group *group,
		    const struct report_row *from)
{
	char *title = row_title(from), *counts;
	struct doc_row *row = doc_row(table);
	struct tests tests;

	counts = tests_of(from, &tests) ? tests_text(&tests) : xstrdup("n/a");
	doc_cell(row, group->title);
	doc_cell(row, title);
	doc_cell(row, verdict_name(from->verdict));
	doc_cell(row, report_row_reason(from));
	doc_cell(row, counts);
	free(counts);
	free(title);
}

static struct doc_table *begin_table(struct document *doc)
{
	struct doc_head *head = doc_head(doc);

	doc_columns(head, ALIGN_LEFT, "what;strategy;verdict;reason;tests");
	doc_heading(doc, 3, "Without latencies");
	return doc_table(doc, head);
}

void report_add_untimed(struct document *doc, const struct report_model *model)
{
	struct doc_table *table = NULL;

	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];

		for (size_t i = 0; !group->measured && i < group->rows; i++) {
			if (!table)
				table = begin_table(doc);
			add_row(table, group, &group->row[i]);
		}
	}
}

static void say_tests(struct str_list *list, const struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];

		for (size_t i = 0; i < group->rows; i++) {
			struct tests tests;
			char *text;

			if (!tests_of(&group->row[i], &tests))
				continue;
			text = tests_text(&tests);
			str_list_addf(list, "%s, %s: tests: %s.", group->title,
				      group->row[i].label, text);
			free(text);
		}
	}
}

/* "conformance: 16 checks: 14 ok, 1 failed, 1 unsupported". */
static void say_verdicts(struct str_list *list, const struct report_model *model,
			 const char *scenario)
{
	size_t count[VERDICTS] = { 0 };
	struct str_list words = { 0 };
	char *text;

	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];

		if (group->measured || strcmp(group->first->scenario, scenario))
			continue;
		for (size_t i = 0; i < group->rows; i++)
			for (size_t k = 0; k < group->row[i].runs; k++)
				count[group->row[i].run[k]->verdict]++;
	}
	for (size_t v = 0; v < ARRAY_SIZE(count); v++)
		if (count[v])
			str_list_addf(&words, "%zu %s", count[v], verdict_name((enum verdict)v));
	text = str_list_join(&words, ", ");
	str_list_addf(list, "%s, without latencies: %s.", scenario, text);
	free(text);
	str_list_free(&words);
}

void report_checks(struct str_list *list, const struct report_model *model)
{
	struct str_list scenarios = { 0 };

	for (size_t g = 0; g < model->groups; g++)
		if (!model->group[g].measured)
			str_list_add_new(&scenarios, model->group[g].first->scenario);
	for (size_t i = 0; i < scenarios.n; i++)
		say_verdicts(list, model, scenarios.item[i]);
	say_tests(list, model);
	str_list_free(&scenarios);
}
