// SPDX-License-Identifier: GPL-2.0-only
#include "calibrate/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "compare/yardstick.h"
#include "result/metric.h"
#include "workload/workload.h"

/* Tried in turn; two sides need twice as many boots. */
static const size_t sides_tried[] = { 12, 16, 24, 32, 40, 48, 64, 80, 96, 128 };

static bool is_planted(const struct unit *unit)
{
	const struct strategy_info *info = strategy_find(unit->first->strategy);

	return info && info->class == PROOF;
}

/* The units of @all that are planted, or that are not. Borrows them. */
static struct unit_list pick_units(const struct unit_list *all, bool planted)
{
	struct unit_list list = { .unit = xcalloc(all->n + 1, sizeof(*list.unit)) };

	for (size_t i = 0; i < all->n; i++)
		if (!all->unit[i].bad && all->unit[i].runs.n && is_planted(&all->unit[i]) == planted)
			list.unit[list.n++] = all->unit[i];
	return list;
}

/* Sorts @sample. */
static double median_of(struct sample sample)
{
	sort_values(sample);
	return median_of_sorted(sample);
}

/*
 * Half the interval that one boot gives for its own quantile, as if its
 * operations were independent: order statistics, by the normal approximation
 * of their ranks (David & Nagaraja 2003, Order Statistics, 7.1).
 */
static double within_boot(const struct metric *metric, const struct measurement *m)
{
	const struct hist *h = measurement_hist(m, metric->from);
	double p = metric->percentile / 100, half;

	if (metric->kind != METRIC_QUANTILE || !h || !hist_percentile_known(h, metric->percentile))
		return NAN;
	half = 196 * sqrt(p * (1 - p) / (double)h->count);
	return (double)(hist_percentile(h, fmin(metric->percentile + half, 100)) -
			hist_percentile(h, fmax(metric->percentile - half, 0))) / 2;
}

static bool is_gated(struct gate_rules *rules, const struct measurement *m, const char *metric)
{
	return gate_rule_for(rules, false, m, metric) != NULL;
}

/*
 * Spread of @sample around its median, as a share of it: 1.4826 x the median
 * absolute deviation, equal to the standard deviation of a normal one (Hampel
 * 1974, J. Am. Stat. Assoc. 69). Sorts @sample.
 */
static double spread_of(struct sample sample)
{
	struct sample away = { xcalloc(sample.n, sizeof(*away.x)), sample.n };
	double median = median_of(sample), spread;

	for (size_t i = 0; i < sample.n; i++)
		away.x[i] = fabs(sample.x[i] - median);
	spread = 1.4826 * median_of(away) / median;
	free(away.x);
	return spread;
}

/* The same of what is left when each boot is held against its yardstick; NaN without one. */
static double corrected_spread(const struct unit *unit, const struct metric *metric)
{
	double *yard = xcalloc(unit->runs.n, sizeof(*yard));
	struct yardstick_side none = { 0 }, side = {
		.value.x = xcalloc(unit->runs.n, sizeof(*side.value.x)), .yard = yard,
	};
	double spread = NAN;

	for (size_t i = 0; i < unit->runs.n && yardstick_holds_for(metric); i++) {
		const struct measurement *m = unit->runs.item[i].m;
		size_t n = side.value.n;

		yard[n] = yardstick_of(m);
		side.value.n += !isnan(yard[n]) &&
				metric_value(metric, m, &side.value.x[n]) == KNOWN;
	}
	if (side.value.n > 1) {
		yardstick_correct(&side, yardstick_power(&side, &none), 1);
		spread = spread_of(side.value);
	}
	free(yard);
	free(side.value.x);
	return spread;
}

static void add_noise(struct calibration *c, const struct unit *unit, const struct metric *metric,
		      struct gate_rules *rules)
{
	struct sample value = { .x = xcalloc(unit->runs.n, sizeof(*value.x)) };
	struct sample within = { .x = xcalloc(unit->runs.n, sizeof(*within.x)) };
	const struct measurement *any = unit->runs.item[0].m;
	struct noise *noise;

