// SPDX-License-Identifier: GPL-2.0-only
/*
 * throttle-async: the asynchronous allocator that blk-throttle carried from
 * 3.5 to 4.2. A call only puts its request on a list; a work item serves the
 * list, newest first, with areas from the sleeping allocator.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "request.h"

#define RETRY_MS	10	/* after the sleeping allocator failed */
#define SETTLE_MS	10000

static struct pcpb_areas config;

static DEFINE_SPINLOCK(waiting_lock);
static LIST_HEAD(waiting);		/* requests, newest first */
static DECLARE_WAIT_QUEUE_HEAD(all_served);

/* Allocated and not yet given away. Only the work item changes it. */
static void __percpu *spare;

static void serve_waiting(struct work_struct *work);
static DECLARE_DELAYED_WORK(serve_work, serve_waiting);

static void __percpu *new_area(void)
{
	void __percpu *area;
	int cpu;

	area = __alloc_percpu_gfp(config.size, config.align,
				  GFP_KERNEL | __GFP_NOWARN);
	if (!area)
		return NULL;
	/* where blk-throttle initialised its two statistics */
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(area, cpu), 0, config.size);
	return area;
}

/* Gives the spare to the newest request. True while the list had one. */
static bool serve_newest(void)
{
	struct pcpb_request *request;

	spin_lock_irq(&waiting_lock);
	request = list_first_entry_or_null(&waiting, struct pcpb_request, link);
	if (request) {
		list_del_init(&request->link);
		pcpb_request_give(request, spare);
		WRITE_ONCE(spare, NULL);
	}
	spin_unlock_irq(&waiting_lock);
	return request;
}

static void serve_waiting(struct work_struct *work)
{
	do {
		if (!spare)
			WRITE_ONCE(spare, new_area());
		if (!spare) {
			schedule_delayed_work(&serve_work,
					      msecs_to_jiffies(RETRY_MS));
			return;
		}
	} while (serve_newest());
	wake_up(&all_served);
}

static int throttle_async_init(const struct pcpb_areas *areas)
{
	config = *areas;
	return 0;
}

static unsigned long throttle_async_exit(void)
{
	unsigned long lost;

	cancel_delayed_work_sync(&serve_work);
	lost = list_count_nodes(&waiting);
	free_percpu(spare);
	spare = NULL;
	return lost;
}

static void __percpu *throttle_async_alloc(struct pcpb_request *request)
{
	unsigned long flags;

	spin_lock_irqsave(&waiting_lock, flags);
	request->queued = true;
	list_add(&request->link, &waiting);
	schedule_delayed_work(&serve_work, 0);
	spin_unlock_irqrestore(&waiting_lock, flags);
	return NULL;
}

static bool throttle_async_cancel(struct pcpb_request *request)
{
	unsigned long flags;
	bool was_waiting;

	spin_lock_irqsave(&waiting_lock, flags);
	was_waiting = !list_empty(&request->link);
	list_del_init(&request->link);
	spin_unlock_irqrestore(&waiting_lock, flags);
	return was_waiting;
}

static void throttle_async_free(void __percpu *area)
{
	free_percpu(area);
}

static int throttle_async_settle(void)
{
	long left;

	left = wait_event_interruptible_timeout(all_served,
						list_empty_careful(&waiting),
						msecs_to_jiffies(SETTLE_MS));
	if (left <= 0)
		return left ? -EINTR : -ETIMEDOUT;
	flush_work(&serve_work.work);
	return 0;
}

static unsigned long throttle_async_idle(void)
{
	return READ_ONCE(spare) ? 1 : 0;
}

const struct pcpb_strategy pcpb_strategy_throttle_async = {
	.contexts	= PCPB_IN_LOCKING,
	.init		= throttle_async_init,
	.exit		= throttle_async_exit,
	.alloc		= throttle_async_alloc,
	.cancel		= throttle_async_cancel,
	.free		= throttle_async_free,
	.settle		= throttle_async_settle,
	.idle		= throttle_async_idle,
};
