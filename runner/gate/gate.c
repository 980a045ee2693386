// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "gate/gate.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit-status.h"
#include "compare/format.h"
#include "compare/view.h"
#include "result/determinism.h"

/* The number of pairs of an exact comparison that must agree: 7 of 8, all of 5 to 7. */
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

	GROW(gate->finding, gate->findings);
	finding = &gate->finding[gate->findings++];
	*finding = (struct gate_finding){ .outcome = outcome, .kind = kind,
		.where = xstrdup(where), .what = xstrdup(what) };
	va_start(args, fmt);
	if (vasprintf(&finding->text, fmt, args) < 0)
		finding->text = xstrdup("out of memory");
	va_end(args);
	gate->count[outcome]++;
}

/*
 * The name of a reason for which a comparison leaves out something that the
 * baseline has; NULL for a reason that does not matter here.
 */
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
	case NOTE_BROKEN_NEW:
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

/* The amount by which @new is worse than @old; two values that were never served are equal. */
static double worsening(const struct compare_line *line, double old, double new)
{
	if (old == new)
		return 0;
	return line->better == LOWER ? new - old : old - new;
}

static bool exceeds(const struct gate_rule *rule, double old, double change)
{
	/* of what was never served there is no share: every change from it is a whole one */
	double share = isinf(old) ? 0 : rule->relative * old;

	return change > share && change >= rule->absolute;
}

/*
 * Pairs that are worse (or, by @sign -1, better) by more than the rule allows.
 * A quantile is told by the upper end of its bucket: one that moved by a bucket
 * may have moved by 1, and the bucket's width is no change.
 */
static size_t count_exceeding(const struct compare_line *line, const struct gate_rule *rule,
			      double sign)
{
	size_t n = 0;

	for (size_t i = 0; i < line->a.n; i++)
		n += exceeds(rule, line->a.x[i], sign * worsening(line, line->a.x[i], line->b.x[i]) -
			     line->blur);
	return n;
}

/* True when the figure of all runs together is worse by more than the rule allows. */
static bool whole_exceeds(const struct compare_line *line, const struct gate_rule *rule)
{
	return exceeds(rule, line->old.value,
		       worsening(line, line->old.value, line->new.value) - line->blur);
}

static bool all_zero(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (x[i] != 0)
			return false;
	return n > 0;
}

/* True when a baseline of zero has become more in any replicate, and the rule judges by one. */
static bool left_zero(const struct compare_line *line, const struct gate_rule *rule)
{
	if (!rule->from_zero_any || line->better != LOWER || !all_zero(line->a.x, line->a.n))
		return false;
	for (size_t i = 0; i < line->b.n; i++)
		if (exceeds(rule, 0, line->b.x[i]))
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
	double p;		/* exact: that so many pairs agree by accident; 1: no pair tells */
	bool moved;		/* exact: a pair is beyond the limit, for the better or the worse */
};

static struct sentence judge_pairs(const struct compare_block *block,
				   const struct compare_line *line, const struct gate_rule *rule)
{
	size_t worse = count_exceeding(line, rule, 1), better = count_exceeding(line, rule, -1);
	size_t any_better = line->better == LOWER ? line->down : line->up;
	struct sentence sentence = { .outcome = GATE_PASSED, .reason = "", .p = 1,
				     .moved = worse || better };

	if (left_zero(line, rule))
		return (struct sentence){ .outcome = GATE_REGRESSED, .reason = "", .p = 1 };
	if (worse && worse >= agreement(line->a.n)) {
		sentence.outcome = GATE_REGRESSED;
		sentence.p = sign_test(line->a.n - worse, 0, worse) / 2;
		if (line->a.n >= pairs_needed())
			return sentence;
		return (struct sentence){ .outcome = GATE_UNKNOWN, .kind = "seeds", .p = 1,
			.reason = "worse by more than the limit, but of too few independent seeds" };
	}
	if (better && better >= agreement(line->a.n) && line->a.n >= pairs_needed()) {
		sentence.outcome = GATE_IMPROVED;
		sentence.p = sign_test(line->a.n - better, 0, better) / 2;
		return sentence;
	}
	if (line->claim != CLAIM_SAME && block->seeds < pairs_needed())
		return (struct sentence){ .outcome = GATE_UNKNOWN, .kind = "seeds", .p = 1,
			.reason = "it has changed, and there are too few seeds to judge by" };
	/* equal pairs are no evidence against it where none went the other way */
	if (worse && !any_better && whole_exceeds(line, rule)) {
		sentence.outcome = GATE_UNKNOWN;
		sentence.kind = "uneven";
		sentence.reason = "worse by more than the limit in some seeds and better in none";
	}
	return sentence;
}

