/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A plan: the guests to boot and the steps that each runs, made from a
 * workload file. Order is fixed by the workload alone.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "workload/workload.h"

struct step {
	char *scenario, *strategy, *context;
	uint64_t param[PARAM_COUNT];	/* of those that are not its own: any value of the section's */
	size_t place;	/* in the whole plan, from 0 */
	/*
	 * "scenario=… strategy=… context=… …": what the guest gets. Of its own parameters those that
	 * do not have their default, so that one more in the table changes nothing there.
	 */
	char *line;
};

/* True when parameter @p is one of @step's own. */
bool step_has(const struct step *step, enum param_id p);

struct guest_plan {
	unsigned int id;	/* from 0 */
	uint64_t param[GUEST_PARAM_COUNT];
	unsigned int disks;	/* null_blk.nr_devices: most of any step, at least 1 */
	struct step *step;
	size_t steps;
};

struct plan {
	struct guest_plan *guest;
	size_t guests;
	size_t steps;		/* of all guests */
	size_t whole;		/* the same before a shard was taken of it */
};

void plan_make(struct plan *plan, const struct workload *workload);
void plan_free(struct plan *plan);
void guest_plan_free(struct guest_plan *guest);
/* The plan as the agent reads it (PCPB_FW_CFG_PLAN): a line per step. To be freed. */
MUST_CHECK char *plan_guest_text(const struct guest_plan *guest);

#endif
