// SPDX-License-Identifier: GPL-2.0-only
/*
 * objpool: the kernel's per-CPU rings of objects, each of which holds a ready
 * area. Who finds its own CPU's ring empty looks at the others'. An object
 * whose area was taken goes to a list, and a work item brings it back with a
 * new one. Neither ring nor list has a lock, so an area can be taken in an NMI.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/irq_work.h>
#include <linux/llist.h>
#include <linux/preempt.h>
#include <linux/workqueue.h>

#include "contract/needs.def"
#include "percpu-bench.h"

#ifdef PCPB_HAVE_OBJPOOL

#include <linux/objpool.h>

struct holder {
	struct llist_node node;		/* on the list of empty ones */
	void __percpu *area;		/* NULL: it is empty, and not in a ring */
};

static struct pcpb_areas config;
static struct objpool_head rings;
static LLIST_HEAD(empties);
static atomic_t full;

static void fill_rings(struct work_struct *work);
static DECLARE_WORK(fill_work, fill_rings);

static void kick_fill(struct irq_work *irq_work);
static struct irq_work kick = IRQ_WORK_INIT_HARD(kick_fill);

static int add_empty(void *object, void *context)
{
	struct holder *holder = object;

	holder->area = NULL;
	return 0;
}

/* All holders start in the rings: out with them, they are empty. */
static void empty_rings(void)
{
	struct holder *holder;

	while ((holder = objpool_pop(&rings)))
		llist_add(&holder->node, &empties);
}

/* A cache is not worth a process, or a message. */
static bool fill_holder(struct holder *holder)
{
	holder->area = __alloc_percpu_gfp(config.size, config.align,
					  GFP_KERNEL | __GFP_NORETRY |
					  __GFP_NOWARN);
	if (!holder->area) {
		llist_add(&holder->node, &empties);
		return false;
	}
	atomic_inc(&full);
	objpool_push(holder, &rings);
	return true;
}

static void fill_rings(struct work_struct *work)
{
	struct llist_node *node = llist_del_all(&empties), *next;
	bool memory = true;

	for (; node; node = next) {
		next = node->next;
		if (memory)
			memory = fill_holder(llist_entry(node, struct holder,
							 node));
		else
			llist_add(node, &empties);
	}
}

static void kick_fill(struct irq_work *irq_work)
{
	schedule_work(&fill_work);
}

/* The workqueue has locks that an NMI may have interrupted. */
static void request_fill(void)
{
	if (in_nmi())
		irq_work_queue(&kick);
	else
		schedule_work(&fill_work);
}

static int rings_settle(void)
{
	irq_work_sync(&kick);
	schedule_work(&fill_work);
	flush_work(&fill_work);
	return atomic_read(&full) < config.pool_high ? -ETIMEDOUT : 0;
}

static unsigned long rings_exit(void)
{
	struct holder *holder;

	irq_work_sync(&kick);
	cancel_work_sync(&fill_work);
	while ((holder = objpool_pop(&rings))) {
		free_percpu(holder->area);
		atomic_dec(&full);
	}
	init_llist_head(&empties);
	/* not objpool_fini(), which waits for every object to be dropped */
	objpool_free(&rings);
	return atomic_read(&full);
}

static int rings_init(const struct pcpb_areas *areas)
{
	int ret;

	config = *areas;
	atomic_set(&full, 0);
	ret = objpool_init(&rings, areas->pool_high, sizeof(struct holder),
			   GFP_KERNEL | __GFP_NOWARN, NULL, add_empty, NULL);
	if (ret)
		return ret;
	empty_rings();
	if (rings_settle()) {
		rings_exit();
		return -ENOMEM;
	}
	return 0;
}

static void __percpu *rings_alloc(struct pcpb_request *request)
{
	struct holder *holder = objpool_pop(&rings);
	void __percpu *area = NULL;
	unsigned int left;

	if (holder) {
		area = holder->area;
		llist_add(&holder->node, &empties);
		left = atomic_dec_return(&full);
	} else {
		left = 0;
	}
	if (left < config.pool_low)
		request_fill();
	return area;
}

static void rings_free(void __percpu *area)
{
	free_percpu(area);
}

static unsigned long rings_idle(void)
{
	return atomic_read(&full);
}

const struct pcpb_strategy pcpb_strategy_objpool = {
	.contexts	= PCPB_IN_ALL,
	.frees_in	= PCPB_IN_LOCKING,
	.has_marks	= true,
	.init		= rings_init,
	.exit		= rings_exit,
	.alloc		= rings_alloc,
	.free		= rings_free,
	.settle		= rings_settle,
	.idle		= rings_idle,
};

#else

const struct pcpb_strategy pcpb_strategy_objpool = {
	.contexts	= PCPB_IN_ALL,
	.missing	= PCPB_NO_OBJPOOL,
};

#endif