/*
 * The value that the rule's share is a share of. One boot of many with a request
 * that was never served makes all boots together say never; the middle boot does
 * not.
 */
static double middle_of_old(const struct compare_line *line)
{
	struct sample sorted = { .n = line->a.n };
	double middle;

	if (!isinf(line->old.value))
		return line->old.value;
	sorted.x = xcalloc(sorted.n, sizeof(*sorted.x));
	memcpy(sorted.x, line->a.x, sorted.n * sizeof(*sorted.x));
	sort_values(sorted);
	middle = median_of_sorted(sorted);
	free(sorted.x);
	return middle;
}

static struct sentence judge_boots(const struct compare_line *line, const struct gate_rule *rule)
{
	size_t least = line->a.n < line->b.n ? line->a.n : line->b.n;
	bool lower = line->claim == CLAIM_LOWER;
	double change = isnan(line->difference) ? INFINITY : fabs(line->difference) - line->blur;
	struct sentence sentence = { .outcome = GATE_PASSED, .reason = "", .p = 1 };

	if (left_zero(line, rule)) {
		sentence.outcome = GATE_REGRESSED;
	} else if (line->claim == CLAIM_SAME) {
		return sentence;
	} else if (least < line->need || least < rule->boots) {
		sentence = (struct sentence){ .outcome = GATE_UNKNOWN, .kind = "boots", .p = 1,
			.reason = least < line->need ? "too few boots to show any change" :
				  "fewer boots a side than the limits of this host are for" };
	} else if (line->claim != CLAIM_NONE) {
		if (exceeds(rule, middle_of_old(line), change))
			sentence.outcome = lower == (line->better == LOWER) ? GATE_IMPROVED :
									     GATE_REGRESSED;
	} else if (line->p <= COMPARE_ALPHA && whole_exceeds(line, rule) &&
		   (line->direction > 0) == (line->better == LOWER)) {
		/* where ties are many the median stands still */
		sentence.outcome = GATE_UNKNOWN;
		sentence.kind = "uneven";
		sentence.reason = "worse by more than the limit in some boots, and not in the middle one";
	}
	return sentence;
}

/* True for a value of a side as a whole, of as many observations as @rule asks for. */
static bool is_sound(const struct compare_line *line, const struct side_value *value,
		     const struct gate_rule *rule)
{
	return known_value(value->known) &&
	       (line->kind == METRIC_COUNTER || value->count >= rule->minimum_count);
}

static void note_power(struct gate *gate, const struct compare_block *block,
		       const struct compare_line *line)
{
	if (line->claim == CLAIM_SAME)
		return;
	/* a change as large was there, and the runs did not agree in it */
	if (isinf(line->smallest) || (line->claim == CLAIM_NONE &&
				      compare_change_size(line) >= log1p(line->smallest))) {
		gate->undetectable++;
		return;
	}
	GROW(gate->smallest, gate->smallests);
	gate->smallest[gate->smallests++] = line->smallest;
	if (!gate->worst || line->smallest > gate->worst_share) {
		gate->worst_share = line->smallest;
		free(gate->worst);
		gate->worst = xasprintf("%s: %s", block->title, line->name);
	}
}

