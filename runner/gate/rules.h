/* SPDX-License-Identifier: GPL-2.0-only */
/* results/gate.conf: how much worse which metric may get. docs/gate.md has the keys. */
#ifndef GATE_RULES_H
#define GATE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "base/util.h"
#include "compare/compare.h"

enum rule_mode { RULE_ANY_MODE, RULE_EXACT, RULE_REALTIME };

struct gate_rule {
	char *name;
	struct str_list metric, scenario, strategy, context;	/* patterns; none: any */
	enum rule_mode mode;
	uint64_t cpus_least, cpus_most;
	double relative;	/* a share of the old figure */
	double absolute;	/* in the metric's unit; a change must be larger than both */
	double ceiling;		/* infinite: none */
	uint64_t minimum_count;	/* observations that a histogram must have */
	uint64_t boots;		/* that each side must have: the limits are for so many; 0: any */
	bool from_zero_any;	/* one replicate above a baseline of zero is enough */
	bool zero_if_new;	/* must be 0 in what only the result has */
	bool optional;		/* may match nothing */
	bool has_limit;		/* relative, absolute or a ceiling was set */
	bool holds_changes;	/* relative or absolute was: else the ceiling is all there is */
	size_t judged;		/* metrics that it has judged */
};

/*
 * Two strategies of the result that the gate proves itself by: the canary is
 * known to be slower than its base, the other pair to be the same.
 */
struct gate_proof {
	char *strategy, *base;		/* both NULL when there is none */
};

struct gate_rules {
	struct gate_rule *rule;
	size_t n;
	struct gate_proof canary, same;
	bool determinism_required;	/* exact mode: the result must have proved its own */
};

/* -1 after a message with file, line and reason: unreadable, no rule, a rule without a limit. */
MUST_CHECK int gate_rules_load(struct gate_rules *rules, const char *path);
/*
 * Limits of this host, as `pcpbench calibrate` writes them: sections of the
 * same names with `relative`, `absolute` and `boots` alone, which replace those of
 * @rules. -1 after a message: unreadable, a rule that @rules lacks, another key.
 */
MUST_CHECK int gate_rules_adapt(struct gate_rules *rules, const char *path);
/* The file below XDG_CONFIG_HOME that calibrate writes. The caller frees it. */
MUST_CHECK char *gate_host_path(void);
void gate_rules_free(struct gate_rules *rules);
/* The first rule for the metric of that name of @m, or NULL. */
struct gate_rule *gate_rule_for(struct gate_rules *rules, bool exact, const struct measurement *m,
				const char *metric);

#endif
