// SPDX-License-Identifier: GPL-2.0-only
#include "result/metric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define QUANTILE(from_, percentile_) \
	.kind = METRIC_QUANTILE, .from = from_, .percentile = percentile_
#define MAX(from_) .kind = METRIC_MAX, .from = from_
#define COUNTER(from_) .kind = METRIC_COUNTER, .from = from_
#define PART(a) .part = { a, NULL }
#define PART2(a, b) .part = { a, b }
#define LATE(histogram) .from = histogram
#define WHOLE(a) .whole = { a, NULL }
#define WHOLE2(a, b) .whole = { a, b }
#define ALL .whole = { NULL, NULL }

const struct metric_info metric_info[] = {
#define PCPB_STATISTIC(kind_, percentile_, words_) \
	{ .kind = kind_, .percentile = percentile_, .words = words_ },
#define PCPB_SHARE(name_, part_, whole_, better_, shown_, head_, whose_, knee_, told_, title_)	\
	{ .kind = METRIC_SHARE, .name = name_, part_, whole_, .better = better_,		\
	  .shown = shown_, .head = head_, .whose = whose_, .knee = knee_, .told = told_,	\
	  .words = title_ },
#define PCPB_METRIC(metric_, shown_, head_, whose_, subject_, line_)				\
	{ metric_, .shown = shown_, .head = head_, .whose = whose_, .subject = subject_,	\
	  .line = line_ },
#include "result/metrics.def"
#undef PCPB_METRIC
#undef PCPB_SHARE
#undef PCPB_STATISTIC
};
const size_t metric_infos = ARRAY_SIZE(metric_info);

bool metric_is_of_hist(enum metric_kind kind)
{
	return kind != METRIC_COUNTER && kind != METRIC_SHARE;
}

bool is_statistic(const struct metric_info *info)
{
	return metric_is_of_hist(info->kind) && !info->from;
}

struct metric metric_of(const struct metric_info *info)
{
	if (info->kind == METRIC_SHARE)
		return (struct metric){ .kind = METRIC_SHARE, .from = info->name, .share = info };
	return (struct metric){
		.kind = info->kind, .percentile = info->percentile, .from = info->from,
		.counter = info->kind == METRIC_COUNTER ? counter_find(info->from) : NULL,
	};
}

struct metric metric_of_hist(const struct metric_info *info, const char *from)
{
	return (struct metric){ .kind = info->kind, .percentile = info->percentile, .from = from };
}

static bool same_metric(const struct metric *a, const struct metric *b)
{
	return a->kind == b->kind && a->percentile == b->percentile && !strcmp(a->from, b->from);
}

static void add_metric(struct metric_list *list, struct metric metric)
{
	for (size_t i = 0; i < list->n; i++)
		if (same_metric(&list->item[i], &metric))
			return;
	GROW(list->item, list->n);
	list->item[list->n++] = metric;
}

void metrics_of_hist(struct metric_list *list, const char *from)
{
	for (size_t i = 0; i < metric_infos; i++)
		if (is_statistic(&metric_info[i]))
			add_metric(list, metric_of_hist(&metric_info[i], from));
	for (size_t i = 0; i < metric_infos; i++)
		if (metric_is_of_hist(metric_info[i].kind) && !is_statistic(&metric_info[i]) &&
		    !strcmp(metric_info[i].from, from))
			add_metric(list, metric_of_hist(&metric_info[i], from));
}

void metrics_of(struct metric_list *list, const struct measurement *m)
{
	uint64_t value;

	for (size_t i = 0; i < m->hists; i++)
		if (hist_info_of(m->hist[i].name)->speed != YARDSTICK)
			metrics_of_hist(list, m->hist[i].name);
	for (const struct counter_info *info = counter_info; info->name; info++)
		if (info->better != NEITHER && measurement_counter(m, info->name, &value))
			add_metric(list, (struct metric){ .kind = METRIC_COUNTER,
							  .from = info->name, .counter = info });
	for (size_t i = 0; i < metric_infos; i++) {
		struct metric share = metric_of(&metric_info[i]);

		if (share.kind == METRIC_SHARE && metric_count(&share, m))
			add_metric(list, share);
	}
}

