// SPDX-License-Identifier: GPL-2.0-only
/*
 * churn: the guest agent's own driver makes cgroups that come and go, at rates
 * that fio's job start cannot reach. To the block-cgroup policy it is a storm.
 */
#include <linux/minmax.h>
#include <linux/types.h>

#include "storm.h"

/*
 * Cgroups that are gone give their areas back, so a cache is made for those
 * that live at a time: the driver's, their parent, and the neighbour, which
 * reads one disk. Whether the refill keeps up is what churn asks.
 */
static u64 churn_demand(const struct pcpb_step *step)
{
	return (min(step->jobs, step->in_flight) + 1) * step->disks +
	       step->neighbour;
}

/* Each cgroup that exists at a time has a worker of the driver's. */
#define WORKERS_MOST	1024

static const char *churn_unsupported(const struct pcpb_step *step)
{
	if (step->in_flight > WORKERS_MOST)
		return "at most 1024 cgroups at a time: lower in_flight";
	return storm_unsupported(step);
}

const struct pcpb_scenario pcpb_scenario_churn = {
	.contexts	= PCPB_IN_IRQS_OFF,
	.unsupported	= churn_unsupported,
	.demand		= churn_demand,
	.begin		= storm_begin,
	.end		= storm_end,
};
