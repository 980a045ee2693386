// SPDX-License-Identifier: GPL-2.0-only
/* Boots dealt out to two sides, and what the gate says of each deal. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/calibrate.h"
#include "compare/yardstick.h"
#include "gate/gate.h"

/* Limits are never finer than this: a percent is less than moving code about does. */
#define LIMIT_LEAST	0.01
/* Deals that the limits are taken from, and the share of those that must stay below. */
#define LIMIT_DEALS	200
#define LIMIT_RANK	0.995

/* splitmix64 (Steele, Lea & Flood 2014, OOPSLA): the same deals every time. */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* The first @n of @index[0..all-1] become a random sample (Fisher & Yates 1938). */
static void shuffle(size_t *index, size_t all, size_t n, uint64_t *state)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = i + draw(state) % (all - i), other = index[k];

		index[k] = index[i];
		index[i] = other;
	}
}

static uint64_t scale(uint64_t value)
{
	return (uint64_t)((double)value * (1 + CALIBRATE_CHANGE));
}

/* Makes @into what @h would be if every observation had taken CALIBRATE_CHANGE longer. */
static void scale_hist(struct hist *into, const struct hist *h)
{
	hist_copy(into, h);
	/* the next bucket begins where one ends, before and after: they stay apart */
	for (size_t i = 0; i < into->n; i++) {
		into->bucket[i].low = scale(into->bucket[i].low);
		into->bucket[i].high = scale(into->bucket[i].high + 1) - 1;
	}
	into->min = scale(h->min);
	into->max = scale(h->max);
	into->sum = h->sum + h->sum / (unsigned int)(1 / CALIBRATE_CHANGE);
}

/* Adds a measurement with the identity of @unit and the values of @figures. Borrows all. */
static void add_figures(struct result *boot, const struct unit *unit,
			const struct measurement *figures)
{
	struct measurement *m = result_add(boot);

	*m = *unit->first;
	m->verdict = VERDICT_OK;
	m->counter = figures->counter;
	m->counters = figures->counters;
	m->hist = figures->hist;
	m->hists = figures->hists;
}

/* Owns its histograms, and shares the rest with @m until now. */
static void scale_measurement(struct measurement *m)
{
	struct named_hist *hist = xcalloc(m->hists + 1, sizeof(*hist));

	for (size_t i = 0; i < m->hists; i++) {
		hist[i].name = m->hist[i].name;
		if (hist_info_of(m->hist[i].name)->speed != YARDSTICK)
			scale_hist(&hist[i].hist, &m->hist[i].hist);
		else
			hist_copy(&hist[i].hist, &m->hist[i].hist);
	}
	m->hist = hist;
}

enum slow { AS_IT_IS, SCALED, PLANTED };

/* The @k-th boot of all units, in which the base is as @slow says. */
static void make_boot(struct result *boot, const struct deck *deck, const struct result *r,
		      const struct unit_list *units, const struct unit *planted, size_t k,
		      enum slow slow)
{
	result_init(boot);
	boot->id = xasprintf("%s-%zu-%d", r->id, k, slow);
	boot->mode = xstrdup(r->mode);
	/* what compare knows one run from another by */
	snprintf(boot->digest, sizeof(boot->digest), "boot %zu %d", k, slow);
	for (size_t i = 0; i < units->n; i++) {
		const struct unit *unit = &units->unit[i];
		bool is_base = !strcmp(unit->first->strategy, deck->base);

		add_figures(boot, unit, is_base && slow == PLANTED ? planted->runs.item[k].m :
							       unit->runs.item[k].m);
		if (is_base && slow == SCALED)
			scale_measurement(&boot->measurement[i]);
	}
}

static struct result *make_boots(const struct deck *deck, const struct result *r,
				 const struct unit_list *units, const struct unit *planted,
				 enum slow slow)
{
	struct result *boot = xcalloc(deck->boots, sizeof(*boot));

	for (size_t k = 0; k < deck->boots; k++)
		make_boot(&boot[k], deck, r, units, planted, k, slow);
	return boot;
}

void deck_make(struct deck *deck, const struct result *r, const struct unit_list *units,
	      const char *base, const struct unit *planted)
{
	*deck = (struct deck){ .boots = SIZE_MAX, .base = base };
	for (size_t i = 0; i < units->n; i++)
		if (units->unit[i].runs.n < deck->boots)
			deck->boots = units->unit[i].runs.n;
	if (planted && planted->runs.n < deck->boots)
		deck->boots = planted->runs.n;
	deck->same = make_boots(deck, r, units, NULL, AS_IT_IS);
	deck->scaled = make_boots(deck, r, units, NULL, SCALED);
	if (planted)
		deck->planted = make_boots(deck, r, units, planted, PLANTED);
}

static void free_boots(struct result *boot, size_t boots, const char *scaled)
{
	for (size_t k = 0; boot && k < boots; k++) {
		for (size_t i = 0; i < boot[k].measurements; i++) {
			struct measurement *m = &boot[k].measurement[i];

			if (!scaled || strcmp(m->strategy, scaled))
				continue;
			for (size_t h = 0; h < m->hists; h++)
				hist_free(&m->hist[h].hist);
			free(m->hist);
		}
		/* the rest is borrowed */
		free(boot[k].measurement);
		boot[k].measurement = NULL;
		boot[k].measurements = 0;
		result_free(&boot[k]);
	}
	free(boot);
}

void deck_free(struct deck *deck)
{
	free_boots(deck->same, deck->boots, NULL);
	free_boots(deck->scaled, deck->boots, deck->base);
	free_boots(deck->planted, deck->boots, NULL);
	*deck = (struct deck){ 0 };
}

