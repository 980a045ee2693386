// SPDX-License-Identifier: GPL-2.0-only
/*
 * hotplug: CPUs go off and come back, one after the other, while pairs run on
 * all of them. A round is one pass over every CPU but the first.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/sched.h>

#include "threads.h"
#include "pairs.h"
#include "run.h"

struct hotplug {
	struct cpumask cpus;	/* online when the step began */
	bool over;
	u64 cycles;
};

static const char *hotplug_unsupported(const struct pcpb_step *step)
{
	if (!IS_ENABLED(CONFIG_HOTPLUG_CPU))
		return "CPUs cannot go off: the kernel has no CONFIG_HOTPLUG_CPU";
	return num_online_cpus() < 2 ? "it takes two CPUs" : NULL;
}

static int cycle(unsigned int cpu)
{
#ifdef CONFIG_HOTPLUG_CPU
	return remove_cpu(cpu) ?: add_cpu(cpu);
#else
	return -EOPNOTSUPP;
#endif
}

static int cycle_all(struct pcpb_run *run, struct hotplug *hotplug)
{
	unsigned int cpu;
	int ret;

	for_each_cpu(cpu, &hotplug->cpus) {
		if (cpu == cpumask_first(&hotplug->cpus))
			continue;
		ret = cycle(cpu);
		if (ret) {
			pcpb_run_fail(run, "CPU %u did not go off and come back: error %d",
				      cpu, ret);
			return ret;
		}
		hotplug->cycles++;
	}
	return 0;
}

/* The first CPU's thread moves the other CPUs; theirs allocate until it is through. */
static int hotplug_work(struct pcpb_threads *threads, unsigned int index)
{
	struct hotplug *hotplug = threads->own;
	struct pcpb_run *run = threads->run;
	u64 round;

	if (index) {
		while (!READ_ONCE(hotplug->over)) {
			pcpb_threads_pair(run, true);
			cond_resched();
		}
		return 0;
	}
	for (round = 0; round < run->step.rounds; round++)
		if (cycle_all(run, hotplug))
			break;
	WRITE_ONCE(hotplug->over, true);
	return 0;
}

static int hotplug_run(struct pcpb_run *run)
{
	struct hotplug hotplug = { };
	struct pcpb_threads threads = {
		.run = run,
		.n = pcpb_threads_most(0),
		.own = &hotplug,
	};
	int ret;

	cpumask_copy(&hotplug.cpus, cpu_online_mask);
	ret = pcpb_threads_run(&threads, hotplug_work);
	pcpb_run_extra(run, "cpus_cycled", hotplug.cycles);
	return ret;
}

static u64 hotplug_demand(const struct pcpb_step *step)
{
	return (u64)PCPB_PAIRS_DEMAND * pcpb_threads_most(0);
}

const struct pcpb_scenario pcpb_scenario_hotplug = {
	.contexts	= PCPB_IN_ALL,
	.unsupported	= hotplug_unsupported,
	.demand		= hotplug_demand,
	.run		= hotplug_run,
};
