// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables that the *.def files describe. A new strategy or scenario is one
 * file and one line there; nothing changes here.
 */
#include <linux/stddef.h>
#include <linux/string.h>

#include "tables.h"

const struct pcpb_strategy_entry pcpb_strategies[] = {
#define PCPB_STRATEGY(name, symbol, class, summary) \
	{ name, &pcpb_strategy_##symbol },
#include "contract/strategies.def"
#undef PCPB_STRATEGY
	{ }
};

const struct pcpb_scenario_entry pcpb_scenarios[] = {
#define PCPB_SCENARIO(name, symbol, runs, summary) \
	{ name, &pcpb_scenario_##symbol },
#include "contract/scenarios.def"
#undef PCPB_SCENARIO
	{ }
};

const struct pcpb_param pcpb_params[] = {
#define PCPB_PARAM(name, field, unit, lowest, highest, preset, owners, what) \
	{ name, offsetof(struct pcpb_step, field), lowest, highest, preset },
#include "contract/params.def"
#undef PCPB_PARAM
	{ }
};

const struct pcpb_strategy_entry *pcpb_find_strategy(const char *name)
{
	const struct pcpb_strategy_entry *entry;

	for (entry = pcpb_strategies; entry->name; entry++)
		if (!strcmp(entry->name, name))
			return entry;
	return NULL;
}

const struct pcpb_scenario_entry *pcpb_find_scenario(const char *name)
{
	const struct pcpb_scenario_entry *entry;

	for (entry = pcpb_scenarios; entry->name; entry++)
		if (!strcmp(entry->name, name))
			return entry;
	return NULL;
}

const struct pcpb_param *pcpb_find_param(const char *name)
{
	const struct pcpb_param *param;

	for (param = pcpb_params; param->name; param++)
		if (!strcmp(param->name, name))
			return param;
	return NULL;
}

int pcpb_find_context(const char *name)
{
	int i;

	for (i = 0; i < PCPB_CTX_COUNT; i++)
		if (!strcmp(pcpb_contexts[i].name, name))
			return i;
	return -1;
}
