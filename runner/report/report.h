/* SPDX-License-Identifier: GPL-2.0-only */
/* report.md, report.html and plots/, all made from a result alone. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "base/must-check.h"
#include "result/result.h"

/*
 * Writes @dir/report.md, report.html and plots/. @root: the checkout, for
 * plot/. -1 after a message when a table could not be written. Tables are worth
 * having without pictures: *no_pictures says why there are none, and is NULL
 * when there are; to be freed.
 */
MUST_CHECK int report_write(const struct result *r, const char *dir, const char *root,
			    char **no_pictures);
/* The Markdown text, with links to the pictures if there are; to be freed. */
MUST_CHECK char *report_markdown(const struct result *r, bool pictures);

#endif
