// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf-mem-alloc: the allocator of BPF programs, which may run anywhere. Per-CPU
 * lists of a few ready areas, refilled from an irq_work, which asks the percpu
 * allocator without sleeping, too. Freed areas stay on the lists, dirty, so
 * who takes one clears it, as BPF's own users do.
 *
 * How many areas lie on the lists is not to be seen from outside, so they are
 * not among the bytes held idle; the allocator's own account has them.
 */
#include <linux/bpf_mem_alloc.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_trace.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "percpu-bench.h"

#ifdef PCPB_HAVE_BPF_MEM_ALLOC

/* All that the allocator promises. */
#define BPF_ALIGN	8
/* Past this the percpu allocator refuses. */
#define BPF_SIZE_MOST	(32768 - sizeof(void *))

static struct bpf_mem_alloc cache;
static size_t area_size, object_at;

static const char *bpf_unsupported(const struct pcpb_step *step)
{
	if (step->align > BPF_ALIGN)
		return "bpf_mem_alloc aligns to 8 bytes only";
	if (step->size > BPF_SIZE_MOST)
		return "no room is left behind an area of that size to find its object by";
	return NULL;
}

static int bpf_init(const struct pcpb_areas *areas)
{
	area_size = areas->size;
	object_at = ALIGN(areas->size, sizeof(void *));
	return bpf_mem_alloc_init(&cache, object_at + sizeof(void *), true);
}

/* A work item that cannot be waited for has the last word on what was freed. */
#define DESTROY_MS	50

/* What was freed waits for grace periods of both kinds, then for that work item. */
static unsigned long bpf_exit(void)
{
	bpf_mem_alloc_destroy(&cache);
	rcu_barrier_tasks_trace();
	rcu_barrier();
	msleep(DESTROY_MS);
	return 0;
}

/* The allocator's object for @area; the first possible CPU's part keeps it. */
static void **object_of(void __percpu *area)
{
	return per_cpu_ptr(area, cpumask_first(cpu_possible_mask)) + object_at;
}

static void __percpu *bpf_alloc(struct pcpb_request *request)
{
	/* an object is a pointer to the area, behind what the allocator needs */
	void __percpu **object = bpf_mem_cache_alloc(&cache);
	void __percpu *area;
	int cpu;

	if (!object)
		return NULL;
	area = *object;
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(area, cpu), 0, area_size);
	*object_of(area) = object;
	return area;
}

static void bpf_free(void __percpu *area)
{
	bpf_mem_cache_free(&cache, *object_of(area));
}

/* The refill cannot be waited for, so it is given time. */
static int bpf_settle(void)
{
	msleep_interruptible(10);
	return signal_pending(current) ? -EINTR : 0;
}

const struct pcpb_strategy pcpb_strategy_bpf_mem_alloc = {
	.contexts	= PCPB_IN_ALL,
	.unsupported	= bpf_unsupported,
	.init		= bpf_init,
	.exit		= bpf_exit,
	.alloc		= bpf_alloc,
	.free		= bpf_free,
	.settle		= bpf_settle,
};

#else

const struct pcpb_strategy pcpb_strategy_bpf_mem_alloc = {
	.contexts	= PCPB_IN_ALL,
	.missing	=
		"the kernel does not export bpf_mem_alloc to modules: apply the series that does, and set CONFIG_BPF_SYSCALL",
};

#endif
