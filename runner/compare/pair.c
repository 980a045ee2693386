// SPDX-License-Identifier: GPL-2.0-only
/* Pairs the measurements of two sides, and names those that have no partner. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "report/model.h"
#include "result/content.h"
#include "result/provenance.h"
#include "run/boots.h"

typedef const char *(*word_of)(const struct measurement *m);

static const char *series_of(const struct measurement *m)
{
	return m->series;
}

static const char *kernel_of(const struct measurement *m)
{
	return m->kernel;
}

/* True when all measurements of @side have the same word. */
static bool one_word(const struct compare_side *side, word_of word)
{
	const char *first = NULL;

	for (size_t f = 0; f < side->results; f++)
		for (size_t i = 0; i < side->result[f]->measurements; i++) {
			const char *this = word(&side->result[f]->measurement[i]);

			if (first && strcmp(first, this))
				return false;
			first = this;
		}
	return true;
}

/*
 * Results of one series each are compared with each other although the series
 * has another name: that is what two results of two designs are. With several
 * series in a result the name says which belongs to which.
 */
static bool ignores(const struct comparison *c, enum dimension dimension, word_of word)
{
	if (c->old->by != BY_FILE)
		return c->old->by == dimension;
	return one_word(c->old, word) && one_word(c->new, word);
}

static void add_word_difference(struct str_list *list, const struct comparison *c,
				const char *name, const char *old, const char *new)
{
	if (strcmp(old, new))
		str_list_addf(list, "%s: %s %s, %s %s", name, c->old->label, old, c->new->label,
			      new);
}

/*
 * Lists the parameters, besides the seed, in which @a of the old side and @b of
 * the new one differ.
 */
static void list_differences(struct str_list *list, const struct comparison *c,
			     const struct measurement *a, const struct measurement *b)
{
	add_word_difference(list, c, "context", a->context, b->context);
	if (c->old->by != BY_SERIES)
		add_word_difference(list, c, "series", a->series, b->series);
	if (c->old->by != BY_KERNEL)
		add_word_difference(list, c, "kernel", a->kernel, b->kernel);
	for (size_t i = 0; i < a->params; i++) {
		const struct named_number *p = &a->param[i];
		uint64_t value;

		if (is_replicate_param(p->name))
			continue;
		if (!measurement_param(b, p->name, &value))
			str_list_addf(list, "%s: %s %llu, %s has no such parameter", p->name,
				      c->old->label, (unsigned long long)p->value, c->new->label);
		else if (value != p->value)
			str_list_addf(list, "%s: %s %llu, %s %llu", p->name, c->old->label,
				      (unsigned long long)p->value, c->new->label,
				      (unsigned long long)value);
	}
	for (size_t i = 0; i < b->params; i++) {
		uint64_t value;

		if (!is_replicate_param(b->param[i].name) &&
		    !measurement_param(a, b->param[i].name, &value))
			str_list_addf(list, "%s: %s has no such parameter, %s %llu",
				      b->param[i].name, c->old->label, c->new->label,
				      (unsigned long long)b->param[i].value);
	}
}

/* Counts the parameters of @a that @b lacks or has with another value, up to @most. */
static size_t count_params(const struct measurement *a, const struct measurement *b, bool missing,
			   size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < a->params && n < most; i++) {
		const struct named_number *p = &a->param[i];
		uint64_t value;

		if (is_replicate_param(p->name))
			continue;
		/* mostly both have the same ones in the same order */
		if (i < b->params && !strcmp(b->param[i].name, p->name))
			value = b->param[i].value;
		else if (!measurement_param(b, p->name, &value)) {
			n++;
			continue;
		}
		n += !missing && value != p->value;
	}
	return n;
}

/* Counts what list_differences() would list, up to @most. */
static size_t count_differences(const struct comparison *c, const struct measurement *a,
				const struct measurement *b, size_t most)
{
	size_t n = strcmp(a->context, b->context) != 0;

	n += c->old->by != BY_SERIES && strcmp(a->series, b->series);
	n += c->old->by != BY_KERNEL && strcmp(a->kernel, b->kernel);
	if (n < most)
		n += count_params(a, b, false, most - n);
	if (n < most)
		n += count_params(b, a, true, most - n);
	return n;
}