static struct sentence judge_values(const struct gate *gate, const struct compare_block *block,
				    const struct compare_line *line, const struct gate_rule *rule)
{
	struct sentence sentence = { .outcome = GATE_UNKNOWN, .kind = "missing", .p = 1 };

	if (!is_sound(line, &line->new, rule)) {
		sentence.reason = "the result has too few samples";
		return sentence;
	}
	if (!line->a.n || !line->b.n) {
		sentence.reason = "single runs have too few samples";
		return sentence;
	}
	if (line->new.value > rule->ceiling)
		return (struct sentence){ .outcome = GATE_REGRESSED, .p = 1,
					  .reason = "above the ceiling" };
	if (!rule->holds_changes)
		return (struct sentence){ .outcome = GATE_PASSED, .reason = "", .p = 1 };
	return gate->c->exact ? judge_pairs(block, line, rule) : judge_boots(line, rule);
}

/* A metric under a rule, until what all of them show together is known. */
struct judged {
	const struct compare_block *block;
	const struct compare_line *line;
	const struct gate_rule *rule;
	struct sentence sentence;
};

struct judged_list {
	struct judged *item;
	size_t n;
};

static void judge_line(struct gate *gate, struct judged_list *list,
		       const struct compare_block *block, const struct compare_line *line,
		       struct gate_rule *rule)
{
	/* where the baseline has no figure there is none to keep */
	if (!is_sound(line, &line->old, rule)) {
		gate->ungated++;
		return;
	}
	GROW(list->item, list->n);
	list->item[list->n++] = (struct judged){ block, line, rule,
						 judge_values(gate, block, line, rule) };
	rule->judged++;
	if (rule->holds_changes)
		note_power(gate, block, line);
}

/*
 * Seven of eight pairs agree by accident once in 28 times, and of hundreds of
 * metrics that wander some do. What remains of the outcome @of after Benjamini
 * and Hochberg, among all metrics of which a pair is beyond its limit.
 */
static void allow_for_chance(struct judged_list *list, enum gate_outcome of)
{
	double *p = xcalloc(list->n + 1, sizeof(*p));
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (list->item[i].sentence.moved)
			p[n++] = list->item[i].sentence.outcome == of ? list->item[i].sentence.p : 1;
	benjamini_hochberg_adjust(p, n);
	n = 0;
	for (size_t i = 0; i < list->n; i++) {
		struct sentence *sentence = &list->item[i].sentence;

		if (!sentence->moved || p[n++] <= COMPARE_ALPHA || sentence->outcome != of)
			continue;
		sentence->outcome = GATE_PASSED;
		if (of != GATE_REGRESSED)
			continue;
		sentence->outcome = GATE_UNKNOWN;
		sentence->kind = "chance";
		sentence->reason = "worse by more than the limit, but of so many metrics that moved some "
				   "do by accident (more seeds tell: --set seed=1,2,...,16)";
	}
	free(p);
}

#define PAIRS_NAMED	4

/*
 * Names the seeds that have moved, or the boots that have risen from zero, when
 * they are few; else NULL. The caller frees the text.
 */
static char *which_moved(const struct compare_line *line, bool exact)
{
	struct str_list words = { 0 };
	char *text;

	if (!exact && !all_zero(line->a.x, line->a.n))
		return NULL;
	for (size_t i = 0; i < (exact ? line->a.n : line->b.n) && words.n <= PAIRS_NAMED; i++) {
		double old = exact ? line->a.x[i] : 0;

		if (old == line->b.x[i])
			continue;
		str_list_addf(&words, "%s %llu of %zu: %s → %s", exact ? "seed" : "boot",
			      exact ? (unsigned long long)line->seed[i] : (unsigned long long)i + 1,
			      exact ? line->a.n : line->b.n, format_metric(old, line->unit).text,
			      format_metric(line->b.x[i], line->unit).text);
	}
	text = words.n && words.n <= PAIRS_NAMED && words.n < line->b.n ?
	       str_list_join(&words, ", ") : NULL;
	str_list_free(&words);
	return text;
}

