// SPDX-License-Identifier: GPL-2.0-only
/* What a workload may say: keys, their values, and what contradicts what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workload/workload.h"

#define LIST_MAX	64	/* values of one key */

static char *unknown(const char *what, const char *word, const char *const *names)
{
	const char *near = nearest_name(word, names);
	struct str_list all = { 0 };
	char *joined, *text;

	for (; *names; names++)
		str_list_add(&all, *names);
	joined = str_list_join(&all, ", ");
	text = xasprintf("unknown %s '%s'%s%s%s; there are: %s", what, word,
			 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "",
			 joined);
	free(joined);
	str_list_free(&all);
	return text;
}

static char *number_error(const char *key, const char *text, uint64_t lowest, uint64_t highest,
			  const char *unit)
{
	return xasprintf("%s = '%s' is not a whole number from %llu to %llu%s%s", key, text,
			 (unsigned long long)lowest, (unsigned long long)highest, *unit ? " " : "",
			 unit);
}

static char *set_names(struct str_list *into, const char *what, const char *value,
		       const char *const *names)
{
	struct str_list words = { 0 };
	char *error = NULL;

	str_list_free(into);
	str_list_split(&words, value, ", \t");
	if (!words.n)
		error = xasprintf("no %s given", what);
	for (size_t i = 0; i < words.n && !error; i++) {
		bool known = false;

		for (const char *const *n = names; *n; n++)
			known |= !strcmp(*n, words.item[i]);
		if (!known)
			error = unknown(what, words.item[i], names);
		else if (str_list_has(into, words.item[i]))
			error = xasprintf("%s '%s' is listed twice", what, words.item[i]);
		else
			str_list_add(into, words.item[i]);
	}
	str_list_free(&words);
	return error;
}

static char *set_param(struct value_list *list, const struct param_info *info, const char *value)
{
	struct str_list words = { 0 };
	char *error = NULL;

	free(list->value);
	*list = (struct value_list){ 0 };
	str_list_split(&words, value, ", \t");
	if (!words.n || words.n > LIST_MAX)
		error = xasprintf("%s takes 1 to %d values, found %zu", info->name, LIST_MAX,
				  words.n);
	else
		list->value = xcalloc(words.n, sizeof(*list->value));
	for (size_t i = 0; i < words.n && !error; i++) {
		uint64_t number;

		if (!parse_u64(words.item[i], info->highest, &number) || number < info->lowest) {
			error = number_error(info->name, words.item[i], info->lowest,
					     info->highest, info->unit);
			break;
		}
		for (size_t k = 0; k < list->n && !error; k++)
			if (list->value[k] == number)
				error = xasprintf("%s lists %s twice", info->name, words.item[i]);
		if (!error)
			list->value[list->n++] = number;
	}
	str_list_free(&words);
	return error;
}

static char *set_isolate(struct workload_section *section, const char *value)
{
	section->isolate_given = true;
	section->own_guest = !strcmp(value, "step");
	if (section->own_guest || !strcmp(value, "strategy"))
		return NULL;
	return xasprintf("isolate = '%s' is neither 'step' (a boot for every step) nor 'strategy' (a boot for every strategy)",
			 value);
}

static char *unknown_key(const char *key, const char *const *fixed, bool with_params)
{
	const char *names[PARAM_COUNT + GUEST_PARAM_COUNT + 8] = { 0 };
	size_t n = 0;

	while (*fixed)
		names[n++] = *fixed++;
	for (int p = 0; p < GUEST_PARAM_COUNT; p++)
		names[n++] = guest_param_info[p].name;
	for (int p = 0; with_params && p < PARAM_COUNT; p++)
		if (p != PARAM_trace)
			names[n++] = param_info[p].name;
	return unknown("key", key, names);
}

bool workload_is_own_key(const char *key)
{
	return !strcmp(key, "description") || !strcmp(key, "boots") ||
	       !strcmp(key, "determinism_proof") ||
	       param_find(guest_param_info, GUEST_PARAM_COUNT, key) >= 0;
}

