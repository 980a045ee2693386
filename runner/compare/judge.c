// SPDX-License-Identifier: GPL-2.0-only
/* Judges what the numbers of two sides can show. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "compare/yardstick.h"
#include "result/content.h"

/* new / old; two zeros, and two that were never served, are equal. */
static double ratio_of(double old, double new)
{
	if (old == new)
		return 1;
	return isinf(old) ? 0 : new / old;
}

/* @metric over all replicates; a count that adds up is told per replicate. */
static struct side_value side_value_of(const struct metric *metric, const struct measurement *total,
				       size_t replicates)
{
	struct side_value side = { .value = NAN, .count = metric_count(metric, total) };

	side.known = metric_value(metric, total, &side.value);
	if (metric_adds_up(metric) && replicates)
		side.value /= (double)replicates;
	return side;
}

static void take_pairs(struct compare_line *line, const struct metric *metric,
		       struct replicates old, struct replicates new)
{
	for (size_t i = 0; i < old.n; i++) {
		double a, b;

		if (!known_value(metric_value(metric, old.item[i].m, &a)) ||
		    !known_value(metric_value(metric, new.item[i].m, &b)))
			continue;
		line->seed[line->a.n] = old.item[i].seed;
		line->a.x[line->a.n++] = a;
		line->b.x[line->b.n++] = b;
	}
}

/* The yardstick of each goes to @yard. */
static void take_values(struct sample *values, double *yard, const struct metric *metric,
			struct replicates runs)
{
	for (size_t i = 0; i < runs.n; i++) {
		const struct measurement *m = runs.item[i].m;

		yard[values->n] = yardstick_of(m);
		values->n += known_value(metric_value(metric, m, &values->x[values->n]));
	}
}

double compare_speed(struct replicates old, struct replicates new)
{
	struct sample yards = { xcalloc(old.n + new.n, sizeof(*yards.x)), old.n + new.n };
	bool known = true;
	double median;

	for (size_t i = 0; i < yards.n; i++) {
		yards.x[i] = yardstick_of(i < old.n ? old.item[i].m : new.item[i - old.n].m);
		known &= yards.x[i] > 0;
	}
	sort_values(yards);
	median = known ? median_of_sorted(yards) : NAN;
	free(yards.x);
	return median;
}

/* All equal to each other: within pairs, or in real time across both sides. */
static bool all_same(const struct compare_line *line, bool exact)
{
	for (size_t i = 0; i < line->a.n && exact; i++)
		if (line->a.x[i] != line->b.x[i])
			return false;
	for (size_t i = 0; i < line->a.n && !exact; i++)
		if (line->a.x[i] != line->a.x[0])
			return false;
	for (size_t i = 0; i < line->b.n && !exact; i++)
		if (line->b.x[i] != line->a.x[0])
			return false;
	return line->a.n > 0 && line->b.n > 0;
}

/*
 * The relative change that would have moved @interval off 1, had the true
 * change been this one and the spread around it the same.
 */
static double smallest_change(double ratio, const struct interval *interval)
{
	double up, down;

	if (!(ratio > 0) || isinf(ratio) || !(interval->low > 0) || isinf(interval->high))
		return INFINITY;
	up = ratio / interval->low;
	down = interval->high / ratio;
	return (up > down ? up : down) - 1;
}

static int sign_of(double x)
{
	return (x > 0) - (x < 0);
}

/* True when the interval of the ratio lies on the side that the test points to. */
static bool excludes_no_change(const struct compare_line *line)
{
	return line->has_interval && (line->direction > 0 ? line->interval.low > 1 :
				      line->direction < 0 && line->interval.high < 1);
}

static void judge_pairs(struct compare_line *line)
{
	size_t n = line->a.n;
	struct sample ratio = { xcalloc(n, sizeof(*ratio.x)), n };
	struct sample difference = { xcalloc(n, sizeof(*difference.x)), n };

	for (size_t i = 0; i < n; i++) {
		double a = line->a.x[i], b = line->b.x[i];

		ratio.x[i] = ratio_of(a, b);
		difference.x[i] = a == b ? 0 : b - a;
		line->down += ratio.x[i] < 1;
		line->up += ratio.x[i] > 1;
	}
	sort_values(ratio);
	sort_values(difference);
	line->ratio = median_of_sorted(ratio);
	line->difference = median_of_sorted(difference);
	line->need = sign_test_least(COMPARE_ALPHA);
	if (n) {
		line->ratio_min = ratio.x[0];
		line->ratio_max = ratio.x[n - 1];
	}
	line->direction = sign_of((double)line->up - (double)line->down);
	line->p = sign_test(line->down, n - line->down - line->up, line->up);
	line->has_interval = median_interval(ratio, 1 - COMPARE_ALPHA, &line->interval);
	if (line->has_interval)
		line->smallest = smallest_change(line->ratio, &line->interval);
	free(ratio.x);
	free(difference.x);
}

