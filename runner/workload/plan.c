// SPDX-License-Identifier: GPL-2.0-only
/* From a workload to guests and their steps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/text-format.h"
#include "workload/plan.h"

bool step_has(const struct step *step, enum param_id p)
{
	return param_belongs(p, scenario_find(step->scenario), step->strategy);
}

static char *step_line(const struct step *step)
{
	struct str_list words = { 0 };
	char *line;

	str_list_addf(&words, PCPB_KEY_SCENARIO "=%s", step->scenario);
	str_list_addf(&words, PCPB_KEY_STRATEGY "=%s", step->strategy);
	str_list_addf(&words, PCPB_KEY_CONTEXT "=%s", step->context);
	for (int p = 0; p < PARAM_COUNT; p++)
		if (step_has(step, (enum param_id)p) && step->param[p] != param_info[p].preset)
			str_list_addf(&words, "%s=%llu", param_info[p].name,
				      (unsigned long long)step->param[p]);
	line = str_list_join(&words, " ");
	str_list_free(&words);
	return line;
}

static struct guest_plan *add_guest(struct plan *plan, const uint64_t param[GUEST_PARAM_COUNT])
{
	struct guest_plan *guest;

	GROW(plan->guest, plan->guests);
	guest = &plan->guest[plan->guests];
	*guest = (struct guest_plan){
		.id = (unsigned int)plan->guests,
		.disks = 1,
	};
	memcpy(guest->param, param, sizeof(guest->param));
	plan->guests++;
	return guest;
}

static void add_step(struct guest_plan *guest, const struct workload_section *section,
		     const char *strategy, const char *context, const size_t *index,
		     size_t place)
{
	struct step *step;

	GROW(guest->step, guest->steps);
	step = &guest->step[guest->steps++];
	*step = (struct step){
		.scenario = xstrdup(section->scenario->name),
		.strategy = xstrdup(strategy),
		.context = xstrdup(context),
		.place = place,
	};
	for (int p = 0; p < PARAM_COUNT; p++)
		step->param[p] = section->param[p].value[index[p]];
	if (section->scenario->runs == STORM && guest->disks < step->param[PARAM_disks])
		guest->disks = (unsigned int)step->param[PARAM_disks];
	step->line = step_line(step);
}

/* Counts @index up like an odometer over @n lists, those that @skip names left out; false at the end. */
static bool next_combination(const struct value_list *lists, int n, const bool *skip,
			     size_t *index)
{
	for (int p = n - 1; p >= 0; p--) {
		if (skip && skip[p])
			continue;
		if (++index[p] < lists[p].n)
			return true;
		index[p] = 0;
	}
	return false;
}

/* The steps of @section with @strategy into @guest, or each into a new one as @param says. */
static void add_section(struct plan *plan, struct guest_plan *guest, const uint64_t *param,
			const struct workload_section *section, const char *strategy)
{
	bool foreign[PARAM_COUNT];

	for (int p = 0; p < PARAM_COUNT; p++)
		foreign[p] = !param_belongs((enum param_id)p, section->scenario, strategy);
	for (size_t c = 0; c < section->contexts.n; c++) {
		size_t index[PARAM_COUNT] = { 0 };

		do {
			add_step(guest ? guest : add_guest(plan, param), section, strategy,
				 section->contexts.item[c], index, plan->steps++);
		} while (next_combination(section->param, PARAM_COUNT, foreign, index));
	}
}

/* A guest of its own for every step of @section, in every form of guest that it lists. */
static void add_isolated(struct plan *plan, const struct workload_section *section)
{
	for (size_t s = 0; s < section->strategies.n; s++) {
		size_t index[GUEST_PARAM_COUNT] = { 0 };
		uint64_t param[GUEST_PARAM_COUNT];

		do {
			for (int p = 0; p < GUEST_PARAM_COUNT; p++)
				param[p] = section->guest[p].value[index[p]];
			add_section(plan, NULL, param, section, section->strategies.item[s]);
		} while (next_combination(section->guest, GUEST_PARAM_COUNT, NULL, index));
	}
}

static void add_shared(struct plan *plan, const struct workload *workload)
{
	for (const struct strategy_info *s = strategy_info; s->name; s++) {
		struct guest_plan *guest = NULL;

		for (size_t i = 0; i < workload->sections; i++) {
			const struct workload_section *section = &workload->section[i];

			if (section->own_guest || !str_list_has(&section->strategies, s->name))
				continue;
			if (!guest)
				guest = add_guest(plan, workload->guest);
			add_section(plan, guest, NULL, section, s->name);
		}
	}
}

void plan_make(struct plan *plan, const struct workload *workload)
{
	*plan = (struct plan){ 0 };
	/* the longest first, so that the host's cores finish together */
	for (size_t i = 0; i < workload->sections; i++)
		if (workload->section[i].own_guest)
			add_isolated(plan, &workload->section[i]);
	add_shared(plan, workload);
	plan->whole = plan->steps;
}

char *plan_guest_text(const struct guest_plan *guest)
{
	struct str_list lines = { 0 };
	char *text;

	for (size_t i = 0; i < guest->steps; i++)
		str_list_add(&lines, guest->step[i].line);
	str_list_add(&lines, "");
	text = str_list_join(&lines, "\n");
	str_list_free(&lines);
	return text;
}

void guest_plan_free(struct guest_plan *guest)
{
	for (size_t i = 0; i < guest->steps; i++) {
		struct step *step = &guest->step[i];

		free(step->scenario);
		free(step->strategy);
		free(step->context);
		free(step->line);
	}
	free(guest->step);
}

void plan_free(struct plan *plan)
{
	for (size_t g = 0; g < plan->guests; g++)
		guest_plan_free(&plan->guest[g]);
	free(plan->guest);
	*plan = (struct plan){ 0 };
}
