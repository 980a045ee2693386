// SPDX-License-Identifier: GPL-2.0-only
/*
 * live-set: what a pair costs while so many areas are alive, and what memory
 * the allocator takes for them. How its memory is filled is read before, with
 * all of them and when they are gone.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "pairs.h"
#include "percpu-memory.h"
#include "percpu-stats.h"
#include "request.h"
#include "run.h"

/* A caller in no hurry lets caches be refilled after so many. */
#define FILL_PER_SETTLE	64
/* A request that failed so often in a row, settled in between, cannot be had. */
#define FILL_TRIES	200

struct live_set {
	struct pcpb_run *run;
	struct pcpb_request *request;	/* step.live of them */
	struct pcpb_request *one;
	u64 held;
};

static void start_one(void *arg)
{
	struct live_set *set = arg;

	pcpb_request_start_uncounted(set->one, set->run);
	pcpb_run_pause(set->run);
}

static void end_one(void *arg)
{
	struct live_set *set = arg;

	pcpb_request_end(set->one);
}

/* One more area, however often it takes. 0, -ENOMEM when it cannot be had, -EINTR. */
static int grow(struct live_set *set)
{
	unsigned int tries;
	int ret;

	set->one = &set->request[set->held];
	for (tries = 0; tries < FILL_TRIES; tries++) {
		set->run->context->call(start_one, set);
		ret = set->one->area && (set->held + 1) % FILL_PER_SETTLE ?
		      0 : pcpb_run_settle(set->run);
		if (ret)
			return ret;
		if (pcpb_request_area(set->one))
			return 0;
		set->run->free_context->call(end_one, set);
		if (signal_pending(current))
			return -EINTR;
	}
	return -ENOMEM;
}

static int fill(struct live_set *set)
{
	int ret = 0;

	while (set->held < set->run->step.live && !ret) {
		ret = grow(set);
		if (!ret)
			set->held++;
		cond_resched();
	}
	if (ret == -ENOMEM) {
		pcpb_run_fail(set->run, "only %llu of %llu areas could be had",
			      set->held, set->run->step.live);
		ret = 0;
	}
	return ret;
}

static void empty(struct live_set *set)
{
	while (set->held) {
		set->one = &set->request[--set->held];
		set->run->free_context->call(end_one, set);
		cond_resched();
	}
}

/* Names of the figures at one moment. */
struct moment {
	const char *chunks, *areas, *used, *frag_sum, *frag_max;
};

static const struct moment before = {
	.chunks		= "percpu_chunks_before",
	.areas		= "percpu_areas_before",
	.used		= "percpu_used_before",
	.frag_sum	= "frag_sum_before",
	.frag_max	= "frag_max_before",
};

static const struct moment full = {
	.chunks		= "percpu_chunks_full",
	.areas		= "percpu_areas_full",
	.used		= "percpu_used_full",
	.frag_sum	= "frag_sum_full",
	.frag_max	= "frag_max_full",
};

static const struct moment after = {
	.chunks		= "percpu_chunks_after",
	.areas		= "percpu_areas_after",
	.used		= "percpu_used_after",
	.frag_sum	= "frag_sum_after",
	.frag_max	= "frag_max_after",
};

/* A kernel without these statistics leaves them out. */
static void note_stats(struct pcpb_run *run, const struct moment *moment)
{
	struct pcpb_percpu_stats stats;
	int ret = pcpb_percpu_stats(&stats);

	if (ret == -EINVAL)
		pcpb_run_fail(run, "percpu_stats in debugfs is not as it is known here");
	if (ret)
		return;
	pcpb_run_extra(run, moment->chunks, stats.chunks);
	pcpb_run_extra(run, moment->areas, stats.areas);
	pcpb_run_extra(run, moment->used, stats.used * num_possible_cpus());
	pcpb_run_extra(run, moment->frag_sum,
		       stats.frag_sum * num_possible_cpus());
	pcpb_run_extra(run, moment->frag_max, stats.frag_max);
}

static int live_set_run(struct pcpb_run *run)
{
	struct live_set set = { .run = run };
	u64 bytes = pcpb_percpu_bytes();
	int ret;

	set.request = kvcalloc(run->step.live, sizeof(*set.request),
			       GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!set.request)
		return -ENOMEM;
	note_stats(run, &before);
	ret = fill(&set);
	pcpb_run_extra(run, "live_areas", set.held);
	pcpb_run_extra(run, "percpu_bytes_empty", bytes);
	pcpb_run_extra(run, "percpu_bytes_full", pcpb_percpu_bytes());
	note_stats(run, &full);
	if (!ret && run->verdict == PCPB_VERDICT_OK)
		ret = pcpb_pairs(run, run->step.count);
	empty(&set);
	note_stats(run, &after);
	kvfree(set.request);
	return ret;
}

static u64 live_set_demand(const struct pcpb_step *step)
{
	return PCPB_PAIRS_DEMAND;
}

static u64 live_set_holds(const struct pcpb_step *step)
{
	return step->live;
}

const struct pcpb_scenario pcpb_scenario_live_set = {
	.contexts	= PCPB_IN_ALL,
	.demand		= live_set_demand,
	.holds		= live_set_holds,
	.run		= live_set_run,
};
