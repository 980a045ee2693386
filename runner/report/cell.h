/* SPDX-License-Identifier: GPL-2.0-only */
/* A metric of a row as text: the same in every table of a report. */
#ifndef REPORT_CELL_H
#define REPORT_CELL_H

#include "base/must-check.h"
#include "report/format.h"
#include "report/model.h"

/*
 * The value of a statistic or a counter in @m, or the word for why there is none; false, and
 * nothing in *text, where @m has not measured it.
 */
bool cell_value(struct short_text *text, const struct measurement *m, const struct metric *metric);
/*
 * Any metric of @row: a share with part and whole, a rate beside the one that was asked for. To
 * be freed; NULL where there is nothing to show.
 */
MUST_CHECK char *cell_text(const struct report_row *row, const struct metric *metric);
/* True when the table of @group shows the metric of @info. */
bool cell_shown(const struct report_group *group, const struct metric_info *info);

#endif
