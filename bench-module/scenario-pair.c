// SPDX-License-Identifier: GPL-2.0-only
/* pair: allocate one area and free it, over and over. */
#include "pairs.h"
#include "run.h"

static u64 pair_demand(const struct pcpb_step *step)
{
	return PCPB_PAIRS_DEMAND;
}

static int pair_run(struct pcpb_run *run)
{
	return pcpb_pairs(run, run->step.count);
}

const struct pcpb_scenario pcpb_scenario_pair = {
	.contexts	= PCPB_IN_ALL,
	.demand		= pair_demand,
	.run		= pair_run,
};
