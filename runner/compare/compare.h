/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two sets of measurements held against each other: what is compared, how often
 * it was measured and what the numbers can show. document.h tells it;
 * docs/compare.md says what it means.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"
#include "result/metric.h"
#include "result/provenance.h"
#include "result/result.h"
#include "stats/stats.h"

#define COMPARE_ALPHA 0.05

/* The property that tells the sides apart when they come from the same results. */
enum dimension { BY_FILE, BY_STRATEGY, BY_SERIES, BY_KERNEL };

/* One side: borrows the results. */
struct compare_side {
	char *label;			/* for messages: "OLD", or the strategy, series, kernel */
	const struct result **result;
	size_t results;
	enum dimension by;
	const char *word;		/* its strategy, series or kernel; NULL when BY_FILE */
};

/*
 * A run of a unit. exact: one seed of it. realtime: one boot, for what shares
 * a boot is no replicate; its seeds are merged. A contaminated boot is none.
 */
struct replicate {
	uint64_t seed;			/* exact only */
	const struct measurement *m;
	struct measurement *merged;	/* owner of m when it was merged, else NULL */
};

/* Runs of one thing. Who made the array frees it. */
struct replicates {
	struct replicate *item;
	size_t n;
};

/* All that a side has of one thing that can be compared. */
struct unit {
	char *key;			/* what both sides must agree in */
	size_t order;			/* place in its results */
	const struct measurement *first;
	struct replicates runs;		/* in the order of seeds, or of boots */
	size_t contaminated;		/* boots that do not count */
	const struct measurement *bad;	/* the first that is neither ok nor contaminated, or NULL */
};

struct unit_list {
	struct unit *unit;		/* ascending by key */
	size_t n;
};

enum claim {
	CLAIM_SAME,	/* equal in every replicate */
	CLAIM_NONE,	/* nothing can be claimed */
	CLAIM_LOWER,	/* the second side is lower */
	CLAIM_HIGHER,
};

/* A metric of both sides as a whole: one over all replicates, from merged histograms. */
struct side_value {
	enum known known;
	double value;		/* set for KNOWN; infinite for KNOWN_NEVER */
	uint64_t count;		/* of samples of its histogram, of a share's whole; 0 for a counter */
};

struct compare_line {
	char *name;
	const char *unit;		/* static */
	enum metric_kind kind;
	enum better better;
	struct side_value old, new;
	struct sample a, b;		/* values of the old and the new replicates; in pairs when exact */
	double *raw_a, *raw_b;		/* as measured, where a and b are told for one yardstick; or NULL */
	struct sample sum_a, sum_b;	/* real time, a share: a value per boot whose mean is the share of all; or none */
	uint64_t *seed;			/* exact: of each pair */
	size_t up, down;		/* exact: pairs that rose, and that fell */
	int direction;			/* 1 up, -1 down, 0: by the pairs, or by U in real time */
	bool sums;			/* real time, a count that adds up or a share: judged by its sums */
	double ratio;			/* new / old: median of pairs, Hodges-Lehmann, or of sums; NaN: unknown */
	double ratio_min, ratio_max;	/* of the pairs; NaN in real time */
	double difference;		/* new - old, the same way; NaN when not finite */
	struct interval interval;	/* of the ratio */
	bool has_interval;
	/*
	 * Real time: of the median boot of each side, and of the median ratio of
	 * boots in pairs (the i-th of one and of the other side, which in a run
	 * with turns are neighbours).
	 */
	struct interval old_median, new_median, paired;
	bool has_medians, has_paired;
	double p;			/* adjusted: Holm in real time, Benjamini-Hochberg in exact; or 1 */
	double p_alone;			/* as if this were the only line */
	enum claim claim;
	bool advisory;			/* a tail in real time */
	double smallest;		/* least relative change that would have shown, or infinity */
	double resolution;		/* least relative step that the figure can make */
	double blur;			/* so much of a difference may be a bucket's width, and no more */
	size_t need;			/* replicates a side that a claim needs at least */
};

struct compare_block {
	char *title;
	const struct measurement *old, *new;	/* for scenario, strategy, ... */
	struct replicates old_runs, new_runs;	/* as many of both when exact */
	size_t seeds;			/* exact: pairs, with those that repeated another */
	double speed;			/* the yardstick that latencies are told for, ns; or NaN */
	bool identical;			/* every pair has the same figures in everything */
	struct compare_line *line;
	size_t lines;
};