void metric_list_free(struct metric_list *list)
{
	free(list->item);
	*list = (struct metric_list){ 0 };
}

char *statistic_name(const struct metric *metric)
{
	if (metric->kind == METRIC_QUANTILE)
		return xasprintf("p%g", metric->percentile);
	return xstrdup(metric->kind == METRIC_MEAN ? "mean" : "max");
}

char *metric_name(const struct metric *metric)
{
	char *statistic, *name;

	if (!metric_is_of_hist(metric->kind))
		return xstrdup(metric->from);
	statistic = statistic_name(metric);
	name = xasprintf("%s %s", metric->from, statistic);
	free(statistic);
	return name;
}

char *metric_label(const struct metric *metric)
{
	const char *of = metric_is_of_hist(metric->kind) ? hist_info_of(metric->from)->label : NULL;
	char *statistic, *label;

	if (!of)
		return metric_name(metric);
	statistic = statistic_name(metric);
	label = xasprintf("%s of %s", statistic, of);
	free(statistic);
	return label;
}

static uint64_t observations(const struct measurement *m, const char *name, const struct hist *h)
{
	return sum_at_most(h->count, hist_never(m, name));
}

/* Requests whose call gave no area, whatever became of them later, of all that count. */
static bool late_share(const char *name, const struct measurement *m, uint64_t *part,
		       uint64_t *whole)
{
	const struct hist *h = measurement_hist(m, name);

	if (!h)
		return false;
	*whole = observations(m, name, h);
	*part = hist_never(m, name);
	for (size_t i = 0; i < h->n; i++)
		if (h->bucket[i].high)
			*part = sum_at_most(*part, h->bucket[i].count);
	return true;
}

/* The sum of @name; false when the first is not there, or of @all another one. */
static bool add_counters(const struct measurement *m, const char *const name[2], bool all,
			 uint64_t *sum)
{
	uint64_t more = 0;

	if (!measurement_counter(m, name[0], sum))
		return false;
	if (name[1] && !measurement_counter(m, name[1], &more) && all)
		return false;
	*sum = sum_at_most(*sum, more);
	return true;
}

bool metric_share(const struct metric *metric, const struct measurement *m, uint64_t *part,
		  uint64_t *whole, bool *counted)
{
	const struct metric_info *share = metric->share;

	if (share->from)
		return *counted = late_share(share->from, m, part, whole);
	*counted = add_counters(m, share->part, false, part);
	return *counted && add_counters(m, share->whole, true, whole);
}

bool counter_is_of_nothing(const struct measurement *m, const char *name)
{
	for (size_t i = 0; i < metric_infos; i++) {
		const struct metric_info *info = &metric_info[i];
		uint64_t whole;

		if (info->kind == METRIC_SHARE && info->part[0] && !info->part[1] &&
		    !strcmp(info->part[0], name) && add_counters(m, info->whole, true, &whole))
			return !whole;
	}
	return false;
}

static const char *unit_of_hist(const struct hist *h)
{
	return strcmp(h->unit, "insn") ? "ns" : "insn";
}

static const char *unit_of_counter(const struct metric *metric, const struct measurement *m)
{
	switch (metric->counter ? metric->counter->kind : COUNT) {
	case BYTES:
		return "bytes";
	case LATENCY:
		/* the unit of the mode, which every histogram of a measurement has */
		return m->hists ? unit_of_hist(&m->hist[0].hist) : "count";
	case NANOSECONDS:
		return "ns";
	case RATE:
		return "1/s";
	case COUNT:
		break;
	}
	return "count";
}