	for (size_t i = 0; i < unit->runs.n; i++) {
		double one = within_boot(metric, unit->runs.item[i].m);

		value.n += metric_value(metric, unit->runs.item[i].m, &value.x[value.n]) == KNOWN;
		if (!isnan(one))
			within.x[within.n++] = one;
	}
	sort_values(value);
	/* what is the same in every boot is no noise, and of nothing there are no shares */
	if (value.n > 1 && value.x[0] != value.x[value.n - 1] && median_of_sorted(value) > 0) {
		GROW(c->noise, c->noises);
		noise = &c->noise[c->noises++];
		*noise = (struct noise){
			.place = measurement_place(unit->first), .metric = metric_name(metric),
			.unit = metric_unit(metric, any), .median = median_of_sorted(value),
			.between = spread_of(value),
			.corrected = corrected_spread(unit, metric),
			.advisory = metric_is_tail(metric),
		};
		noise->within = median_of(within) / noise->median;
		noise->least = value.x[0] / noise->median;
		noise->most = value.x[value.n - 1] / noise->median;
		noise->gated = !noise->advisory && is_gated(rules, unit->first, noise->metric);
	}
	free(within.x);
	free(value.x);
}

static void find_noise(struct calibration *c, const struct unit_list *units,
		       struct gate_rules *rules)
{
	for (size_t i = 0; i < units->n; i++) {
		const struct unit *unit = &units->unit[i];
		struct metric_list metrics = { 0 };

		metrics_of(&metrics, unit->runs.item[0].m);
		for (size_t k = 0; k < metrics.n; k++)
			add_noise(c, unit, &metrics.item[k], rules);
		metric_list_free(&metrics);
	}
}

/* The factor by which @slow is slower than @base, in the median; NaN when it cannot be told. */
static double slowness(const struct unit *base, const struct unit *slow, struct interval *interval,
		       bool *has_interval)
{
	struct metric median = { 0 };
	double speed = compare_speed(base->runs, slow->runs);
	struct compare_line line = { 0 };

	metric_find(&median, "call_latency p50");
	compare_line_fill(&line, &median, false, speed, base->runs, slow->runs);
	*interval = line.interval;
	*has_interval = line.has_interval;
	compare_line_free(&line);
	return line.ratio;
}

/* The one of @planted whose slowness is nearest to what must be found; NULL when there is none. */
static const struct unit *choose_planted(struct calibration *c, const struct unit *base,
					 const struct unit_list *planted)
{
	const struct unit *chosen = NULL;
	double nearest = INFINITY;

	for (size_t i = 0; i < planted->n; i++) {
		const struct unit *unit = &planted->unit[i];
		struct interval interval;
		bool has_interval;
		double ratio = slowness(base, unit, &interval, &has_interval);
		uint64_t added = 0;

		if (!(fabs(log(ratio / (1 + CALIBRATE_CHANGE))) < nearest))
			continue;
		nearest = fabs(log(ratio / (1 + CALIBRATE_CHANGE)));
		chosen = unit;
		measurement_param(unit->first, "added_insns", &added);
		free(c->planted.words);
		c->planted = (struct planted){
			xasprintf("%s, added_insns %llu", unit->first->strategy,
				  (unsigned long long)added), ratio, interval, has_interval,
		};
	}
	return chosen;
}

static const struct unit *find_base(const struct unit_list *units, const struct gate_rules *rules)
{
	for (size_t i = 0; i < units->n && rules->canary.base; i++)
		if (!strcmp(units->unit[i].first->strategy, rules->canary.base))
			return &units->unit[i];
	return units->n ? &units->unit[0] : NULL;
}

/* Mean host seconds of a boot of @unit, power-on to power-off; 0 when not known. */
static double boot_seconds(const struct unit *unit)
{
	double sum = 0;
	uint64_t ns;

	for (size_t i = 0; i < unit->runs.n; i++)
		if (measurement_counter(unit->runs.item[i].m, "boot_ns", &ns))
			sum += (double)ns / 1e9;
	return sum / (double)unit->runs.n;
}

