/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of a document as aligned columns. */
#ifndef OUTPUT_PLAIN_TABLE_H
#define OUTPUT_PLAIN_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "output/document.h"
#include "output/plain.h"

#define PLAIN_INDENT	2	/* of tables and of a list's items */

struct plain_layout;

struct plain_tables {
	FILE *out;
	const struct document *doc;
	const struct plain_style *style;
	size_t width;			/* of a line, 0: any */
	struct plain_layout *layout;	/* by the number of a table's head */
};

/* Lays all tables out; the other fields are set. */
void plain_tables_make(struct plain_tables *t);
void plain_tables_free(struct plain_tables *t);
void plain_table_put(const struct plain_tables *t, const struct doc_table *table);
/* "old: gfp-nowait; new: percpu-pool" where tables below @head have short heads; else nothing. */
void plain_legend_put(const struct plain_tables *t, const struct doc_head *head);

#endif
