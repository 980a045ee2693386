/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A comparison for reading. The table and the sentences around it are made
 * once; the printers only lay them out. CSV and JSON hold the raw numbers.
 */
#ifndef COMPARE_FORMS_H
#define COMPARE_FORMS_H

#include <jansson.h>
#include <stdio.h>

#include "base/must-check.h"
#include "compare/compare.h"
#include "report/format.h"

enum compare_column {
	COLUMN_METRIC, COLUMN_OLD, COLUMN_NEW, COLUMN_CHANGE, COLUMN_DIFFERENCE, COLUMN_RANGE,
	COLUMN_INTERVAL, COLUMN_P, COLUMN_CLAIM, COLUMNS_OF_COMPARE,
};

enum row_kind { ROW_TITLE, ROW_FIGURES, ROW_WORDS };
enum row_mood { MOOD_PLAIN, MOOD_GOOD, MOOD_BAD };

struct compare_row {
	enum row_kind kind;
	enum row_mood mood;
	struct str_list cell;		/* one per column, or one for a title and for words */
};

struct compare_table {
	struct str_list before;		/* sentences above the table: what is compared, warnings */
	struct str_list warnings;	/* what may have moved the figures besides */
	struct str_list head;
	struct compare_row *row;
	size_t rows;
	struct str_list means, refused, left_out, reading;	/* below it */
};

/* What is shown of a comparison; all zeros: every line that differs, in the order of the result. */
struct compare_view {
	bool all;		/* with the metrics that are equal everywhere, which are else named in one line */
	bool by_change;		/* the largest change first */
	double relevant;	/* smaller ones, as a share, are named in one line */
	struct str_list filter;	/* patterns; of "TITLE: METRIC" one must match a part */
};

/* view.c: what @view has of a comparison and of a block; arrays to be freed. */
const struct compare_block **compare_view_blocks(const struct compare_view *view,
						 const struct comparison *c, size_t *n);
const struct compare_line **compare_view_lines(const struct compare_view *view,
					       const struct compare_block *block, size_t *n);
/* Is this one among them? */
bool compare_view_has_mean(const struct compare_view *view, const struct compare_mean *mean);
/* How far from no change, up or down alike; 0 when that is not known. */
double compare_change_size(const struct compare_line *line);
bool compare_is_relevant(const struct compare_view *view, const struct compare_line *line);

void compare_table_make(struct compare_table *table, const struct comparison *c,
			const struct compare_view *view);
void compare_table_free(struct compare_table *table);

/* Aligned text; @colour adds terminal sequences. */
void compare_print_text(FILE *out, const struct compare_table *table, bool colour);
void compare_print_markdown(FILE *out, const struct compare_table *table);
/* At most 72 columns, with the commands that make it again; @command is this one. */
void compare_print_letter(FILE *out, const struct comparison *c, const struct compare_table *table,
			  const char *command);
/* A line for every metric of every block, raw numbers; RFC 4180. @head: with column names. */
void compare_print_csv(FILE *out, const struct comparison *c, const struct compare_view *view,
		       bool head);
/* The same and all the rest as an object. */
MUST_CHECK json_t *compare_to_json(const struct comparison *c, const struct compare_view *view);

/* "+1.23 %", "x 12.3", "from 0", "-100 %". */
struct figure format_change(double ratio);
/* The same of a metric whose sides are @old and @new: infinite ones were never served, and no 0. */
struct figure format_change_of(double ratio, double old, double new);
/* A share as a size: "1.2 %", "x 3.4". */
struct figure format_size(double share);
/* A value of a metric in @unit: "71.3", "12,345", "4 KiB", "never". */
struct figure format_metric(double value, const char *unit);

#endif
