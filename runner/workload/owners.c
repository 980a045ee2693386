// SPDX-License-Identifier: GPL-2.0-only
/* Whose a parameter is: the owners that params.def names, held against a step or a section. */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "workload/workload.h"

/* The owner for which all scenarios of the module stand. */
#define REQUESTS "requests"

/* Takes the first word off @at; false at the end. */
static bool next_owner(const char **at, const char **word, size_t *length)
{
	*word = *at + strspn(*at, " ");
	*length = strcspn(*word, " ");
	*at = *word + *length;
	return *length;
}

static bool is_word(const char *word, size_t length, const char *name)
{
	return !strncmp(word, name, length) && !name[length];
}

static bool is_strategy(const char *word, size_t length)
{
	for (const struct strategy_info *s = strategy_info; s->name; s++)
		if (is_word(word, length, s->name))
			return true;
	return false;
}

bool param_belongs(enum param_id p, const struct scenario_info *scenario, const char *strategy)
{
	bool requests = scenario && scenario->runs != AGENT;
	bool any_strategy = !strategy || !strategy_find(strategy);
	const char *at = param_info[p].owners, *word;
	size_t length;

	while (scenario && next_owner(&at, &word, &length)) {
		if (is_word(word, length, scenario->name) ||
		    (requests && is_word(word, length, REQUESTS)))
			return true;
		if (requests && (any_strategy ? is_strategy(word, length) :
						is_word(word, length, strategy)))
			return true;
	}
	return !scenario;
}

bool param_is_strategys(const char *name)
{
	int p = param_find(param_info, PARAM_COUNT, name);
	const char *at = p < 0 ? "" : param_info[p].owners, *word;
	size_t length;

	return next_owner(&at, &word, &length) && is_strategy(word, length);
}

/* "churn and open-loop", to be freed. */
static char *owners_in_words(enum param_id p)
{
	const char *at = param_info[p].owners, *word;
	char *words = NULL, *longer;
	size_t length;

	while (next_owner(&at, &word, &length)) {
		bool last = !at[strspn(at, " ")];

		longer = is_word(word, length, REQUESTS) ?
				 xstrdup("every scenario that the module runs") :
				 xasprintf("%s%s%.*s", words ? words : "",
					   !words ? "" : last ? " and " : ", ", (int)length, word);
		free(words);
		words = longer;
	}
	return words;
}

/* Those that @section names, or else all that it would take. To be freed with str_list_free(). */
static struct str_list strategies_of(const struct workload_section *section)
{
	struct str_list all = { 0 };

	for (size_t i = 0; i < section->strategies.n; i++)
		str_list_add(&all, section->strategies.item[i]);
	for (const struct strategy_info *s = strategy_info; s->name && !section->strategies.n; s++)
		if (s->class == RIVAL)
			str_list_add(&all, s->name);
	return all;
}

char *workload_stranger(const struct workload_section *section, enum param_id p)
{
	const struct scenario_info *scenario = workload_scenario(section);
	struct str_list strategies = strategies_of(section);
	char *owners, *measured, *error;
	bool owned = false;

	for (size_t i = 0; i < strategies.n; i++)
		owned |= param_belongs(p, scenario, strategies.item[i]);
	if (owned || !scenario) {
		str_list_free(&strategies);
		return NULL;
	}
	owners = owners_in_words(p);
	measured = param_belongs(p, scenario, NULL) ? str_list_join(&strategies, ", ") :
						      xstrdup(scenario->name);
	error = xasprintf("'%s' is a parameter of %s, not of %s", param_info[p].name, owners,
			  measured);
	free(owners);
	free(measured);
	str_list_free(&strategies);
	return error;
}

int workload_check_owners(const struct workload *workload)
{
	unsigned int first = 0;
	char *why = NULL;

	for (size_t i = 0; i < workload->sections; i++) {
		const struct workload_section *section = &workload->section[i];

		for (int p = 0; p < PARAM_COUNT; p++) {
			unsigned int line = section->param[p].line;
			char *error = line && (!first || line < first) ?
					      workload_stranger(section, (enum param_id)p) : NULL;

			if (!error)
				continue;
			free(why);
			why = error;
			first = line;
		}
	}
	if (!why)
		return 0;
	diag_error("%s:%u: %s", workload->path, first, why);
	free(why);
	return -1;
}
