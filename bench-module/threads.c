// SPDX-License-Identifier: GPL-2.0-only
/* Threads of a step, each on a CPU of its own. */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "threads.h"
#include "request.h"
#include "run.h"

/* A queued request is looked at so often, and a failure is followed by one pause. */
#define POLL_US		50
/* A worker may need this many of them at the worst. */
#define POLLS_MOST	20000

/* Numbers of a seed's sequence that belong to the threads. */
#define HEAD_STARTS	(BIT_ULL(63) | BIT_ULL(62))

struct thread {
	struct pcpb_threads *threads;
	struct task_struct *task;
	struct completion *go;
	struct completion finished;
	int (*work)(struct pcpb_threads *threads, unsigned int index);
	unsigned int index;
	int ret;
};

unsigned int pcpb_threads_most(u64 threads)
{
	return threads ? min_t(u64, threads, num_online_cpus()) :
			 num_online_cpus();
}

static int thread_main(void *data)
{
	struct thread *thread = data;

	wait_for_completion(thread->go);
	/* a head start for some: the order of the CPUs is the seed's */
	thread->ret = pcpb_wait_for_phase(thread->threads->run->step.seed,
					  HEAD_STARTS + thread->index);
	if (!thread->ret)
		thread->ret = thread->work(thread->threads, thread->index);
	complete(&thread->finished);
	return 0;
}

static int add_thread(struct thread *thread, int cpu)
{
	struct task_struct *task;

	init_completion(&thread->finished);
	task = kthread_create_on_node(thread_main, thread, cpu_to_node(cpu),
				      "percpu_bench/%u", thread->index);
	if (IS_ERR(task))
		return PTR_ERR(task);
	set_cpus_allowed_ptr(task, cpumask_of(cpu));
	thread->task = task;
	wake_up_process(task);
	return 0;
}

int pcpb_threads_run(struct pcpb_threads *threads,
		     int (*work)(struct pcpb_threads *threads,
				 unsigned int index))
{
	DECLARE_COMPLETION_ONSTACK(go);
	struct thread *thread;
	unsigned int i, n = 0;
	int cpu, ret = 0;

	thread = kcalloc(threads->n, sizeof(*thread), GFP_KERNEL);
	if (!thread)
		return -ENOMEM;
	for_each_online_cpu(cpu) {
		if (n == threads->n)
			break;
		thread[n].threads = threads;
		thread[n].go = &go;
		thread[n].work = work;
		thread[n].index = n;
		ret = add_thread(&thread[n], cpu);
		if (ret)
			break;
		n++;
	}
	/* those that were not made would be waited for */
	threads->n = n;
	atomic_set(&threads->warm, 0);
	atomic_set(&threads->done, 0);
	complete_all(&go);
	for (i = 0; i < n; i++) {
		wait_for_completion(&thread[i].finished);
		ret = ret ?: thread[i].ret;
	}
	kfree(thread);
	return ret;
}

/* A queued request gets its time; whoever is not served then is given up. */
static void wait_for_area(struct pcpb_request *request)
{
	unsigned int polls;

	for (polls = 0; polls < POLLS_MOST; polls++) {
		if (pcpb_request_area(request))
			return;
		usleep_range(POLL_US, POLL_US + 1);
	}
}

static void start_one(void *arg)
{
	struct pcpb_request *request = arg;

	if (request->counted)
		pcpb_request_start(request, request->run);
	else
		pcpb_request_start_uncounted(request, request->run);
	pcpb_run_pause(request->run);
}

static void end_one(void *arg)
{
	struct pcpb_request *request = arg;

	pcpb_request_end(request);
	pcpb_run_pause(request->run);
}

void pcpb_threads_pair(struct pcpb_run *run, bool counted)
{
	struct pcpb_request request = { .run = run, .counted = counted };
	bool failed;

	run->context->call(start_one, &request);
	if (request.queued)
		wait_for_area(&request);
	failed = !pcpb_request_area(&request);
	run->free_context->call(end_one, &request);
	/* or busy threads would keep the worker that refills off the CPUs */
	if (failed)
		usleep_range(POLL_US, POLL_US + 1);
}

static void pairs_until(struct pcpb_threads *threads, atomic_t *come)
{
	atomic_inc(come);
	while (atomic_read(come) < threads->n) {
		pcpb_threads_pair(threads->run, false);
		cond_resched();
	}
}

int pcpb_threads_pairs(struct pcpb_threads *threads, unsigned int index, u64 n)
{
	u64 i;

	for (i = 0; i < threads->run->step.warmup; i++)
		pcpb_threads_pair(threads->run, false);
	pairs_until(threads, &threads->warm);
	for (i = 0; i < n; i++) {
		pcpb_threads_pair(threads->run, true);
		cond_resched();
	}
	pairs_until(threads, &threads->done);
	return 0;
}
