// SPDX-License-Identifier: GPL-2.0-only
/* Plain text for a mailing list: what a cover letter has room for, and no colour. */
#include "output/format.h"
#include "output/plain.h"

#define LETTER_WIDTH 72

int letter_write(FILE *out, const struct document *doc)
{
	const struct plain_style style = { .width = LETTER_WIDTH, .gap = 1, .is_narrow = true };

	return plain_write(out, doc, &style);
}
