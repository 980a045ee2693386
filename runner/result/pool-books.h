/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own counts of what the block layer's percpu pools did during a storm. */
#ifndef POOL_BOOKS_H
#define POOL_BOOKS_H

#include <stdint.h>

#include "base/must-check.h"
#include "result/measurement.h"

/* Three pools, and room for what a series may add. */
#define POOL_BOOKS_MAX	96

struct pool_books {
	struct pool_count {
		char name[32];		/* of the pool */
		size_t column;		/* place in pool-counts.def */
		uint64_t value[2];	/* before, after */
	} count[POOL_BOOKS_MAX];
	size_t n;
};

/*
 * Takes a line "pool before|after NAME COLUMN N". Pools of others and columns
 * that are not kept are skipped. -1 when it is no such line, or one too many.
 */
MUST_CHECK int pool_books_read(struct pool_books *pools, const char *line);

/* Adds counters NAME_COLUMN to @m; none when the kernel has no such pools. */
void pool_books_count(const struct pool_books *pools, struct measurement *m);

#endif
