// SPDX-License-Identifier: GPL-2.0-only
/*
 * conformance: what every strategy must keep to, whatever its speed. Areas are
 * held all at once; each must be aligned and zero on every possible CPU, and
 * none may overlap another. They are given back dirty, and all of it happens
 * twice, so that the second pass sees used memory. Then requests are given up
 * at once, and the books must balance.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "request.h"
#include "run.h"
#include "tables.h"

#define PASSES	2

struct conformance {
	struct pcpb_run *run;
	struct pcpb_request *request;	/* step.count of them */
};

static void start_one(void *arg)
{
	struct pcpb_request *request = arg;

	pcpb_request_start(request, request->run);
	pcpb_run_pause(request->run);
}

static void end_one(void *arg)
{
	struct pcpb_request *request = arg;

	pcpb_request_end(request);
	pcpb_run_pause(request->run);
}

static void start_and_give_up(void *arg)
{
	start_one(arg);
	end_one(arg);
}

/* @fn for every request, each time in the step's context. */
static void with_each_request(struct conformance *c, void (*fn)(void *arg))
{
	u64 i;

	for (i = 0; i < c->run->step.count; i++) {
		c->request[i].run = c->run;
		c->run->context->call(fn, &c->request[i]);
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

static int pass(struct conformance *c)
{
	int ret;

	with_each_request(c, start_one);
	ret = pcpb_run_settle(c->run);
	with_each_area(c, check_fresh);
	with_each_area(c, write_stamps);
	with_each_area(c, check_stamps);
	with_each_request(c, end_one);
	return ret ?: pcpb_run_settle(c->run);
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
		with_each_request(&c, start_and_give_up);
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
