// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a step begins: at a timer tick, with every CPU's worker at rest.
 *
 * A few hundred instructions more before a step would else move all of it
 * against the ticks, and the scheduler would go on from another place: what a
 * task is owed, or owes (its lag), outlives its sleep, and decides whether a
 * worker that is woken preempts who woke it. A task that falls asleep while
 * nobody else wants its CPU has no lag. So the step's own thread sleeps here,
 * and meanwhile each CPU's worker runs once and falls asleep, too.
 */
#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/math.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "clock.h"
#include "step-start.h"

/* Steps begin at every so many ticks; the timer wheel rounds nothing below 64. */
#define EVERY_TICKS	16
/* Ticks that the workers have, and that the longest way here takes. */
#define REST_TICKS	2

static void do_nothing(struct work_struct *work)
{
}

static int sleep_until(unsigned long due)
{
	while (time_before(jiffies, due))
		if (schedule_timeout_interruptible(due - jiffies) &&
		    signal_pending(current))
			return -EINTR;
	return 0;
}

int pcpb_step_start(void)
{
	struct delayed_work *pass;
	unsigned long due;
	unsigned int cpu;
	int ret;

	if (pcpb_clock.mult)
		return 0;
	pass = kcalloc(nr_cpu_ids, sizeof(*pass), GFP_KERNEL);
	if (!pass)
		return -ENOMEM;
	due = roundup(jiffies + 2 * REST_TICKS, EVERY_TICKS);
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		INIT_DELAYED_WORK(&pass[cpu], do_nothing);
		schedule_delayed_work_on(cpu, &pass[cpu],
					 due - REST_TICKS - jiffies);
	}
	cpus_read_unlock();
	ret = sleep_until(due);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		if (pass[cpu].work.func)
			cancel_delayed_work_sync(&pass[cpu]);
	kfree(pass);
	return ret;
}
