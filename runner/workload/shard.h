/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shard K of N: the part of a plan that one of N machines runs. Guests are
 * dealt out whole, for steps of one guest see what earlier ones left behind;
 * a step then gives the same wherever it runs, and in exact mode the merged
 * result is the unsharded one, bit for bit.
 */
#ifndef SHARD_H
#define SHARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must-check.h"
#include "workload/plan.h"

#define SHARDS_MAX 10000

struct shard {
	unsigned int number, of;	/* 1..of; of is 0 when the whole plan is run */
};

/* "2/4"; false when it is no such thing. */
bool shard_parse(struct shard *shard, const char *text);

/*
 * Drops the guests of @plan that other shards run. Guests are put in the order
 * of the SHA-256 of all that they are booted with, and dealt out like cards:
 * shards differ by at most one guest, and depend on nothing but the plan.
 * There may be nothing left.
 */
void shard_keep(struct plan *plan, const struct shard *shard);

/*
 * The same by the @n @place that a result of a shard says it has ("shard_steps"), in a plan
 * that is run with each kernel in turn: however the cards were dealt when it was made.
 */
void shard_keep_places(struct plan *plan, const size_t *place, size_t n);

/* Ascending numbers as text: "0-3,7"; "" for none. To be freed. */
MUST_CHECK char *places_text(const size_t *place, size_t n);
/* Back. -1 when it is no such text, or has more than @max numbers or one of at least @max. */
MUST_CHECK int places_parse(const char *text, size_t max, size_t **place, size_t *n);

#endif
