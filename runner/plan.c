// SPDX-License-Identifier: GPL-2.0-only
/* From a workload to guests and their steps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

static char *step_line(const struct step *step)
{
	struct str_list words = { 0 };
	char *line;

	str_list_addf(&words, "scenario=%s", step->scenario);
	str_list_addf(&words, "strategy=%s", step->strategy);
	str_list_addf(&words, "context=%s", step->context);
	for (int p = 0; p < PARAM_COUNT; p++)
		str_list_addf(&words, "%s=%llu", param_info[p].name,
			      (unsigned long long)step->param[p]);
	line = str_list_join(&words, " ");
	str_list_free(&words);
	return line;
}

static struct guest_plan *add_guest(struct plan *plan, const struct workload *workload)
{
	struct guest_plan *guest;

	plan->guest = xrealloc_array(plan->guest, plan->guests + 1, sizeof(*plan->guest));
	guest = &plan->guest[plan->guests];
	*guest = (struct guest_plan){
		.id = (unsigned int)plan->guests,
		.cpus = workload->cpus,
		.memory_mib = workload->memory_mib,
		.disks = 1,
	};
	plan->guests++;
	return guest;
}

static void add_step(struct guest_plan *guest, const struct workload_section *section,
		     const char *strategy, const char *context, const size_t *index)
{
	struct step *step;

	guest->step = xrealloc_array(guest->step, guest->steps + 1, sizeof(*guest->step));
	step = &guest->step[guest->steps++];
	*step = (struct step){
		.scenario = xstrdup(section->scenario->name),
		.strategy = xstrdup(strategy),
		.context = xstrdup(context),
	};
	for (int p = 0; p < PARAM_COUNT; p++)
		step->param[p] = section->param[p].value[index[p]];
	if (section->scenario->runs == STORM && guest->disks < step->param[PARAM_disks])
		guest->disks = (unsigned int)step->param[PARAM_disks];
	step->line = step_line(step);
}

/* Counts @index up like an odometer over the section's lists; false at the end. */
static bool next_combination(const struct workload_section *section, size_t *index)
{
	for (int p = PARAM_COUNT - 1; p >= 0; p--) {
		if (++index[p] < section->param[p].n)
			return true;
		index[p] = 0;
	}
	return false;
}

/* The steps of @section with @strategy, into @guest, or each into a new guest when that is NULL. */
static void add_section(struct plan *plan, struct guest_plan *guest, const struct workload *workload,
			const struct workload_section *section, const char *strategy)
{
	for (size_t c = 0; c < section->contexts.n; c++) {
		size_t index[PARAM_COUNT] = { 0 };

		do {
			add_step(guest ? guest : add_guest(plan, workload), section, strategy,
				 section->contexts.item[c], index);
			plan->steps++;
		} while (next_combination(section, index));
	}
}

static void add_isolated(struct plan *plan, const struct workload *workload)
{
	for (size_t i = 0; i < workload->sections; i++) {
		const struct workload_section *section = &workload->section[i];

		for (size_t s = 0; section->own_guest && s < section->strategies.n; s++)
			add_section(plan, NULL, workload, section, section->strategies.item[s]);
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
				guest = add_guest(plan, workload);
			add_section(plan, guest, workload, section, s->name);
		}
	}
}

void plan_make(struct plan *plan, const struct workload *workload)
{
	*plan = (struct plan){ 0 };
	/* the longest first, so that the host's cores finish together */
	add_isolated(plan, workload);
	add_shared(plan, workload);
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

void plan_free(struct plan *plan)
{
	for (size_t g = 0; g < plan->guests; g++) {
		for (size_t i = 0; i < plan->guest[g].steps; i++) {
			struct step *step = &plan->guest[g].step[i];

			free(step->scenario);
			free(step->strategy);
			free(step->context);
			free(step->line);
		}
		free(plan->guest[g].step);
	}
	free(plan->guest);
	*plan = (struct plan){ 0 };
}
