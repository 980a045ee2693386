/* SPDX-License-Identifier: GPL-2.0-only */
/* report.md, report.html and plots/, all made from a result alone. */
#ifndef REPORT_H
#define REPORT_H

#include "result.h"

/*
 * Writes @dir/report.md, report.html and plots/. @root: the checkout, for
 * plot/. -1 after a message; without gnuplot the tables are written all the
 * same.
 */
int report_write(const struct result *r, const char *dir, const char *root);
/* The Markdown text; to be freed. */
char *report_markdown(const struct result *r);
/* The pictures, SVG and PNG, below @dir/plots, drawn by gnuplot; -1 after a message. */
int plots_write(const struct result *r, const char *dir, const char *root);

#endif
