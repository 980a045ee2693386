// SPDX-License-Identifier: GPL-2.0-only
/* What the figures of two sides can show. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "compare/yardstick.h"
#include "result/figures.h"

/* new / old; two zeros, and two that were never served, are equal. */
static double ratio_of(double old, double new)
{
	if (old == new)
		return 1;
	return isinf(old) ? 0 : new / old;
}

/* @metric over all replicates; a count that adds up is told per replicate. */
static struct side_figure figure_of(const struct metric *metric, const struct measurement *total,
				    size_t replicates)
{
	struct side_figure figure = { .value = NAN, .count = metric_count(metric, total) };

	figure.known = metric_value(metric, total, &figure.value);
	if (metric_adds_up(metric) && replicates)
		figure.value /= (double)replicates;
	return figure;
}

static void take_pairs(struct compare_line *line, const struct metric *metric,
		       const struct replicate *old, const struct replicate *new, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double a, b;

		if (!known_value(metric_value(metric, old[i].m, &a)) ||
		    !known_value(metric_value(metric, new[i].m, &b)))
			continue;
		line->seed[line->n] = old[i].seed;
		line->a[line->n++] = a;
		line->b[line->m++] = b;
	}
}

/* The yardstick of each goes to @yard. */
static size_t take_values(double *values, double *yard, const struct metric *metric,
			  const struct replicate *replicate, size_t n)
{
	size_t taken = 0;

	for (size_t i = 0; i < n; i++) {
		yard[taken] = yardstick_of(replicate[i].m);
		taken += known_value(metric_value(metric, replicate[i].m, &values[taken]));
	}
	return taken;
}

double compare_speed(const struct replicate *old, size_t n, const struct replicate *new,
			   size_t m)
{
	double *one = xcalloc(n + m + 1, sizeof(*one)), median;
	bool known = true;

	for (size_t i = 0; i < n + m; i++) {
		one[i] = yardstick_of(i < n ? old[i].m : new[i - n].m);
		known &= one[i] > 0;
	}
	sort_values(one, n + m);
	median = known ? median_of_sorted(one, n + m) : NAN;
	free(one);
	return median;
}

/* All equal to each other: within pairs, or in real time across both sides. */
static bool all_same(const struct compare_line *line, bool exact)
{
	for (size_t i = 0; i < line->n && exact; i++)
		if (line->a[i] != line->b[i])
			return false;
	for (size_t i = 0; i < line->n && !exact; i++)
		if (line->a[i] != line->a[0])
			return false;
	for (size_t i = 0; i < line->m && !exact; i++)
		if (line->b[i] != line->a[0])
			return false;
	return line->n > 0 && line->m > 0;
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
	double *ratio = xcalloc(line->n + 1, sizeof(*ratio));
	double *difference = xcalloc(line->n + 1, sizeof(*difference));

	for (size_t i = 0; i < line->n; i++) {
		ratio[i] = ratio_of(line->a[i], line->b[i]);
		difference[i] = line->a[i] == line->b[i] ? 0 : line->b[i] - line->a[i];
		line->down += ratio[i] < 1;
		line->up += ratio[i] > 1;
	}
	sort_values(ratio, line->n);
	sort_values(difference, line->n);
	line->ratio = median_of_sorted(ratio, line->n);
	line->difference = median_of_sorted(difference, line->n);
	line->need = sign_test_least(COMPARE_ALPHA);
	if (line->n) {
		line->ratio_min = ratio[0];
		line->ratio_max = ratio[line->n - 1];
	}
	line->direction = sign_of((double)line->up - (double)line->down);
	line->p = sign_test(line->down, line->n - line->down - line->up, line->up);
	line->has_interval = median_interval(ratio, line->n, 1 - COMPARE_ALPHA, &line->interval);
	if (line->has_interval)
		line->smallest = smallest_change(line->ratio, &line->interval);
	free(ratio);
	free(difference);
}

/* Interval of the ratio at @confidence, through the logarithms, where a ratio is a shift. */
static bool ratio_interval(const struct compare_line *line, double confidence, double *ratio,
			   struct interval *interval)
{
	double *a = xcalloc(line->n + 1, sizeof(*a)), *b = xcalloc(line->m + 1, sizeof(*b));
	bool known;

