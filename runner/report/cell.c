// SPDX-License-Identifier: GPL-2.0-only
#include "report/cell.h"

#include <stdlib.h>
#include <string.h>

static struct short_text counter_text(uint64_t value, const char *unit)
{
	if (!strcmp(unit, "bytes"))
		return format_bytes(value);
	if (!strcmp(unit, "ns") || !strcmp(unit, "insn"))
		return format_latency(value, unit);
	return format_count(value);
}

bool cell_value(struct short_text *text, const struct measurement *m, const struct metric *metric)
{
	const char *unit = metric_unit(metric, m);
	double value = 0;
	uint64_t count;
	enum known known;

	if (!unit || metric->kind == METRIC_SHARE)
		return false;
	if (metric->kind == METRIC_COUNTER) {
		/* a double would cut it */
		measurement_counter(m, metric->from, &count);
		*text = counter_text(count, unit);
		return true;
	}
	known = metric_value(metric, m, &value);
	if (known != KNOWN)
		*text = format_word(known_word(known));
	else if (metric->kind == METRIC_QUANTILE && !value)
		*text = format_word("0");
	else
		*text = format_latency((uint64_t)value, unit);
	return true;
}

/* "3 of 1,000 (0.3 %)"; the part alone where the whole was not counted. */
static char *share_text(const struct report_row *row, const struct metric *metric)
{
	uint64_t part, whole;
	bool counted;

	if (!metric_share(metric, &row->total, &part, &whole, &counted))
		return counted ? xstrdup(format_count(part).text) : NULL;
	if (!whole)
		return NULL;
	if (!part)
		return xasprintf("0 of %s", format_count(whole).text);
	return xasprintf("%s of %s (%s)", format_count(part).text, format_count(whole).text,
			 format_share(part, whole).text);
}

/* Per second, and whether that is the rate that was asked for. */
static char *rate_text(const struct report_row *row, const struct metric *metric)
{
	uint64_t achieved, asked;

	if (!measurement_counter(&row->total, metric->from, &achieved) ||
	    !measurement_param(row->run[0], "rate", &asked))
		return NULL;
	if ((double)achieved >= RATE_KEPT * (double)asked)
		return xasprintf("%s/s", format_count(achieved).text);
	return xasprintf("%s/s (%s missed)", format_count(achieved).text,
			 format_count(asked).text);
}

char *cell_text(const struct report_row *row, const struct metric *metric)
{
	struct short_text text;

	if (metric->kind == METRIC_SHARE)
		return share_text(row, metric);
	if (metric->counter && metric->counter->kind == RATE)
		return rate_text(row, metric);
	return cell_value(&text, &row->total, metric) ? xstrdup(text.text) : NULL;
}

static bool measured(const struct report_group *group, const struct metric *metric)
{
	for (size_t i = 0; i < group->rows; i++)
		if (metric_unit(metric, &group->row[i].total))
			return true;
	return false;
}

/* True when it is a share of something in any row. */
static bool counted(const struct report_group *group, const struct metric *metric)
{
	for (size_t i = 0; i < group->rows; i++)
		if (metric_count(metric, &group->row[i].total))
			return true;
	return false;
}

bool cell_shown(const struct report_group *group, const struct metric_info *info)
{
	struct metric metric;

	if (is_statistic(info))
		return false;
	metric = metric_of(info);
	switch (info->shown) {
	case ALWAYS:
		return true;
	case IN_STORMS:
		return group->storm;
	case WHERE_COUNTED:
		return group->storm || counted(group, &metric);
	case WHERE_MEASURED:
		return measured(group, &metric);
	case NOWHERE:
		break;
	}
	return false;
}