/* The differences to the unit of @others that is most like @unit; none when it is unlike all. */
static void nearest_differences(struct str_list *nearest, const struct comparison *c,
				const struct unit *unit, const struct unit_list *others,
				bool unit_is_old)
{
	const struct measurement *m = unit->first, *found = NULL;
	size_t least = SIZE_MAX;

	/* one difference is the least that there can be */
	for (size_t i = 0; i < others->n && least > 1; i++) {
		const struct measurement *other = others->unit[i].first;
		size_t n;

		if (strcmp(m->scenario, other->scenario) ||
		    (c->old->by != BY_STRATEGY && strcmp(m->strategy, other->strategy)))
			continue;
		n = count_differences(c, m, other, least);
		if (n >= least)
			continue;
		least = n;
		found = other;
	}
	if (found)
		list_differences(nearest, c, unit_is_old ? m : found, unit_is_old ? found : m);
}

static bool is_broken(const struct measurement *m)
{
	return m && !verdict_is_good(m->verdict);
}

/* @unit has no counterpart. Inside one result that is the workload's choice, else a refusal. */
static void report_alone(struct comparison *c, const struct unit *unit,
			 const struct unit_list *others, bool unit_is_old)
{
	const char *label = unit_is_old ? c->old->label : c->new->label;
	enum note_kind kind = unit_is_old ? NOTE_MISSING : NOTE_NEW;
	struct str_list differences = { 0 };
	char *place = measurement_place(unit->first), *joined;

	if (is_broken(unit->bad)) {
		compare_note(c, unit_is_old ? NOTE_BROKEN : NOTE_BROKEN_NEW, true,
			     "%s: %s in %s, which alone has it: %s", place,
			     verdict_name(unit->bad->verdict), label,
			     unit->bad->reason ? unit->bad->reason : "no reason was recorded");
	} else if (c->old->by != BY_FILE) {
		compare_note(c, kind, false, "%s: measured of %s only", place, label);
	} else {
		nearest_differences(&differences, c, unit, others, unit_is_old);
		joined = str_list_join(&differences, "; ");
		if (differences.n)
			compare_note(c, kind, true, "%s: other parameters: %s", place, joined);
		else
			compare_note(c, kind, true, "%s: in %s only", place, label);
		free(joined);
	}
	free(place);
	str_list_free(&differences);
}

static void report_bad(struct comparison *c, const struct compare_side *side,
		       const struct measurement *bad)
{
	enum note_kind kind = is_broken(bad) ? NOTE_BROKEN :
			      side == c->old ? NOTE_SKIPPED_OLD : NOTE_SKIPPED_NEW;
	char *place = measurement_place(bad);

	compare_note(c, kind, is_broken(bad), "%s: %s in %s: %s", place,
		     verdict_name(bad->verdict), side->label,
		     bad->reason ? bad->reason : "no reason was recorded");
	free(place);
}

/* False when so many boots of @unit do not count that the rest tells too little. */
static bool enough_boots(struct comparison *c, const struct compare_side *side,
			 const struct unit *unit)
{
	size_t all = unit->runs.n + unit->contaminated;
	bool enough = unit->runs.n && unit->contaminated * CONTAMINATED_ONE_IN <= all;
	char *place;

	if (!unit->contaminated)
		return true;
	place = measurement_place(unit->first);
	compare_note(c, enough ? NOTE_CONTAMINATED : NOTE_INCONCLUSIVE, !enough,
		     "%s: %s%zu of %zu boots in %s do not count: the host kept their CPUs waiting",
		     place, enough ? "" : "inconclusive: ", unit->contaminated, all, side->label);
	free(place);
	return enough;
}

static bool both_good(struct comparison *c, const struct unit *old, const struct unit *new)
{
	bool enough;

	if (!old->bad && !new->bad) {
		enough = enough_boots(c, c->old, old);
		return enough_boots(c, c->new, new) && enough;
	}
	if (old->bad)
		report_bad(c, c->old, old->bad);
	if (new->bad && (!old->bad || is_broken(new->bad)))
		report_bad(c, c->new, new->bad);
	return false;
}