/* The caller frees the values. */
static struct sample logarithms(struct sample of)
{
	struct sample logs = { xcalloc(of.n, sizeof(*logs.x)), of.n };

	for (size_t i = 0; i < of.n; i++)
		logs.x[i] = log(of.x[i]);
	return logs;
}

/* Interval of the ratio at @confidence, through the logarithms, where a ratio is a shift. */
static bool ratio_interval(const struct compare_line *line, double confidence, double *ratio,
			   struct interval *interval)
{
	struct sample a = logarithms(line->a), b = logarithms(line->b);
	bool known = shift_interval(a, b, confidence, ratio, interval);

	*ratio = exp(*ratio);
	if (known) {
		interval->low = exp(interval->low);
		interval->high = exp(interval->high);
	}
	free(a.x);
	free(b.x);
	return known;
}

/* A shift of a mean that was @old, as a ratio; a count does not fall below 0. */
static double shift_as_ratio(double old, double shift)
{
	return shift <= -old && old > 0 ? 0 : ratio_of(old, old + shift);
}

/*
 * The same for a count that adds up: of the sums, for the median of many zeros is
 * zero; and for a share, which is that of the sums.
 */
static bool sums_interval(const struct compare_line *line, double confidence, double *ratio,
			  double *difference, struct interval *interval)
{
	struct sample a = line->sum_a.x ? line->sum_a : line->a;
	struct sample b = line->sum_b.x ? line->sum_b : line->b;
	double old = 0;
	bool known = mean_shift_interval(a, b, confidence, difference, interval);

	for (size_t i = 0; i < a.n; i++)
		old += a.x[i] / (double)a.n;
	*ratio = isnan(*difference) ? NAN : shift_as_ratio(old, *difference);
	if (known) {
		interval->low = shift_as_ratio(old, interval->low);
		interval->high = shift_as_ratio(old, interval->high);
	}
	return known;
}

/* The caller frees the values. */
static struct sample copy_of(struct sample sample)
{
	struct sample copy = { xcalloc(sample.n, sizeof(*copy.x)), sample.n };

	memcpy(copy.x, sample.x, sample.n * sizeof(*copy.x));
	return copy;
}

static bool side_median(struct sample boots, struct interval *interval)
{
	struct sample sorted = copy_of(boots);
	bool known;

	sort_values(sorted);
	known = median_interval(sorted, 1 - COMPARE_ALPHA, interval);
	free(sorted.x);
	return known;
}

static bool paired_ratio(const struct compare_line *line, struct interval *interval)
{
	size_t n = line->a.n < line->b.n ? line->a.n : line->b.n;
	struct sample ratio = { xcalloc(n, sizeof(*ratio.x)), n };
	bool known;

	for (size_t i = 0; i < n; i++)
		ratio.x[i] = ratio_of(line->a.x[i], line->b.x[i]);
	sort_values(ratio);
	known = median_interval(ratio, 1 - COMPARE_ALPHA, interval);
	free(ratio.x);
	return known;
}

static void judge_sides(struct compare_line *line)
{
	struct mann_whitney test = mann_whitney(line->a, line->b);
	struct interval ignored;

	line->has_medians = side_median(line->a, &line->old_median) &&
			    side_median(line->b, &line->new_median);
	line->has_paired = paired_ratio(line, &line->paired);

	if (line->sums) {
		line->has_interval = sums_interval(line, 1 - COMPARE_ALPHA, &line->ratio,
						   &line->difference, &line->interval);
	} else {
		line->has_interval = ratio_interval(line, 1 - COMPARE_ALPHA, &line->ratio,
						    &line->interval);
		shift_interval(line->a, line->b, 1 - COMPARE_ALPHA, &line->difference, &ignored);
	}
	line->p = test.p;
	line->direction = sign_of(test.u - (double)line->a.n * (double)line->b.n / 2);
}

