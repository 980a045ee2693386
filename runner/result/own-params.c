// SPDX-License-Identifier: GPL-2.0-only
#include "result/own-params.h"

#include <stdlib.h>
#include <string.h>

#include "workload/workload.h"

bool own_param(const struct measurement *m, const char *name, uint64_t *preset)
{
	int p = param_find(param_info, PARAM_COUNT, name);

	if (p >= 0) {
		*preset = param_info[p].preset;
		return param_belongs((enum param_id)p, scenario_find(m->scenario), m->strategy);
	}
	p = param_find(guest_param_info, GUEST_PARAM_COUNT, name);
	if (p >= 0)
		*preset = guest_param_info[p].preset;
	return p >= 0;
}

static void complete(struct measurement *m, const struct param_info *info)
{
	uint64_t value;

	if (!measurement_param(m, info->name, &value))
		measurement_set_param(m, info->name, info->preset);
}

void own_params_complete(struct measurement *m)
{
	const struct scenario_info *scenario = scenario_find(m->scenario);

	for (int p = 0; p < PARAM_COUNT; p++)
		if (param_belongs((enum param_id)p, scenario, m->strategy))
			complete(m, &param_info[p]);
	for (int p = 0; p < GUEST_PARAM_COUNT; p++)
		complete(m, &guest_param_info[p]);
}

void own_params_drop_strangers(struct measurement *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->params; i++) {
		struct named_number *param = &m->param[i];
		uint64_t preset;

		if (param_find(param_info, PARAM_COUNT, param->name) >= 0 &&
		    !own_param(m, param->name, &preset))
			free(param->name);
		else
			m->param[kept++] = *param;
	}
	m->params = kept;
}
