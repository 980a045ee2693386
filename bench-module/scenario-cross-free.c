// SPDX-License-Identifier: GPL-2.0-only
/*
 * cross-free: areas that one CPU allocates and the next one frees, in an order
 * of the step's choice, all of one size or of seeded random ones. A round's
 * areas are all allocated before the first is freed. Which CPU is the first is
 * the seed's choice.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "mixed-sizes.h"
#include "request.h"
#include "run.h"

/* step.order */
enum order { ORDER_SAME, ORDER_REVERSE, ORDER_ALTERNATE, ORDER_RANDOM };

struct cross {
	struct pcpb_run *run;
	struct pcpb_request *request;	/* step.count of them */
	u32 *place;			/* the order of the frees */
	struct pcpb_request *one;	/* which comes next */
	u32 size, align;		/* of its area */
	u64 drawn;			/* place in the sequence of sizes */
};

static void start_one(void *arg)
{
	struct cross *cross = arg;

	pcpb_request_start_sized(cross->one, cross->run, cross->size,
				 cross->align);
	pcpb_run_pause(cross->run);
}

static void end_one(void *arg)
{
	struct cross *cross = arg;

	pcpb_request_end(cross->one);
	pcpb_run_pause(cross->run);
}

static int allocate_here(void *arg)
{
	struct cross *cross = arg;
	u64 i;

	for (i = 0; i < cross->run->step.count; i++) {
		cross->one = &cross->request[i];
		if (cross->run->step.mixed)
			pcpb_mixed_size(&cross->run->step, cross->drawn++,
					&cross->size, &cross->align);
		cross->run->context->call(start_one, cross);
		cond_resched();
	}
	return 0;
}

static int free_here(void *arg)
{
	struct cross *cross = arg;
	u64 i;

	for (i = 0; i < cross->run->step.count; i++) {
		cross->one = &cross->request[cross->place[i]];
		cross->run->free_context->call(end_one, cross);
		cond_resched();
	}
	return 0;
}

/* Every second one first, then the others: a hole beside each area that is left. */
static void alternate(u32 *place, u32 n)
{
	u32 i, at = 0;

	for (i = 0; i < n; i += 2)
		place[at++] = i;
	for (i = 1; i < n; i += 2)
		place[at++] = i;
}

static void shuffle(u32 *place, u32 n, u32 seed, u64 round)
{
	u32 i, other;

	for (i = n - 1; i > 0; i--) {
		other = pcpb_draw(seed, round << 32 | i, i + 1);
		swap(place[i], place[other]);
	}
}

static void choose_order(struct cross *cross, u64 round)
{
	u32 i, n = cross->run->step.count;

	for (i = 0; i < n; i++)
		cross->place[i] = i;
	switch (cross->run->step.order) {
	case ORDER_REVERSE:
		for (i = 0; i < n; i++)
			cross->place[i] = n - 1 - i;
		break;
	case ORDER_ALTERNATE:
		alternate(cross->place, n);
		break;
	case ORDER_RANDOM:
		shuffle(cross->place, n, cross->run->step.seed, round);
		break;
	}
}

static unsigned int next_cpu(unsigned int cpu)
{
	cpu = cpumask_next(cpu, cpu_online_mask);
	return cpu < nr_cpu_ids ? cpu : cpumask_first(cpu_online_mask);
}

static unsigned int first_cpu(struct pcpb_run *run)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);
	u32 left = pcpb_run_choose(run, num_online_cpus());

	while (left--)
		cpu = next_cpu(cpu);
	return cpu;
}

static int cross_rounds(struct cross *cross)
{
	unsigned int cpu = first_cpu(cross->run);
	u64 round;
	int ret;

	for (round = 0; round < cross->run->step.rounds; round++) {
		choose_order(cross, round);
		ret = smp_call_on_cpu(cpu, allocate_here, cross, false);
		/* what is queued gets its time */
		ret = ret ?: pcpb_run_settle(cross->run);
		if (!cross->run->step.same_cpu)
			cpu = next_cpu(cpu);
		smp_call_on_cpu(cpu, free_here, cross, false);
		ret = ret ?: pcpb_run_rest(cross->run);
		if (!ret && signal_pending(current))
			ret = -EINTR;
		if (ret)
			return ret;
	}
	return 0;
}

static int cross_run(struct pcpb_run *run)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;
	struct cross cross = {
		.run = run,
		.size = run->areas.size,
		.align = run->areas.align,
	};
	int ret = -ENOMEM;

	cross.request = kvcalloc(run->step.count, sizeof(*cross.request), gfp);
	cross.place = kvcalloc(run->step.count, sizeof(*cross.place), gfp);
	if (cross.request && cross.place)
		ret = cross_rounds(&cross);
	kvfree(cross.place);
	kvfree(cross.request);
	return ret;
}

static const char *cross_unsupported(const struct pcpb_step *step)
{
	if (num_online_cpus() < 2 && !step->same_cpu)
		return "it takes two CPUs";
	return step->mixed ? pcpb_mixed_unsupported(step) : NULL;
}

static u64 cross_demand(const struct pcpb_step *step)
{
	return step->count;
}

const struct pcpb_scenario pcpb_scenario_cross_free = {
	.contexts	= PCPB_IN_ALL,
	.unsupported	= cross_unsupported,
	.demand		= cross_demand,
	.run		= cross_run,
};
