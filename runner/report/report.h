/* SPDX-License-Identifier: GPL-2.0-only */
/* report.md, report.html and plots/, all made from a result alone. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "base/must-check.h"
#include "output/format.h"
#include "result/result.h"

/*
 * Writes @dir/report.md, report.html and plots/. @root: the checkout, for
 * plot/. -1 after a message when a table could not be written. Tables are worth
 * having without pictures: *no_pictures says why there are none, and is NULL
 * when there are; to be freed.
 */
MUST_CHECK int report_write(const struct result *r, const char *dir, const char *root,
			    char **no_pictures);

/* How much of a report a document gets. */
struct report_scope {
	bool is_whole;		/* with pictures, explanations and provenance; else summary and tables */
	bool has_pictures;	/* of a whole one: they were drawn */
	const char *dir;	/* of a whole one: the folder that has plots/ */
	unsigned int uses;	/* what the format uses, a set of enum format_use */
};

void report_document(struct document *doc, const struct result *r,
		     const struct report_scope *scope);

#endif
