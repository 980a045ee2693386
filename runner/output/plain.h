/* SPDX-License-Identifier: GPL-2.0-only */
/* Aligned plain text: what the formats text and letter have in common. */
#ifndef OUTPUT_PLAIN_H
#define OUTPUT_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/must-check.h"
#include "output/document.h"

struct plain_style {
	size_t width;		/* of a line; 0: what the document wants */
	size_t gap;		/* blanks before a column of figures */
	bool is_narrow;		/* details left out, short heads, long last cells below their row */
	bool has_colour;
};

/* 0; it cannot fail. */
MUST_CHECK int plain_write(FILE *out, const struct document *doc, const struct plain_style *style);

#endif
