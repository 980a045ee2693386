// SPDX-License-Identifier: GPL-2.0-only
/* A result as a document: summary, tables and, where all is wanted, pictures and explanations. */
#include "report/document.h"

#include <stdlib.h>

#include "report/report.h"
#include "report/table.h"

static void add_pictures(struct document *doc, const struct picture_list *list,
			 const struct report_group *group, const char *dir)
{
	for (size_t i = 0; list && i < list->n; i++) {
		const struct picture *picture = &list->picture[i];
		char *link, *file;

		if (picture->group != group)
			continue;
		link = xasprintf("plots/%s.svg", picture->name);
		file = xasprintf("%s/%s", dir, link);
		doc_picture(doc, picture->title, link, file);
		free(file);
		free(link);
	}
}

static void add_facts(struct document *doc, const struct report_text *text)
{
	struct doc_head *head = doc_head(doc);
	struct doc_table *table;

	head->is_plain = true;
	doc_columns(head, ALIGN_LEFT, "what;value");
	doc_heading(doc, 2, "Where it comes from");
	table = doc_table(doc, head);
	for (size_t i = 0; i < text->fact.n; i++) {
		struct doc_row *row = doc_row(table);

		doc_cell(row, text->fact.item[i]);
		doc_cell(row, text->value.item[i]);
	}
}

static void add_summary(struct document *doc, const struct report_text *text)
{
	if (text->verdicts.n)
		doc_list(doc, 2, "Not ok", &text->verdicts)->is_alarm = true;
	doc_list(doc, 2, "Summary", &text->summary);
}

static void add_tables(struct document *doc, const struct report_model *model,
		       const struct picture_list *pictures, const char *dir)
{
	for (size_t g = 0; g < model->groups; g++) {
		if (!model->group[g].measured)
			continue;
		doc_heading(doc, 3, model->group[g].title);
		report_add_figures(doc, &model->group[g]);
		report_add_perf(doc, &model->group[g]);
		add_pictures(doc, pictures, &model->group[g], dir);
	}
	report_add_untimed(doc, model);
}

static void add_all(struct document *doc, const struct report_model *model,
		    const struct report_text *text, const struct report_scope *scope)
{
	struct picture_list list;

	doc_heading(doc, 1, doc->title);
	doc_paragraphf(doc, "Mode %s", text->mode);
	add_summary(doc, text);
	doc_heading(doc, 2, "Figures");
	if (!scope->has_pictures)
		doc_paragraph(doc, "There are no pictures: gnuplot was missing, failed, or had no room.");
	pictures_of(&list, model);
	add_tables(doc, model, scope->has_pictures ? &list : NULL, scope->dir);
	pictures_free(&list);
	doc_list(doc, 2, "How to read this", &text->reading);
	doc_list(doc, 2, "Not measured", &text->missing);
	add_facts(doc, text);
}

/* What its verdict says of a row to whoever counts tests. */
static enum mark mark_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_OK:
		return MARK_GOOD;
	case VERDICT_FAILED:
	case VERDICT_SPLAT:
		return MARK_BAD;
	case VERDICT_SKIPPED:
	case VERDICT_UNSUPPORTED:
		return MARK_SKIPPED;
	default:
		return MARK_UNKNOWN;
	}
}

static const struct doc_outcome *outcome_of(enum verdict verdict)
{
	static const struct doc_outcome outcomes[] = {
		[MARK_GOOD] = { MARK_GOOD, "ok", "ok" },
		[MARK_BAD] = { MARK_BAD, "failed", "failure" },
		[MARK_UNKNOWN] = { MARK_UNKNOWN, "incomplete", "incomplete" },
		[MARK_SKIPPED] = { MARK_SKIPPED, "skipped", "skipped" },
	};

	return &outcomes[mark_of(verdict)];
}

/* A check for every row of every group: good when it ran to a good end. */
static void add_checks(struct document *doc, const struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++)
		for (size_t i = 0; i < model->group[g].rows; i++) {
			const struct report_row *row = &model->group[g].row[i];
			const char *reason = report_row_reason(row);
			char *text = xasprintf("%s%s%s", verdict_name(row->verdict),
					       *reason ? ": " : "", reason);

			doc_check(doc, outcome_of(row->verdict), model->group[g].title, row->label,
				  text, verdict_name(row->verdict));
			free(text);
		}
}

void report_document(struct document *doc, const struct result *r, const struct report_scope *scope)
{
	struct report_model model;
	struct report_text text;

	report_model_make(&model, r);
	report_text_make(&text, &model);
	document_init(doc, "report", "Per-CPU allocation strategies compared");
	if (scope->uses & USES_DATA)
		doc_set_data(doc, report_json(&model), JSON_INDENT(2));
	if (scope->uses & USES_RECORDS)
		report_add_records(doc, &model);
	if (scope->uses & USES_CHECKS)
		add_checks(doc, &model);
	if (scope->uses & USES_NARROW) {
		report_add_cover_letter(doc, &model, &text);
	} else if (scope->is_whole) {
		add_all(doc, &model, &text, scope);
	} else if (format_uses_elements(scope->uses)) {
		add_summary(doc, &text);
		add_tables(doc, &model, NULL, NULL);
	}
	report_text_free(&text);
	report_model_free(&model);
}
