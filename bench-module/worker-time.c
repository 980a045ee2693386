// SPDX-License-Identifier: GPL-2.0-only
/*
 * What refills cost on the side. Nothing else in a guest makes work items
 * while a step runs, so the threads' own account of their CPU time is that of
 * the allocator's and the strategy's workers.
 */
#include <linux/compiler.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "worker-time.h"

u64 pcpb_worker_ns(void)
{
	struct task_struct *task;
	u64 ns = 0;

	rcu_read_lock();
	for_each_process(task)
		if (task->flags & PF_WQ_WORKER)
			ns += READ_ONCE(task->se.sum_exec_runtime);
	rcu_read_unlock();
	return ns;
}
