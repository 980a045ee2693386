/* SPDX-License-Identifier: GPL-2.0-only */
/* The forms of a report. @list: the pictures that were drawn; NULL when they could not be. */
#ifndef REPORT_FORMS_H
#define REPORT_FORMS_H

#include <stdio.h>

#include "base/must-check.h"
#include "report/plots.h"
#include "report/table.h"

/* Foreign text so that Markdown shows it as it is: no mark-up, no HTML, one line. To be freed. */
MUST_CHECK char *markdown_escape(const char *text);
/* @figures: all but the first column hold figures, and stand to the right. */
void markdown_table(FILE *out, const struct report_table *table, bool figures);
/* Summary, verdicts and tables, as a terminal shows them too. */
void markdown_tables(FILE *out, const struct report_model *model);
/* The whole of report.md. */
void markdown_report(FILE *out, const struct report_model *model, const struct picture_list *list);
/*
 * The whole of report.html, one file that needs no other: pictures are read
 * from @dir/plots. -1 after a message.
 */
MUST_CHECK int html_report(FILE *out, const struct report_model *model,
			   const struct picture_list *list, const char *dir);
/* @text as a paragraph of lines of at most 72 columns. */
void letter_paragraph(FILE *out, const char *text);
/* A title without the middle dots, which a posting in ASCII has no use for; to be freed. */
MUST_CHECK char *letter_title(const char *title);
/* The tables as plain text of at most 72 columns, and the command that makes them again. */
void letter_tables(FILE *out, const struct report_model *model);
/* The tables with raw numbers, for `report --json`. */
MUST_CHECK json_t *report_json(const struct report_model *model);

#endif