const char *metric_unit(const struct metric *metric, const struct measurement *m)
{
	const struct hist *h;
	uint64_t part, whole;
	bool counted;

	if (metric->kind == METRIC_SHARE)
		return metric_share(metric, m, &part, &whole, &counted) ? "share" : NULL;
	if (metric->kind == METRIC_COUNTER)
		return measurement_counter(m, metric->from, &part) ? unit_of_counter(metric, m) :
								     NULL;
	h = measurement_hist(m, metric->from);
	return h ? unit_of_hist(h) : NULL;
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

static enum known share_value(const struct metric *metric, const struct measurement *m,
			      double *value)
{
	uint64_t part, whole;
	bool counted;

	if (!metric_share(metric, m, &part, &whole, &counted) || !whole)
		return NO_SAMPLES;
	*value = (double)part / (double)whole;
	return KNOWN;
}

/* The mean of what was served would flatter a design that serves less. */
static enum known mean_value(const struct hist *h, uint64_t never, double *value)
{
	*value = never ? INFINITY : (double)h->sum / (double)h->count;
	return never ? KNOWN_NEVER : KNOWN;
}

static enum known hist_value(const struct metric *metric, const struct measurement *m,
			     double *value)
{
	const struct hist *h = measurement_hist(m, metric->from);
	uint64_t never = hist_never(m, metric->from), number = 0;
	enum known known;

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

enum known metric_value(const struct metric *metric, const struct measurement *m, double *value)
{
	if (metric->kind == METRIC_COUNTER)
		return counter_value(metric, m, value);
	if (metric->kind == METRIC_SHARE)
		return share_value(metric, m, value);
	return hist_value(metric, m, value);
}

uint64_t metric_count(const struct metric *metric, const struct measurement *m)
{
	const struct hist *h;
	uint64_t part, whole;
	bool counted;

	if (metric->kind == METRIC_SHARE)
		return metric_share(metric, m, &part, &whole, &counted) ? whole : 0;
	h = metric_is_of_hist(metric->kind) ? measurement_hist(m, metric->from) : NULL;
	return h ? h->count : 0;
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
	uint64_t count = metric_count(metric, m);

	if (!(value > 0) || isinf(value))
		return 0;
	if (metric->kind == METRIC_QUANTILE && h)
		return width_at(h, value) / value;
	if (metric->kind == METRIC_MEAN || metric->kind == METRIC_SHARE)
		return 1 / value / (double)count;
	return 1 / value;
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

bool metric_adds_up(const struct metric *metric)
{
	return metric->counter && metric->counter->rule == ADD;
}

bool metric_is_tail(const struct metric *metric)
{
	return metric->kind == METRIC_MAX ||
	       (metric->kind == METRIC_QUANTILE && metric->percentile > 50);
}

enum better metric_better(const struct metric *metric)
{
	if (metric->share)
		return metric->share->better;
	return metric->counter ? metric->counter->better : LOWER;
}

/* @name is "HISTOGRAM STATISTIC"; false when @hist has none of that name. */
static bool find_statistic(struct metric *metric, const char *hist, const char *name)
{
	struct metric_list list = { 0 };
	bool found = false;

	metrics_of_hist(&list, hist);
	for (size_t i = 0; i < list.n && !found; i++) {
		char *own = metric_name(&list.item[i]);

		found = !strcmp(own, name);
		if (found)
			*metric = list.item[i];
		free(own);
	}
	metric_list_free(&list);
	return found;
}

bool metric_find(struct metric *metric, const char *name)
{
	const struct counter_info *counter = counter_find(name);

	if (counter) {
		*metric = (struct metric){ .kind = METRIC_COUNTER, .from = counter->name,
					   .counter = counter };
		return true;
	}
	for (size_t i = 0; i < metric_infos; i++)
		if (metric_info[i].kind == METRIC_SHARE && !strcmp(metric_info[i].name, name)) {
			*metric = metric_of(&metric_info[i]);
			return true;
		}
	for (const struct hist_info *hist = hist_info; hist->name; hist++) {
		size_t length = strlen(hist->name);

		if (!strncmp(hist->name, name, length) && name[length] == ' ')
			return find_statistic(metric, hist->name, name);
	}
	return false;
}
