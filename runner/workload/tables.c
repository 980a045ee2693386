// SPDX-License-Identifier: GPL-2.0-only
/* The tables of contract/ as data. */
#include <string.h>

#include "workload/workload.h"

const struct param_info param_info[PARAM_COUNT] = {
#define PCPB_PARAM(name, field, unit, lowest, highest, preset, owners, what) \
	[PARAM_##field] = { name, unit, lowest, highest, preset, owners, what },
#include "contract/params.def"
#undef PCPB_PARAM
};

const struct param_info guest_param_info[GUEST_PARAM_COUNT] = {
#define PCPB_GUEST_PARAM(name, unit, lowest, highest, preset, what) \
	[GUEST_##name] = { #name, unit, lowest, highest, preset, NULL, what },
#include "contract/guest-params.def"
#undef PCPB_GUEST_PARAM
};

const struct strategy_info strategy_info[] = {
#define PCPB_STRATEGY(name, symbol, class, summary) { name, class, summary },
#include "contract/strategies.def"
#undef PCPB_STRATEGY
	{ .name = NULL },
};

const struct scenario_info scenario_info[] = {
#define PCPB_SCENARIO(name, symbol, runs, summary) { name, runs, false, summary },
#define PCPB_DRIVER_SCENARIO(name, symbol, summary) { name, STORM, true, summary },
#define PCPB_AGENT_SCENARIO(name, summary) { name, AGENT, false, summary },
#include "contract/scenarios.def"
#undef PCPB_SCENARIO
	{ .name = NULL },
};

const char *const context_names[] = {
#define PCPB_CONTEXT(id, symbol, name, lock, lock_rt, what) name,
#include "contract/contexts.def"
#undef PCPB_CONTEXT
	NULL,
};

const struct strategy_info *strategy_find(const char *name)
{
	for (const struct strategy_info *s = strategy_info; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

const struct scenario_info *scenario_find(const char *name)
{
	for (const struct scenario_info *s = scenario_info; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

int param_find(const struct param_info *info, int n, const char *key)
{
	/* asked for every parameter of a result: most names differ in their first letter */
	for (int p = 0; p < n; p++)
		if (*key == *info[p].name && !strcmp(key, info[p].name))
			return p;
	return -1;
}

const char *const *strategy_names(void)
{
	static const char *names[ARRAY_SIZE(strategy_info)];

	for (size_t i = 0; strategy_info[i].name; i++)
		names[i] = strategy_info[i].name;
	return names;
}

const char *const *scenario_names(void)
{
	static const char *names[ARRAY_SIZE(scenario_info)];

	for (size_t i = 0; scenario_info[i].name; i++)
		names[i] = scenario_info[i].name;
	return names;
}
