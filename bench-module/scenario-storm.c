// SPDX-License-Identifier: GPL-2.0-only
/*
 * storm: the guest agent lets fio make jobs x disks block-cgroup groups, and
 * each asks for an area in the I/O path (storm-policy.c).
 */
#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/types.h>

#include "storm.h"

int storm_begin(struct pcpb_run *run, struct pcpb_error *error)
{
	int ret;

	ret = storm_policy_arm(run, error);
	if (ret)
		return ret;
	ret = storm_disks_open(run->step.disks, error);
	if (ret) {
		storm_policy_stop();
		storm_policy_disarm();
		return ret;
	}
	storm_delay_start(run);
	return 0;
}

void storm_end(struct pcpb_run *run)
{
	storm_delay_stop(run);
	storm_policy_stop();
	storm_disks_close();
	storm_policy_disarm();
}

const char *storm_unsupported(const struct pcpb_step *step)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return "a group asks again from a tracepoint, where PREEMPT_RT allows no spinlock_t";
	if (step->size < sizeof(u64) || step->align < sizeof(u64))
		return "a group keeps a 64-bit count in its area: size and align must be 8 or more";
	return NULL;
}

/* The parent of the jobs' cgroups has a group on every disk too. */
static u64 storm_demand(const struct pcpb_step *step)
{
	return (step->jobs + 1) * step->disks;
}

const struct pcpb_scenario pcpb_scenario_storm = {
	.contexts	= PCPB_IN_IRQS_OFF,
	.unsupported	= storm_unsupported,
	.demand		= storm_demand,
	.begin		= storm_begin,
	.end		= storm_end,
};
