/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A result arranged for reading: measurements that differ in the strategy
 * alone form a group (a table, a set of pictures); those that differ in the
 * seed alone form a row of it. Borrows from the result, which must outlive it.
 */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "base/util.h"
#include "result/key.h"
#include "result/metric.h"
#include "result/result.h"

/* An open loop that achieved less than this share of its rate measured another rate. */
#define RATE_KEPT	0.95

/* What all of a group share, and what makes a row of it: parts of their keys. */
#define GROUP_PARTS	(KEY_SCENARIO | KEY_CONTEXT | KEY_KERNEL | KEY_SUBJECT)
#define ROW_PARTS	(KEY_STRATEGY | KEY_SERIES | KEY_DESIGN)

struct report_row {
	char *key;			/* of ROW_PARTS: its own within the group */
	const char *strategy;
	char *label;			/* strategy, and what tells it from a row of the same one */
	bool floor;			/* measures the harness, not a design */
	unsigned int style;		/* of its line: one number per strategy, in all pictures */
	const struct measurement **run;	/* one per seed */
	size_t runs;
	size_t good;			/* of runs: those with verdict ok */
	enum verdict verdict;		/* of the first run that is not ok */
	struct measurement total;	/* histograms merged, counters of all runs put together */
};

struct report_group {
	char *key;			/* of GROUP_PARTS: its own within the model */
	const struct measurement *first;	/* for what all of the group share */
	char *title;			/* "burst · irqs-off · 512 B · 4 CPUs" */
	char *slug;			/* the same as a unique file name, [a-z0-9-] */
	bool storm;
	bool measured;			/* at least one histogram */
	struct report_row *row;		/* in the order of strategies.def, the floor last */
	size_t rows;
};

struct report_model {
	const struct result *result;
	struct report_group *group;	/* in the order of the result */
	size_t groups;
	struct str_list notes;		/* what could not be put together, and why */
};

void report_model_make(struct report_model *model, const struct result *r);
void report_model_free(struct report_model *model);

/* The title of @group, but for parameter @except (NULL: nothing); to be freed. */
MUST_CHECK char *report_group_title(const struct report_model *model,
				    const struct report_group *group, const char *except);

/* True for the floor, even where several rows of it are what is compared. */
bool asks_for_no_area(const struct report_row *row);

#endif
