// SPDX-License-Identifier: GPL-2.0-only
/*
 * open-loop: count requests that are due at a given rate, whatever became of
 * those before. Time to usable counts from when a request was due: a stall is
 * seen by all that came during it. An area is given back when in_flight more
 * have arrived.
 */
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include <asm/tsc.h>

#include "arrivals.h"
#include "request.h"
#include "run.h"

struct loop {
	struct pcpb_run *run;
	struct pcpb_request *request;	/* a ring of step.in_flight */
	struct pcpb_request *one;	/* whose turn it is */
	u64 begun;			/* ticks */
	u64 due;			/* ticks, of the next arrival */
	u64 late;			/* arrivals */
	u64 longest;			/* ticks in the step's context */
};

/* A place in the ring is empty or was taken in_flight arrivals ago. */
static void make_room(void *arg)
{
	struct loop *loop = arg;

	if (loop->one->run)
		pcpb_request_end(loop->one);
	loop->one->run = NULL;
}

static void arrive(void *arg)
{
	struct loop *loop = arg;
	u64 start = pcpb_ticks();

	if (pcpb_run_frees_here(loop->run))
		make_room(loop);
	pcpb_request_start_due(loop->one, loop->run, loop->due);
	pcpb_run_pause(loop->run);
	loop->longest = max(loop->longest,
			    pcpb_ticks_between(start, pcpb_ticks()));
}

static int loop_arrivals(struct loop *loop)
{
	struct pcpb_step *step = &loop->run->step;
	struct pcpb_arrivals arrivals = {
		.rate = step->rate,
		.batch = step->batch,
		.poisson = step->poisson,
		.seed = step->seed,
	};
	/* as for a churn: begun more than a mean interval after it was due */
	u64 late = pcpb_ns_to_ticks(div64_u64(NSEC_PER_SEC * step->batch,
					 step->rate));
	u64 i;

	loop->begun = pcpb_ticks();
	for (i = 0; i < step->count; i++) {
		loop->due = loop->begun +
			    pcpb_ns_to_ticks(pcpb_arrivals_next(&arrivals));
		if (pcpb_wait_until(loop->due))
			return -EINTR;
		if (pcpb_ticks() > loop->due + late)
			loop->late++;
		loop->one = &loop->request[i % step->in_flight];
		if (!pcpb_run_frees_here(loop->run))
			loop->run->free_context->call(make_room, loop);
		loop->run->context->call(arrive, loop);
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static void note_rate(struct loop *loop)
{
	u64 ticks = pcpb_ticks_between(loop->begun, pcpb_ticks());
	u64 count = loop->run->step.count;

	pcpb_run_extra(loop->run, "achieved_rate",
		       mul_u64_u64_div_u64(count, tsc_khz * MSEC_PER_SEC,
					   max(ticks, 1)));
	pcpb_run_extra(loop->run, "late_arrivals", loop->late);
}

static int loop_run(struct pcpb_run *run)
{
	struct loop loop = { .run = run };
	int ret;
	u64 i;

	loop.request = kvcalloc(run->step.in_flight, sizeof(*loop.request),
				GFP_KERNEL);
	if (!loop.request)
		return -ENOMEM;
	ret = loop_arrivals(&loop);
	note_rate(&loop);
	ret = ret ?: pcpb_run_settle(run);
	for (i = 0; i < run->step.in_flight; i++)
		if (loop.request[i].run)
			pcpb_request_end(&loop.request[i]);
	kvfree(loop.request);
	pcpb_run_extra(run, "longest_call_section",
		       pcpb_ticks_to_unit(loop.longest));
	return ret;
}

static const char *loop_unsupported(const struct pcpb_step *step)
{
	return step->rate ? NULL : "an open loop needs a rate";
}

/* What is in flight, in a cache that has to be refilled meanwhile. */
static u64 loop_demand(const struct pcpb_step *step)
{
	return min(step->in_flight, step->count);
}

const struct pcpb_scenario pcpb_scenario_open_loop = {
	.contexts	= PCPB_IN_ALL,
	.unsupported	= loop_unsupported,
	.demand		= loop_demand,
	.run		= loop_run,
};
