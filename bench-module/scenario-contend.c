// SPDX-License-Identifier: GPL-2.0-only
/*
 * contend: the same pairs on 1..N CPUs at once. Started together, recorded
 * when all are warm, loaded until all are done.
 */
#include "threads.h"
#include "pairs.h"
#include "run.h"

static int contend_work(struct pcpb_threads *threads, unsigned int index)
{
	return pcpb_threads_pairs(threads, index, threads->run->step.count);
}

static int contend_run(struct pcpb_run *run)
{
	struct pcpb_threads threads = {
		.run = run,
		.n = pcpb_threads_most(run->step.threads),
	};
	int ret = pcpb_threads_run(&threads, contend_work);

	pcpb_run_extra(run, "threads_used", threads.n);
	return ret;
}

/* A cache is refilled while it is used; each CPU has its share of it. */
static u64 contend_demand(const struct pcpb_step *step)
{
	return (u64)PCPB_PAIRS_DEMAND * pcpb_threads_most(step->threads);
}

const struct pcpb_scenario pcpb_scenario_contend = {
	.contexts	= PCPB_IN_ALL,
	.demand		= contend_demand,
	.run		= contend_run,
};