/*
 * A number for each boot that has the share, whose mean is the share of the boots
 * together, sum of parts over sum of wholes, and whose spread is that share's: it
 * plus the boot's part beyond it, over the mean whole (the ratio estimator's
 * residuals; Cochran 1977, Sampling Techniques, 6.4). The caller frees the values.
 */
static struct sample share_residuals(const struct metric *metric, struct replicates runs)
{
	struct sample residuals = { .x = xcalloc(runs.n, sizeof(*residuals.x)) };
	double *weight = xcalloc(runs.n, sizeof(*weight)), parts = 0, wholes = 0;

	for (size_t i = 0; i < runs.n; i++) {
		uint64_t part, whole;
		bool counted;

		if (!metric_share(metric, runs.item[i].m, &part, &whole, &counted) || !whole)
			continue;
		residuals.x[residuals.n] = (double)part;
		weight[residuals.n++] = (double)whole;
		parts += (double)part;
		wholes += (double)whole;
	}
	for (size_t i = 0; i < residuals.n; i++)
		residuals.x[i] = parts / wholes + (residuals.x[i] - parts / wholes * weight[i]) /
						  (wholes / (double)residuals.n);
	free(weight);
	return residuals;
}

/* The boots' values, with @speed as they would have been at that yardstick. */
static void take_boots(struct compare_line *line, const struct metric *metric, double speed,
		       struct replicates old, struct replicates new)
{
	double *x = xcalloc(old.n, sizeof(*x)), *y = xcalloc(new.n, sizeof(*y)), power;

	take_values(&line->a, x, metric, old);
	take_values(&line->b, y, metric, new);
	if (metric->kind == METRIC_SHARE) {
		line->sum_a = share_residuals(metric, old);
		line->sum_b = share_residuals(metric, new);
	}
	if (!isnan(speed) && yardstick_holds_for(metric)) {
		struct yardstick_side a = { line->a, x }, b = { line->b, y };

		line->raw_a = copy_of(line->a).x;
		line->raw_b = copy_of(line->b).x;
		power = yardstick_power(&a, &b);
		yardstick_correct(&a, power, speed);
		yardstick_correct(&b, power, speed);
	}
	free(x);
	free(y);
}

void compare_line_fill(struct compare_line *line, const struct metric *metric, bool exact,
		       double speed, struct replicates old, struct replicates new)
{
	line->a.x = xcalloc(old.n, sizeof(*line->a.x));
	line->b.x = xcalloc(new.n, sizeof(*line->b.x));
	line->seed = xcalloc(old.n, sizeof(*line->seed));
	line->sums = !exact && (metric_adds_up(metric) || metric->kind == METRIC_SHARE);
	line->ratio = line->ratio_min = line->ratio_max = line->difference = NAN;
	line->smallest = INFINITY;
	line->p = 1;
	if (exact)
		take_pairs(line, metric, old, new);
	else
		take_boots(line, metric, speed, old, new);
	line->claim = CLAIM_NONE;
	if (line->a.n == old.n && line->b.n == new.n && all_same(line, exact))
		line->claim = CLAIM_SAME;
	if (exact)
		judge_pairs(line);
	else
		judge_sides(line);
	if (!isfinite(line->difference))
		line->difference = NAN;
	line->p_alone = line->p;
}

void compare_line_free(struct compare_line *line)
{
	free(line->name);
	free(line->a.x);
	free(line->b.x);
	free(line->raw_a);
	free(line->raw_b);
	free(line->sum_a.x);
	free(line->sum_b.x);
	free(line->seed);
}

static void add_line(struct comparison *c, struct compare_block *block,
		     const struct metric *metric, const char *unit)
{
	struct compare_line *line;

	GROW(block->line, block->lines);
	line = &block->line[block->lines++];
	*line = (struct compare_line){
		.kind = metric->kind,
		.better = metric_better(metric),
		.name = metric_name(metric),
		.unit = unit,
		.advisory = !c->exact && metric_is_tail(metric),
	};
}

/* True when @metric can be compared; otherwise notes why not. */
static bool in_both(struct comparison *c, const struct compare_block *block,
		    const struct metric *metric, const char *old_unit, const char *new_unit)
{
	const struct measurement *m = block->old;
	char *name;

	if (old_unit && new_unit && !strcmp(old_unit, new_unit))
		return true;
	name = metric_name(metric);
	if (old_unit && new_unit)
		compare_note(c, NOTE_UNITS, true, "%s %s: %s: other units: %s %s, %s %s", m->scenario,
			     m->strategy, name, c->old->label, old_unit, c->new->label, new_unit);
	else
		compare_note(c, old_unit ? NOTE_MISSING : NOTE_NEW, false,
			     "%s %s: %s: in %s only", m->scenario, m->strategy, name,
			     old_unit ? c->old->label : c->new->label);
	free(name);
	return false;
}

