// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf-mem-alloc: the allocator of BPF programs, which may run anywhere, in an
 * NMI too. Per-CPU lists of a few ready areas, refilled from an irq_work, which
 * asks the percpu allocator without sleeping, too. Freed areas stay on the
 * lists, dirty, so who takes one clears it, as BPF's own users do; what is too
 * much for a list goes back to the percpu allocator after a grace period.
 */
#include <linux/bpf_mem_alloc.h>
#include <linux/compiler.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_trace.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "contract/needs.def"
#include "percpu-bench.h"

#ifdef PCPB_HAVE_BPF_MEM_ALLOC

/* All that the allocator promises. */
#define BPF_ALIGN	8
#define BPF_SIZE_MOST	(PCPU_MIN_UNIT_SIZE - sizeof(void *))
/* More than a CPU's list keeps at rest: up to 96 in Linux 6.1, 3 in 6.12. */
#define LIST_MOST	128

static struct bpf_mem_alloc cache;
static size_t area_size, object_at;
static unsigned long listed;	/* on the lists when it last was at rest */

static const char *bpf_unsupported(const struct pcpb_areas *areas)
{
	if (areas->align > BPF_ALIGN)
		return "bpf_mem_alloc aligns to 8 bytes only";
	if (areas->size > BPF_SIZE_MOST)
		return "no room is left behind an area of that size to find its object by";
	return NULL;
}

/* The allocator shows nothing of its lists: empties this CPU's and fills it again. */
static void count_list(void *count)
{
	void *object[LIST_MOST];
	unsigned int n = 0;

	while (n < LIST_MOST) {
		object[n] = bpf_mem_cache_alloc(&cache);
		if (!object[n])
			break;
		n++;
	}
	*(unsigned long *)count += n;
	while (n)
		bpf_mem_cache_free(&cache, object[--n]);
}

/* The lists of CPUs that are offline cannot be reached, and are left out. */
static void count_lists(void)
{
	unsigned long count = 0;
	int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		smp_call_function_single(cpu, count_list, &count, true);
	cpus_read_unlock();
	WRITE_ONCE(listed, count);
}

/* A refill that found no memory cannot be waited for, so it is given time. */
static int bpf_settle(void)
{
	msleep_interruptible(10);
	count_lists();
	return signal_pending(current) ? -EINTR : 0;
}

static int bpf_init(const struct pcpb_areas *areas)
{
	int ret;

	area_size = areas->size;
	object_at = ALIGN(areas->size, sizeof(void *));
	ret = bpf_mem_alloc_init(&cache, object_at + sizeof(void *), true);
	if (!ret)
		count_lists();
	return ret;
}

/*
 * What waits for grace periods, of tasks and then of CPUs, is freed before the
 * cache is destroyed: otherwise a work item of the kernel's own would have the
 * last word, and nobody could wait for that.
 */
static unsigned long bpf_exit(void)
{
	rcu_barrier_tasks_trace();
	rcu_barrier();
	bpf_mem_alloc_destroy(&cache);
	return 0;	/* they cannot be counted here: that is the audit's */
}

/* The allocator's object for @area; the first possible CPU's part keeps it. */
static void **object_of(void __percpu *area)
{
	return per_cpu_ptr(area, cpumask_first(cpu_possible_mask)) + object_at;
}

static void __percpu *bpf_alloc(struct pcpb_request *request)
{
	void __percpu **object;
	void __percpu *area;
	int cpu;

	/* the lists are this CPU's; BPF programs cannot migrate either */
	preempt_disable();
	object = bpf_mem_cache_alloc(&cache);
	preempt_enable();
	if (!object)
		return NULL;
	/* an object is a pointer to the area, behind what the allocator needs */
	area = *object;
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(area, cpu), 0, area_size);
	*object_of(area) = object;
	return area;
}

static void bpf_free(void __percpu *area)
{
	preempt_disable();
	bpf_mem_cache_free(&cache, *object_of(area));
	preempt_enable();
}

/* Exact at rest; too many by what was taken since, which makes a peak an upper bound. */
static unsigned long bpf_idle(void)
{
	return READ_ONCE(listed);
}

const struct pcpb_strategy pcpb_strategy_bpf_mem_alloc = {
	.contexts	= PCPB_IN_ALL,
	.frees_later	= true,
	.unsupported	= bpf_unsupported,
	.init		= bpf_init,
	.exit		= bpf_exit,
	.alloc		= bpf_alloc,
	.free		= bpf_free,
	.settle		= bpf_settle,
	.idle		= bpf_idle,
};

#else

const struct pcpb_strategy pcpb_strategy_bpf_mem_alloc = {
	.contexts	= PCPB_IN_ALL,
	.missing	= PCPB_NO_BPF_MEM_ALLOC,
};

#endif