/* Geometric mean of a metric's ratios over the blocks of one scenario and strategy. */
struct compare_mean {
	const char *scenario, *strategy;
	char *metric;
	struct sample ratios;		/* of the blocks */
	double ratio;			/* the mean of those */
};

/* The reasons for which something was not compared. */
enum note_kind {
	NOTE_MODE,		/* instructions against nanoseconds */
	NOTE_UNITS,		/* a metric has another unit */
	NOTE_MISSING,		/* only the old side has it */
	NOTE_NEW,		/* only the new side has it */
	NOTE_BROKEN,		/* a verdict that is neither ok nor skipped nor unsupported */
	NOTE_SKIPPED_OLD,	/* skipped or unsupported on the old side, maybe on both */
	NOTE_SKIPPED_NEW,	/* the same, on the new side alone */
	NOTE_SEEDS_MISSING,	/* seeds that only the old side has */
	NOTE_SEEDS_NEW,
	NOTE_REPEATS,		/* seeds that changed nothing */
	NOTE_NONDETERMINISTIC,
	NOTE_TWICE,		/* one boot given as two */
	NOTE_CONTAMINATED,	/* boots that the host kept waiting */
	NOTE_INCONCLUSIVE,	/* too many of those */
	NOTE_UNFIT,		/* histograms that can't be merged */
	NOTE_BROKEN_NEW,	/* the same as NOTE_BROKEN, of what only the new side has */
	NOTE_NOTHING,		/* there was nothing on both sides */
};

struct compare_note {
	enum note_kind kind;
	const char *text;	/* in refused or left_out */
};

struct comparison {
	const struct compare_side *old, *new;
	bool exact;
	bool same_digest;		/* both sides are the same measurements, bit for bit */
	struct str_list warnings;	/* what differs besides what is compared */
	struct str_list consoles;	/* of those: what only the new side's consoles said */
	struct str_list refused;	/* what could not be compared, and why: exit 2 */
	struct str_list left_out;	/* what was not there to compare */
	struct compare_note *note;	/* both of them, with their kinds */
	size_t notes;
	struct unit_list old_units, new_units;	/* own what realtime replicates are merged from */
	struct compare_block *block;	/* in the order of the old side */
	size_t blocks;
	struct compare_mean *mean;
	size_t means;
};

/* Compares; never fails, but c->refused may hold all there is to say. */
void compare_make(struct comparison *c, const struct compare_side *old,
		  const struct compare_side *new);
void comparison_free(struct comparison *c);
/*
 * Adds to @list what the provenance of the results differs in, within a side and
 * between the two, looked at for @use.
 */
void compare_provenance(const struct comparison *c, struct str_list *list,
			enum provenance_use use);
/* Adds to c->refused or, when @refused is false, to c->left_out. */
void compare_note(struct comparison *c, enum note_kind kind, bool refused, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * The units of @side. What must not differ within it (a seed measured twice
 * with other figures) is refused in @c. units.c
 */
void units_make(struct unit_list *list, struct comparison *c, const struct compare_side *side,
		bool ignore_series, bool ignore_kernel);
void units_free(struct unit_list *list);
/* The one of that key, or NULL. pair.c */
const struct unit *compare_find_unit(const struct unit_list *list, const char *key);
/* All replicates merged: histograms joined, counters by their rule, means of those added. */
bool units_total(struct measurement *total, struct replicates runs);

/* Blocks of all units that both sides have; the rest is refused or left out. pair.c */
void compare_pair(struct comparison *c);
/* Lines of @block from replicates that belong together. judge.c */
void compare_block_fill(struct comparison *c, struct compare_block *block,
			struct replicates old, struct replicates new);
/* The median yardstick of all boots of both sides; NaN when one of them has none. */
double compare_speed(struct replicates old, struct replicates new);
/*
 * Figures of one metric, to be freed with compare_line_free(); compare_judge()
 * says for all lines together what they can claim. @speed is compare_speed(), or
 * NaN to leave latencies as they were measured.
 */
void compare_line_fill(struct compare_line *line, const struct metric *metric, bool exact,
		       double speed, struct replicates old, struct replicates new);
void compare_line_free(struct compare_line *line);
/*
 * Finishes the comparison once all lines are there: many tests at once, power,
 * geometric means. judge.c
 */
void compare_judge(struct comparison *c);

#endif
