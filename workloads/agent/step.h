/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A step of the plan: a line of key=value words, checked against the tables
 * that runner and module share.
 */
#ifndef AGENT_STEP_H
#define AGENT_STEP_H

#include <stdint.h>

#include "text.h"

#define STEP_LINE_MAX	1024	/* bytes, without the newline */
#define PLAN_STEPS_MAX	10000

enum step_param {
#define PCPB_PARAM(name, field, unit, lowest, highest, preset, what) STEP_PARAM_##field,
#include "../../bench-module/params.def"
#undef PCPB_PARAM
	STEP_PARAMS
};

struct step {
	unsigned int index;	/* place in the plan, from 0 */
	char line[STEP_LINE_MAX + 1];
	bool storm;		/* driven by fio; else the module runs it alone */
	uint64_t param[STEP_PARAMS];
};

/*
 * @line of @length bytes, no newline. Missing parameters get their defaults.
 * False with @why when a word is malformed, unknown, double or out of range,
 * or no scenario is named; step->line is valid even then, cut if need be.
 */
bool step_parse(struct step *step, const char *line, size_t length, struct reason *why);

/* A plan: the lines of /plan, not yet looked at. */
struct plan_lines {
	struct text text;
	struct plan_line {
		const char *start;
		size_t length;
	} *line;
	size_t n;
};

/*
 * Cuts plan->text into lines. False with @why when there are none, too many,
 * or the last one does not end.
 */
bool plan_cut(struct plan_lines *plan, struct reason *why);

#endif
