// SPDX-License-Identifier: GPL-2.0-only
/*
 * floor: what every latency of this module contains. The clock read twice
 * with nothing between, the recorder's cost per sample, and an operation that
 * does nothing, called the way that a strategy is called.
 */
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "clock.h"
#include "contract/text-format.h"
#include "recorder.h"
#include "request.h"
#include "run.h"
#include "tables.h"

/* Instructions; more would disturb what is measured. */
#define RECORDER_LIMIT	40

struct floor {
	struct pcpb_request request;
	u64 n;
	u64 least_clock, least_recorder;	/* ticks */
};

static void time_clock(struct floor *floor)
{
	u64 start, end;

	start = pcpb_ticks();
	end = pcpb_ticks();
	floor->least_clock = min(floor->least_clock, end - start);
	pcpb_record(PCPB_HIST_CLOCK, pcpb_ticks_between(start, end));
}

/* Samples of a size that takes the recorder's long way. */
static void time_recorder(struct floor *floor, u32 seed)
{
	u64 sample = 1000 + pcpb_draw(seed, floor->n, 100000);
	u64 start, end;

	start = pcpb_ticks();
	pcpb_record(PCPB_HIST_SCRATCH, sample);
	end = pcpb_ticks();
	floor->least_recorder = min(floor->least_recorder, end - start);
	pcpb_record(PCPB_HIST_RECORDER, pcpb_ticks_between(start, end));
}

static void measure_once(void *arg)
{
	struct floor *floor = arg;
	struct pcpb_run *run = floor->request.run;

	time_clock(floor);
	pcpb_run_pause(run);
	time_recorder(floor, run->step.seed);
	pcpb_run_pause(run);
	pcpb_request_start(&floor->request, run);
	pcpb_run_pause(run);
	pcpb_request_end(&floor->request);
	pcpb_run_pause(run);
}

static int floor_run(struct pcpb_run *run)
{
	struct floor floor = {
		.request = { .run = run },
		.least_clock = U64_MAX,
		.least_recorder = U64_MAX,
	};
	u64 cost;

	for (floor.n = 0; floor.n < run->step.count; floor.n++) {
		run->context->call(measure_once, &floor);
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	cost = pcpb_ticks_between(floor.least_clock, floor.least_recorder);
	pcpb_run_extra(run, "recorder_cost", pcpb_ticks_to_unit(cost));
	if (!strcmp(pcpb_clock.unit, PCPB_UNIT_EXACT) && cost > RECORDER_LIMIT)
		pcpb_run_fail(run, "recording a sample takes %llu instructions, more than %d",
			      cost, RECORDER_LIMIT);
	return 0;
}

static const char *floor_unsupported(const struct pcpb_step *step)
{
	if (!step->strategy->strategy->shares_area)
		return "floor measures the harness alone: use strategy empty";
	return NULL;
}

static u64 floor_demand(const struct pcpb_step *step)
{
	return 1;
}

const struct pcpb_scenario pcpb_scenario_floor = {
	.contexts	= PCPB_IN_ALL,
	.unsupported	= floor_unsupported,
	.demand		= floor_demand,
	.run		= floor_run,
};
