/* SPDX-License-Identifier: GPL-2.0-only */
/* What a comparison has to say, as a document that any format can write. */
#ifndef COMPARE_DOCUMENT_H
#define COMPARE_DOCUMENT_H

#include <jansson.h>

#include "base/must-check.h"
#include "compare/compare.h"
#include "compare/view.h"
#include "output/format.h"

/*
 * The @n comparisons of one first side with others, as far as @view shows them. @uses: what
 * the format uses. @command is the one that was called, for whoever wants it again.
 */
void compare_document(struct document *doc, const struct comparison *c, size_t n,
		      const struct compare_view *view, unsigned int uses, const char *command);

/* All of them with raw numbers, schema pcpbench-comparison/1. data.c */
MUST_CHECK json_t *compare_to_json(const struct comparison *c, size_t n,
				   const struct compare_view *view);
/* A record for every metric of every block, raw numbers. data.c */
void compare_add_records(struct document *doc, const struct comparison *c, size_t n,
			 const struct compare_view *view);

#endif
