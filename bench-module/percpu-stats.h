/* SPDX-License-Identifier: GPL-2.0-only */
/* How the percpu allocator's memory is filled, by its own statistics. */
#ifndef PCPB_PERCPU_STATS_H
#define PCPB_PERCPU_STATS_H

#include <linux/types.h>

/* All chunks at one moment. Bytes are of one CPU's part. */
struct pcpb_percpu_stats {
	u64 chunks;
	u64 areas;	/* allocated */
	u64 used;	/* bytes in areas, with the kernel's static variables */
	u64 frag_sum;	/* free bytes below the last area of a chunk */
	u64 frag_max;	/* the largest such hole */
};

/*
 * Reads percpu_stats in debugfs (mm/percpu-stats.c). Sleeps. 0, -ENODEV in a
 * kernel without CONFIG_PERCPU_STATS or where debugfs is not mounted, -EINVAL
 * when the file is not as it should be, -ENOMEM, -EIO.
 */
int pcpb_percpu_stats(struct pcpb_percpu_stats *stats);

#endif /* PCPB_PERCPU_STATS_H */