static bool is_identical(struct replicates old, struct replicates new)
{
	for (size_t i = 0; i < old.n; i++)
		if (!same_content(old.item[i].m, new.item[i].m))
			return false;
	return true;
}

static void fill_lines(struct comparison *c, struct compare_block *block,
		       const struct measurement *old_total, const struct measurement *new_total)
{
	struct replicates old = block->old_runs, new = block->new_runs;
	struct metric_list metrics = { 0 };

	block->speed = c->exact ? NAN : compare_speed(old, new);
	metrics_of(&metrics, old_total);
	metrics_of(&metrics, new_total);
	for (size_t i = 0; i < metrics.n; i++) {
		const struct metric *metric = &metrics.item[i];
		const char *unit = metric_unit(metric, old_total);
		struct compare_line *line;

		if (!in_both(c, block, metric, unit, metric_unit(metric, new_total)))
			continue;
		add_line(c, block, metric, unit);
		line = &block->line[block->lines - 1];
		line->old = side_value_of(metric, old_total, old.n);
		line->new = side_value_of(metric, new_total, new.n);
		compare_line_fill(line, metric, c->exact, block->speed, old, new);
		line->resolution = metric_resolution(metric, old_total, line->old.value);
		line->blur = fmax(metric_blur(metric, old_total, line->old.value),
				  metric_blur(metric, new_total, line->new.value));
	}
	metric_list_free(&metrics);
}

/* The runs are still the unit's; the array is the block's own. */
static struct replicates copy_runs(struct replicates runs)
{
	struct replicates copy = { xcalloc(runs.n, sizeof(*copy.item)), runs.n };

	memcpy(copy.item, runs.item, runs.n * sizeof(*copy.item));
	return copy;
}

void compare_block_fill(struct comparison *c, struct compare_block *block,
			struct replicates old, struct replicates new)
{
	struct measurement old_total, new_total;
	bool fits;

	block->old_runs = copy_runs(old);
	block->new_runs = copy_runs(new);
	block->identical = c->exact && is_identical(old, new);
	fits = units_total(&old_total, old);
	fits &= units_total(&new_total, new);
	if (fits)
		fill_lines(c, block, &old_total, &new_total);
	else
		compare_note(c, NOTE_UNFIT, true, "%s %s: the histograms of its replicates do not fit together",
			     block->old->scenario, block->old->strategy);
	measurement_free(&old_total);
	measurement_free(&new_total);
}

/*
 * Lines that are tested together. Tails are a family of their own: what is
 * advisory must not cost what is not. So are shares, for what they are read off
 * is tested already.
 */
enum family { FAMILY_FIGURES, FAMILY_TAILS, FAMILY_SHARES, FAMILIES };

static enum family family_of(const struct compare_line *line)
{
	if (line->advisory)
		return FAMILY_TAILS;
	return line->kind == METRIC_SHARE ? FAMILY_SHARES : FAMILY_FIGURES;
}

/* True for a line that makes a test: what is equal everywhere, and what no run has, makes none. */
static bool is_tested(const struct compare_line *line, enum family family)
{
	return family_of(line) == family && line->claim != CLAIM_SAME && line->a.n && line->b.n;
}

/* The lines of @family, and their number in *n. The caller frees the array. */
static struct compare_line **find_family(const struct comparison *c, enum family family, size_t *n)
{
	struct compare_line **line = NULL;
	size_t found = 0;

	for (size_t i = 0; i < c->blocks; i++)
		for (size_t k = 0; k < c->block[i].lines; k++) {
			if (!is_tested(&c->block[i].line[k], family))
				continue;
			GROW(line, found);
			line[found++] = &c->block[i].line[k];
		}
	*n = found;
	return line;
}

static void adjust_family(struct compare_line **line, size_t family,
			  void (*adjust)(double *p, size_t n))
{
	double *p = xcalloc(family + 1, sizeof(*p));

	for (size_t i = 0; i < family; i++)
		p[i] = line[i]->p;
	adjust(p, family);
	for (size_t i = 0; i < family; i++)
		line[i]->p = p[i];
	free(p);
}

static void claim_if_sure(struct compare_line *line)
{
	if (line->p <= COMPARE_ALPHA && excludes_no_change(line))
		line->claim = line->direction < 0 ? CLAIM_LOWER : CLAIM_HIGHER;
}

