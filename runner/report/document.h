/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of a report add to its document; report.h has the whole. */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include <jansson.h>

#include "base/must-check.h"
#include "output/document.h"
#include "report/plots.h"
#include "report/text.h"

/*
 * The figures for lines of 72 columns, and the command that makes them again: designs stand beside
 * each other, and figures below, for there are always more of those. cover-letter.c
 */
void report_add_cover_letter(struct document *doc, const struct report_model *model,
			     const struct report_text *text);
/* The tables with raw numbers. json.c */
MUST_CHECK json_t *report_json(const struct report_model *model);
/* A record for every metric of every row. json.c */
void report_add_records(struct document *doc, const struct report_model *model);

#endif
