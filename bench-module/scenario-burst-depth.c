// SPDX-License-Identifier: GPL-2.0-only
/*
 * burst-depth: how many areas back to back before the first failure, and how
 * long until as many can be had again. All of them stay taken meanwhile, so
 * that it is the refill which is timed and not the frees.
 */
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <asm/tsc.h>

#include "recorder.h"
#include "request.h"
#include "run.h"

/* The refill is looked at so often, and its time is known to that. */
#define POLL_US		50
/* A depth that is not there again after this is not coming. */
#define REFILL_LIMIT_MS	500

struct depth {
	struct pcpb_run *run;
	struct pcpb_request *request;	/* twice step.count of them */
	u64 held, want;			/* areas taken, and up to how many */
	u64 least, most;		/* depth, of all rounds */
	u64 endless;			/* rounds in which nothing failed */
	u64 unrefilled;			/* rounds in which the depth did not come back */
};

static void take(void *arg)
{
	struct depth *depth = arg;
	struct pcpb_request *request;

	while (depth->held < depth->want) {
		request = &depth->request[depth->held];
		if (!pcpb_request_start(request, depth->run)) {
			pcpb_request_end(request);
			return;
		}
		depth->held++;
		pcpb_run_pause(depth->run);
	}
}

static void give_back(struct depth *depth)
{
	while (depth->held) {
		pcpb_request_end(&depth->request[--depth->held]);
		pcpb_run_pause(depth->run);
		cond_resched();
	}
}

/* Takes what comes until @depth->want is reached. */
static void time_refill(struct depth *depth)
{
	const u64 limit = (u64)tsc_khz * REFILL_LIMIT_MS;
	u64 start = pcpb_ticks(), ticks;

	do {
		pcpb_wait_until(pcpb_ticks() +
				pcpb_ns_to_ticks(POLL_US * NSEC_PER_USEC));
		depth->run->context->call(take, depth);
		ticks = pcpb_ticks_between(start, pcpb_ticks());
		if (depth->held == depth->want) {
			pcpb_record(PCPB_HIST_REFILL, ticks);
			return;
		}
	} while (ticks < limit && !signal_pending(current));
	depth->unrefilled++;
}

static int depth_round(struct depth *depth)
{
	struct pcpb_run *run = depth->run;
	u64 reached;

	depth->want = run->step.count;
	run->context->call(take, depth);
	reached = depth->held;
	depth->least = min(depth->least, reached);
	depth->most = max(depth->most, reached);
	if (reached == run->step.count) {
		depth->endless++;
	} else {
		depth->want = 2 * reached;
		time_refill(depth);
	}
	give_back(depth);
	return pcpb_run_rest(run);
}

static int depth_run(struct pcpb_run *run)
{
	struct depth depth = { .run = run, .least = U64_MAX };
	int ret = 0;
	u64 i;

	depth.request = kvcalloc(2 * run->step.count, sizeof(*depth.request),
				 GFP_KERNEL | __GFP_RETRY_MAYFAIL |
				 __GFP_NOWARN);
	if (!depth.request)
		return -ENOMEM;
	for (i = 0; i < run->step.rounds && !ret; i++) {
		ret = depth_round(&depth);
		if (!ret && signal_pending(current))
			ret = -EINTR;
	}
	kvfree(depth.request);
	pcpb_run_extra(run, "depth_least", depth.least);
	pcpb_run_extra(run, "depth_most", depth.most);
	pcpb_run_extra(run, "rounds_without_failure", depth.endless);
	pcpb_run_extra(run, "rounds_not_refilled", depth.unrefilled);
	return ret;
}

/* A strategy whose every request waits has no depth. */
static const char *depth_unsupported(const struct pcpb_step *step)
{
	return step->strategy->strategy->cancel ?
	       "every request is queued, so there is no depth" : NULL;
}

/* Caches are made for half of what is asked for: the question is what comes then. */
static u64 depth_demand(const struct pcpb_step *step)
{
	return max(step->count / 2, 1);
}

const struct pcpb_scenario pcpb_scenario_burst_depth = {
	.contexts	= PCPB_IN_ALL,
	.unsupported	= depth_unsupported,
	.demand		= depth_demand,
	.run		= depth_run,
};
