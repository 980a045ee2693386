// SPDX-License-Identifier: GPL-2.0-only
/*
 * percpu-pool: a cache of ready areas, refilled by a work item. The kernel has
 * it from the patch series of this project.
 *
 * How many areas it keeps is the step's to say (pool_low, pool_high). By
 * default it keeps what the step can ask for before the work item gets to run:
 * all areas of a burst, one for every new group of a storm. A smaller pool
 * fails by its construction and says nothing about the design; what the size
 * costs is in the same row of the result, as bytes_held_idle.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/percpu.h>

#include "contract/needs.def"
#include "percpu-bench.h"

#ifdef CONFIG_PERCPU_POOL

static struct percpu_pool pool;

static int pool_settle(void)
{
	return percpu_pool_fill(&pool, 0);
}

static unsigned long pool_exit(void)
{
	percpu_pool_destroy(&pool);
	return READ_ONCE(pool.nr);
}

static int pool_init(const struct pcpb_areas *areas)
{
	int ret;

	/* areas are chained through a pointer in themselves */
	ret = percpu_pool_init(&pool, "percpu_bench",
			       max(areas->size, sizeof(void *)),
			       max(areas->align, sizeof(void *)),
			       areas->pool_low, areas->pool_high);
	if (ret)
		return ret;
	ret = pool_settle();
	if (ret)
		pool_exit();
	return ret;
}

static void __percpu *pool_alloc(struct pcpb_request *request)
{
	return percpu_pool_alloc(&pool);
}

static void pool_free(void __percpu *area)
{
	free_percpu(area);
}

static unsigned long pool_idle(void)
{
	return READ_ONCE(pool.nr);
}

const struct pcpb_strategy pcpb_strategy_percpu_pool = {
	.contexts	= PCPB_IN_ALL,
	.frees_in	= PCPB_IN_LOCKING,
	.has_marks	= true,
	.init		= pool_init,
	.exit		= pool_exit,
	.alloc		= pool_alloc,
	.free		= pool_free,
	.settle		= pool_settle,
	.idle		= pool_idle,
};

#else

const struct pcpb_strategy pcpb_strategy_percpu_pool = {
	.contexts	= PCPB_IN_ALL,
	.missing	= PCPB_NO_PERCPU_POOL,
};

#endif