	for (size_t i = 0; i < line->n; i++)
		a[i] = log(line->a[i]);
	for (size_t i = 0; i < line->m; i++)
		b[i] = log(line->b[i]);
	known = shift_interval(a, line->n, b, line->m, confidence, ratio, interval);
	*ratio = exp(*ratio);
	if (known) {
		interval->low = exp(interval->low);
		interval->high = exp(interval->high);
	}
	free(a);
	free(b);
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
	const double *a = line->sum_a ? line->sum_a : line->a;
	const double *b = line->sum_b ? line->sum_b : line->b;
	double old = 0;
	bool known = mean_shift_interval(a, line->n, b, line->m, confidence, difference, interval);

	for (size_t i = 0; i < line->n; i++)
		old += a[i] / (double)line->n;
	*ratio = isnan(*difference) ? NAN : shift_as_ratio(old, *difference);
	if (known) {
		interval->low = shift_as_ratio(old, interval->low);
		interval->high = shift_as_ratio(old, interval->high);
	}
	return known;
}

/* The median boot of @x, which is left as it is. */
static bool side_median(const double *x, size_t n, struct interval *interval)
{
	double *sorted = xcalloc(n + 1, sizeof(*sorted));
	bool known;

	memcpy(sorted, x, n * sizeof(*x));
	sort_values(sorted, n);
	known = median_interval(sorted, n, 1 - COMPARE_ALPHA, interval);
	free(sorted);
	return known;
}

static bool paired_ratio(const struct compare_line *line, struct interval *interval)
{
	size_t n = line->n < line->m ? line->n : line->m;
	double *ratio = xcalloc(n + 1, sizeof(*ratio));
	bool known;

	for (size_t i = 0; i < n; i++)
		ratio[i] = ratio_of(line->a[i], line->b[i]);
	sort_values(ratio, n);
	known = median_interval(ratio, n, 1 - COMPARE_ALPHA, interval);
	free(ratio);
	return known;
}

static void judge_sides(struct compare_line *line)
{
	struct mann_whitney test = mann_whitney(line->a, line->n, line->b, line->m);
	struct interval ignored;

	line->has_medians = side_median(line->a, line->n, &line->old_median) &&
			    side_median(line->b, line->m, &line->new_median);
	line->has_paired = paired_ratio(line, &line->paired);

	if (line->sums) {
		line->has_interval = sums_interval(line, 1 - COMPARE_ALPHA, &line->ratio,
						   &line->difference, &line->interval);
	} else {
		line->has_interval = ratio_interval(line, 1 - COMPARE_ALPHA, &line->ratio,
						    &line->interval);
		shift_interval(line->a, line->n, line->b, line->m, 1 - COMPARE_ALPHA,
			       &line->difference, &ignored);
	}
	line->p = test.p;
	line->direction = sign_of(test.u - (double)line->n * (double)line->m / 2);
}

static double *copy_values(const double *x, size_t n)
{
	double *copy = xcalloc(n + 1, sizeof(*copy));

	memcpy(copy, x, n * sizeof(*x));
	return copy;
}

/*
 * A number for each boot that has the share, whose mean is the share of the boots
 * together, sum of parts over sum of wholes, and whose spread is that share's: it
 * plus the boot's part beyond it, over the mean whole (the ratio estimator's
 * residuals; Cochran 1977, Sampling Techniques, 6.4). To be freed.
 */
static double *share_residuals(const struct metric *metric, const struct replicate *replicate,
			       size_t n)
{
	double *x = xcalloc(n + 1, sizeof(*x)), *weight = xcalloc(n + 1, sizeof(*weight));
	double parts = 0, wholes = 0;
	size_t taken = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t part, whole;
		bool counted;

		if (!metric_share(metric, replicate[i].m, &part, &whole, &counted) || !whole)
			continue;
		x[taken] = (double)part;
		weight[taken++] = (double)whole;
		parts += (double)part;
		wholes += (double)whole;
	}
	for (size_t i = 0; i < taken; i++)
		x[i] = parts / wholes +
		       (x[i] - parts / wholes * weight[i]) / (wholes / (double)taken);
	free(weight);
	return x;
}