static void list_lonely_seeds(struct comparison *c, const struct unit *unit,
			      const struct compare_side *side, const struct unit *other)
{
	struct str_list seeds = { 0 };
	char *place, *joined;
	size_t k = 0;

	for (size_t i = 0; i < unit->runs.n; i++) {
		while (k < other->runs.n && other->runs.item[k].seed < unit->runs.item[i].seed)
			k++;
		if (k == other->runs.n || other->runs.item[k].seed != unit->runs.item[i].seed)
			str_list_addf(&seeds, "%llu",
				      (unsigned long long)unit->runs.item[i].seed);
	}
	if (seeds.n) {
		place = measurement_place(unit->first);
		joined = str_list_join(&seeds, ", ");
		compare_note(c, side == c->old ? NOTE_SEEDS_MISSING : NOTE_SEEDS_NEW, false,
			     "%s: seed%s %s in %s only", place, seeds.n > 1 ? "s" : "", joined,
			     side->label);
		free(joined);
		free(place);
	}
	str_list_free(&seeds);
}

/* The seeds that both have, in pairs, into @a and @b, which have room for all of the old unit's. */
static void pair_seeds(const struct unit *old, const struct unit *new, struct replicates *a,
		       struct replicates *b)
{
	for (size_t i = 0, k = 0; i < old->runs.n; i++) {
		while (k < new->runs.n && new->runs.item[k].seed < old->runs.item[i].seed)
			k++;
		if (k == new->runs.n || new->runs.item[k].seed != old->runs.item[i].seed)
			continue;
		a->item[a->n++] = old->runs.item[i];
		b->item[b->n++] = new->runs.item[k];
	}
}

/*
 * Drops the pairs that repeat an earlier one in every figure of both sides: a
 * seed that changes nothing is the same observation again, and eight of those
 * would make a sign test sure of an accident.
 */
static void drop_repeats(struct replicates *old, struct replicates *new)
{
	struct replicate *a = old->item, *b = new->item;
	size_t n = old->n, places = 2 * n + 1, kept = 0;
	/* the kept pairs by their hash; 0: none, else one more than its index */
	size_t *place = xcalloc(places, sizeof(*place));

	for (size_t i = 0; i < n; i++) {
		size_t at = (content_hash(a[i].m) + 31 * content_hash(b[i].m)) % places;
		bool repeats = false;

		while (place[at] && !repeats) {
			const struct replicate *x = &a[place[at] - 1], *y = &b[place[at] - 1];

			repeats = same_content(a[i].m, x->m) && same_content(b[i].m, y->m);
			at = (at + 1) % places;
		}
		if (repeats)
			continue;
		a[kept] = a[i];
		b[kept++] = b[i];
		place[at] = kept;
	}
	free(place);
	old->n = new->n = kept;
}

/*
 * True when the seed varies the run, even where that moves no figure: it draws
 * the PAUSE schedule of every scenario, but a schedule of always one is no draw.
 */
static bool seed_varies(const struct measurement *m)
{
	uint64_t pause;

	return measurement_param(m, "pause", &pause) && pause > 1;
}

static bool differ(struct replicates a, struct replicates b)
{
	for (size_t i = 0; i < a.n; i++)
		if (!same_content(a.item[i].m, b.item[i].m))
			return true;
	return false;
}

static void keep_observations(struct comparison *c, const struct unit *unit, struct replicates *a,
			      struct replicates *b)
{
	size_t n = a->n;
	char *place;

	if (!seed_varies(unit->first) && differ(*a, *b))
		drop_repeats(a, b);
	if (a->n < n) {
		place = measurement_place(unit->first);
		compare_note(c, NOTE_REPEATS, false, "%s: %zu of %zu seeds gave exactly the figures of another one and do not count (with pause above 1 a seed varies the schedule)",
			     place, n - a->n, n);
		free(place);
	}
}

