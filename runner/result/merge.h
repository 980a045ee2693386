/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MERGE_H
#define MERGE_H

#include "base/must-check.h"
#include "result/result.h"

/* Most steps of a whole run: what a shard says of itself is not trusted further. */
#define MERGE_STEPS_MAX 1000000

/*
 * Puts @n parts together into one result, whose measurements it takes from
 * them. Shards of one run come in the order of the whole plan, so that an
 * exact merged result has the digest of the run that was not sharded; results
 * that are no shards come one after the other. -1 after a message that names
 * the parts (by @name): other mode or provenance, a step in two of them, a
 * shard that is missing. @into is then empty.
 */
MUST_CHECK int merge_results(struct result *into, struct result *part, const char *const *name,
			     size_t n);

#endif
