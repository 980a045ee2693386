/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the storms share, whoever makes their cgroups: arming and disarming,
 * and the two halves below, the block-cgroup policy, which asks for an area
 * for every new group, and the disks that it is active on.
 */
#ifndef PCPB_STORM_H
#define PCPB_STORM_H

#include "error.h"
#include "run.h"

struct gendisk;

/* Ops of struct pcpb_scenario, see there. */
const char *storm_unsupported(const struct pcpb_step *step);
int storm_begin(struct pcpb_run *run, struct pcpb_error *error);
void storm_end(struct pcpb_run *run);

/*
 * Registers the policy and the probe that sees every bio; requests go to @run
 * from now on. May sleep. 0, or -errno with the reason in @error.
 */
int storm_policy_arm(struct pcpb_run *run, struct pcpb_error *error);

/*
 * First the probe and the asking stop, then, with the policy off every disk,
 * storm_policy_disarm() waits for the last group, checks the books of the
 * areas and unregisters. May sleep.
 */
void storm_policy_stop(void);
void storm_policy_disarm(void);

/* May sleep. 0 or -errno. */
int storm_policy_activate(struct gendisk *disk);
void storm_policy_deactivate(struct gendisk *disk);

/*
 * Opens /dev/nullb0 to /dev/nullb<@count - 1> and activates the policy on
 * each. May sleep. 0, or -errno with the reason in @error and none open.
 */
int storm_disks_open(unsigned int count, struct pcpb_error *error);
void storm_disks_close(void);

/*
 * From start to stop the items of schedule_work() and of system_unbound_wq run
 * one at a time and wait for up to worker_delay of the step, unless that is 0.
 * Stop adds counter worker_delays, how often they were held. May sleep.
 */
void storm_delay_start(struct pcpb_run *run);
void storm_delay_stop(struct pcpb_run *run);

#endif /* PCPB_STORM_H */
