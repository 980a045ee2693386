/* SPDX-License-Identifier: GPL-2.0-only */
/* Allocate and free, over and over: scenario pair, and every warm-up. */
#ifndef PCPB_PAIRS_H
#define PCPB_PAIRS_H

#include "percpu-bench.h"

/*
 * A pair asks what a caller pays who is in no hurry, so caches get time to be
 * refilled after this many at most, and half of it at least, as the seed says;
 * burst and storm ask the other question.
 */
#define PCPB_PAIRS_PER_SETTLE	64

/* Twice that, so that a cache at its low mark is refilled before it is empty. */
#define PCPB_PAIRS_DEMAND	(2 * PCPB_PAIRS_PER_SETTLE)

/*
 * @n times: an area is asked for in the step's context and, when it is there,
 * given back, there too if the strategy can. May sleep between pairs. 0,
 * -EINTR, -ETIMEDOUT.
 */
int pcpb_pairs(struct pcpb_run *run, u64 n);

#endif /* PCPB_PAIRS_H */