/* "62 to 620, x 10 (6 of 8 seeds rose)"; to be freed. */
static char *values_in_words(const struct compare_line *line, bool exact)
{
	char *few = which_moved(line, exact), *text, *all;

	if (few)
		return few;
	text = xasprintf("%s to %s, %s", format_metric(line->old.value, line->unit).text,
			 format_metric(line->new.value, line->unit).text,
			 format_change(line->ratio).text);
	if (!exact || line->up == line->a.n || line->down == line->a.n || !(line->up + line->down))
		return text;
	all = xasprintf("%s (of %zu seeds %zu rose and %zu fell)", text, line->a.n, line->up, line->down);
	free(text);
	return all;
}

static void tell(struct gate *gate, const struct judged *judged)
{
	const struct sentence *sentence = &judged->sentence;
	char *figures = values_in_words(judged->line, gate->c->exact);
	char *reason = !strcmp(sentence->kind ? sentence->kind : "", "seeds") ?
		       xasprintf("%s (%zu needed): ", sentence->reason, pairs_needed()) :
		       xasprintf("%s%s", sentence->reason, *sentence->reason ? ": " : "");

	add_finding(gate, sentence->outcome, sentence->kind, judged->block->title,
		    judged->line->name, "%s%s (rule [%s])", reason, figures, judged->rule->name);
	gate->finding[gate->findings - 1].is_change =
		sentence->outcome == GATE_REGRESSED ||
		(sentence->outcome == GATE_UNKNOWN && strcmp(sentence->kind, "missing"));
	free(reason);
	free(figures);
}

static void judge_blocks(struct gate *gate, struct gate_rules *rules)
{
	struct judged_list list = { 0 };

	for (size_t i = 0; i < gate->c->blocks; i++) {
		const struct compare_block *block = &gate->c->block[i];

		for (size_t k = 0; k < block->lines; k++) {
			struct gate_rule *rule = NULL;

			if (!block->line[k].advisory)
				rule = gate_rule_for(rules, gate->c->exact, block->old,
						     block->line[k].name);
			if (rule)
				judge_line(gate, &list, block, &block->line[k], rule);
			else
				gate->ungated++;
		}
	}
	allow_for_chance(&list, GATE_REGRESSED);
	allow_for_chance(&list, GATE_IMPROVED);
	for (size_t i = 0; i < list.n; i++)
		tell(gate, &list.item[i]);
	free(list.item);
}

/* True when the baseline has this metric, of this seed when seeds are what is measured. */
static bool baseline_has(const struct gate *gate, const struct unit *old,
			 const struct replicate *new, const struct metric *metric)
{
	for (size_t i = 0; old && i < old->runs.n; i++)
		if ((!gate->c->exact || old->runs.item[i].seed == new->seed) &&
		    metric_unit(metric, old->runs.item[i].m))
			return true;
	return false;
}

/* What is 0 where nothing went wrong: all counters of @m, also those of no table, and shares. */
static void countable(struct metric_list *list, const struct measurement *m)
{
	for (size_t i = 0; i < m->counters; i++) {
		GROW(list->item, list->n);
		list->item[list->n++] = (struct metric){
			.kind = METRIC_COUNTER, .from = m->counter[i].name,
			.counter = counter_find(m->counter[i].name),
		};
	}
	for (size_t i = 0; i < metric_infos; i++) {
		if (metric_info[i].kind != METRIC_SHARE)
			continue;
		GROW(list->item, list->n);
		list->item[list->n++] = metric_of(&metric_info[i]);
	}
}

static void judge_new_metric(struct gate *gate, struct gate_rules *rules, const struct unit *unit,
			     size_t k, const struct metric *metric)
{
	const struct comparison *c = gate->c;
	const struct unit *old = compare_find_unit(&c->old_units, unit->key);
	const struct replicate *replicate = &unit->runs.item[k];
	const struct gate_rule *rule = NULL;
	char *place, *words;
	double value;

	if (metric_value(metric, replicate->m, &value) == KNOWN && value > 0)
		rule = gate_rule_for(rules, c->exact, unit->first, metric->from);
	if (!rule || !rule->zero_if_new || baseline_has(gate, old, replicate, metric))
		return;
	place = measurement_place(unit->first);
	words = metric->kind == METRIC_SHARE ? xstrdup(format_metric(value, "share").text) :
					       xasprintf("%.0f", value);
	add_finding(gate, GATE_UNKNOWN, "new", place, metric->from,
		    "%s in the result (%s %llu), where the baseline has no such figure (rule [%s])",
		    words, c->exact ? "seed" : "boot",
		    c->exact ? (unsigned long long)replicate->seed : (unsigned long long)k + 1,
		    rule->name);
	gate->finding[gate->findings - 1].is_change = true;
	free(words);
	free(place);
}

