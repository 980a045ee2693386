/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Console messages that are no verdict but that a reader of the results must
 * know: provenance.console_notes, a list of sentences.
 */
#ifndef NOTES_H
#define NOTES_H

#include <stddef.h>

#include "base/util.h"
#include "result/result.h"

/* Replaces what is there; an empty list leaves none. */
void notes_set(struct result *r, const struct str_list *notes);
/* Adds the notes of @r to @notes. */
void notes_get(const struct result *r, struct str_list *notes);
/*
 * Adds to @list what a console of the @n results @of said and none of the @m others did,
 * whatever guest, count and address it was said with.
 */
void notes_only_in(struct str_list *list, const struct result *const *of, size_t n,
		   const struct result *const *others, size_t m);
/* Gives @into the notes of all @n parts, which are told by their shards. */
void notes_merge(struct result *into, const struct result *part, size_t n);

#endif
