/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A workload measured after every patch of a series: what each figure was
 * then, and after which patch it moved.
 */
#ifndef EACH_PATCH_H
#define EACH_PATCH_H

#include "compare/sides.h"
#include "output/format.h"

struct patch_step {
	char *series;		/* its name in the result */
	char *subject;		/* of the patch; of the first step: words for "none" */
	char *failure;		/* why there are no figures at all, or NULL */
};

struct patch_steps {
	struct patch_step *step;	/* step i: i patches applied */
	size_t n;
};

/* A metric whose value moved: @change is the line that shows it. */
struct patch_move {
	size_t from, to;		/* steps; not neighbours when those between failed */
	double ratio;
	enum claim claim;
	bool good;			/* for the better */
	bool advisory;
};

struct patch_row {
	char *title, *metric;
	const char *unit;		/* static */
	struct side_value *value;	/* one for each step */
	bool *known;			/* whether there is one */
	struct patch_move *move;
	size_t moves;
	bool same;			/* equal in every replicate at every step */
	double smallest;		/* where nothing can be claimed: the least change that could have been, of the worst step */
	size_t runs, need;		/* fewest replicates of a step, and what a claim needs */
};

struct patch_table {
	const struct patch_steps *steps;
	struct patch_row *row;
	size_t rows;
	struct str_list warnings;	/* what could not be judged, or differs besides */
	struct str_list refused;
};

/*
 * Compares each step that was measured with the last one before it that was:
 * @comparison[i] holds it for step i, and is empty (no sides) where there is none. Each p
 * is multiplied by the number of comparisons (Bonferroni; Dunn 1961, J. Am.
 * Stat. Assoc. 56), since each of them may raise a false alarm. A pure function.
 */
void patch_table_make(struct patch_table *table, const struct patch_steps *steps,
		      const struct comparison *comparison);
void patch_table_free(struct patch_table *table);

/*
 * The table as a document for a format that uses @uses. @all: with metrics that never moved,
 * which are else named in a line. each-patch-document.c
 */
void patch_document(struct document *doc, const struct patch_table *table, bool all,
		    unsigned int uses);

void patch_steps_free(struct patch_steps *steps);

#endif
