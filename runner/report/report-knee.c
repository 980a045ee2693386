// SPDX-License-Identifier: GPL-2.0-only
/*
 * The knee: the arrival rate at which a design begins to fail. Groups that
 * differ in the rate alone are a sweep; one is looked for in every strategy.
 */
#include <stdlib.h>
#include <string.h>

#include "report-format.h"
#include "report-summary.h"

/* A design has begun to fail when more than this share of its requests got no area at all. */
#define KNEE_SHARE 0.001

struct sweep_point {
	const struct report_row *row;
	uint64_t rate, requests, failed;
};

/* What a sweep shares: all of a group but its rate. To be freed. */
static char *sweep_key(const struct measurement *m)
{
	struct str_list words = { 0 };
	char *key;

	str_list_addf(&words, "%s %s %s", m->scenario, m->context, m->kernel);
	for (size_t i = 0; i < m->params; i++)
		if (names_the_group(m->param[i].name) && strcmp(m->param[i].name, "rate"))
			str_list_addf(&words, "%s=%llu", m->param[i].name,
				      (unsigned long long)m->param[i].value);
	key = str_list_join(&words, " ");
	str_list_free(&words);
	return key;
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

/* Every rate at which the row that @label names was measured well; *point is to be freed. */
static size_t sweep_points(const struct report_model *model, const char *key, const char *label,
			   struct sweep_point **point)
{
	size_t n = 0;

	*point = xcalloc(model->groups, sizeof(**point));
	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];

		for (size_t i = 0; i < group->rows; i++) {
			struct sweep_point *p = &(*point)[n];
			const struct report_row *row = &group->row[i];

			if (strcmp(row->label, label) || row->good < row->runs ||
			    !in_sweep(group, key) ||
			    !measurement_param(group->first, "rate", &p->rate) || !p->rate ||
			    !measurement_counter(&row->total, "requests", &p->requests) ||
			    !measurement_counter(&row->total, "failed", &p->failed))
				continue;
			p->row = row;
			n++;
			break;
		}
	}
	qsort(*point, n, sizeof(**point), by_rate);
	return n;
}

static bool fails(const struct sweep_point *p)
{
	return (double)p->failed > KNEE_SHARE * (double)p->requests;
}

/* The first rate from which on all that were measured fail; @n when the last one does not. */
static size_t knee(const struct sweep_point *point, size_t n)
{
	size_t at = n;

	while (at && fails(&point[at - 1]))
		at--;
	return at;
}

static void say_knee(struct str_list *list, const struct report_group *group, const char *label,
		     const struct sweep_point *point, size_t n)
{
	size_t at = knee(point, n);
	uint64_t achieved;

	if (at == n) {
		measurement_counter(&point[n - 1].row->total, "achieved_rate", &achieved);
		str_list_addf(list, "Knee, %s, %s: none up to %s/s (%s/s were achieved).",
			      group->first->scenario, label, format_count(point[n - 1].rate).text,
			      format_count(achieved).text);
		return;
	}
	str_list_addf(list, "Knee, %s, %s: %s%s/s, where %s of the requests got no area.",
		      group->first->scenario, label, at ? "" : "at or below ",
		      format_count(point[at].rate).text,
		      format_share(point[at].failed, point[at].requests).text);
}

/* Has a group of the same sweep before @g such a row? */
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

void report_knees(struct str_list *list, const struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];
		char *key = sweep_key(group->first);

		for (size_t i = 0; i < group->rows; i++) {
			struct sweep_point *point;
			uint64_t value;
			size_t n;

			if (group->row[i].floor ||
			    said_before(model, g, key, group->row[i].label))
				continue;
			n = sweep_points(model, key, group->row[i].label, &point);
			if (n > 1 &&
			    measurement_counter(&point[n - 1].row->total, "achieved_rate", &value))
				say_knee(list, group, group->row[i].label, point, n);
			free(point);
		}
		free(key);
	}
}
