/* SPDX-License-Identifier: GPL-2.0-only */
/* The sentences of a report, the same in every form of it; plain text, not yet escaped. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "report/model.h"

struct report_text {
	char *mode;			/* what the mode and its unit mean */
	struct str_list summary;	/* which strategies failed, what became of the I/O */
	struct str_list verdicts;	/* those that are not ok, with their reasons */
	struct str_list missing;	/* what was not measured */
	struct str_list reading;	/* how to read tables and pictures */
	struct str_list fact, value;	/* where the result comes from: pairs */
};

void report_text_make(struct report_text *text, const struct report_model *model);
void report_text_free(struct report_text *text);

#endif
