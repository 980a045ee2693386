// SPDX-License-Identifier: GPL-2.0-only
/* busted-memory: percpu-pool that keeps more areas than it was told to, by more_areas percent. */
#include <linux/math64.h>

#include "percpu-bench.h"

#ifdef CONFIG_PERCPU_POOL

static unsigned int more(unsigned int areas, u64 percent)
{
	return areas + div_u64(areas * percent, 100);
}

static int busted_memory_init(const struct pcpb_areas *areas)
{
	struct pcpb_areas greedy = *areas;

	greedy.pool_low = more(areas->pool_low, areas->more_areas);
	greedy.pool_high = more(areas->pool_high, areas->more_areas);
	return pcpb_strategy_percpu_pool.init(&greedy);
}

static unsigned long busted_memory_exit(void)
{
	return pcpb_strategy_percpu_pool.exit();
}

static void __percpu *busted_memory_alloc(struct pcpb_request *request)
{
	return pcpb_strategy_percpu_pool.alloc(request);
}

static void busted_memory_free(void __percpu *area)
{
	pcpb_strategy_percpu_pool.free(area);
}

static int busted_memory_settle(void)
{
	return pcpb_strategy_percpu_pool.settle();
}

static unsigned long busted_memory_idle(void)
{
	return pcpb_strategy_percpu_pool.idle();
}

const struct pcpb_strategy pcpb_strategy_busted_memory = {
	.contexts	= PCPB_IN_ALL,
	.frees_in	= PCPB_IN_LOCKING,
	.has_marks	= true,
	.init		= busted_memory_init,
	.exit		= busted_memory_exit,
	.alloc		= busted_memory_alloc,
	.free		= busted_memory_free,
	.settle		= busted_memory_settle,
	.idle		= busted_memory_idle,
};

#else

const struct pcpb_strategy pcpb_strategy_busted_memory = {
	.contexts	= PCPB_IN_ALL,
	.missing	= "the kernel has no percpu_pool, which it keeps too much of",
};

#endif