static bool reaches_all(const struct trial *trial)
{
	double deals = (double)trial->deals;

	return (double)trial->alarms <= CALIBRATE_ALARMS_MOST * deals &&
	       (double)trial->found >= CALIBRATE_FOUND_LEAST * deals &&
	       trial->seconds <= CALIBRATE_SECONDS_MOST;
}

/* Tries few boots first, then more, until all goals are reached. */
static void run_trials(struct calibration *c, const struct deck *deck, double seconds,
		       struct gate_rules *rules)
{
	c->trial = xcalloc(ARRAY_SIZE(sides_tried), sizeof(*c->trial));
	for (size_t i = 0; i < ARRAY_SIZE(sides_tried) && !c->chosen; i++) {
		struct trial *trial = &c->trial[c->trials];

		if (2 * sides_tried[i] > deck->boots)
			break;
		*trial = (struct trial){
			.a_side = sides_tried[i],
			.seconds = 2 * (double)sides_tried[i] * seconds,
		};
		trial_run(trial, deck, rules);
		c->trials++;
		if (reaches_all(trial))
			c->chosen = trial;
	}
}

static int calibrate_units(struct calibration *c, const struct result *r,
			   const struct unit_list *same, const struct unit_list *slow,
			   struct gate_rules *rules)
{
	const struct unit *base = find_base(same, rules);
	const struct gate_proof canary = rules->canary, twins = rules->same;
	const struct unit *planted;
	struct deck deck;

	if (!base)
		return diag_error("%s holds no measurement that is whole: nothing to calibrate by",
				  r->id);
	find_noise(c, same, rules);
	planted = choose_planted(c, base, slow);
	deck_make(&deck, r, same, base->first->strategy, planted);
	c->boots = deck.boots;
	for (size_t i = 0; i < same->n; i++)
		c->contaminated += same->unit[i].contaminated;
	if (deck.boots < 2 * sides_tried[0]) {
		diag_error("%s has %zu clean boots, and two sides of %zu are the least", r->id,
			   deck.boots, sides_tried[0]);
		diag_hint("measure more: pcpbench calibrate --set boots=%zu", 3 * sides_tried[0]);
		deck_free(&deck);
		return -1;
	}
	/* a deal holds no canary: without its proofs the gate judges all the same */
	rules->canary = rules->same = (struct gate_proof){ 0 };
	run_trials(c, &deck, boot_seconds(base), rules);
	rules->canary = canary;
	rules->same = twins;
	deck_free(&deck);
	return 0;
}

int calibrate(struct calibration *c, const struct result *r, struct gate_rules *rules)
{
	const struct compare_side side = { r->id, &r, 1, BY_FILE, NULL };
	struct comparison ignored = { .old = &side, .new = &side };
	struct unit_list all, same, slow;
	int ret;

	*c = (struct calibration){ .id = xstrdup(r->id) };
	if (strcmp(r->mode, "realtime"))
		return diag_error("%s is of mode %s, and boots of that have no noise: calibrate -m exact proves it",
				  r->id, r->mode);
	units_make(&all, &ignored, &side, false, false);
	same = pick_units(&all, false);
	slow = pick_units(&all, true);
	ret = calibrate_units(c, r, &same, &slow, rules);
	free(same.unit);
	free(slow.unit);
	units_free(&all);
	comparison_free(&ignored);
	return ret;
}

void calibration_free(struct calibration *c)
{
	for (size_t i = 0; i < c->noises; i++) {
		free(c->noise[i].place);
		free(c->noise[i].metric);
	}
	for (size_t i = 0; i < c->trials; i++)
		free(c->trial[i].limit);
	free(c->noise);
	free(c->trial);
	free(c->planted.words);
	free(c->id);
	*c = (struct calibration){ 0 };
}
