// SPDX-License-Identifier: GPL-2.0-only
/* Aligned text, in colour where it goes to a terminal that has any. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/format.h"
#include "output/plain.h"

static bool wants_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && isatty(fileno(out)) && term && strcmp(term, "dumb");
}

int text_write(FILE *out, const struct document *doc)
{
	const struct plain_style style = { .gap = 2, .has_colour = wants_colour(out) };

	return plain_write(out, doc, &style);
}
