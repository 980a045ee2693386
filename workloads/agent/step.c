// SPDX-License-Identifier: GPL-2.0-only
#include "step.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	uint64_t lowest, highest, preset;
} params[STEP_PARAMS] = {
#define PCPB_PARAM(name, field, unit, lowest, highest, preset, what) \
	{ name, lowest, highest, preset },
#include "../../bench-module/params.def"
#undef PCPB_PARAM
};

enum runs { MODULE, STORM };

static const struct {
	const char *name;
	enum runs runs;
} scenarios[] = {
#define PCPB_SCENARIO(name, symbol, runs, summary) { name, runs },
#include "../../bench-module/scenarios.def"
#undef PCPB_SCENARIO
};

#define LOWER	"abcdefghijklmnopqrstuvwxyz"
#define DIGITS	"0123456789"
static const char key_chars[] = LOWER "_";
static const char value_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" LOWER DIGITS "._-";

/* Keys that are no parameters; bits of a mask that finds double ones. */
enum { WORD_SCENARIO = STEP_PARAMS, WORD_STRATEGY, WORD_CONTEXT };
_Static_assert(WORD_CONTEXT < 32, "a mask of 32 bits");

static bool set_scenario(struct step *step, const char *value, struct reason *why)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(*scenarios); i++) {
		if (!strcmp(value, scenarios[i].name)) {
			step->storm = scenarios[i].runs == STORM;
			return true;
		}
	}
	return reason_set(why, "no scenario is named '%s'", value);
}

static bool set_param(struct step *step, unsigned int id, const char *value, struct reason *why)
{
	uint64_t number = 0;

	if (value[strspn(value, DIGITS)] || strlen(value) > 19)
		return reason_set(why, "%s=%s is not a number", params[id].name, value);
	for (const char *c = value; *c; c++)
		number = number * 10 + (*c - '0');
	if (number < params[id].lowest || number > params[id].highest)
		return reason_set(why, "%s=%s is not in %llu..%llu", params[id].name, value,
				  (unsigned long long)params[id].lowest,
				  (unsigned long long)params[id].highest);
	step->param[id] = number;
	return true;
}

/* @word is "key=value", changed in place. */
static bool set_word(struct step *step, char *word, uint32_t *seen, struct reason *why)
{
	size_t key = strspn(word, key_chars);
	char *value = word + key + 1;
	unsigned int id;

	if (!key || word[key] != '=' || !*value || value[strspn(value, value_chars)])
		return reason_set(why, "'%s' is not of the form key=value", word);
	word[key] = '\0';
	for (id = 0; id < STEP_PARAMS && strcmp(word, params[id].name); id++)
		;
	if (!strcmp(word, "scenario"))
		id = WORD_SCENARIO;
	else if (!strcmp(word, "strategy"))
		id = WORD_STRATEGY;
	else if (!strcmp(word, "context"))
		id = WORD_CONTEXT;
	else if (id == STEP_PARAMS)
		return reason_set(why, "no parameter is named '%s'", word);
	if (*seen & 1u << id)
		return reason_set(why, "'%s' is there twice", word);
	*seen |= 1u << id;
	if (id == WORD_SCENARIO)
		return set_scenario(step, value, why);
	/* Which strategies and contexts there are is the module's to say. */
	return id >= STEP_PARAMS || set_param(step, id, value, why);
}

bool step_parse(struct step *step, const char *line, size_t length, struct reason *why)
{
	char words[STEP_LINE_MAX + 1];
	size_t kept = length < STEP_LINE_MAX ? length : STEP_LINE_MAX;
	uint32_t seen = 0;
	char *next = words;

	memcpy(step->line, line, kept);
	step->line[kept] = '\0';
	memcpy(words, step->line, kept + 1);
	step->storm = false;
	for (unsigned int id = 0; id < STEP_PARAMS; id++)
		step->param[id] = params[id].preset;
	if (kept < length)
		return reason_set(why, "the step's line has %zu bytes, more than %u", length,
				  STEP_LINE_MAX);
	if (strlen(words) < length)
		return reason_set(why, "the step's line holds a NUL byte");
	while (next) {
		char *word = strsep(&next, " ");

		if (!set_word(step, word, &seen, why))
			return false;
	}
	if (!(seen & 1u << WORD_SCENARIO))
		return reason_set(why, "the step names no scenario");
	return true;
}

bool plan_cut(struct plan_lines *plan, struct reason *why)
{
	const char *at = plan->text.data, *end = at + plan->text.length;

	plan->line = NULL;
	plan->n = 0;
	if (!plan->text.length)
		return reason_set(why, "the plan is empty");
	while (at < end) {
		const char *stop = memchr(at, '\n', end - at);

		if (!stop)
			return reason_set(why, "line %zu of the plan does not end: was it cut off?",
					  plan->n + 1);
		if (plan->n == PLAN_STEPS_MAX)
			return reason_set(why, "the plan has more than %u steps", PLAN_STEPS_MAX);
		if (!(plan->n & (plan->n - 1))) {
			size_t room = plan->n ? 2 * plan->n : 1;

			plan->line = reallocarray(plan->line, room, sizeof(*plan->line));
			if (!plan->line)
				abort();
		}
		plan->line[plan->n++] = (struct plan_line){ at, stop - at };
		at = stop + 1;
	}
	return true;
}
