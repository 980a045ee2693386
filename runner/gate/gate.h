/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A comparison judged by rules. A metric has regressed when it is worse by
 * more than its rule allows, and not by accident: in exact mode in 7 of 8
 * seeds, in real time by the Mann-Whitney test after Holm. What the baseline
 * has and the result has not is never passed.
 */
#ifndef GATE_H
#define GATE_H

#include <stddef.h>

#include "compare/compare.h"
#include "gate/rules.h"

enum gate_outcome { GATE_PASSED, GATE_IMPROVED, GATE_REGRESSED, GATE_UNKNOWN };

struct gate_finding {
	enum gate_outcome outcome;
	const char *kind;	/* of GATE_UNKNOWN: "missing", "seeds", "rule", ...; else NULL */
	bool is_change;		/* it tells of a change for the worse, to which a cause belongs */
	char *where;		/* the measurement, or what else it is about */
	char *what;		/* the metric, or "" */
	char *text;		/* figures, or the reason */
};

struct gate {
	const struct comparison *c;
	struct gate_finding *finding;
	size_t findings;
	struct str_list ingredients;	/* what differs and is not what is tested */
	size_t count[GATE_UNKNOWN + 1];
	size_t ungated;		/* metrics without a rule, or without figures in the baseline */
	double *smallest;	/* of judged metrics not equal in all runs: least change to show, ascending */
	size_t smallests;
	double worst_share;	/* the last of them */
	char *worst;		/* its metric; NULL when there is none */
	size_t undetectable;	/* judged metrics of too few independent seeds to show any change */
	int status;		/* enum exit_status */
};

/* @rules count what they judge. Borrows @c. */
void gate_judge(struct gate *gate, const struct comparison *c, struct gate_rules *rules);
void gate_free(struct gate *gate);
/* "pass", "regression", "could not judge". */
const char *gate_verdict_name(const struct gate *gate);

#endif
