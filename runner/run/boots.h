/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which guest of a run is booted how often, in what order, and which boots do
 * not count. In real time a boot is the replicate: sides take turns, and one
 * that the host kept waiting is made once more.
 */
#ifndef RUN_BOOTS_H
#define RUN_BOOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must-check.h"
#include "guest/guest.h"

/* Boots of each guest where sides are to be compared and nothing else was asked for. */
#define BOOTS_A_SIDE	12
/* Share of a boot's time in host run queues from which on it does not count. */
#define HOST_WAIT_LIMIT	0.50
/* At most one boot of a guest in so many may be contaminated. */
#define CONTAMINATED_ONE_IN	3

struct run;

struct run_boot {
	size_t guest;			/* of the run */
	unsigned int number;		/* from 1, of its guest; 0 in exact mode: it has one */
	unsigned int turn;		/* from 1, its place among all of the run; 0: never */
	unsigned int replaces;		/* number of the boot that it stands in for, or 0 */
	unsigned int replaced_by;	/* number of the one that stands in for it, or 0 */
	bool contaminated;
	struct guest_outcome outcome;
};

/* How often each guest is booted: 1 in exact mode. */
unsigned int run_boots_wanted(const struct run *run);
/* Fills run->boot in the order of booting, by rounds in which each guest has its turn. */
void run_boots_plan(struct run *run);
/*
 * Flags those of the @n boots from @first on whose host wait is above the
 * limit, and adds to run->boot one more for each that is not one more itself.
 * How many were added.
 */
size_t run_boots_replace(struct run *run, size_t first, size_t n);
/* Words for people on why boot @b of the run does not count; to be freed. */
MUST_CHECK char *run_boot_reason(const struct run *run, size_t b);
/* True when so many boots of guest @g are contaminated that the rest tells too little. */
bool run_boots_inconclusive(const struct run *run, size_t g, size_t *contaminated, size_t *all);
void run_boots_free(struct run *run);

#endif
