// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "gate.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare-forms.h"
#include "determinism.h"
#include "exit-status.h"

/* Of the pairs of an exact comparison so many must agree: 7 of 8, all of 5 to 7. */
#define AGREE_OF	8
#define AGREE		7

static void add_finding(struct gate *gate, enum gate_outcome outcome, const char *kind,
			const char *where, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

static void add_finding(struct gate *gate, enum gate_outcome outcome, const char *kind,
			const char *where, const char *what, const char *fmt, ...)
{
	struct gate_finding *finding;
	va_list args;

	gate->finding = xrealloc_array(gate->finding, gate->findings + 1, sizeof(*gate->finding));
	finding = &gate->finding[gate->findings++];
	*finding = (struct gate_finding){ outcome, kind, xstrdup(where), xstrdup(what), NULL };
	va_start(args, fmt);
	if (vasprintf(&finding->text, fmt, args) < 0)
		finding->text = xstrdup("out of memory");
	va_end(args);
	gate->count[outcome]++;
}

/* What a comparison leaves out and the baseline has; NULL for what does not matter here. */
static const char *kind_of(enum note_kind kind)
{
	switch (kind) {
	case NOTE_MODE:
		return "mode";
	case NOTE_UNITS:
	case NOTE_UNFIT:
		return "units";
	case NOTE_MISSING:
	case NOTE_SEEDS_MISSING:
	case NOTE_NOTHING:
		return "missing";
	case NOTE_BROKEN:
		return "incomplete";
	case NOTE_SKIPPED_NEW:
		return "skipped";
	case NOTE_NONDETERMINISTIC:
		return "nondeterministic";
	case NOTE_TWICE:
		return "twice";
	case NOTE_INCONCLUSIVE:
		return "boots";
	case NOTE_NEW:
	case NOTE_SKIPPED_OLD:
	case NOTE_SEEDS_NEW:
	case NOTE_REPEATS:
	case NOTE_CONTAMINATED:
		break;
	}
	return NULL;
}

static void judge_notes(struct gate *gate)
{
	for (size_t i = 0; i < gate->c->notes; i++) {
		const struct compare_note *note = &gate->c->note[i];
		const char *kind = kind_of(note->kind);

		if (kind)
			add_finding(gate, GATE_UNKNOWN, kind, kind, "", "%s", note->text);
	}
}

/* A result that did not try, or came to no end of it, may be of a host where exact is not exact. */
static void judge_determinism(struct gate *gate)
{
	const struct compare_side *side = gate->c->new;

	for (size_t i = 0; i < side->results; i++) {
		enum determinism found = determinism_of(side->result[i]);

		if (found == NOT_TRIED)
			add_finding(gate, GATE_UNKNOWN, "blind", "determinism", "",
				    "the result holds no proof of its determinism: run a workload with determinism_proof = yes");
		else if (found == UNPROVED)
			add_finding(gate, GATE_UNKNOWN, "blind", "determinism", "",
				    "determinism is not proved: %s", determinism_words(side->result[i]));
		else if (found == PROVED)
			add_finding(gate, GATE_PASSED, NULL, "determinism", "", "%s",
				    determinism_words(side->result[i]));
	}
}

/* By how much @new is worse than @old; two that were never served are equal. */
static double worsening(const struct compare_line *line, double old, double new)
{
	if (old == new)
		return 0;
	return line->better == LOWER ? new - old : old - new;
}

static bool exceeds(const struct gate_rule *rule, double old, double change)
{
	/* what was never served allows no share of itself */
	double share = isinf(old) ? 0 : rule->relative * old;

	return change > share && change >= rule->absolute;
}

/* Pairs that are worse (or, by @sign -1, better) by more than the rule allows. */
static size_t count_exceeding(const struct compare_line *line, const struct gate_rule *rule,
			      double sign)
{
	size_t n = 0;

	for (size_t i = 0; i < line->n; i++)
		n += exceeds(rule, line->a[i], sign * worsening(line, line->a[i], line->b[i]));
	return n;
}

static bool all_zero(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (x[i] != 0)
			return false;
	return n > 0;
}

/* From a baseline of zero, one replicate is enough when the rule says so. */
static bool left_zero(const struct compare_line *line, const struct gate_rule *rule)
{
	if (!rule->from_zero_any || line->better != LOWER || !all_zero(line->a, line->n))
		return false;
	for (size_t i = 0; i < line->m; i++)
		if (exceeds(rule, 0, line->b[i]))
			return true;
	return false;
}

static size_t agreement(size_t n)
{
	return (AGREE * n + AGREE_OF - 1) / AGREE_OF;
}

/* Fewer agreeing pairs than this are an accident too often: one-sided 5 %. */
static size_t pairs_needed(void)
{
	return sign_test_least(2 * COMPARE_ALPHA);
}

struct sentence {
	enum gate_outcome outcome;
	const char *kind;
	const char *reason;	/* why unknown; "" */
};

static struct sentence judge_pairs(const struct compare_block *block,
				   const struct compare_line *line, const struct gate_rule *rule)
{
	size_t worse = count_exceeding(line, rule, 1), better = count_exceeding(line, rule, -1);

	if (left_zero(line, rule))
		return (struct sentence){ GATE_REGRESSED, NULL, "" };
	if (worse && worse >= agreement(line->n))
		return line->n >= pairs_needed() ?
			(struct sentence){ GATE_REGRESSED, NULL, "" } :
			(struct sentence){ GATE_UNKNOWN, "seeds",
					   "worse by more than the limit, but of too few independent seeds" };
	if (better && better >= agreement(line->n) && line->n >= pairs_needed())
		return (struct sentence){ GATE_IMPROVED, NULL, "" };
	if (line->claim != CLAIM_SAME && block->seeds < pairs_needed())
		return (struct sentence){ GATE_UNKNOWN, "seeds",
					  "it has changed, and there are too few seeds to judge by" };
	return (struct sentence){ GATE_PASSED, NULL, "" };
}

static struct sentence judge_boots(const struct compare_line *line, const struct gate_rule *rule)
{
	size_t least = line->n < line->m ? line->n : line->m;
	bool lower = line->claim == CLAIM_LOWER;
	double change = isnan(line->difference) ? INFINITY : fabs(line->difference);
	double old = line->old.value;

	if (left_zero(line, rule))
		return (struct sentence){ GATE_REGRESSED, NULL, "" };
	if (line->claim == CLAIM_SAME)
		return (struct sentence){ GATE_PASSED, NULL, "" };
	if (least < line->need)
		return (struct sentence){ GATE_UNKNOWN, "boots", "too few boots to show any change" };
	if (least < rule->boots)
		return (struct sentence){ GATE_UNKNOWN, "boots",
					  "fewer boots a side than the limits of this host are for" };
	if (line->claim == CLAIM_NONE || !exceeds(rule, old, change))
		return (struct sentence){ GATE_PASSED, NULL, "" };
	return (struct sentence){ lower == (line->better == LOWER) ? GATE_IMPROVED : GATE_REGRESSED,
				  NULL, "" };
}

static bool has_figure(const struct side_figure *figure)
{
	return figure->known == KNOWN || figure->known == KNOWN_NEVER;
}

/* A figure of a side as a whole, of as many observations as @rule asks for? */
static bool is_sound(const struct compare_line *line, const struct side_figure *figure,
		     const struct gate_rule *rule)
{
	return has_figure(figure) &&
	       (line->kind == METRIC_COUNTER || figure->count >= rule->minimum_count);
}

static void note_power(struct gate *gate, const struct compare_block *block,
		       const struct compare_line *line)
{
	if (line->claim == CLAIM_SAME)
		return;
	if (isinf(line->smallest)) {
		gate->undetectable++;
		return;
	}
	gate->smallest = xrealloc_array(gate->smallest, gate->smallests + 1,
					sizeof(*gate->smallest));
	gate->smallest[gate->smallests++] = line->smallest;
	if (!gate->worst || line->smallest > gate->worst_share) {
		gate->worst_share = line->smallest;
		free(gate->worst);
		gate->worst = xasprintf("%s: %s", block->title, line->name);
	}
}

static struct sentence judge_figures(const struct gate *gate, const struct compare_block *block,
				     const struct compare_line *line, const struct gate_rule *rule)
{
	if (!is_sound(line, &line->new, rule))
		return (struct sentence){ GATE_UNKNOWN, "missing", "the result has too few samples" };
	if (!line->n || !line->m)
		return (struct sentence){ GATE_UNKNOWN, "missing", "single runs have too few samples" };
	if (line->new.value > rule->ceiling)
		return (struct sentence){ GATE_REGRESSED, NULL, "above the ceiling" };
	if (!rule->holds_changes)
		return (struct sentence){ GATE_PASSED, NULL, "" };
	return gate->c->exact ? judge_pairs(block, line, rule) : judge_boots(line, rule);
}

static void judge_line(struct gate *gate, const struct compare_block *block,
		       const struct compare_line *line, struct gate_rule *rule)
{
	struct sentence sentence;

	/* where the baseline has no figure there is none to keep */
	if (!is_sound(line, &line->old, rule)) {
		gate->ungated++;
		return;
	}
	sentence = judge_figures(gate, block, line, rule);
	rule->judged++;
	note_power(gate, block, line);
	add_finding(gate, sentence.outcome, sentence.kind, block->title, line->name,
		    "%s%s%s to %s, %s (rule [%s])", sentence.reason, *sentence.reason ? ": " : "",
		    format_metric(line->old.value, line->unit).text,
		    format_metric(line->new.value, line->unit).text,
		    format_change(line->ratio).text, rule->name);
}

static void judge_blocks(struct gate *gate, struct gate_rules *rules)
{
	for (size_t i = 0; i < gate->c->blocks; i++) {
		const struct compare_block *block = &gate->c->block[i];

		for (size_t k = 0; k < block->lines; k++) {
			struct gate_rule *rule = NULL;

			if (!block->line[k].advisory)
				rule = gate_rule_for(rules, gate->c->exact, block, &block->line[k]);
			if (rule)
				judge_line(gate, block, &block->line[k], rule);
			else
				gate->ungated++;
		}
	}
}

/* A check that checks nothing must not pass. */
static void judge_rules(struct gate *gate, const struct gate_rules *rules)
{
	size_t judged = 0;

	for (size_t i = 0; i < rules->n; i++) {
		const struct gate_rule *rule = &rules->rule[i];

		judged += rule->judged;
		if (!rule->judged && !rule->optional &&
		    rule->mode != (gate->c->exact ? RULE_REALTIME : RULE_EXACT))
			add_finding(gate, GATE_UNKNOWN, "rule", rule->name, "",
				    "the rule [%s] matches nothing that was measured", rule->name);
	}
	if (!judged && !gate->count[GATE_UNKNOWN])
		add_finding(gate, GATE_UNKNOWN, "rule", "rules", "", "no rule judged anything");
}

/* The first of the lines in which work per call shows, under a rule; its outcome in *outcome. */
static bool outcome_of_work(const struct gate *gate, const struct compare_block *block,
			    struct gate_rules *rules, enum gate_outcome *outcome)
{
	for (size_t i = 0; i < block->lines; i++) {
		const struct compare_line *line = &block->line[i];
		const struct gate_rule *rule = NULL;

		if (!strcmp(line->name, "call_latency mean") ||
		    !strcmp(line->name, "call_latency p50"))
			rule = gate_rule_for(rules, gate->c->exact, block, line);
		if (!rule)
			continue;
		*outcome = judge_figures(gate, block, line, rule).outcome;
		return true;
	}
	return false;
}

/*
 * Judges two strategies of the new side as if they were baseline and result.
 * That must come to a regression when it @is_canary, and to nothing otherwise.
 */
static void prove(struct gate *gate, struct gate_rules *rules, const struct gate_proof *proof,
		  bool is_canary)
{
	const struct compare_side *side = gate->c->new;
	struct compare_side base = { proof->base, side->result, side->results, BY_STRATEGY,
				     proof->base };
	struct compare_side other = { proof->strategy, side->result, side->results, BY_STRATEGY,
				      proof->strategy };
	struct comparison c;
	size_t judged = 0;

	compare_make(&c, &base, &other);
	for (size_t i = 0; i < c.blocks; i++) {
		enum gate_outcome outcome;

		if (!outcome_of_work(gate, &c.block[i], rules, &outcome))
			continue;
		judged++;
		if (outcome != (is_canary ? GATE_REGRESSED : GATE_PASSED))
			add_finding(gate, GATE_UNKNOWN, "blind", c.block[i].title, "",
				    is_canary ? "%s against %s: the canary's known slowness was not seen (%s)" :
				    "%s against %s: the same, and yet they differ (%s)",
				    proof->strategy, proof->base, c.block[i].title);
	}
	if (!judged)
		add_finding(gate, GATE_UNKNOWN, "blind", proof->strategy, "",
			    "the result holds nothing of %s and %s that a rule could judge",
			    proof->strategy, proof->base);
	comparison_free(&c);
}

/* Doubt of this kind is in every figure: nothing is a regression then. */
static bool spoils_all(const struct gate *gate)
{
	static const char *const kinds[] = { "mode", "nondeterministic", "twice", "blind" };

	for (size_t i = 0; i < gate->findings; i++)
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			if (gate->finding[i].kind && !strcmp(gate->finding[i].kind, kinds[k]))
				return true;
	return false;
}

void gate_judge(struct gate *gate, const struct comparison *c, struct gate_rules *rules)
{
	*gate = (struct gate){ .c = c };
	judge_notes(gate);
	if (!spoils_all(gate) && rules->determinism_required && c->exact)
		judge_determinism(gate);
	if (!spoils_all(gate) && rules->canary.strategy)
		prove(gate, rules, &rules->canary, true);
	if (!spoils_all(gate) && rules->same.strategy)
		prove(gate, rules, &rules->same, false);
	/* sides of two modes have no figures to be judged */
	if (!spoils_all(gate)) {
		judge_blocks(gate, rules);
		judge_rules(gate, rules);
		sort_values(gate->smallest, gate->smallests);
	}
	gate->status = EXIT_GOOD;
	if (gate->count[GATE_UNKNOWN])
		gate->status = EXIT_CANNOT;
	if (gate->count[GATE_REGRESSED])
		gate->status = EXIT_JUDGED;
}

void gate_free(struct gate *gate)
{
	for (size_t i = 0; i < gate->findings; i++) {
		free(gate->finding[i].where);
		free(gate->finding[i].what);
		free(gate->finding[i].text);
	}
	free(gate->finding);
	free(gate->smallest);
	free(gate->worst);
	*gate = (struct gate){ 0 };
}

const char *gate_verdict_name(const struct gate *gate)
{
	if (gate->status == EXIT_GOOD)
		return "pass";
	return gate->status == EXIT_JUDGED ? "regression" : "could not judge";
}
