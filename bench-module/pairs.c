// SPDX-License-Identifier: GPL-2.0-only
/* Allocate and free, over and over. */
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "pairs.h"
#include "request.h"
#include "run.h"
#include "yardstick.h"

static void end_pair(void *arg)
{
	struct pcpb_request *request = arg;

	pcpb_request_end(request);
	pcpb_run_pause(request->run);
}

static void start_pair(void *arg)
{
	struct pcpb_request *request = arg;

	pcpb_request_start(request, request->run);
	pcpb_run_pause(request->run);
	if (request->counted)
		pcpb_yardstick();
	if (!request->queued && pcpb_run_frees_here(request->run))
		end_pair(request);
}

/* Seeded, so that rests are not always before the same pairs. */
static u32 pairs_until_rest(struct pcpb_run *run)
{
	const u32 half = PCPB_PAIRS_PER_SETTLE / 2;

	return PCPB_PAIRS_PER_SETTLE - pcpb_run_choose(run, half);
}

int pcpb_pairs(struct pcpb_run *run, u64 n)
{
	struct pcpb_request request = { .run = run };
	u32 left = pairs_until_rest(run);
	int ret = 0;
	u64 i;

	for (i = 0; i < n && !ret; i++) {
		run->context->call(start_pair, &request);
		if (!--left) {
			ret = pcpb_run_settle(run);
			left = pairs_until_rest(run);
		} else if (request.queued) {
			ret = pcpb_run_settle(run);
		}
		if (request.queued || !pcpb_run_frees_here(run))
			run->free_context->call(end_pair, &request);
		if (!ret && signal_pending(current))
			ret = -EINTR;
		cond_resched();
	}
	return ret;
}