static char *set_header(struct workload *workload, const char *key, const char *value)
{
	static const char *const keys[] = { "description", "boots", "determinism_proof", NULL };
	const struct param_info *info;
	int p;

	if (!strcmp(key, "description")) {
		free(workload->description);
		workload->description = xstrdup(value);
		return NULL;
	}
	if (!strcmp(key, "boots"))
		return parse_u64(value, BOOTS_MAX, &workload->boots) && workload->boots ? NULL :
			number_error(key, value, 1, BOOTS_MAX, "");
	if (!strcmp(key, "determinism_proof")) {
		workload->determinism_proof = !strcmp(value, "yes");
		if (workload->determinism_proof || !strcmp(value, "no"))
			return NULL;
		return xasprintf("determinism_proof = '%s' is neither 'yes' (one guest is booted again, on a busy host) nor 'no'",
				 value);
	}
	p = param_find(guest_param_info, GUEST_PARAM_COUNT, key);
	if (p < 0)
		return unknown_key(key, keys, false);
	info = &guest_param_info[p];
	if (!parse_u64(value, info->highest, &workload->guest[p]) ||
	    workload->guest[p] < info->lowest)
		return number_error(key, value, info->lowest, info->highest, info->unit);
	return NULL;
}

char *workload_set(struct workload *workload, struct workload_section *section, const char *key,
		   const char *value)
{
	static const char *const keys[] = { "scenario", "strategies", "contexts", "isolate", "trace", NULL };
	int p;

	if (!section)
		return set_header(workload, key, value);
	if (!strcmp(key, "scenario")) {
		section->scenario = scenario_find(value);
		return section->scenario ? NULL : unknown("scenario", value, scenario_names());
	}
	if (!strcmp(key, "strategies"))
		return set_names(&section->strategies, "strategy", value, strategy_names());
	if (!strcmp(key, "contexts"))
		return set_names(&section->contexts, "context", value, context_names);
	if (!strcmp(key, "isolate"))
		return set_isolate(section, value);
	if (!strcmp(key, "trace"))
		return workload_set_trace(workload, section, value);
	p = param_find(param_info, PARAM_COUNT, key);
	if (p >= 0)
		return set_param(&section->param[p], &param_info[p], value);
	p = param_find(guest_param_info, GUEST_PARAM_COUNT, key);
	if (p >= 0)
		return set_param(&section->guest[p], &guest_param_info[p], value);
	return unknown_key(key, keys, true);
}

const struct scenario_info *workload_scenario(const struct workload_section *section)
{
	return section->scenario ? section->scenario : scenario_find(section->label);
}

struct workload_section *workload_section_get(struct workload *workload, const char *label)
{
	struct workload_section *section;

	for (size_t i = 0; i < workload->sections; i++)
		if (!strcmp(workload->section[i].label, label))
			return &workload->section[i];
	GROW(workload->section, workload->sections);
	section = &workload->section[workload->sections++];
	*section = (struct workload_section){ .label = xstrdup(label) };
	return section;
}

/* A list that was not given gets the one value @preset. */
static void fill_list(struct value_list *list, uint64_t preset)
{
	if (list->n)
		return;
	list->value = xcalloc(1, sizeof(*list->value));
	list->value[0] = preset;
	list->n = 1;
}

static void fill_defaults(const struct workload *workload, struct workload_section *section)
{
	if (!section->strategies.n)
		for (const struct strategy_info *s = strategy_info; s->name; s++)
			if (s->class == RIVAL)
				str_list_add(&section->strategies, s->name);
	/* where blk-throttle stood: under the queue lock, interrupts off */
	if (!section->contexts.n)
		str_list_add(&section->contexts, context_names[CONTEXT_IRQS_OFF]);
	for (int p = 0; p < PARAM_COUNT; p++)
		fill_list(&section->param[p], param_info[p].preset);
	for (int p = 0; p < GUEST_PARAM_COUNT; p++)
		fill_list(&section->guest[p], workload->guest[p]);
}

/* A section whose steps share a guest cannot have one to its own taste. */
static char *check_guest(const struct workload_section *section)
{
	for (int p = 0; p < GUEST_PARAM_COUNT; p++)
		if (section->guest[p].n && !section->own_guest)
			return xasprintf("%s is the guest's, and this section's steps share theirs with others: add isolate = step, or move it to [workload]",
					 guest_param_info[p].name);
	return NULL;
}

/* The file was asked before, but an override may have given its section another scenario. */
static char *check_scenarios_params(const struct workload_section *section)
{
	for (int p = 0; p < PARAM_COUNT; p++)
		if (section->param[p].n && !param_belongs((enum param_id)p, section->scenario, NULL))
			return workload_stranger(section, (enum param_id)p);
	return NULL;
}

/* CPUs that are online are possible, too. */
static char *check_cpus(const struct workload_section *section)
{
	const struct value_list *online = &section->guest[GUEST_cpus];
	const struct value_list *possible = &section->guest[GUEST_possible_cpus];

	for (size_t o = 0; o < online->n; o++)
		for (size_t p = 0; p < possible->n; p++)
			if (possible->value[p] && possible->value[p] < online->value[o])
				return xasprintf("possible_cpus = %llu is fewer than cpus = %llu",
						 (unsigned long long)possible->value[p],
						 (unsigned long long)online->value[o]);
	return NULL;
}

