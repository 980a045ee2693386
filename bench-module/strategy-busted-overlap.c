// SPDX-License-Identifier: GPL-2.0-only
/*
 * busted-overlap: gfp-nowait that makes two areas of one, the second of which
 * begins where the first still has its last bytes, as many as its alignment.
 *
 * What both are made of is aligned twice as strictly, and the second one lies
 * at an odd multiple of the alignment: so an area tells where it belongs.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "request.h"

static DEFINE_SPINLOCK(pair_lock);
static struct pcpb_areas config;
static void __percpu *half_given;	/* whose second area is still to be had */

static size_t second_at(void)
{
	return config.size - config.align;
}

/* How many of its two areas are still to be freed: behind both, on one CPU. */
static u64 *areas_left(void __percpu *pair)
{
	return per_cpu_ptr(pair, cpumask_first(cpu_possible_mask)) +
	       ALIGN(second_at() + config.size, sizeof(u64));
}

static int busted_overlap_init(const struct pcpb_areas *areas)
{
	config = *areas;
	half_given = NULL;
	return pcpb_strategy_gfp_nowait.init(areas);
}

static unsigned long busted_overlap_exit(void)
{
	if (half_given && *areas_left(half_given) == 1)
		free_percpu(half_given);
	return pcpb_strategy_gfp_nowait.exit();
}

static void __percpu *new_pair(void)
{
	void __percpu *pair;

	pair = __alloc_percpu_gfp(ALIGN(second_at() + config.size, sizeof(u64)) +
				  sizeof(u64),
				  max(2 * config.align, sizeof(u64)),
				  GFP_NOWAIT | __GFP_NOWARN);
	if (pair)
		*areas_left(pair) = 2;
	return pair;
}

static void __percpu *busted_overlap_alloc(struct pcpb_request *request)
{
	void __percpu *area;
	unsigned long flags;

	spin_lock_irqsave(&pair_lock, flags);
	if (half_given) {
		area = half_given + second_at();
		half_given = NULL;
	} else {
		area = new_pair();
		half_given = area;
	}
	spin_unlock_irqrestore(&pair_lock, flags);
	return area;
}

static void busted_overlap_free(void __percpu *area)
{
	unsigned long at = (unsigned long)per_cpu_ptr(area, cpumask_first(cpu_possible_mask));
	unsigned long flags;
	u64 left;

	if (at & config.align)
		area -= second_at();
	spin_lock_irqsave(&pair_lock, flags);
	left = --*areas_left(area);
	spin_unlock_irqrestore(&pair_lock, flags);
	if (!left)
		free_percpu(area);
}

static int busted_overlap_settle(void)
{
	return pcpb_strategy_gfp_nowait.settle();
}

static const char *busted_overlap_unsupported(const struct pcpb_areas *areas)
{
	if (areas->size % (2 * areas->align) || 2 * areas->align > PAGE_SIZE)
		return "area_size must be a multiple of twice the alignment, and that at most a page";
	return NULL;
}

const struct pcpb_strategy pcpb_strategy_busted_overlap = {
	.contexts	= PCPB_IN_LOCKING,
	.unsupported	= busted_overlap_unsupported,
	.init		= busted_overlap_init,
	.exit		= busted_overlap_exit,
	.alloc		= busted_overlap_alloc,
	.free		= busted_overlap_free,
	.settle		= busted_overlap_settle,
};
