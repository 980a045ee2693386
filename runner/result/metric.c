// SPDX-License-Identifier: GPL-2.0-only
#include "result/metric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

const struct counter_info counter_info[] = {
#define PCPB_COUNTER(name, kind, rule, better) { name, kind, rule, better },
#include "contract/counters.def"
#undef PCPB_COUNTER
	{ 0 },
};

const struct counter_info *counter_find(const char *name)
{
	for (const struct counter_info *info = counter_info; info->name; info++)
		if (!strcmp(info->name, name))
			return info;
	return NULL;
}

uint64_t counter_together(const char *name, uint64_t a, uint64_t b)
{
	const struct counter_info *info = counter_find(name);
	uint64_t sum;

	if (info && info->rule == SMALLEST)
		return a < b ? a : b;
	if (info && info->rule == LARGEST)
		return a > b ? a : b;
	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

uint64_t never_served(const struct measurement *m)
{
	uint64_t failed = 0, waiting = 0, sum;

	measurement_counter(m, "failed", &failed);
	measurement_counter(m, "waiting", &waiting);
	return __builtin_add_overflow(failed, waiting, &sum) ? UINT64_MAX : sum;
}

uint64_t never_of(const struct measurement *m, const char *name)
{
	return strcmp(name, "time_to_usable") ? 0 : never_served(m);
}

enum known measurement_quantile(const struct measurement *m, const char *name, double percentile,
				uint64_t *value)
{
	const struct hist *h = measurement_hist(m, name);

	return h ? quantile(h, never_of(m, name), percentile, value) : NO_SAMPLES;
}

static bool list_has(const struct metric_list *list, const struct metric *metric)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->item[i].kind == metric->kind &&
		    list->item[i].percentile == metric->percentile &&
		    !strcmp(list->item[i].from, metric->from))
			return true;
	return false;
}

static void add_metric(struct metric_list *list, struct metric metric)
{
	if (list_has(list, &metric))
		return;
	GROW(list->item, list->n);
	list->item[list->n++] = metric;
}

void metrics_of(struct metric_list *list, const struct measurement *m)
{
	static const double percentiles[] = { 50, 90, 99, 99.9 };
	uint64_t value;

	for (size_t i = 0; i < m->hists; i++) {
		const char *from = m->hist[i].name;

		if (!strcmp(from, YARDSTICK))
			continue;
		add_metric(list, (struct metric){ METRIC_MEAN, 0, from, NULL });
		for (size_t p = 0; p < ARRAY_SIZE(percentiles); p++)
			add_metric(list, (struct metric){ METRIC_QUANTILE, percentiles[p], from,
							  NULL });
		add_metric(list, (struct metric){ METRIC_MAX, 0, from, NULL });
	}
	for (const struct counter_info *info = counter_info; info->name; info++)
		if (info->better != SETTING && measurement_counter(m, info->name, &value))
			add_metric(list, (struct metric){ METRIC_COUNTER, 0, info->name, info });
}

void metric_list_free(struct metric_list *list)
{
	free(list->item);
	*list = (struct metric_list){ 0 };
}

char *metric_name(const struct metric *metric)
{
	switch (metric->kind) {
	case METRIC_MEAN:
		return xasprintf("%s mean", metric->from);
	case METRIC_QUANTILE:
		return xasprintf("%s p%g", metric->from, metric->percentile);
	case METRIC_MAX:
		return xasprintf("%s max", metric->from);
	case METRIC_COUNTER:
		break;
	}
	return xstrdup(metric->from);
}

static const char *unit_of_hist(const struct hist *h)
{
	return strcmp(h->unit, "insn") ? "ns" : "insn";
}

const char *metric_unit(const struct metric *metric, const struct measurement *m)
{
	const struct hist *h;
	uint64_t value;

	if (metric->kind != METRIC_COUNTER) {
		h = measurement_hist(m, metric->from);
		return h ? unit_of_hist(h) : NULL;
	}
	if (!measurement_counter(m, metric->from, &value))
		return NULL;
	switch (metric->counter->kind) {
	case BYTES:
		return "bytes";
	case LATENCY:
		/* the unit of the mode, which every histogram of a measurement has */
		return m->hists ? unit_of_hist(&m->hist[0].hist) : "count";
	case COUNT:
		break;
	}
	return "count";
}

static enum known counter_value(const struct metric *metric, const struct measurement *m,
				double *value)
{
	uint64_t number;

	if (!measurement_counter(m, metric->from, &number))
		return NO_SAMPLES;
	*value = (double)number;
	return KNOWN;
}

/* The mean of what was served would flatter a design that serves less. */
static enum known mean_value(const struct hist *h, uint64_t never, double *value)
{
	*value = never ? INFINITY : (double)h->sum / (double)h->count;
	return never ? KNOWN_NEVER : KNOWN;
}

enum known metric_value(const struct metric *metric, const struct measurement *m, double *value)
{
	const struct hist *h;
	uint64_t never, number = 0;
	enum known known;

	if (metric->kind == METRIC_COUNTER)
		return counter_value(metric, m, value);
	h = measurement_hist(m, metric->from);
	never = never_of(m, metric->from);
	if (!h || (!h->count && !never))
		return NO_SAMPLES;
	if (metric->kind == METRIC_MEAN)
		return mean_value(h, never, value);
	if (metric->kind == METRIC_MAX) {
		*value = never ? INFINITY : (double)h->max;
		return never ? KNOWN_NEVER : KNOWN;
	}
	known = quantile(h, never, metric->percentile, &number);
	*value = known == KNOWN_NEVER ? INFINITY : (double)number;
	return known;
}

/* The bucket of @h that holds @value; NULL when none does. */
static const struct hist_bucket *bucket_at(const struct hist *h, double value)
{
	for (size_t i = 0; i < h->n; i++)
		if ((double)h->bucket[i].high >= value)
			return &h->bucket[i];
	return NULL;
}

static double width_at(const struct hist *h, double value)
{
	const struct hist_bucket *bucket = bucket_at(h, value);

	return bucket ? (double)(bucket->high - bucket->low + 1) : 1;
}

double metric_resolution(const struct metric *metric, const struct measurement *m, double value)
{
	const struct hist *h = measurement_hist(m, metric->from);

	if (!(value > 0) || isinf(value))
		return 0;
	if (metric->kind == METRIC_QUANTILE && h)
		return width_at(h, value) / value;
	return metric->kind == METRIC_MEAN && h ? 1 / value / (double)h->count : 1 / value;
}

double metric_blur(const struct metric *metric, const struct measurement *m, double value)
{
	const struct hist *h = measurement_hist(m, metric->from);
	const struct hist_bucket *bucket;

	if (metric->kind != METRIC_QUANTILE || !h || !isfinite(value))
		return 0;
	bucket = bucket_at(h, value);
	if (!bucket)
		return 0;
	/* no observation is below the least */
	return value - (double)(bucket->low > h->min ? bucket->low : h->min);
}

bool metric_is_tail(const struct metric *metric)
{
	return metric->kind == METRIC_MAX ||
	       (metric->kind == METRIC_QUANTILE && metric->percentile > 50);
}

enum better metric_better(const struct metric *metric)
{
	return metric->counter ? metric->counter->better : LOWER;
}