/* Finds counters that must be 0 and are not, where the baseline has no such counter to judge by. */
static void judge_new(struct gate *gate, struct gate_rules *rules)
{
	for (size_t i = 0; i < gate->c->new_units.n; i++) {
		const struct unit *unit = &gate->c->new_units.unit[i];

		for (size_t k = 0; k < unit->runs.n; k++) {
			struct metric_list list = { 0 };

			countable(&list, unit->runs.item[k].m);
			for (size_t n = 0; n < list.n; n++)
				judge_new_metric(gate, rules, unit, k, &list.item[n]);
			metric_list_free(&list);
		}
	}
}

/* Figures beside which the console said what it did not say before may be its figures. */
static void judge_consoles(struct gate *gate)
{
	for (size_t i = 0; i < gate->c->consoles.n; i++)
		add_finding(gate, GATE_UNKNOWN, "console", "console", "",
			    "said in the result and not in the baseline, and the figures may be of that: %s",
			    gate->c->consoles.item[i]);
}

/*
 * Adds to each change that another ingredient of the guest differs, too, which
 * may be the cause; no change is called a regression then.
 */
static void judge_ingredients(struct gate *gate)
{
	char *joined;

	compare_provenance(gate->c, &gate->ingredients, TO_JUDGE);
	if (!gate->ingredients.n)
		return;
	joined = str_list_join(&gate->ingredients, "; ");
	for (size_t i = 0; i < gate->findings; i++) {
		struct gate_finding *finding = &gate->finding[i];
		char *text = finding->text;

		if (!finding->is_change)
			continue;
		finding->text = xasprintf("%s; not put down to the strategy, for this differs, too: %s", text,
					  joined);
		free(text);
		if (finding->outcome != GATE_REGRESSED)
			continue;
		finding->outcome = GATE_UNKNOWN;
		finding->kind = "ingredients";
		gate->count[GATE_REGRESSED]--;
		gate->count[GATE_UNKNOWN]++;
	}
	free(joined);
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

/* The first of the lines in which work per call shows, under a rule; what it says in *found. */
static bool outcome_of_work(const struct gate *gate, const struct compare_block *block,
			    struct gate_rules *rules, struct sentence *found)
{
	for (size_t i = 0; i < block->lines; i++) {
		const struct compare_line *line = &block->line[i];
		const struct gate_rule *rule = NULL;

		if (!strcmp(line->name, "call_latency mean") ||
		    !strcmp(line->name, "call_latency p50"))
			rule = gate_rule_for(rules, gate->c->exact, block->old, line->name);
		if (!rule)
			continue;
		*found = judge_values(gate, block, line, rule);
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
		struct sentence found;

		if (!outcome_of_work(gate, &c.block[i], rules, &found))
			continue;
		judged++;
		if (found.kind && (!strcmp(found.kind, "seeds") || !strcmp(found.kind, "boots")))
			add_finding(gate, GATE_UNKNOWN, found.kind, c.block[i].title, "",
				    "%s against %s: too few %s (%zu needed) to prove that the gate sees",
				    proof->strategy, proof->base, found.kind,
				    gate->c->exact ? pairs_needed() : c.block[i].line[0].need);
		else if (found.outcome != (is_canary ? GATE_REGRESSED : GATE_PASSED))
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
		judge_new(gate, rules);
		judge_rules(gate, rules);
		judge_consoles(gate);
		judge_ingredients(gate);
		sort_values((struct sample){ gate->smallest, gate->smallests });
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
	str_list_free(&gate->ingredients);
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
