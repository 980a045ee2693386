/* SPDX-License-Identifier: GPL-2.0-only */
/* Figures of a comparison as text. Pure functions. */
#ifndef COMPARE_FORMAT_H
#define COMPARE_FORMAT_H

#include "report/format.h"

/* "+1.23 %", "x 12.3", "from 0", "-100 %". */
struct short_text format_change(double ratio);
/* The same of a metric whose sides are @old and @new: infinite ones were never served, and no 0. */
struct short_text format_change_of(double ratio, double old, double new);
/* A share as a size: "1.2 %", "x 3.4". */
struct short_text format_size(double share);
/* A value of a metric in @unit: "71.3", "12,345", "4 KiB", "never". */
struct short_text format_metric(double value, const char *unit);

#endif