/* A comparison of random boots of @old with others of @new, @a_side each. */
struct deal {
	const struct result **card;
	struct compare_side old, new;
	struct comparison c;
};

static void deal_out(struct deal *deal, const struct deck *deck, const struct result *old,
		     const struct result *new, size_t a_side, uint64_t *state)
{
	size_t *index = xcalloc(deck->boots, sizeof(*index));

	for (size_t i = 0; i < deck->boots; i++)
		index[i] = i;
	shuffle(index, deck->boots, 2 * a_side, state);
	deal->card = xcalloc(2 * a_side, sizeof(*deal->card));
	for (size_t i = 0; i < 2 * a_side; i++)
		deal->card[i] = i < a_side ? &old[index[i]] : &new[index[i]];
	deal->old = (struct compare_side){ "A", deal->card, a_side, BY_FILE, NULL };
	deal->new = (struct compare_side){ "B", deal->card + a_side, a_side, BY_FILE, NULL };
	compare_make(&deal->c, &deal->old, &deal->new);
	free(index);
}

static void deal_free(struct deal *deal)
{
	comparison_free(&deal->c);
	free(deal->card);
}

/* Notes by how much each rule's lines seem to have changed; @most has a place per rule. */
static void note_changes(double *most, const struct comparison *c, struct gate_rules *rules)
{
	for (size_t i = 0; i < c->blocks; i++)
		for (size_t k = 0; k < c->block[i].lines; k++) {
			const struct compare_line *line = &c->block[i].line[k];
			struct gate_rule *rule = line->advisory ? NULL :
						 gate_rule_for(rules, false, c->block[i].old,
							       line->name);
			double change = line->ratio < 1 ? 1 / line->ratio - 1 : line->ratio - 1;

			if (!rule || !(rule->relative > 0))
				continue;
			if (line->claim == CLAIM_NONE || line->claim == CLAIM_SAME)
				change = 0;
			if (!(most[rule - rules->rule] >= change))
				most[rule - rules->rule] = change;
		}
}

/* Per rule the limit below which nearly all deals of the same thing stay. */
static double *find_limits(const struct deck *deck, struct gate_rules *rules, size_t a_side)
{
	double *change = xcalloc(rules->n * LIMIT_DEALS, sizeof(*change));
	double *most = xcalloc(rules->n, sizeof(*most)), *limit = xcalloc(rules->n, sizeof(*limit));
	uint64_t state = 1;

	for (size_t d = 0; d < LIMIT_DEALS; d++) {
		struct deal deal;

		for (size_t i = 0; i < rules->n; i++)
			most[i] = NAN;
		deal_out(&deal, deck, deck->same, deck->same, a_side, &state);
		note_changes(most, &deal.c, rules);
		for (size_t i = 0; i < rules->n; i++)
			change[i * LIMIT_DEALS + d] = most[i];
		deal_free(&deal);
	}
	for (size_t i = 0; i < rules->n; i++) {
		double *of_rule = change + i * LIMIT_DEALS;

		limit[i] = NAN;
		if (isnan(of_rule[0]))
			continue;
		sort_values((struct sample){ of_rule, LIMIT_DEALS });
		/* in tenths of a percent, upwards */
		limit[i] = ceil(of_rule[(size_t)(LIMIT_RANK * LIMIT_DEALS)] * 1000) / 1000;
		if (limit[i] < LIMIT_LEAST)
			limit[i] = LIMIT_LEAST;
	}
	free(most);
	free(change);
	return limit;
}

/* True when there is a regression of @strategy (any when NULL). */
static bool has_regressed(const struct gate *gate, const char *strategy)
{
	for (size_t i = 0; i < gate->findings; i++)
		if (gate->finding[i].outcome == GATE_REGRESSED &&
		    (!strategy || strstr(gate->finding[i].where, strategy)))
			return true;
	return false;
}

/* Counts the deals of CALIBRATE_DEALS in which the gate finds a regression. */
static size_t count_regressions(const struct deck *deck, const struct result *new,
				struct gate_rules *rules, size_t a_side, const char *strategy)
{
	uint64_t state = 2;
	size_t found = 0;

	for (size_t d = 0; d < CALIBRATE_DEALS; d++) {
		struct deal deal;
		struct gate gate;

		deal_out(&deal, deck, deck->same, new, a_side, &state);
		gate_judge(&gate, &deal.c, rules);
		found += has_regressed(&gate, strategy);
		gate_free(&gate);
		deal_free(&deal);
	}
	return found;
}

static void swap_limits(struct gate_rules *rules, double *limit)
{
	for (size_t i = 0; i < rules->n; i++) {
		double own = rules->rule[i].relative;

		if (isnan(limit[i]))
			continue;
		rules->rule[i].relative = limit[i];
		limit[i] = own;
	}
}

void trial_run(struct trial *trial, const struct deck *deck, struct gate_rules *rules)
{
	trial->limit = find_limits(deck, rules, trial->a_side);
	trial->deals = CALIBRATE_DEALS;
	swap_limits(rules, trial->limit);
	trial->alarms = count_regressions(deck, deck->same, rules, trial->a_side, NULL);
	trial->found = count_regressions(deck, deck->scaled, rules, trial->a_side, deck->base);
	if (deck->planted)
		trial->found_planted = count_regressions(deck, deck->planted, rules,
							 trial->a_side, deck->base);
	swap_limits(rules, trial->limit);
}
