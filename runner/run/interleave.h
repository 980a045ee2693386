/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose turn it is when several sides (series, designs) are booted again and
 * again on one host. A host warms up, slows down and gets other load; a side
 * that always came last would be charged for it.
 */
#ifndef INTERLEAVE_H
#define INTERLEAVE_H

#include <stddef.h>

/*
 * In round @round (from 0) every one of @sides sides has one turn; this is the
 * one (from 0) whose turn is the @turn-th. A row of a Latin square balanced for
 * carry-over (Williams 1949, Aust. J. Sci. Res. 2): over interleave_period()
 * rounds each side is as often at each place, and as often right behind each
 * other one. Two sides go ABBA. A pure function; @turn < @sides.
 */
size_t interleave(size_t sides, size_t round, size_t turn);
/* Rounds after which the order begins again: 1, @sides, or twice that when odd. */
size_t interleave_period(size_t sides);

#endif
