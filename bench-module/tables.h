/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of strategies, scenarios and parameters, and look-up by name. */
#ifndef PCPB_TABLES_H
#define PCPB_TABLES_H

#include "percpu-bench.h"

struct pcpb_param {
	const char *name;
	size_t offset;		/* of its u64 in struct pcpb_step */
	u64 lowest, highest, preset;
};

/* Each ends with an entry whose name is NULL. */
extern const struct pcpb_strategy_entry pcpb_strategies[];
extern const struct pcpb_scenario_entry pcpb_scenarios[];
extern const struct pcpb_param pcpb_params[];

/* Any context. NULL, or -1 for a context, when there is no such name. */
const struct pcpb_strategy_entry *pcpb_find_strategy(const char *name);
const struct pcpb_scenario_entry *pcpb_find_scenario(const char *name);
const struct pcpb_param *pcpb_find_param(const char *name);
int pcpb_find_context(const char *name);

static inline u64 *pcpb_param_value(struct pcpb_step *step,
				    const struct pcpb_param *param)
{
	return (u64 *)((char *)step + param->offset);
}

static inline u64 pcpb_param_get(const struct pcpb_step *step,
				 const struct pcpb_param *param)
{
	return *(const u64 *)((const char *)step + param->offset);
}

#endif /* PCPB_TABLES_H */
