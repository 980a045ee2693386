// SPDX-License-Identifier: GPL-2.0-only
/*
 * burst: allocate count areas in a row with interrupts off, then free them
 * with interrupts on, beginning with a seeded one. Repeated `rounds` times;
 * the strategy comes to rest in between.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <asm/tsc.h>

#include "request.h"
#include "run.h"

/* Well before the kernel takes the CPU for stalled. */
#define IRQS_OFF_LIMIT_MS	5000

struct burst {
	struct pcpb_run *run;
	struct pcpb_request *request;	/* step.count of them */
	u64 made;			/* requests of this round */
	u64 first_failure;		/* least of all rounds */
};

static void make_requests(void *arg)
{
	const u64 limit = (u64)tsc_khz * IRQS_OFF_LIMIT_MS;
	struct burst *burst = arg;
	struct pcpb_run *run = burst->run;
	u64 start = pcpb_ticks();
	struct pcpb_request *request;

	for (burst->made = 0; burst->made < run->step.count; burst->made++) {
		request = &burst->request[burst->made];
		if (!pcpb_request_start(request, run) && !request->queued)
			burst->first_failure = min(burst->first_failure,
						   burst->made);
		pcpb_run_pause(run);
		if (pcpb_ticks_between(start, pcpb_ticks()) > limit) {
			burst->made++;
			break;
		}
	}
}

/* As they were made, but from a seeded one on and round: the order is left open. */
static void end_requests(struct burst *burst)
{
	u64 i, at = pcpb_run_choose(burst->run, burst->made);

	for (i = 0; i < burst->made; i++) {
		pcpb_request_end(&burst->request[at]);
		pcpb_run_pause(burst->run);
		cond_resched();
		at = at + 1 < burst->made ? at + 1 : 0;
	}
}

static int burst_round(struct burst *burst)
{
	struct pcpb_run *run = burst->run;
	int ret;

	run->context->call(make_requests, burst);
	if (burst->made < run->step.count)
		pcpb_run_fail(run, "interrupts were off for %u ms after %llu areas: lower count",
			      IRQS_OFF_LIMIT_MS, burst->made);
	/* what is queued gets served, or cancelled below */
	ret = pcpb_run_settle(run);
	end_requests(burst);
	return ret ?: pcpb_run_rest(run);
}

static int burst_run(struct pcpb_run *run)
{
	struct burst burst = {
		.run = run,
		.first_failure = run->step.count,
	};
	int ret = 0;
	u64 i;

	burst.request = kvcalloc(run->step.count, sizeof(*burst.request),
				 GFP_KERNEL | __GFP_RETRY_MAYFAIL |
				 __GFP_NOWARN);
	if (!burst.request)
		return -ENOMEM;
	for (i = 0; i < run->step.rounds && !ret; i++) {
		ret = burst_round(&burst);
		if (run->verdict != PCPB_VERDICT_OK)
			break;
		if (!ret && signal_pending(current))
			ret = -EINTR;
	}
	kvfree(burst.request);
	pcpb_run_extra(run, "first_failure", burst.first_failure);
	return ret;
}

static u64 burst_demand(const struct pcpb_step *step)
{
	return step->count;
}

const struct pcpb_scenario pcpb_scenario_burst = {
	.contexts	= PCPB_IN_IRQS_OFF,
	.demand		= burst_demand,
	.run		= burst_run,
};