static char *check_section(const struct workload_section *section)
{
	const struct value_list *param = section->param;

	for (size_t i = 0; i < param[PARAM_align].n; i++) {
		uint64_t align = param[PARAM_align].value[i];

		if (align & (align - 1))
			return xasprintf("align = %llu is not a power of two",
					 (unsigned long long)align);
	}
	for (size_t l = 0; l < param[PARAM_pool_low].n; l++)
		for (size_t h = 0; h < param[PARAM_pool_high].n; h++) {
			uint64_t low = param[PARAM_pool_low].value[l];
			uint64_t high = param[PARAM_pool_high].value[h];

			if (high && low > high)
				return xasprintf("pool_low = %llu is above pool_high = %llu",
						 (unsigned long long)low, (unsigned long long)high);
			if (!high && low)
				return xasprintf("pool_low = %llu without a pool_high",
						 (unsigned long long)low);
		}
	if (section->scenario->runs == STORM &&
	    (section->contexts.n != 1 || strcmp(section->contexts.item[0], context_names[CONTEXT_IRQS_OFF])))
		return xstrdup("a storm has one context, irqs-off: the block layer's own");
	if (section->scenario->runs == STORM && !section->own_guest)
		return xstrdup("storms can't share a guest: each would find what the last one left in the allocator");
	return NULL;
}

static bool lists_meet(const struct str_list *a, const struct str_list *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (str_list_has(b, a->item[i]))
			return true;
	return false;
}

static bool values_meet(const struct value_list *a, const struct value_list *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (a->value[i] == b->value[k])
				return true;
	return false;
}

/* The same of their steps with @strategy: parameters that are not its own tell nothing apart. */
static bool params_meet(const struct workload_section *a, const struct workload_section *b,
			const char *strategy)
{
	for (int p = 0; p < PARAM_COUNT; p++)
		if (param_belongs((enum param_id)p, a->scenario, strategy) &&
		    !values_meet(&a->param[p], &b->param[p]))
			return false;
	return true;
}

/* True when @a and @b have a step in common. Results could not tell the two apart. */
static bool sections_meet(const struct workload_section *a, const struct workload_section *b)
{
	if (a->scenario != b->scenario || !lists_meet(&a->contexts, &b->contexts))
		return false;
	for (int p = 0; p < GUEST_PARAM_COUNT; p++)
		if (!values_meet(&a->guest[p], &b->guest[p]))
			return false;
	for (size_t i = 0; i < a->strategies.n; i++)
		if (str_list_has(&b->strategies, a->strategies.item[i]) &&
		    params_meet(a, b, a->strategies.item[i]))
			return true;
	return false;
}

char *workload_finish(struct workload *workload)
{
	if (!workload->sections)
		return xstrdup("no section besides [workload]: nothing to measure");
	for (size_t i = 0; i < workload->sections; i++) {
		struct workload_section *section = &workload->section[i];
		char *error, *text;

		section->scenario = workload_scenario(section);
		if (!section->scenario)
			return xasprintf("[%s] names no scenario, and its label is none", section->label);
		if (!section->isolate_given)
			section->own_guest = section->scenario->runs == STORM;
		error = check_guest(section);
		if (!error)
			error = check_scenarios_params(section);
		if (!error)
			error = workload_finish_trace(section);
		fill_defaults(workload, section);
		if (!error)
			error = check_cpus(section);
		if (!error)
			error = check_section(section);
		if (error) {
			text = xasprintf("[%s] %s", section->label, error);
			free(error);
			return text;
		}
		for (size_t k = 0; k < i; k++)
			if (sections_meet(section, &workload->section[k]))
				return xasprintf("[%s] and [%s] have a step in common: it would be measured twice",
						 workload->section[k].label, section->label);
	}
	return NULL;
}

void workload_free(struct workload *workload)
{
	for (size_t i = 0; i < workload->sections; i++) {
		struct workload_section *section = &workload->section[i];

		free(section->label);
		trace_free(&section->trace);
		str_list_free(&section->strategies);
		str_list_free(&section->contexts);
		for (int p = 0; p < PARAM_COUNT; p++)
			free(section->param[p].value);
		for (int p = 0; p < GUEST_PARAM_COUNT; p++)
			free(section->guest[p].value);
	}
	free(workload->section);
	free(workload->name);
	free(workload->path);
	free(workload->description);
	*workload = (struct workload){ 0 };
}
