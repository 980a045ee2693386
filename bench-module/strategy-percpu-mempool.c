// SPDX-License-Identifier: GPL-2.0-only
/*
 * percpu-mempool: the design of 2011, a mempool whose elements are percpu
 * areas. The percpu allocator of that time could not be asked by those who
 * cannot sleep, so they live on the reserve. A mempool takes back what its
 * users free, but these areas come back dirty, on any CPU and much later: a
 * work item fills the reserve up instead.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/mempool.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "percpu-bench.h"

static struct pcpb_areas config;
static mempool_t *reserve;

static void fill_reserve(struct work_struct *work);
static DECLARE_WORK(fill_work, fill_reserve);

/* A reserve is not worth a process, or a message. */
static void *new_element(gfp_t gfp, void *data)
{
	if (!gfpflags_allow_blocking(gfp))
		return NULL;
	return (void __force *)__alloc_percpu_gfp(config.size, config.align,
						  GFP_KERNEL | __GFP_NORETRY |
						  __GFP_NOWARN);
}

static void free_element(void *element, void *data)
{
	free_percpu((void __percpu __force *)element);
}

static unsigned int in_reserve(void)
{
	return READ_ONCE(reserve->curr_nr);
}

static void fill_reserve(struct work_struct *work)
{
	void *element;

	while (in_reserve() < config.pool_high) {
		element = new_element(GFP_KERNEL, NULL);
		if (!element)
			return;
		/* to the reserve, or to the allocator when that is full by now */
		mempool_free(element, reserve);
	}
}

/* A mempool keeps its elements in one array from kmalloc(). */
static const char *percpu_mempool_unsupported(const struct pcpb_areas *areas)
{
	if (areas->pool_high > KMALLOC_MAX_SIZE / sizeof(void *))
		return "a mempool cannot hold so many areas: lower count or pool_high";
	return NULL;
}

static int percpu_mempool_init(const struct pcpb_areas *areas)
{
	config = *areas;
	reserve = mempool_create(areas->pool_high, new_element, free_element,
				 NULL);
	return reserve ? 0 : -ENOMEM;
}

static unsigned long percpu_mempool_exit(void)
{
	cancel_work_sync(&fill_work);
	mempool_destroy(reserve);
	reserve = NULL;
	return 0;
}

static void __percpu *percpu_mempool_alloc(struct pcpb_request *request)
{
	void *element = mempool_alloc(reserve, GFP_NOWAIT | __GFP_NOWARN);

	if (in_reserve() < config.pool_low)
		schedule_work(&fill_work);
	return (void __percpu __force *)element;
}

static void percpu_mempool_free(void __percpu *area)
{
	free_percpu(area);
}

static int percpu_mempool_settle(void)
{
	schedule_work(&fill_work);
	flush_work(&fill_work);
	return in_reserve() < config.pool_high ? -ETIMEDOUT : 0;
}

static unsigned long percpu_mempool_idle(void)
{
	return in_reserve();
}

const struct pcpb_strategy pcpb_strategy_percpu_mempool = {
	.contexts	= PCPB_IN_LOCKING,
	.has_marks	= true,
	.unsupported	= percpu_mempool_unsupported,
	.init		= percpu_mempool_init,
	.exit		= percpu_mempool_exit,
	.alloc		= percpu_mempool_alloc,
	.free		= percpu_mempool_free,
	.settle		= percpu_mempool_settle,
	.idle		= percpu_mempool_idle,
};
