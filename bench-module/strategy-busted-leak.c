// SPDX-License-Identifier: GPL-2.0-only
/*
 * busted-leak: gfp-nowait, but one free in LEAK_EVERY is forgotten. Its own
 * books say nothing of it: only who asks the allocator finds out.
 */
#include <linux/atomic.h>

#include "percpu-bench.h"

#define LEAK_EVERY	64

static atomic_t frees;

static int busted_leak_init(const struct pcpb_areas *areas)
{
	atomic_set(&frees, 0);
	return pcpb_strategy_gfp_nowait.init(areas);
}

static unsigned long busted_leak_exit(void)
{
	return pcpb_strategy_gfp_nowait.exit();
}

static void __percpu *busted_leak_alloc(struct pcpb_request *request)
{
	return pcpb_strategy_gfp_nowait.alloc(request);
}

static void busted_leak_free(void __percpu *area)
{
	if (atomic_inc_return(&frees) % LEAK_EVERY)
		pcpb_strategy_gfp_nowait.free(area);
}

static int busted_leak_settle(void)
{
	return pcpb_strategy_gfp_nowait.settle();
}

const struct pcpb_strategy pcpb_strategy_busted_leak = {
	.contexts	= PCPB_IN_LOCKING,
	.init		= busted_leak_init,
	.exit		= busted_leak_exit,
	.alloc		= busted_leak_alloc,
	.free		= busted_leak_free,
	.settle		= busted_leak_settle,
};
