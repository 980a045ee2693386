// SPDX-License-Identifier: GPL-2.0-only
/* Follows percpu areas through the allocator's own tracepoints. */
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "audit.h"
#include "tracepoint.h"

/* Bytes that a strategy may add to an area, and the allocator's rounding. */
#define MOST_EXTRA	64

#define NONE		U32_MAX

struct followed {
	void __percpu *area;
	u32 next;		/* in its bucket, or in the list of free nodes */
};

static struct {
	raw_spinlock_t lock;	/* an area is allocated in any context */
	struct followed *node;
	u32 *bucket;		/* first node of each, or NONE */
	u32 free;		/* first free node, or NONE */
	unsigned int bits;	/* log2 of the number of buckets and of nodes */
	size_t size;
	u64 taken, live, missed;
	struct tracepoint *alloc_tracepoint, *free_tracepoint;
} audit = {
	.lock = __RAW_SPIN_LOCK_UNLOCKED(audit.lock),
};

static u32 *bucket_of(void __percpu *area)
{
	return &audit.bucket[hash_ptr((__force void *)area, audit.bits)];
}

static void insert(void __percpu *area)
{
	u32 *bucket = bucket_of(area);
	u32 i = audit.free;

	audit.taken++;
	if (i == NONE) {
		audit.missed++;
		return;
	}
	audit.free = audit.node[i].next;
	audit.node[i].area = area;
	audit.node[i].next = *bucket;
	*bucket = i;
	audit.live++;
}

static void remove(void __percpu *area)
{
	u32 *link = bucket_of(area);
	u32 i;

	while (*link != NONE && audit.node[*link].area != area)
		link = &audit.node[*link].next;
	if (*link == NONE)
		return;
	i = *link;
	*link = audit.node[i].next;
	audit.node[i].next = audit.free;
	audit.free = i;
	audit.live--;
}

static void see_alloc(void *unused, unsigned long call_site, bool reserved,
		      bool is_atomic, size_t size, size_t align,
		      void *base_addr, int off, void __percpu *area,
		      size_t bytes_alloc, gfp_t gfp)
{
	unsigned long flags;

	if (size < audit.size || size > audit.size + MOST_EXTRA)
		return;
	raw_spin_lock_irqsave(&audit.lock, flags);
	insert(area);
	raw_spin_unlock_irqrestore(&audit.lock, flags);
}

static void see_free(void *unused, void *base_addr, int off,
		     void __percpu *area)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&audit.lock, flags);
	remove(area);
	raw_spin_unlock_irqrestore(&audit.lock, flags);
}

static void free_tables(void)
{
	kvfree(audit.node);
	kvfree(audit.bucket);
	audit.node = NULL;
	audit.bucket = NULL;
}

static int make_tables(u64 most)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;
	u32 nodes, i;

	if (most > S32_MAX)
		return -ENOMEM;
	nodes = roundup_pow_of_two(max_t(u32, most, 2));
	audit.bits = ilog2(nodes);
	audit.node = kvcalloc(nodes, sizeof(*audit.node), gfp);
	audit.bucket = kvcalloc(nodes, sizeof(*audit.bucket), gfp);
	if (!audit.node || !audit.bucket) {
		free_tables();
		return -ENOMEM;
	}
	for (i = 0; i < nodes; i++) {
		audit.bucket[i] = NONE;
		audit.node[i].next = i + 1 < nodes ? i + 1 : NONE;
	}
	audit.free = 0;
	return 0;
}

int pcpb_audit_begin(size_t size, u64 most)
{
	int ret;

	ret = make_tables(most);
	if (ret)
		return ret;
	audit.size = size;
	audit.taken = 0;
	audit.live = 0;
	audit.missed = 0;
	ret = pcpb_tracepoint_probe("percpu_free_percpu", see_free,
				    &audit.free_tracepoint);
	if (ret) {
		free_tables();
		return ret;
	}
	ret = pcpb_tracepoint_probe("percpu_alloc_percpu", see_alloc,
				    &audit.alloc_tracepoint);
	if (ret) {
		pcpb_tracepoint_unprobe(audit.free_tracepoint, see_free);
		free_tables();
	}
	return ret;
}

u64 pcpb_audit_live(void)
{
	return READ_ONCE(audit.live);
}

void pcpb_audit_end(u64 *taken, u64 *lost, u64 *missed)
{
	pcpb_tracepoint_unprobe(audit.alloc_tracepoint, see_alloc);
	pcpb_tracepoint_unprobe(audit.free_tracepoint, see_free);
	*taken = audit.taken;
	*lost = audit.live;
	*missed = audit.missed;
	free_tables();
}
