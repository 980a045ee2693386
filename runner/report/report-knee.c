// SPDX-License-Identifier: GPL-2.0-only
/*
 * The knee: the arrival rate at which a design begins to fail, or the kernel to
 * charge I/O to an ancestor. Groups that differ in the rate alone are a sweep; a
 * knee is looked for in every row of one.
 */
#include <stdlib.h>
#include <string.h>

#include "report-format.h"
#include "report-summary.h"

/* Above this share it has begun: one in a thousand happens anywhere. */
#define KNEE_SHARE 0.001

/* What can begin at a knee: counters of the attempts, and of those that went wrong. */
static const struct knee_kind {
	const char *name, *attempts, *wrong, *where;
	bool of_design;		/* the floor asks for no area */
} kinds[] = {
	{ "Knee", "requests", "failed", "of the requests got no area", true },
	{ "Knee of misattributed I/O", "ios_issued", "misattributed_ios",
	  "of the I/O was charged to an ancestor", false },
};

struct sweep_point {
	const struct report_row *row;
	uint64_t rate, attempts, wrong;
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
static size_t sweep_points(const struct report_model *model, const struct knee_kind *kind,
			   const char *key, const char *label, struct sweep_point **point)
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
			    !measurement_counter(&row->total, kind->attempts, &p->attempts) ||
			    !measurement_counter(&row->total, kind->wrong, &p->wrong))
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

static void say_knee(struct str_list *list, const char *title, const char *label,
		     const struct knee_kind *kind, const struct sweep_point *point, size_t n)
{
	size_t at = knee(point, n);
	uint64_t achieved;

	if (at == n) {
		measurement_counter(&point[n - 1].row->total, "achieved_rate", &achieved);
		str_list_addf(list, "%s, %s, %s: none up to %s/s (%s/s were achieved).", kind->name,
			      title, label, format_count(point[n - 1].rate).text,
			      format_count(achieved).text);
		return;
	}
	str_list_addf(list, "%s, %s, %s: %s%s/s, where %s %s.", kind->name, title, label,
		      at ? "" : "at or below ", format_count(point[at].rate).text,
		      format_share(point[at].wrong, point[at].attempts).text, kind->where);
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

static void say_knees(struct str_list *list, const struct report_model *model, const char *key,
		      const char *title, const struct report_row *row)
{
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct sweep_point *point;
		uint64_t value;
		size_t n;

		if (kinds[k].of_design && asks_for_no_area(row))
			continue;
		n = sweep_points(model, &kinds[k], key, row->label, &point);
		if (n > 1 && measurement_counter(&point[n - 1].row->total, "achieved_rate", &value))
			say_knee(list, title, row->label, &kinds[k], point, n);
		free(point);
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
