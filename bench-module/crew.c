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

#include "crew.h"
#include "request.h"
#include "run.h"

/* Between two looks whether a queued request was served, and after a failure. */
#define POLL_US		50
/* As many of them as a worker may need at the worst. */
#define POLLS_MOST	20000

/* Numbers of a seed's sequence that belong to the threads. */
#define HEAD_STARTS	(BIT_ULL(63) | BIT_ULL(62))

struct member {
	struct pcpb_crew *crew;
	struct task_struct *task;
	struct completion *go;
	struct completion finished;
	int (*work)(struct pcpb_crew *crew, unsigned int index);
	unsigned int index;
	int ret;
};

unsigned int pcpb_crew_size(u64 threads)
{
	return threads ? min_t(u64, threads, num_online_cpus()) :
			 num_online_cpus();
}

static int member_thread(void *data)
{
	struct member *member = data;

	wait_for_completion(member->go);
	/* a head start for some: the order of the CPUs is the seed's */
	member->ret = pcpb_wait_for_phase(member->crew->run->step.seed,
					  HEAD_STARTS + member->index);
	if (!member->ret)
		member->ret = member->work(member->crew, member->index);
	complete(&member->finished);
	return 0;
}

static int add_member(struct member *member, int cpu)
{
	struct task_struct *task;

	init_completion(&member->finished);
	task = kthread_create_on_node(member_thread, member, cpu_to_node(cpu),
				      "percpu_bench/%u", member->index);
	if (IS_ERR(task))
		return PTR_ERR(task);
	set_cpus_allowed_ptr(task, cpumask_of(cpu));
	member->task = task;
	wake_up_process(task);
	return 0;
}

int pcpb_crew_run(struct pcpb_crew *crew,
		  int (*work)(struct pcpb_crew *crew, unsigned int index))
{
	DECLARE_COMPLETION_ONSTACK(go);
	struct member *member;
	unsigned int i, n = 0;
	int cpu, ret = 0;

	member = kcalloc(crew->size, sizeof(*member), GFP_KERNEL);
	if (!member)
		return -ENOMEM;
	for_each_online_cpu(cpu) {
		if (n == crew->size)
			break;
		member[n].crew = crew;
		member[n].go = &go;
		member[n].work = work;
		member[n].index = n;
		ret = add_member(&member[n], cpu);
		if (ret)
			break;
		n++;
	}
	/* those that were not made would be waited for */
	crew->size = n;
	atomic_set(&crew->warm, 0);
	atomic_set(&crew->done, 0);
	complete_all(&go);
	for (i = 0; i < n; i++) {
		wait_for_completion(&member[i].finished);
		ret = ret ?: member[i].ret;
	}
	kfree(member);
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

void pcpb_crew_pair(struct pcpb_run *run, bool counted)
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

static void pairs_until(struct pcpb_crew *crew, atomic_t *come)
{
	atomic_inc(come);
	while (atomic_read(come) < crew->size) {
		pcpb_crew_pair(crew->run, false);
		cond_resched();
	}
}

int pcpb_crew_pairs(struct pcpb_crew *crew, unsigned int index, u64 n)
{
	u64 i;

	for (i = 0; i < crew->run->step.warmup; i++)
		pcpb_crew_pair(crew->run, false);
	pairs_until(crew, &crew->warm);
	for (i = 0; i < n; i++) {
		pcpb_crew_pair(crew->run, true);
		cond_resched();
	}
	pairs_until(crew, &crew->done);
	return 0;
}
