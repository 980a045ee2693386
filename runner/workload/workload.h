/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workload files (INI, read with inih) and the tables that they are checked
 * against: strategies.def, scenarios.def and params.def of the module.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "base/util.h"
#include "workload/trace-program.h"

enum param_id {
#define PCPB_PARAM(name, field, unit, lowest, highest, preset, owners, what) PARAM_##field,
#include "contract/params.def"
#undef PCPB_PARAM
	PARAM_COUNT
};

struct param_info {
	const char *name, *unit;
	uint64_t lowest, highest, preset;
	const char *owners;	/* as params.def says; NULL: the guest, and so every measurement */
	const char *what;
};
extern const struct param_info param_info[PARAM_COUNT];

enum guest_param_id {
#define PCPB_GUEST_PARAM(name, unit, lowest, highest, preset, what) GUEST_##name,
#include "contract/guest-params.def"
#undef PCPB_GUEST_PARAM
	GUEST_PARAM_COUNT
};
extern const struct param_info guest_param_info[GUEST_PARAM_COUNT];

enum strategy_class { RIVAL, REFERENCE, FLOOR, PROOF };
struct strategy_info {
	const char *name;
	enum strategy_class class;
	const char *summary;
};
extern const struct strategy_info strategy_info[];	/* ends with name NULL */

enum scenario_runs { MODULE, STORM, AGENT };
struct scenario_info {
	const char *name;
	enum scenario_runs runs;
	bool own_driver;	/* a storm that the agent's driver makes, not fio */
	const char *summary;
};
extern const struct scenario_info scenario_info[];	/* ends with name NULL */

enum context_id {
#define PCPB_CONTEXT(id, symbol, name, lock, lock_rt, what) CONTEXT_##id,
#include "contract/contexts.def"
#undef PCPB_CONTEXT
};
extern const char *const context_names[];	/* by enum context_id; NULL-terminated */

/* NULL when there is none of that name. */
const struct strategy_info *strategy_find(const char *name);
const struct scenario_info *scenario_find(const char *name);
/*
 * Does parameter @p belong to a step of @scenario with @strategy? One that no table knows may
 * have any; NULL stands for such a scenario.
 */
bool param_belongs(enum param_id p, const struct scenario_info *scenario, const char *strategy);
/* True when it belongs to strategies, and so differs between those that are compared. */
bool param_is_strategys(const char *name);
/* Place of @key in @info[0..n-1], or -1. */
MUST_CHECK int param_find(const struct param_info *info, int n, const char *key);
/* All names, NULL-terminated, for nearest_name() and messages. */
const char *const *strategy_names(void);
const char *const *scenario_names(void);

struct value_list {
	uint64_t *value;
	size_t n;
	unsigned int line;	/* of the workload file; 0: not from there */
};

/* A section of a workload file: every combination of its lists is a step. */
struct workload_section {
	char *label;
	const struct scenario_info *scenario;
	struct str_list strategies, contexts;
	struct value_list param[PARAM_COUNT];	/* n >= 1 each, defaults filled in, also of strangers */
	struct value_list guest[GUEST_PARAM_COUNT];	/* the same; the workload's unless given */
	bool own_guest;		/* isolate = step: a boot for every step */
	bool isolate_given;
	struct trace trace;	/* of scenario trace; id 0 in all others */
};

struct workload {
	char *name, *path, *description;
	bool determinism_proof;	/* one guest is booted again, on a busy host (exact mode) */
	uint64_t guest[GUEST_PARAM_COUNT];	/* of guests that steps share */
	uint64_t boots;		/* of each guest in real time; 0: as the run needs */
	struct workload_section *section;
	size_t sections;
};

#define BOOTS_MAX 1000

/* True when @key is one of [workload] itself, rather than of its sections. */
bool workload_is_own_key(const char *key);

/*
 * Reads @name_or_path (a name means workloads/<name>.ini below @root), then
 * applies @overrides: "section.key=value" for one section, "key=value" for
 * [workload] or else for every section. -1 after a message with file, line
 * and reason, and the nearest valid name.
 */
MUST_CHECK int workload_load(struct workload *workload, const char *root, const char *name_or_path,
			     const struct str_list *overrides);
void workload_free(struct workload *workload);
/* Drops every strategy not in @only (all stay when it is empty); -1 after a message. */
MUST_CHECK int workload_keep_strategies(struct workload *workload, const struct str_list *only);
/* Names of the files in workloads/ below @root, sorted, without ".ini". */
void workload_names(struct str_list *list, const char *root);

/*
 * One key of a section (or of [workload] when @section is NULL), checked
 * against the tables. NULL when it was taken, else what is wrong, to be freed.
 */
MUST_CHECK char *workload_set(struct workload *workload, struct workload_section *section,
			      const char *key, const char *value);
/* The scenario of @section, by `scenario =` or else by its label; NULL: it names none. */
const struct scenario_info *workload_scenario(const struct workload_section *section);
/*
 * NULL when parameter @p belongs to the scenario of @section and one of its strategies at
 * least, or the scenario is not known. Else whose it is: "'rate' is a parameter of churn
 * and open-loop, not of pair". To be freed. owners.c
 */
MUST_CHECK char *workload_stranger(const struct workload_section *section, enum param_id p);
/* The same of every parameter that the file gives: -1 after a message with file and line. */
MUST_CHECK int workload_check_owners(const struct workload *workload);
/* The trace of that id, which some section has, or NULL. trace.c */
const struct trace *workload_trace(const struct workload *workload, uint64_t id);
/* Key `trace`: the file that @section replays, relative to the workload's. As workload_set(). */
MUST_CHECK char *workload_set_trace(const struct workload *workload,
				    struct workload_section *section, const char *value);
/* Its id, and areas that serve all of it unless the section names larger ones. As workload_finish(). */
MUST_CHECK char *workload_finish_trace(struct workload_section *section);
/* What of the traces is left out, as warnings. */
void workload_warn_of_traces(const struct workload *workload);

/* The section @label, added when it is new. */
struct workload_section *workload_section_get(struct workload *workload, const char *label);
/* Fills in defaults, then looks for contradictions; NULL or what is wrong, to be freed. */
MUST_CHECK char *workload_finish(struct workload *workload);

#endif
