// SPDX-License-Identifier: GPL-2.0-only
/*
 * The knee: the arrival rate at which a design begins to fail, or the kernel to
 * charge I/O to an ancestor. Groups that differ in the rate alone are a sweep; a
 * knee is looked for in every row of one, and of every share that metrics.def
 * wants one of.
 */
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "report/summary.h"

/* Above this share it has begun: one in a thousand happens anywhere. */
#define KNEE_SHARE 0.001

struct sweep_point {
	const struct report_row *row;
	uint64_t rate, attempts, wrong;
};

/* A sweep in one design: the rates that tell something, ascending, and why the others do not. */
struct sweep {
	struct sweep_point *point;
	size_t n;
	struct str_list unknown;	/* "30,000/s (hang)" */
};

static bool is_rate(const struct measurement *m, const struct named_number *param, const void *arg)
{
	(void)m;
	(void)arg;
	return !strcmp(param->name, "rate");
}

/* The key that the groups of a sweep share: all parameters but the rate. The caller frees it. */
static char *sweep_key(const struct measurement *m)
{
	return measurement_key_of(m, GROUP_PARTS, is_rate, NULL);
}

static bool in_sweep(const struct report_group *group, const char *key)
{
	char *own = sweep_key(group->first);
	bool same = !strcmp(own, key);

	free(own);
	return same;
}

static int by_rate(const void *a, const void *b)
{
	const struct sweep_point *x = a, *y = b;

	return (x->rate > y->rate) - (x->rate < y->rate);
}

/* Fills in @p and returns NULL, or the reason why @row says nothing of its rate. */
static const char *read_point(const struct report_row *row, const struct metric *metric,
			      struct sweep_point *p)
{
	bool counted;

	if (row->good < row->runs)
		return verdict_name(row->verdict);
	if (!metric_share(metric, &row->total, &p->wrong, &p->attempts, &counted))
		return "not counted";
	if (!p->attempts)
		return "nothing was asked for";
	p->row = row;
	return NULL;
}

/* All rates of the row that @label names. */
static struct sweep sweep_points(const struct report_model *model, const struct metric *metric,
				 const char *key, const char *label)
{
	struct sweep sweep = { .point = xcalloc(model->groups, sizeof(*sweep.point)) };

	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];

		for (size_t i = 0; i < group->rows; i++) {
			struct sweep_point *p = &sweep.point[sweep.n];
			const char *why;

			if (strcmp(group->row[i].label, label) || !in_sweep(group, key) ||
			    !measurement_param(group->first, "rate", &p->rate) || !p->rate)
				continue;
			why = read_point(&group->row[i], metric, p);
			if (why)
				str_list_addf(&sweep.unknown, "%s/s (%s)",
					      format_count(p->rate).text, why);
			else
				sweep.n++;
			break;
		}
	}
	qsort(sweep.point, sweep.n, sizeof(*sweep.point), by_rate);
	return sweep;
}

static void sweep_free(struct sweep *sweep)
{
	free(sweep->point);
	str_list_free(&sweep->unknown);
}

static bool fails(const struct sweep_point *p)
{
	return (double)p->wrong > KNEE_SHARE * (double)p->attempts;
}

/* The first rate from which on all that were measured fail; @n when the last one does not. */
static size_t knee(const struct sweep_point *point, size_t n)
{
	size_t at = n;

	while (at && fails(&point[at - 1]))
		at--;
	return at;
}

/* " (99,999/s were achieved)"; to be freed. */
static char *achieved_text(const struct sweep_point *point, bool always)
{
	uint64_t achieved;

	if (!measurement_counter(&point->row->total, "achieved_rate", &achieved) ||
	    (!always && (double)achieved >= RATE_KEPT * (double)point->rate))
		return xstrdup("");
	return xasprintf(" (%s/s were achieved)", format_count(achieved).text);
}

static void say_knee(struct str_list *list, const char *title, const char *label,
		     const struct metric *metric, const struct sweep *sweep)
{
	const struct sweep_point *point = sweep->point;
	size_t at = knee(point, sweep->n);
	bool none = at == sweep->n;
	char *achieved = achieved_text(&point[none ? at - 1 : at], none);
	char *unknown = str_list_join(&sweep->unknown, ", ");
	char *rest = xasprintf("%s%s.", *unknown ? "; not known at " : "", unknown);

	if (none)
		str_list_addf(list, "%s, %s, %s: none up to %s/s%s%s", metric->share->knee, title, label,
			      format_count(point[at - 1].rate).text, achieved, rest);
	else
		str_list_addf(list, "%s, %s, %s: %s%s/s%s, where %s of the %s%s", metric->share->knee, title,
			      label, at ? "" : "at or below ", format_count(point[at].rate).text,
			      achieved, format_share(point[at].wrong, point[at].attempts).text,
			      metric->share->told, rest);
	free(rest);
	free(unknown);
	free(achieved);
}

/* True when a group of the same sweep before @g has such a row. */
static bool said_before(const struct report_model *model, size_t g, const char *key,
			const char *label)
{
	for (size_t i = 0; i < g; i++)
		for (size_t k = 0; k < model->group[i].rows; k++)
			if (!strcmp(model->group[i].row[k].label, label) &&
			    in_sweep(&model->group[i], key))
				return true;
	return false;
}

static void say_knees(struct str_list *list, const struct report_model *model, const char *key,
		      const char *title, const struct report_row *row)
{
	for (size_t k = 0; k < metric_infos; k++) {
		const struct metric_info *info = &metric_info[k];
		struct metric metric = metric_of(info);
		struct sweep sweep;
		uint64_t value;

		if (!info->knee || (info->whose == DESIGN && asks_for_no_area(row)))
			continue;
		sweep = sweep_points(model, &metric, key, row->label);
		if (sweep.n && sweep.n + sweep.unknown.n > 1 &&
		    measurement_counter(&sweep.point[sweep.n - 1].row->total, "achieved_rate",
					&value))
			say_knee(list, title, row->label, &metric, &sweep);
		sweep_free(&sweep);
	}
}

void report_knees(struct str_list *list, const struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];
		char *key = sweep_key(group->first);
		char *title = report_group_title(model, group, "rate");

		for (size_t i = 0; i < group->rows; i++)
			if (!said_before(model, g, key, group->row[i].label))
				say_knees(list, model, key, title, &group->row[i]);
		free(title);
		free(key);
	}
}
