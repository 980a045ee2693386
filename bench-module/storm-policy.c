// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block-cgroup policy of scenario storm. It stands where blk-throttle
 * stood: when the block layer makes a group for a new (cgroup, disk), in the
 * I/O path with the queue lock held and interrupts off, the policy asks for a
 * percpu area, and every bio of the group is counted in that area.
 *
 * A group that was there before its disk was activated, as the root group of
 * every disk is, was made when nobody was in a hurry. It never asks for an
 * area, and its bios are counted apart.
 *
 * The callers, and their locks:
 *
 *   control_lock             queue lock, interrupts off     RCU, preemption off
 *   (a storm begins, ends)   (the block layer)              (tracepoint)
 *   ----------------------   ----------------------------   -------------------
 *   arm: run, policy, probe
 *   asking = true
 *   activate each disk  -->  init_group: asks, if asking    see_bio: counts in
 *                                                           the group's area, or
 *                                                           asks again under
 *                                                           group->lock
 *   stop: asking = false
 *     unprobe; waits until no CPU is in see_bio
 *   deactivate each disk ->  free_group: ends the request   (none any more)
 *   disarm: waits until groups is 0
 *
 * storm.run is set before the policy is registered and stays until the last
 * group is gone, so both other columns read it without a lock. What they write
 * is an atomic, this CPU's part of an area, or the group's own: the block layer
 * makes a group, shows it to bios, and frees it, one after the other, and the
 * order of stop and deactivate keeps see_bio out of groups that are freed.
 * group->lock lets one bio of a group ask at a time; the locks of the strategy
 * are taken inside it.
 */
#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "tracepoint.h"
#include "kernel-compat.h"
#include "request.h"
#include "run.h"
#include "storm.h"

#define LAST_GROUP_MS	10000

/* What a group keeps in its area. */
struct storm_stats {
	u64 ios;
};

struct storm_group {
	struct blkg_policy_data pd;	/* first: the block layer's part */
	spinlock_t lock;		/* one bio at a time asks again */
	bool asks;			/* false: it was there before */
	bool just_failed;		/* its first bio is still to come */
	struct pcpb_request request;
};

static struct {
	struct pcpb_run *run;
	bool asking;
	bool stuck;			/* a group outlived an earlier storm */
	atomic_t groups;		/* existing struct storm_group */
	wait_queue_head_t last_group;
	atomic64_t ios_in_areas;	/* of the areas given back so far */
	atomic64_t old_groups, old_group_ios;
	atomic64_t no_group_memory;
	struct tracepoint *bio_tracepoint;
} storm = {
	.last_group = __WAIT_QUEUE_HEAD_INITIALIZER(storm.last_group),
};

static struct storm_group *to_group(struct blkg_policy_data *pd)
{
	return container_of(pd, struct storm_group, pd);
}

static struct blkg_policy_data *storm_alloc_group(int node, gfp_t gfp)
{
	struct storm_group *group;

	group = kzalloc_node(sizeof(*group), gfp, node);
	if (!group) {
		atomic64_inc(&storm.no_group_memory);
		return NULL;
	}
	spin_lock_init(&group->lock);
	atomic_inc(&storm.groups);
	return &group->pd;
}

PCPB_DEFINE_PD_ALLOC(storm_alloc_pd, storm_alloc_group)

static void storm_init_group(struct blkg_policy_data *pd)
{
	struct storm_group *group = to_group(pd);

	if (pd->blkg->online || !READ_ONCE(storm.asking)) {
		atomic64_inc(&storm.old_groups);
		return;
	}
	group->asks = true;
	group->just_failed = !pcpb_request_start(&group->request, storm.run) &&
			     !group->request.queued;
	pcpb_run_pause(storm.run);
}

static u64 ios_in_area(void __percpu *area)
{
	struct storm_stats __percpu *stats = area;
	u64 ios = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		ios += per_cpu_ptr(stats, cpu)->ios;
	return ios;
}

/* With the queue lock held, or from a work item: it must not sleep. */
static void storm_free_group(struct blkg_policy_data *pd)
{
	struct storm_group *group = to_group(pd);
	void __percpu *area;

	if (group->asks) {
		area = pcpb_request_area(&group->request);
		if (area)
			atomic64_add(ios_in_area(area), &storm.ios_in_areas);
		pcpb_request_end(&group->request);
	}
	kfree(group);
	if (atomic_dec_and_test(&storm.groups))
		wake_up(&storm.last_group);
}

static struct blkcg_policy storm_policy = {
	.pd_alloc_fn	= storm_alloc_pd,
	.pd_init_fn	= storm_init_group,
	.pd_free_fn	= storm_free_group,
};

