/* SPDX-License-Identifier: GPL-2.0-only */
/* The percpu allocator's own account of its memory. */
#ifndef PCPB_PERCPU_MEMORY_H
#define PCPB_PERCPU_MEMORY_H

#include <linux/types.h>

/*
 * Bytes of pages that the percpu allocator holds, over all possible CPUs: the
 * line "Percpu:" of /proc/meminfo. Sleeps. 0 when it cannot be read.
 */
u64 pcpb_percpu_bytes(void);

#endif /* PCPB_PERCPU_MEMORY_H */
