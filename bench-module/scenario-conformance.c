// SPDX-License-Identifier: GPL-2.0-only
/*
 * conformance: what every strategy must keep to, whatever its speed. Areas are
 * held all at once; each must be aligned and zero on every possible CPU, and
 * none may overlap another. They are given back dirty, and all of it happens
 * twice, so that the second pass sees used memory. Then requests are given up
 * at once. Every call must be made in the context that the step names, and
 * leave it as it was, and after each pass the books must balance: the
 * strategy's own, those of its requests, and the allocator's.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "audit.h"
#include "request.h"
#include "run.h"
#include "tables.h"

#define PASSES	2

struct conformance {
	struct pcpb_run *run;
	struct pcpb_request *request;	/* step.count of them */
};

/* After a call: it was made in @context, and it came back there. */
static void check_inside(struct pcpb_run *run,
			 const struct pcpb_context *context)
{
	if (!context->inside())
		pcpb_run_fail(run, "a call for context %s was made, or came back, elsewhere",
			      context->name);
}

static void start_one(void *arg)
{
	struct pcpb_request *request = arg;

	pcpb_request_start(request, request->run);
	check_inside(request->run, request->run->context);
	pcpb_run_pause(request->run);
}

static void end_one(void *arg)
{
	struct pcpb_request *request = arg;

	pcpb_request_end(request);
	check_inside(request->run, request->run->free_context);
	pcpb_run_pause(request->run);
}

static void start_and_give_up(void *arg)
{
	start_one(arg);
	end_one(arg);
}

static void start_each(struct conformance *c)
{
	u64 i;

	for (i = 0; i < c->run->step.count; i++) {
		c->request[i].run = c->run;
		c->run->context->call(start_one, &c->request[i]);
		cond_resched();
	}
}

static void end_each(struct conformance *c)
{
	u64 i;

	for (i = 0; i < c->run->step.count; i++) {
		c->run->free_context->call(end_one, &c->request[i]);
		cond_resched();
	}
}

/* Before anything else gets to run, where that is legal. */
static void give_each_up(struct conformance *c)
{
	struct pcpb_run *run = c->run;
	u64 i;

	for (i = 0; i < run->step.count; i++) {
		if (pcpb_run_frees_here(run)) {
			run->context->call(start_and_give_up, &c->request[i]);
		} else {
			run->context->call(start_one, &c->request[i]);
			run->free_context->call(end_one, &c->request[i]);
		}
		cond_resched();
	}
}

static void check_fresh(struct pcpb_run *run, u64 n, void __percpu *area)
{
	const struct pcpb_areas *areas = &run->areas;
	void *copy, *dirt;
	int cpu;

	for_each_possible_cpu(cpu) {
		copy = per_cpu_ptr(area, cpu);
		if (!IS_ALIGNED((unsigned long)copy, areas->align))
			pcpb_run_fail(run, "area %llu is not aligned to %zu bytes on CPU %d",
				      n, areas->align, cpu);
		dirt = memchr_inv(copy, 0, areas->size);
		if (dirt)
			pcpb_run_fail(run, "area %llu is not zero at byte %td on CPU %d",
				      n, dirt - copy, cpu);
	}
}

/* A byte that tells this copy from those of its neighbours. */
static u8 stamp(struct pcpb_run *run, u64 n, int cpu)
{
	return 1 + pcpb_draw(run->step.seed, n * nr_cpu_ids + cpu, 255);
}

static void write_stamps(struct pcpb_run *run, u64 n, void __percpu *area)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(area, cpu), stamp(run, n, cpu),
		       run->areas.size);
}

static void check_stamps(struct pcpb_run *run, u64 n, void __percpu *area)
{
	int cpu;

	for_each_possible_cpu(cpu)
		if (memchr_inv(per_cpu_ptr(area, cpu), stamp(run, n, cpu),
			       run->areas.size))
			pcpb_run_fail(run,
				      "area %llu on CPU %d was overwritten through another area",
				      n, cpu);
}

static void with_each_area(struct conformance *c,
			   void (*fn)(struct pcpb_run *run, u64 n,
				      void __percpu *area))
{
	void __percpu *area;
	u64 i;

	for (i = 0; i < c->run->step.count; i++) {
		area = pcpb_request_area(&c->request[i]);
		if (area)
			fn(c->run, i, area);
		cond_resched();
	}
}

/* Nothing is in use and the strategy is at rest. */
static void check_books(struct pcpb_run *run)
{
	const struct pcpb_strategy *strategy = run->strategy;
	unsigned long idle = strategy->idle ? strategy->idle() : 0;
	u64 served = atomic64_read(&run->counter[PCPB_SERVED]);
	u64 freed = atomic64_read(&run->counter[PCPB_FREED]);
	u64 live = pcpb_audit_live();

	if (freed != served)
		pcpb_run_fail(run, "%llu areas were given and %llu given back",
			      served, freed);
	if (strategy->has_marks && idle != run->areas.pool_high)
		pcpb_run_fail(run, "at rest it caches %lu areas, not %u", idle,
			      run->areas.pool_high);
	if (live < idle || (live > idle && !strategy->frees_later))
		pcpb_run_fail(run, "at rest it accounts for %lu areas, and %llu are allocated",
			      idle, live);
}

static int pass(struct conformance *c)
{
	int ret;

	start_each(c);
	ret = pcpb_run_settle(c->run);
	with_each_area(c, check_fresh);
	with_each_area(c, write_stamps);
	with_each_area(c, check_stamps);
	end_each(c);
	ret = ret ?: pcpb_run_settle(c->run);
	if (!ret)
		check_books(c->run);
	return ret;
}

static int conformance_run(struct pcpb_run *run)
{
	struct conformance c = { .run = run };
	int ret = 0, i;

	c.request = kvcalloc(run->step.count, sizeof(*c.request),
			     GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!c.request)
		return -ENOMEM;
	for (i = 0; i < PASSES && !ret; i++) {
		ret = pass(&c);
		if (!ret && signal_pending(current))
			ret = -EINTR;
	}
	if (!ret)
		give_each_up(&c);
	kvfree(c.request);
	if (!atomic64_read(&run->counter[PCPB_SERVED]))
		pcpb_run_fail(run, "no request was served");
	return ret;
}

static const char *conformance_unsupported(const struct pcpb_step *step)
{
	if (step->strategy->strategy->shares_area)
		return "the strategy is a floor and gives no areas of its own";
	return NULL;
}

static u64 conformance_demand(const struct pcpb_step *step)
{
	return step->count;
}

const struct pcpb_scenario pcpb_scenario_conformance = {
	.contexts	= PCPB_IN_ALL,
	.audited	= true,
	.unsupported	= conformance_unsupported,
	.demand		= conformance_demand,
	.run		= conformance_run,
};
