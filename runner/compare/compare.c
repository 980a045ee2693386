// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "compare/compare.h"
#include "result/determinism.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result/notes.h"

void compare_note(struct comparison *c, enum note_kind kind, bool refused, const char *fmt, ...)
{
	struct str_list *list = refused ? &c->refused : &c->left_out;
	char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = xstrdup("out of memory");
	va_end(args);
	str_list_add(list, text);
	free(text);
	GROW(c->note, c->notes);
	c->note[c->notes++] = (struct compare_note){ kind, list->item[list->n - 1] };
}

static bool has_modes_in_common(struct comparison *c)
{
	const char *mode = c->old->result[0]->mode;
	const struct compare_side *sides[] = { c->old, c->new };

	for (size_t s = 0; s < ARRAY_SIZE(sides); s++)
		for (size_t i = 0; i < sides[s]->results; i++)
			if (strcmp(mode, sides[s]->result[i]->mode)) {
				compare_note(c, NOTE_MODE, true, "mode: %s %s, %s %s: instructions and nanoseconds do not compare",
					      c->old->label, mode, sides[s]->label,
					      sides[s]->result[i]->mode);
				return false;
			}
	c->exact = !strcmp(mode, "exact");
	return true;
}

static size_t all_results(const struct comparison *c)
{
	return c->old->results + (c->old->by == BY_FILE ? c->new->results : 0);
}

static const struct result *result_at(const struct comparison *c, size_t i)
{
	return i < c->old->results ? c->old->result[i] : c->new->result[i - c->old->results];
}

/* Refuses a boot that is given twice: in real time a boot is the replicate. */
static void refuse_repeated_runs(struct comparison *c)
{
	for (size_t i = 0; i < all_results(c); i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(result_at(c, i)->digest, result_at(c, k)->digest))
				compare_note(c, NOTE_TWICE, true, "the run %s was given twice (as %s), and in real time each counts as one",
					      result_at(c, i)->id, result_at(c, k)->id);
}

void compare_provenance(const struct comparison *c, struct str_list *list,
			enum provenance_use use)
{
	const struct compare_side *sides[] = { c->old, c->new };

	for (size_t s = 0; s < ARRAY_SIZE(sides) && (!s || c->old->by == BY_FILE); s++)
		for (size_t i = 1; i < sides[s]->results; i++)
			provenance_differences(list, sides[s]->result[0],
					       sides[s]->result[0]->id, sides[s]->result[i],
					       sides[s]->result[i]->id, use);
	if (c->old->by == BY_FILE)
		provenance_differences(list, c->old->result[0], c->old->label,
				       c->new->result[0], c->new->label, use);
}

/* Warns of console messages of one side alone: their cause may have moved the numbers. */
static void warn_of_consoles(struct comparison *c)
{
	const struct compare_side *old = c->old, *new = c->new;
	struct str_list only_old = { 0 };

	if (old->by != BY_FILE)
		return;
	notes_only_in(&only_old, old->result, old->results, new->result, new->results);
	notes_only_in(&c->consoles, new->result, new->results, old->result, old->results);
	for (size_t i = 0; i < only_old.n; i++)
		str_list_addf(&c->warnings, "console of %s only, %s", old->label, only_old.item[i]);
	for (size_t i = 0; i < c->consoles.n; i++)
		str_list_addf(&c->warnings, "console of %s only, %s", new->label,
			      c->consoles.item[i]);
	str_list_free(&only_old);
}

/* Blocks of one scenario and strategy, and the parameters that tell them apart. */
struct kind {
	const struct measurement *first;
	struct str_list varying;
};

struct kind_list {
	struct kind *kind;
	size_t n;
};

static struct kind *kind_of(const struct kind_list *list, const struct measurement *m)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->kind[i].first->scenario, m->scenario) &&
		    !strcmp(list->kind[i].first->strategy, m->strategy))
			return &list->kind[i];
	return NULL;
}

/* Adds to @varying the parameters of @a of which @b has another value, or none. */
static void add_varying(struct str_list *varying, const struct measurement *a,
			const struct measurement *b)
{
	for (size_t i = 0; i < a->params; i++) {
		const struct named_number *param = &a->param[i];
		uint64_t value;

		if (!measurement_param(b, param->name, &value) || value != param->value)
			str_list_add_new(varying, param->name);
	}
}

static void kinds_make(struct kind_list *list, const struct comparison *c)
{
	*list = (struct kind_list){ 0 };
	for (size_t i = 0; i < c->blocks; i++) {
		const struct measurement *m = c->block[i].old;
		struct kind *kind = kind_of(list, m);

		if (!kind) {
			GROW(list->kind, list->n);
			list->kind[list->n++] = (struct kind){ .first = m };
			continue;
		}
		add_varying(&kind->varying, m, kind->first);
		add_varying(&kind->varying, kind->first, m);
	}
}

