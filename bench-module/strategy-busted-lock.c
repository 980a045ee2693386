// SPDX-License-Identifier: GPL-2.0-only
/*
 * busted-lock: gfp-nowait behind a lock that nobody needs. What a patch costs
 * that takes one lock more, without contention.
 */
#include <linux/spinlock.h>

#include "percpu-bench.h"

static DEFINE_SPINLOCK(needless);

static int busted_lock_init(const struct pcpb_areas *areas)
{
	return pcpb_strategy_gfp_nowait.init(areas);
}

static unsigned long busted_lock_exit(void)
{
	return pcpb_strategy_gfp_nowait.exit();
}

/* Given back before the allocator takes its own: a round trip, no longer section. */
static void __percpu *busted_lock_alloc(struct pcpb_request *request)
{
	unsigned long flags;

	spin_lock_irqsave(&needless, flags);
	spin_unlock_irqrestore(&needless, flags);
	return pcpb_strategy_gfp_nowait.alloc(request);
}

static void busted_lock_free(void __percpu *area)
{
	pcpb_strategy_gfp_nowait.free(area);
}

static int busted_lock_settle(void)
{
	return pcpb_strategy_gfp_nowait.settle();
}

const struct pcpb_strategy pcpb_strategy_busted_lock = {
	.contexts	= PCPB_IN_LOCKING,
	.init		= busted_lock_init,
	.exit		= busted_lock_exit,
	.alloc		= busted_lock_alloc,
	.free		= busted_lock_free,
	.settle		= busted_lock_settle,
};
