// SPDX-License-Identifier: GPL-2.0-only
/* The measurements of a side, gathered by what they measure. */
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "result/content.h"
#include "result/key.h"
#include "result/own-params.h"
#include "workload/workload.h"

/* What both sides must agree in. */
struct unit_parts {
	unsigned int parts;		/* of enum key_part */
	struct str_list several;	/* parameters of strategies that have several values on the side */
};

/*
 * A parameter of a strategy is part of what is compared when strategies are. Where a
 * side has it with several values, all but the default name a variant, which has no
 * counterpart in a strategy without that parameter.
 */
static bool is_of_strategy(const struct measurement *m, const struct named_number *param,
			   const void *arg)
{
	const struct unit_parts *parts = arg;
	uint64_t preset;

	if (!param_is_strategys(param->name))
		return false;
	return !str_list_has(&parts->several, param->name) ||
	       (own_param(m, param->name, &preset) && param->value == preset);
}

static char *unit_key(const struct measurement *m, const struct unit_parts *parts)
{
	return measurement_key_of(m, parts->parts,
				  parts->parts & KEY_STRATEGY ? NULL : is_of_strategy, parts);
}

static bool on_side(const struct compare_side *side, const struct measurement *m)
{
	switch (side->by) {
	case BY_STRATEGY:
		return !strcmp(m->strategy, side->word);
	case BY_SERIES:
		return !strcmp(m->series, side->word);
	case BY_KERNEL:
		return !strcmp(m->kernel, side->word);
	case BY_FILE:
		break;
	}
	return true;
}

static void note_several(struct str_list *several, const struct measurement *first,
			 const struct measurement *m)
{
	for (size_t i = 0; i < m->params; i++) {
		const struct named_number *param = &m->param[i];
		uint64_t value;

		if (param_is_strategys(param->name) &&
		    (!measurement_param(first, param->name, &value) || value != param->value))
			str_list_add_new(several, param->name);
	}
}

/* Which parameters of strategies have several values on @side; to be freed. */
static struct str_list several_on(const struct compare_side *side)
{
	const struct measurement *first = NULL;
	struct str_list several = { 0 };

	for (size_t f = 0; f < side->results; f++)
		for (size_t i = 0; i < side->result[f]->measurements; i++) {
			const struct measurement *m = &side->result[f]->measurement[i];

			if (!on_side(side, m))
				continue;
			if (first)
				note_several(&several, first, m);
			else
				first = m;
		}
	return several;
}

struct item {
	char *key;
	const struct measurement *m;
	size_t file, order;
	uint64_t seed, boot;	/* boot is 0 in a result that does not tell them apart */
};

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int keys = strcmp(x->key, y->key);

	if (keys)
		return keys;
	return (x->order > y->order) - (x->order < y->order);
}

static size_t gather_items(struct item **items, const struct compare_side *side,
			   const struct unit_parts *parts)
{
	struct item *item = NULL;
	size_t n = 0;

	for (size_t f = 0; f < side->results; f++) {
		const struct result *r = side->result[f];

		for (size_t i = 0; i < r->measurements; i++) {
			const struct measurement *m = &r->measurement[i];

			if (!on_side(side, m))
				continue;
			GROW(item, n);
			item[n] = (struct item){ unit_key(m, parts), m, f, n, 1, 0 };
			measurement_param(m, "seed", &item[n].seed);
			measurement_param(m, "boot", &item[n].boot);
			n++;
		}
	}
	if (n)
		qsort(item, n, sizeof(*item), compare_items);
	*items = item;
	return n;
}

bool units_total(struct measurement *total, struct replicates runs)
{
	bool fits = true;

	measurement_init(total);
	for (size_t i = 0; i < runs.n; i++)
		fits &= content_add(total, runs.item[i].m, NULL);
	return fits;
}

static struct replicate *add_replicate(struct unit *unit)
{
	GROW(unit->runs.item, unit->runs.n);
	unit->runs.item[unit->runs.n] = (struct replicate){ 0 };
	return &unit->runs.item[unit->runs.n++];
}

static int compare_seeds(const void *a, const void *b)
{
	const struct replicate *x = a, *y = b;

	return (x->seed > y->seed) - (x->seed < y->seed);
}

