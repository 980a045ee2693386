/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The proof that exact mode is exact here: one guest of a run is booted once
 * more while the host is kept busy, and must measure the same to the bit. What
 * came of it stands in the result's provenance and is judged with it.
 */
#ifndef DETERMINISM_H
#define DETERMINISM_H

#include "base/must-check.h"
#include "result/result.h"

enum determinism {
	NOT_TRIED,	/* the run was not asked to prove anything */
	PROVED,
	REFUTED,	/* the two boots differ */
	UNPROVED,	/* tried, and the second boot did not come to an end */
};

/* The state that the provenance of @r tells; an unknown word counts as UNPROVED. */
enum determinism determinism_of(const struct result *r);
/* The sentence on what was done and what came of it, "" when nothing was; borrowed from @r. */
const char *determinism_words(const struct result *r);
/* Writes it into the provenance of @r. */
void determinism_note(struct result *r, enum determinism found, const char *words);
/* The worst of what @n parts of one run say, into @into. */
void determinism_merge(struct result *into, const struct result *part, size_t n);
/* "pair gfp-nowait irqs-off, seed 3", to be freed. */
MUST_CHECK char *record_words(const struct measurement *m);
/*
 * The first record in which @again differs from the measurements of @first
 * from @offset on, as a sentence to be freed; NULL when there is none.
 */
MUST_CHECK char *determinism_difference(const struct result *first, size_t offset,
					const struct result *again);

#endif
