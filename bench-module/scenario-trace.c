// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace: what somebody's machine asked the percpu allocator for, in the order
 * of the recording, without its pauses. Whether a caller could sleep then or
 * not, it asks the strategy now, in the step's context.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "request.h"
#include "run.h"
#include "trace-program.h"

struct replay {
	struct pcpb_run *run;
	const struct pcpb_trace *trace;
	struct pcpb_request *request;	/* one per alloc; run is NULL once it is ended */
	struct pcpb_request *one;
	u32 op;
	u64 failures_may_sleep;
};

static void start_one(void *arg)
{
	struct replay *replay = arg;
	const struct pcpb_trace_class *class;

	class = &replay->trace->class[replay->op & PCPB_TRACE_INDEX];
	pcpb_request_start_sized(replay->one, replay->run, class->size,
				 class->align);
	pcpb_run_pause(replay->run);
}

static void end_one(void *arg)
{
	struct replay *replay = arg;

	pcpb_request_end(replay->one);
	replay->one->run = NULL;
	pcpb_run_pause(replay->run);
}

/* Who freed an area had it: what is still queued is waited for first. */
static int replay_free(struct replay *replay)
{
	struct pcpb_run *run = replay->run;
	int ret = 0;

	replay->one = &replay->request[replay->op & PCPB_TRACE_INDEX];
	if (replay->one->queued && !pcpb_request_area(replay->one))
		ret = pcpb_run_settle(run);
	run->free_context->call(end_one, replay);
	return ret;
}

/* @allocs: so many came before it. */
static void replay_alloc(struct replay *replay, u32 *allocs)
{
	struct pcpb_run *run = replay->run;

	replay->one = &replay->request[(*allocs)++];
	run->context->call(start_one, replay);
	if (replay->op & PCPB_TRACE_MAY_SLEEP && !replay->one->queued &&
	    !pcpb_request_area(replay->one))
		replay->failures_may_sleep++;
}

static int replay_ops(struct replay *replay)
{
	u32 i, allocs = 0;
	int ret = 0;

	for (i = 0; i < replay->trace->ops && !ret; i++) {
		replay->op = replay->trace->op[i];
		if (replay->op & PCPB_TRACE_FREE)
			ret = replay_free(replay);
		else
			replay_alloc(replay, &allocs);
		if (signal_pending(current))
			ret = -EINTR;
		cond_resched();
	}
	return ret;
}

/* What was live when the recording ended. */
static void end_all(struct replay *replay)
{
	u32 i;

	for (i = 0; i < replay->trace->allocs; i++) {
		replay->one = &replay->request[i];
		if (replay->one->run)
			replay->run->free_context->call(end_one, replay);
		cond_resched();
	}
}

static int replay_rounds(struct replay *replay)
{
	u64 round;
	int ret = 0;

	for (round = 0; round < replay->run->step.rounds && !ret; round++) {
		ret = replay_ops(replay);
		/* what is queued gets its time */
		ret = ret ?: pcpb_run_settle(replay->run);
		end_all(replay);
		ret = ret ?: pcpb_run_settle(replay->run);
	}
	return ret;
}

static int trace_run(struct pcpb_run *run)
{
	struct replay replay = {
		.run = run,
		.trace = pcpb_trace_find(run->step.trace),
	};
	int ret;

	replay.request = kvcalloc(replay.trace->allocs, sizeof(*replay.request),
				  GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!replay.request)
		return -ENOMEM;
	ret = replay_rounds(&replay);
	kvfree(replay.request);
	pcpb_run_extra(run, "trace_allocs", replay.trace->allocs);
	pcpb_run_extra(run, "trace_frees",
		       replay.trace->ops - replay.trace->allocs);
	pcpb_run_extra(run, "trace_live_peak", replay.trace->live_peak);
	pcpb_run_extra(run, "trace_may_sleep", replay.trace->may_sleep);
	pcpb_run_extra(run, "failures_may_sleep", replay.failures_may_sleep);
	return ret;
}

static const char *trace_unsupported(const struct pcpb_step *step)
{
	const struct pcpb_trace *trace = pcpb_trace_find(step->trace);

	if (!trace)
		return "the trace of that id is not loaded: write it to the file trace first";
	if (trace->largest > step->size || trace->strictest > step->align)
		return "areas of the trace are larger than area_size or more aligned than align";
	return NULL;
}

/* A cache is made for all that are live at a time. */
static u64 trace_demand(const struct pcpb_step *step)
{
	return pcpb_trace_find(step->trace)->live_peak;
}

const struct pcpb_scenario pcpb_scenario_trace = {
	.contexts	= PCPB_IN_ALL,
	.unsupported	= trace_unsupported,
	.demand		= trace_demand,
	.run		= trace_run,
};