static void kinds_free(struct kind_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		str_list_free(&list->kind[i].varying);
	free(list->kind);
}

static bool series_varies(const struct comparison *c)
{
	for (size_t i = 1; i < c->blocks; i++)
		if (strcmp(c->block[i].old->series, c->block[0].old->series))
			return true;
	return false;
}

static bool kernel_varies(const struct comparison *c)
{
	for (size_t i = 1; i < c->blocks; i++)
		if (strcmp(c->block[i].old->kernel, c->block[0].old->kernel))
			return true;
	return false;
}

static bool stands_always(const char *param)
{
	return !strcmp(param, "area_size") || !strcmp(param, "cpus");
}

/*
 * The words that tell blocks apart. They are worked out once, for there may be
 * thousands of blocks.
 */
struct title_words {
	bool series, kernel;
};

static void title_block(const struct comparison *c, struct compare_block *block,
			const struct str_list *varying, const struct title_words *with)
{
	const struct measurement *m = block->old;
	struct str_list words = { 0 };

	str_list_add(&words, m->scenario);
	if (c->old->by != BY_STRATEGY)
		str_list_add(&words, m->strategy);
	str_list_add(&words, m->context);
	measurement_size_words(m, &words);
	for (size_t i = 0; i < m->params; i++)
		if (!stands_always(m->param[i].name) && !is_replicate_param(m->param[i].name) &&
		    str_list_has(varying, m->param[i].name))
			str_list_addf(&words, "%s %llu", m->param[i].name,
				      (unsigned long long)m->param[i].value);
	if (with->series)
		str_list_addf(&words, "series %s", m->series);
	if (with->kernel)
		str_list_addf(&words, "kernel %s", m->kernel);
	block->title = str_list_join(&words, " · ");
	str_list_free(&words);
}

static void title_blocks(struct comparison *c)
{
	const struct title_words with = {
		c->old->by != BY_SERIES && series_varies(c),
		c->old->by != BY_KERNEL && kernel_varies(c),
	};
	struct kind_list kinds;

	kinds_make(&kinds, c);
	for (size_t i = 0; i < c->blocks; i++)
		title_block(c, &c->block[i], &kind_of(&kinds, c->block[i].old)->varying, &with);
	kinds_free(&kinds);
}

/* Refuses a run that was proved not to repeat: it would measure something else the next time. */
static void refuse_nondeterministic(struct comparison *c, const struct compare_side *side)
{
	for (size_t i = 0; i < side->results && c->exact; i++)
		if (determinism_of(side->result[i]) == REFUTED)
			compare_note(c, NOTE_NONDETERMINISTIC, true, "%s: nondeterministic: %s",
				     side->label, determinism_words(side->result[i]));
}

void compare_make(struct comparison *c, const struct compare_side *old,
		  const struct compare_side *new)
{
	*c = (struct comparison){ .old = old, .new = new };
	if (!has_modes_in_common(c))
		return;
	if (!c->exact)
		refuse_repeated_runs(c);
	if (c->refused.n)
		return;
	c->same_digest = old->by == BY_FILE && old->results == 1 && new->results == 1 &&
			 !strcmp(old->result[0]->digest, new->result[0]->digest);
	compare_provenance(c, &c->warnings, TO_COMPARE);
	warn_of_consoles(c);
	refuse_nondeterministic(c, old);
	if (old->by == BY_FILE)
		refuse_nondeterministic(c, new);
	compare_pair(c);
	compare_judge(c);
	title_blocks(c);
	if (!c->blocks && !c->refused.n)
		compare_note(c, NOTE_NOTHING, true, "nothing was measured on both sides");
}

void comparison_free(struct comparison *c)
{
	for (size_t i = 0; i < c->blocks; i++) {
		struct compare_block *block = &c->block[i];

		for (size_t k = 0; k < block->lines; k++)
			compare_line_free(&block->line[k]);
		free(block->line);
		free(block->old_runs.item);
		free(block->new_runs.item);
		free(block->title);
	}
	for (size_t i = 0; i < c->means; i++) {
		free(c->mean[i].metric);
		free(c->mean[i].ratios.x);
	}
	units_free(&c->old_units);
	units_free(&c->new_units);
	free(c->mean);
	free(c->note);
	free(c->block);
	str_list_free(&c->warnings);
	str_list_free(&c->consoles);
	str_list_free(&c->refused);
	str_list_free(&c->left_out);
	*c = (struct comparison){ 0 };
}