/*
 * As blkg_lookup_create() tries again to make a group that it could not make,
 * a group without an area asks again at its next bio.
 */
static void ask_again(struct storm_group *group)
{
	unsigned long flags;

	spin_lock_irqsave(&group->lock, flags);
	if (group->just_failed) {
		group->just_failed = false;
	} else if (!group->request.area && !group->request.queued) {
		pcpb_request_retry(&group->request);
		pcpb_run_pause(storm.run);
	}
	spin_unlock_irqrestore(&group->lock, flags);
}

/* Probe of block_bio_queue: runs in the submitter's context, preemption off. */
static void see_bio(void *unused, struct bio *bio)
{
	struct blkg_policy_data *pd = blkg_to_pd(bio->bi_blkg, &storm_policy);
	struct storm_stats __percpu *stats;
	struct storm_group *group;

	if (!pd)
		return;
	group = to_group(pd);
	if (!group->asks) {
		atomic64_inc(&storm.old_group_ios);
		return;
	}
	stats = pcpb_request_area(&group->request);
	if (!stats && !group->request.queued) {
		ask_again(group);
		stats = pcpb_request_area(&group->request);
	}
	if (!stats) {
		pcpb_run_count(storm.run, PCPB_UNACCOUNTED_IOS);
		return;
	}
	this_cpu_inc(stats->ios);
	pcpb_run_count(storm.run, PCPB_ACCOUNTED_IOS);
}

static int register_probe(struct pcpb_error *error)
{
	int ret;

	ret = pcpb_tracepoint_probe("block_bio_queue", see_bio, &storm.bio_tracepoint);
	if (ret)
		pcpb_error_set(error,
			       "cannot probe the kernel's event block_bio_queue (error %d): build it with CONFIG_TRACEPOINTS",
			       ret);
	return ret;
}

int storm_policy_arm(struct pcpb_run *run, struct pcpb_error *error)
{
	int ret;

	if (storm.stuck) {
		pcpb_error_set(error, "a group of an earlier storm never went away: boot again");
		return -EBUSY;
	}
	storm.run = run;
	atomic64_set(&storm.ios_in_areas, 0);
	atomic64_set(&storm.old_groups, 0);
	atomic64_set(&storm.old_group_ios, 0);
	atomic64_set(&storm.no_group_memory, 0);

	ret = blkcg_policy_register(&storm_policy);
	if (ret) {
		pcpb_error_set(error,
			       "cannot register a block-cgroup policy (error %d): the kernel has a small fixed number of them",
			       ret);
		return ret;
	}
	ret = register_probe(error);
	if (ret) {
		blkcg_policy_unregister(&storm_policy);
		return ret;
	}
	WRITE_ONCE(storm.asking, true);
	return 0;
}

int storm_policy_activate(struct gendisk *disk)
{
	return pcpb_activate_policy(disk, &storm_policy);
}

void storm_policy_deactivate(struct gendisk *disk)
{
	pcpb_deactivate_policy(disk, &storm_policy);
}

void storm_policy_stop(void)
{
	WRITE_ONCE(storm.asking, false);
	/* groups are freed next: nobody may be in see_bio() any more */
	pcpb_tracepoint_unprobe(storm.bio_tracepoint, see_bio);
}

static void check_areas(struct pcpb_run *run)
{
	u64 counted = atomic64_read(&run->counter[PCPB_ACCOUNTED_IOS]);
	u64 found = atomic64_read(&storm.ios_in_areas);

	if (!run->strategy->shares_area && found != counted)
		pcpb_run_fail(run, "%llu I/Os were counted in areas, and %llu found there",
			      counted, found);
}

void storm_policy_disarm(void)
{
	struct pcpb_run *run = storm.run;

	/* a group that could not be inserted is freed by a work item, later */
	if (!wait_event_timeout(storm.last_group, !atomic_read(&storm.groups),
				msecs_to_jiffies(LAST_GROUP_MS))) {
		pcpb_run_fail(run, "%d groups did not go away within %d ms",
			      atomic_read(&storm.groups), LAST_GROUP_MS);
		/* it will call into this module, which must stay for that */
		storm.stuck = true;
		__module_get(THIS_MODULE);
		return;
	}
	blkcg_policy_unregister(&storm_policy);
	check_areas(run);
	pcpb_run_extra(run, "old_groups", atomic64_read(&storm.old_groups));
	pcpb_run_extra(run, "old_group_ios",
		       atomic64_read(&storm.old_group_ios));
	pcpb_run_extra(run, "no_group_memory",
		       atomic64_read(&storm.no_group_memory));
}
