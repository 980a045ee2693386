// SPDX-License-Identifier: GPL-2.0-only
/*
 * pressure: batches of areas are asked for and given back while next to no
 * memory is free. The caches were filled before; what counts is what a
 * strategy does when its refill, or the allocator's, finds no pages.
 *
 * The memory is taken page by page and held, as a balloon driver does. Who
 * sleeps for a page that cannot be had gets some of it back just before the
 * kernel would kill a process for it (a notifier, as in virtio_balloon), so
 * nobody waits for ever. It is taken again before the next batch.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/oom.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/time64.h>

#include "pairs.h"
#include "request.h"
#include "run.h"

/* For who would have had a process killed: the worker of one refill. */
#define OOM_SHARE	(SZ_256K >> PAGE_SHIFT)
/* A queued request that is not served by then is given up. */
#define WAIT_MS		20
/* Between batches, for refills. */
#define REST_US		5000
/* Guest time. A strategy may be slow, but a step ends. */
#define LIMIT_MS	60000

static DEFINE_SPINLOCK(balloon_lock);
static LIST_HEAD(balloon);
static u64 balloon_pages, balloon_most, oom_calls;

struct pressure {
	struct pcpb_run *run;
	struct pcpb_request *request;	/* a batch of them */
	struct pcpb_request *one;
	u64 batch, made, asked;
	u64 free_least;			/* pages, just before a batch */
};

static u64 free_pages_now(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	return info.freeram;
}

/* Down to @target free pages, or to what the kernel keeps for itself. */
static void inflate(u64 target)
{
	struct page *page;

	while (free_pages_now() > target) {
		page = alloc_page(__GFP_NOWARN | __GFP_NORETRY);
		if (!page)
			return;
		spin_lock(&balloon_lock);
		list_add(&page->lru, &balloon);
		balloon_most = max(balloon_most, ++balloon_pages);
		spin_unlock(&balloon_lock);
		cond_resched();
	}
}

static struct page *take_out(void)
{
	struct page *page;

	spin_lock(&balloon_lock);
	page = list_first_entry_or_null(&balloon, struct page, lru);
	if (page) {
		list_del(&page->lru);
		balloon_pages--;
	}
	spin_unlock(&balloon_lock);
	return page;
}

static unsigned long deflate(u64 pages)
{
	unsigned long given;
	struct page *page;

	for (given = 0; given < pages; given++) {
		page = take_out();
		if (!page)
			break;
		__free_page(page);
	}
	return given;
}

static int on_oom(struct notifier_block *block, unsigned long unused, void *freed)
{
	*(unsigned long *)freed += deflate(OOM_SHARE);
	spin_lock(&balloon_lock);
	oom_calls++;
	spin_unlock(&balloon_lock);
	return NOTIFY_OK;
}

static struct notifier_block oom_block = { .notifier_call = on_oom };

static void make_batch(void *arg)
{
	struct pressure *p = arg;

	for (p->made = 0; p->made < p->batch; p->made++) {
		pcpb_request_start(&p->request[p->made], p->run);
		pcpb_run_pause(p->run);
	}
}

static void end_one(void *arg)
{
	struct pressure *p = arg;

	pcpb_request_end(p->one);
	pcpb_run_pause(p->run);
}

static bool all_served(struct pressure *p)
{
	u64 i;

	for (i = 0; i < p->made; i++)
		if (p->request[i].queued && !pcpb_request_area(&p->request[i]))
			return false;
	return true;
}

static void end_batch(struct pressure *p)
{
	unsigned int ms;
	u64 i;

	for (ms = 0; ms < WAIT_MS && !all_served(p); ms++)
		usleep_range(USEC_PER_MSEC, USEC_PER_MSEC + 1);
	for (i = 0; i < p->made; i++) {
		p->one = &p->request[i];
		p->run->free_context->call(end_one, p);
	}
	p->asked += p->made;
}

/* Workers get their time, and what they needed is taken from elsewhere. */
static void come_to_rest(struct pressure *p)
{
	usleep_range(REST_US, REST_US + 1);
	inflate((p->run->step.free_mib * SZ_1M) >> PAGE_SHIFT);
	p->free_least = min(p->free_least, free_pages_now());
}

static int batches(struct pressure *p)
{
	const unsigned long limit = jiffies + msecs_to_jiffies(LIMIT_MS);
	u64 since = 0;

	come_to_rest(p);
	while (p->asked < p->run->step.count && time_before(jiffies, limit)) {
		p->batch = min(p->run->step.batch,
			       p->run->step.count - p->asked);
		p->run->context->call(make_batch, p);
		end_batch(p);
		since += p->made;
		if (since >= PCPB_PAIRS_PER_SETTLE) {
			since = 0;
			come_to_rest(p);
		}
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static int under_pressure(struct pressure *p)
{
	int ret = register_oom_notifier(&oom_block);

	if (ret)
		return ret;
	balloon_most = 0;
	oom_calls = 0;
	ret = batches(p);
	/* before the notifier goes: from here on nobody gets anything back */
	deflate(U64_MAX);
	unregister_oom_notifier(&oom_block);
	return ret;
}

static int pressure_run(struct pcpb_run *run)
{
	struct pressure p = { .run = run, .free_least = U64_MAX };
	int ret;

	p.request = kvcalloc(run->step.batch, sizeof(*p.request),
			     GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!p.request)
		return -ENOMEM;
	ret = under_pressure(&p);
	kvfree(p.request);
	pcpb_run_extra(run, "not_asked", run->step.count - p.asked);
	pcpb_run_extra(run, "free_bytes_least", p.free_least << PAGE_SHIFT);
	pcpb_run_extra(run, "balloon_bytes", balloon_most << PAGE_SHIFT);
	pcpb_run_extra(run, "oom_calls", oom_calls);
	return ret;
}

static u64 pressure_demand(const struct pcpb_step *step)
{
	return min(step->batch, step->count);
}

const struct pcpb_scenario pcpb_scenario_pressure = {
	.contexts	= PCPB_IN_ALL,
	.demand		= pressure_demand,
	.run		= pressure_run,
};