static struct compare_block *add_block(struct comparison *c, const struct unit *old,
				       const struct unit *new)
{
	GROW(c->block, c->blocks);
	c->block[c->blocks] = (struct compare_block){ .old = old->first, .new = new->first };
	return &c->block[c->blocks++];
}

#define SEEDS_NAMED	16

/* Advises to measure the new side again: others may depend on the old side's seeds. */
static void no_seed_in_common(struct comparison *c, const struct unit *old, const struct unit *new)
{
	char *place = measurement_place(old->first), *joined;
	struct str_list seeds = { 0 };

	for (size_t i = 0; i < old->runs.n && i < SEEDS_NAMED; i++)
		str_list_addf(&seeds, "%llu", (unsigned long long)old->runs.item[i].seed);
	joined = str_list_join(&seeds, ",");
	compare_note(c, NOTE_SEEDS_MISSING, true, "%s: no seed in common: %s begins with %llu, %s with %llu; measure %s again with --set seed=%s",
		     place, c->old->label, (unsigned long long)old->runs.item[0].seed,
		     c->new->label, (unsigned long long)new->runs.item[0].seed, c->new->label,
		     joined);
	free(joined);
	str_list_free(&seeds);
	free(place);
}

static void compare_units(struct comparison *c, const struct unit *old, const struct unit *new)
{
	struct compare_block *block;
	struct replicates a = { 0 }, b = { 0 };
	size_t seeds;

	if (!both_good(c, old, new))
		return;
	if (!c->exact) {
		compare_block_fill(c, add_block(c, old, new), old->runs, new->runs);
		return;
	}
	a.item = xcalloc(old->runs.n, sizeof(*a.item));
	b.item = xcalloc(old->runs.n, sizeof(*b.item));
	pair_seeds(old, new, &a, &b);
	if (a.n) {
		list_lonely_seeds(c, old, c->old, new);
		list_lonely_seeds(c, new, c->new, old);
		seeds = a.n;
		keep_observations(c, old, &a, &b);
		block = add_block(c, old, new);
		block->seeds = seeds;
		compare_block_fill(c, block, a, b);
	} else {
		no_seed_in_common(c, old, new);
	}
	free(a.item);
	free(b.item);
}

static int compare_order(const void *a, const void *b)
{
	const struct unit *x = *(const struct unit *const *)a, *y = *(const struct unit *const *)b;

	return (x->order > y->order) - (x->order < y->order);
}

/* The units in the order of the result, which people know. The caller frees the array. */
static const struct unit **in_order(const struct unit_list *list)
{
	const struct unit **ordered = xcalloc(list->n + 1, sizeof(*ordered));

	for (size_t i = 0; i < list->n; i++)
		ordered[i] = &list->unit[i];
	qsort(ordered, list->n, sizeof(*ordered), compare_order);
	return ordered;
}

static int compare_keys(const void *key, const void *unit)
{
	return strcmp(key, ((const struct unit *)unit)->key);
}

const struct unit *compare_find_unit(const struct unit_list *list, const char *key)
{
	return list->n ? bsearch(key, list->unit, list->n, sizeof(*list->unit), compare_keys) :
			 NULL;
}

static void pair_units(struct comparison *c, const struct unit_list *old,
		       const struct unit_list *new)
{
	const struct unit **ordered = in_order(old), *other;

	for (size_t i = 0; i < old->n; i++) {
		other = compare_find_unit(new, ordered[i]->key);
		if (other)
			compare_units(c, ordered[i], other);
		else
			report_alone(c, ordered[i], new, true);
	}
	free(ordered);
	ordered = in_order(new);
	for (size_t i = 0; i < new->n; i++)
		if (!compare_find_unit(old, ordered[i]->key))
			report_alone(c, ordered[i], old, false);
	free(ordered);
}

void compare_pair(struct comparison *c)
{
	bool no_series = ignores(c, BY_SERIES, series_of);
	bool no_kernel = ignores(c, BY_KERNEL, kernel_of);

	units_make(&c->old_units, c, c->old, no_series, no_kernel);
	units_make(&c->new_units, c, c->new, no_series, no_kernel);
	pair_units(c, &c->old_units, &c->new_units);
}
