/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calibration tells what a host can tell apart in real time: its noise, how
 * often the gate raises a false alarm on it, and how often it finds a change of
 * known size. It deals boots of one thing out to two sides again and again, and
 * has the gate itself judge each deal. Pure functions of a stored result.
 */
#ifndef CALIBRATE_H
#define CALIBRATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must-check.h"
#include "compare/compare.h"
#include "gate/rules.h"
#include "result/result.h"

/* The goals of a calibration: most false alarms and least changes found, as shares. */
#define CALIBRATE_ALARMS_MOST	0.01
#define CALIBRATE_FOUND_LEAST	0.95
#define CALIBRATE_CHANGE	0.10	/* the change that must be found */
#define CALIBRATE_SECONDS_MOST	600.0	/* guest time of both sides together */
#define CALIBRATE_DEALS		400	/* resampled comparisons of each kind */

/* The noise of a metric of one thing, as shares of its median over the boots. */
struct noise {
	char *place, *metric;
	const char *unit;	/* static */
	double median;
	double within;		/* half the 95 % interval that a boot gives for itself; or NaN */
	double between;		/* of the boots: 1.4826 x median absolute deviation */
	double corrected;	/* the same, each held against its yardstick; or NaN */
	double least, most;	/* the extreme boots */
	bool gated, advisory;
};

/* One number of boots a side, tried. */
struct trial {
	size_t a_side;
	double seconds;		/* host seconds that the guests of both sides take; 0: not known */
	double *limit;		/* per rule, relative; NaN: the rule keeps its own */
	size_t deals;
	size_t alarms;		/* of deals in which both sides were the same thing */
	size_t found;		/* of deals in which one side's latencies were 10 % larger */
	size_t found_planted;	/* of deals in which one side really executed more */
};

/* The planted slowness that is nearest to the change that must be found. */
struct planted {
	char *words;		/* "busted-slow, added_insns 100"; NULL: the result has none */
	double ratio;		/* of its p50 to its base's, over all boots */
	struct interval interval;
	bool has_interval;
};

struct calibration {
	char *id;		/* of the result */
	size_t boots;		/* whole and clean, of everything */
	size_t contaminated;
	struct noise *noise;
	size_t noises;
	struct planted planted;
	struct trial *trial;
	size_t trials;
	const struct trial *chosen;	/* the smallest that reaches all figures; NULL: none does */
};

/*
 * Calibrates by @r, a realtime result with several boots. @rules are those of
 * the gate; their proofs name what is planted and what it is planted on.
 * -1 after a message when @r cannot be used. Takes seconds.
 */
MUST_CHECK int calibrate(struct calibration *c, const struct result *r, struct gate_rules *rules);
void calibration_free(struct calibration *c);

/* The limits of @c->chosen for gate_rules_adapt(); to be freed. document.c */
MUST_CHECK char *calibration_limits(const struct calibration *c, const struct gate_rules *rules);

/* deal.c: boots as results of their own, to be dealt out. */
struct deck {
	struct result *same, *scaled, *planted;	/* of each @boots; planted may be NULL */
	size_t boots;
	const char *base;			/* strategy that is made slower */
};

/*
 * The deck of @units, whose base is @base. @planted may be NULL. Borrows all, and
 * has as many boots as the unit that has the fewest.
 */
void deck_make(struct deck *deck, const struct result *r, const struct unit_list *units,
	      const char *base, const struct unit *planted);
void deck_free(struct deck *deck);
/*
 * Judges @c->deals deals of @a_side boots a side by limits that the first deals
 * gave, and fills in the trial.
 */
void trial_run(struct trial *trial, const struct deck *deck, struct gate_rules *rules);

#endif