/* Makes one replicate per seed; a seed that was measured twice must have given the same. */
static void by_seed(struct unit *unit, const struct item *item, size_t n,
		    const struct compare_side *side, struct comparison *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		*add_replicate(unit) = (struct replicate){ item[i].seed, item[i].m, NULL };
	qsort(unit->runs.item, unit->runs.n, sizeof(*unit->runs.item), compare_seeds);
	for (size_t i = 0; i < unit->runs.n; i++) {
		struct replicate *last = kept ? &unit->runs.item[kept - 1] : NULL;

		if (!last || last->seed != unit->runs.item[i].seed)
			unit->runs.item[kept++] = unit->runs.item[i];
		else if (!content_agrees(last->m, unit->runs.item[i].m))
			compare_note(c, NOTE_NONDETERMINISTIC, true, "%s: nondeterministic: two measurements of seed %llu differ, first in %s (%s)",
				     side->label, (unsigned long long)last->seed,
				     content_difference(last->m, unit->runs.item[i].m), unit->key);
	}
	unit->runs.n = kept;
}

/* Makes one replicate per boot of each file. */
static void by_boot(struct unit *unit, const struct item *item, size_t n,
		    const struct compare_side *side, struct comparison *c)
{
	for (size_t from = 0, to; from < n; from = to) {
		struct replicate *replicate;

		for (to = from + 1; to < n && item[to].file == item[from].file &&
				    item[to].boot == item[from].boot;)
			to++;
		if (item[from].m->verdict == VERDICT_CONTAMINATED) {
			unit->contaminated++;
			continue;
		}
		replicate = add_replicate(unit);
		replicate->m = item[from].m;
		if (to == from + 1)
			continue;
		replicate->merged = xcalloc(1, sizeof(*replicate->merged));
		measurement_init(replicate->merged);
		for (size_t i = from; i < to; i++)
			if (!content_add(replicate->merged, item[i].m, NULL))
				compare_note(c, NOTE_UNFIT, true, "%s: the histograms of two seeds do not fit together (%s)",
					      side->label, unit->key);
		replicate->m = replicate->merged;
	}
}

static void add_unit(struct unit_list *list, struct item *item, size_t n,
		     const struct compare_side *side, struct comparison *c)
{
	struct unit *unit;

	GROW(list->unit, list->n);
	unit = &list->unit[list->n++];
	*unit = (struct unit){ .key = item->key, .order = item->order, .first = item->m };
	for (size_t i = 0; i < n && !unit->bad; i++)
		if (!verdict_is_whole(item[i].m->verdict))
			unit->bad = item[i].m;
	if (c->exact)
		by_seed(unit, item, n, side, c);
	else
		by_boot(unit, item, n, side, c);
	for (size_t i = 1; i < n; i++)
		free(item[i].key);
}

void units_make(struct unit_list *list, struct comparison *c, const struct compare_side *side,
		bool ignore_series, bool ignore_kernel)
{
	struct unit_parts parts = { .parts = KEY_ALL & ~(unsigned int)KEY_REPLICATE };
	struct item *item;
	size_t n;

	if (ignore_series)
		parts.parts &= ~(unsigned int)KEY_SERIES;
	if (ignore_kernel)
		parts.parts &= ~(unsigned int)KEY_KERNEL;
	if (side->by == BY_STRATEGY) {
		parts.parts &= ~(unsigned int)KEY_STRATEGY;
		parts.several = several_on(side);
	}
	n = gather_items(&item, side, &parts);
	str_list_free(&parts.several);
	*list = (struct unit_list){ 0 };
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && !strcmp(item[to].key, item[from].key);)
			to++;
		add_unit(list, item + from, to - from, side, c);
	}
	free(item);
}

void units_free(struct unit_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct unit *unit = &list->unit[i];

		for (size_t k = 0; k < unit->runs.n; k++) {
			if (!unit->runs.item[k].merged)
				continue;
			measurement_free(unit->runs.item[k].merged);
			free(unit->runs.item[k].merged);
		}
		free(unit->runs.item);
		free(unit->key);
	}
	free(list->unit);
	*list = (struct unit_list){ 0 };
}