/* The boots' values, with @speed as they would have been at that yardstick. */
static void take_boots(struct compare_line *line, const struct metric *metric, double speed,
		       const struct replicate *old, size_t n, const struct replicate *new, size_t m)
{
	double *x = xcalloc(n + 1, sizeof(*x)), *y = xcalloc(m + 1, sizeof(*y)), power;

	line->n = take_values(line->a, x, metric, old, n);
	line->m = take_values(line->b, y, metric, new, m);
	if (metric->kind == METRIC_SHARE) {
		line->sum_a = share_residuals(metric, old, n);
		line->sum_b = share_residuals(metric, new, m);
	}
	if (!isnan(speed) && yardstick_holds_for(metric)) {
		struct yardstick_side a = { line->a, x, line->n }, b = { line->b, y, line->m };

		line->raw_a = copy_values(line->a, line->n);
		line->raw_b = copy_values(line->b, line->m);
		power = yardstick_power(&a, &b);
		yardstick_correct(&a, power, speed);
		yardstick_correct(&b, power, speed);
	}
	free(x);
	free(y);
}

void compare_line_fill(struct compare_line *line, const struct metric *metric, bool exact,
		       double speed, const struct replicate *old, size_t n,
		       const struct replicate *new, size_t m)
{
	line->a = xcalloc(n + 1, sizeof(*line->a));
	line->b = xcalloc(m + 1, sizeof(*line->b));
	line->seed = xcalloc(n + 1, sizeof(*line->seed));
	line->sums = !exact && (metric_adds_up(metric) || metric->kind == METRIC_SHARE);
	line->ratio = line->ratio_min = line->ratio_max = line->difference = NAN;
	line->smallest = INFINITY;
	line->p = 1;
	if (exact)
		take_pairs(line, metric, old, new, n);
	else
		take_boots(line, metric, speed, old, n, new, m);
	line->claim = CLAIM_NONE;
	if (line->n == n && line->m == m && all_same(line, exact))
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
	free(line->a);
	free(line->b);
	free(line->raw_a);
	free(line->raw_b);
	free(line->sum_a);
	free(line->sum_b);
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

/* True when @metric can be compared; if not, says why. */
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

static bool is_identical(const struct replicate *old, const struct replicate *new, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!same_figures(old[i].m, new[i].m))
			return false;
	return true;
}

static void fill_lines(struct comparison *c, struct compare_block *block,
		       const struct measurement *old_total, const struct measurement *new_total,
		       const struct replicate *old, const struct replicate *new)
{
	struct metric_list metrics = { 0 };

	block->speed = c->exact ? NAN : compare_speed(old, block->n, new, block->m);
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
		line->old = figure_of(metric, old_total, block->n);
		line->new = figure_of(metric, new_total, block->m);
		compare_line_fill(line, metric, c->exact, block->speed, old, block->n, new, block->m);
		line->resolution = metric_resolution(metric, old_total, line->old.value);
		line->blur = fmax(metric_blur(metric, old_total, line->old.value),
				  metric_blur(metric, new_total, line->new.value));
	}
	metric_list_free(&metrics);
}

void compare_block_fill(struct comparison *c, struct compare_block *block,
			const struct replicate *old, size_t n, const struct replicate *new,
			size_t m)
{
	struct measurement old_total, new_total;
	bool fits;

	block->n = n;
	block->m = m;
	block->old_replicate = xcalloc(n + 1, sizeof(*old));
	block->new_replicate = xcalloc(m + 1, sizeof(*new));
	memcpy(block->old_replicate, old, n * sizeof(*old));
	memcpy(block->new_replicate, new, m * sizeof(*new));
	block->identical = c->exact && is_identical(old, new, n);
	fits = units_total(&old_total, old, n);
	fits &= units_total(&new_total, new, m);
	if (fits)
		fill_lines(c, block, &old_total, &new_total, old, new);
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

/* True when there was anything to test: not what is equal everywhere, or what no single run has. */
static bool is_tested(const struct compare_line *line, enum family family)
{
	return family_of(line) == family && line->claim != CLAIM_SAME && line->n && line->m;
}

/* The lines of @family; their number in *n. To be freed. */
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

/* A change that is smaller than a step of the figure can't show; one of 0 is none. */
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
	return line->up == line->n || line->down == line->n;
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
			GROW(mean->of, mean->n);
			mean->of[mean->n++] = line->ratio;
		}
	for (size_t i = 0; i < c->means; i++)
		c->mean[i].ratio = geometric_mean(c->mean[i].of, c->mean[i].n);
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
