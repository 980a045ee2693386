// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the system's work items waiting while a storm lasts, the percpu
 * allocator's refill among them. How soon that one runs decides how much of a
 * storm's I/O goes wrong, and it differs from machine to machine: by what else
 * the workqueues have to do, by load, by virtual CPUs that take turns.
 *
 * The queues are told to run one item at a time, and an item that only sleeps
 * takes that one place, then lines up again behind all others. So each of them
 * waits for up to the delay, and no CPU time is taken from the storm. The
 * per-CPU queue has the allocator's refill, the unbound one what a strategy
 * may prefer for its own: both are held, or the comparison would be rigged.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>

#include "storm.h"

/* Where schedule_work() puts what it is given. */
#ifdef PCPB_HAVE_SYSTEM_PERCPU_WQ
#define per_cpu_queue	system_percpu_wq
#else
#define per_cpu_queue	system_wq
#endif

struct hold {
	struct work_struct work;
	struct workqueue_struct *queue;
	int cpu;
};

static unsigned long hold_us;
static bool holding;
static atomic64_t holds;
static DEFINE_PER_CPU(struct hold, cpu_hold);
static struct hold unbound_hold;

static void hold_queue(struct work_struct *work)
{
	struct hold *hold = container_of(work, struct hold, work);

	usleep_range(hold_us, hold_us + 1);
	atomic64_inc(&holds);
	if (READ_ONCE(holding))
		queue_work_on(hold->cpu, hold->queue, work);
}

static void start_hold(struct hold *hold, struct workqueue_struct *queue,
		       int cpu)
{
	hold->queue = queue;
	hold->cpu = cpu;
	INIT_WORK(&hold->work, hold_queue);
	queue_work_on(cpu, queue, &hold->work);
}

void storm_delay_start(struct pcpb_run *run)
{
	int cpu;

	hold_us = run->step.worker_delay;
	if (!hold_us)
		return;
	atomic64_set(&holds, 0);
	WRITE_ONCE(holding, true);
	workqueue_set_max_active(per_cpu_queue, 1);
	workqueue_set_max_active(system_unbound_wq, 1);
	for_each_online_cpu(cpu)
		start_hold(per_cpu_ptr(&cpu_hold, cpu), per_cpu_queue, cpu);
	start_hold(&unbound_hold, system_unbound_wq, WORK_CPU_UNBOUND);
}

void storm_delay_stop(struct pcpb_run *run)
{
	int cpu;

	if (!hold_us)
		return;
	WRITE_ONCE(holding, false);
	for_each_online_cpu(cpu)
		cancel_work_sync(&per_cpu_ptr(&cpu_hold, cpu)->work);
	cancel_work_sync(&unbound_hold.work);
	/* as the kernel made them */
	workqueue_set_max_active(per_cpu_queue, WQ_DFL_ACTIVE);
	workqueue_set_max_active(system_unbound_wq, WQ_UNBOUND_MAX_ACTIVE);
	pcpb_run_extra(run, "worker_delays", atomic64_read(&holds));
}