static size_t sides_needed(size_t family)
{
	size_t n = 1;

	while (n < 100 && mann_whitney_least_p(n, n) * (double)family > COMPARE_ALPHA)
		n++;
	return n;
}

/* No change below a step of the figure can show, and a change of 0 is none. */
static void limit_power(struct compare_line *line)
{
	if (line->smallest < line->resolution)
		line->smallest = line->resolution;
	if (!(line->smallest > 0))
		line->smallest = INFINITY;
}

/* The claim of a line whose p is adjusted, and what @family lines together could show. */
static void conclude(struct compare_line *line, size_t family)
{
	double ratio, difference, confidence = 1 - COMPARE_ALPHA / (double)family;
	struct interval interval;
	bool known;

	line->need = sides_needed(family);
	claim_if_sure(line);
	known = line->sums ? sums_interval(line, confidence, &ratio, &difference, &interval) :
			     ratio_interval(line, confidence, &ratio, &interval);
	line->smallest = known ? smallest_change(ratio, &interval) : INFINITY;
	limit_power(line);
}

static void judge_boots(struct comparison *c, enum family which)
{
	size_t family;
	struct compare_line **line = find_family(c, which, &family);

	adjust_family(line, family, holm_adjust);
	for (size_t i = 0; i < family; i++)
		conclude(line[i], family);
	free(line);
}

static bool all_agree(const struct compare_line *line)
{
	return line->up == line->a.n || line->down == line->a.n;
}

/*
 * Eight seeds that all agree have p = 1/128, which no correction for hundreds
 * of tests leaves below 5 % one by one (Holm). What is held is the share of
 * mistakes among the claims: a design that moves many figures shows, and a
 * single one of hundreds that wander needs more seeds.
 */
static void judge_seeds(struct comparison *c, enum family which)
{
	size_t family, agreeing = 0;
	struct compare_line **line = find_family(c, which, &family);

	adjust_family(line, family, benjamini_hochberg_adjust);
	for (size_t i = 0; i < family; i++) {
		claim_if_sure(line[i]);
		agreeing += all_agree(line[i]);
	}
	for (size_t i = 0; i < family; i++) {
		size_t together = agreeing + !all_agree(line[i]);

		line[i]->need = sign_test_least(COMPARE_ALPHA * (double)together / (double)family);
		limit_power(line[i]);
	}
	free(line);
}

static bool goes_into_means(const struct compare_line *line)
{
	return metric_is_of_hist(line->kind) && line->kind != METRIC_MAX &&
	       line->ratio > 0 && isfinite(line->ratio);
}

/* The search begins at @from: what comes next is mostly the next one. */
static struct compare_mean *find_mean(struct comparison *c, const struct compare_block *block,
				      const struct compare_line *line, size_t from)
{
	struct compare_mean *mean;

	for (size_t i = 0; i < c->means; i++) {
		mean = &c->mean[(from + i) % c->means];
		if (!strcmp(mean->metric, line->name) &&
		    !strcmp(mean->strategy, block->new->strategy) &&
		    !strcmp(mean->scenario, block->old->scenario))
			return mean;
	}
	GROW(c->mean, c->means);
	mean = &c->mean[c->means++];
	*mean = (struct compare_mean){
		.scenario = block->old->scenario, .strategy = block->new->strategy,
		.metric = xstrdup(line->name),
	};
	return mean;
}

static void geometric_means(struct comparison *c)
{
	size_t next = 0;

	for (size_t i = 0; i < c->blocks; i++)
		for (size_t k = 0; k < c->block[i].lines; k++) {
			const struct compare_line *line = &c->block[i].line[k];
			struct compare_mean *mean;

			if (!goes_into_means(line))
				continue;
			mean = find_mean(c, &c->block[i], line, next);
			next = (size_t)(mean - c->mean) + 1;
			GROW(mean->ratios.x, mean->ratios.n);
			mean->ratios.x[mean->ratios.n++] = line->ratio;
		}
	for (size_t i = 0; i < c->means; i++)
		c->mean[i].ratio = geometric_mean(c->mean[i].ratios);
}

void compare_judge(struct comparison *c)
{
	for (int family = 0; family < FAMILIES; family++) {
		if (c->exact)
			judge_seeds(c, (enum family)family);
		else
			judge_boots(c, (enum family)family);
	}
	geometric_means(c);
}
