// SPDX-License-Identifier: GPL-2.0-only
#include "report/model.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "result/content.h"
#include "workload/workload.h"

static struct report_group *find_group(struct report_model *model, const struct measurement *m)
{
	const struct scenario_info *scenario = scenario_find(m->scenario);
	char *key = measurement_key_of(m, GROUP_PARTS, NULL, NULL);
	struct report_group *group;

	for (size_t i = 0; i < model->groups; i++) {
		group = &model->group[i];
		if (strcmp(group->key, key))
			continue;
		free(key);
		return group;
	}
	GROW(model->group, model->groups);
	group = &model->group[model->groups++];
	*group = (struct report_group){
		.key = key,
		.first = m,
		.storm = scenario && scenario->runs == STORM,
	};
	return group;
}

bool asks_for_no_area(const struct report_row *row)
{
	const struct strategy_info *strategy = strategy_find(row->strategy);

	return strategy && strategy->class == FLOOR;
}

static struct report_row *find_row(struct report_group *group, const struct measurement *m)
{
	const struct strategy_info *strategy = strategy_find(m->strategy);
	char *key = measurement_key_of(m, ROW_PARTS, NULL, NULL);
	struct report_row *row;

	for (size_t i = 0; i < group->rows; i++) {
		row = &group->row[i];
		if (strcmp(row->key, key))
			continue;
		free(key);
		return row;
	}
	GROW(group->row, group->rows);
	row = &group->row[group->rows++];
	*row = (struct report_row){
		.key = key,
		.strategy = m->strategy,
		.floor = strategy && strategy->class == FLOOR,
	};
	measurement_init(&row->total);
	return row;
}

static void add_run(struct report_model *model, struct report_row *row,
		    const struct measurement *m)
{
	struct str_list unfit = { 0 };

	GROW(row->run, row->runs);
	row->run[row->runs++] = m;
	if (m->verdict == VERDICT_OK)
		row->good++;
	else if (row->verdict == VERDICT_OK)
		row->verdict = m->verdict;
	content_add(&row->total, m, &unfit);
	for (size_t i = 0; i < unfit.n; i++)
		str_list_addf(&model->notes,
			      "%s of %s (%s, %s): the histograms of two runs do not fit together; "
			      "the later one is left out", unfit.item[i], m->strategy, m->scenario,
			      m->context);
	str_list_free(&unfit);
}

/* Place in strategies.def; strategies that it lacks come after all of it. */
static size_t table_place(const char *strategy)
{
	size_t i = 0;

	while (strategy_info[i].name && strcmp(strategy_info[i].name, strategy))
		i++;
	return i;
}

static int compare_rows(const void *a, const void *b)
{
	const struct report_row *x = a, *y = b;
	size_t px = table_place(x->strategy), py = table_place(y->strategy);
	int names;

	if (x->floor != y->floor)
		return x->floor - y->floor;
	if (px != py)
		return px < py ? -1 : 1;
	names = strcmp(x->strategy, y->strategy);
	if (names)
		return names;
	/* of one strategy: the order of the result */
	return x->run[0] < y->run[0] ? -1 : x->run[0] > y->run[0];
}

static bool has_sibling(const struct report_group *group, const struct report_row *row)
{
	for (size_t i = 0; i < group->rows; i++)
		if (&group->row[i] != row && !strcmp(group->row[i].strategy, row->strategy))
			return true;
	return false;
}

/* True when a row of the same strategy has another value of @param. */
static bool tells_rows_apart(const struct report_group *group, const struct report_row *row,
			     const struct named_number *param)
{
	for (size_t i = 0; i < group->rows; i++) {
		uint64_t value;

		if (!strcmp(group->row[i].strategy, row->strategy) &&
		    (!measurement_param(group->row[i].run[0], param->name, &value) ||
		     value != param->value))
			return true;
	}
	return false;
}

static bool has_other_series(const struct report_group *group)
{
	for (size_t i = 1; i < group->rows; i++)
		if (strcmp(group->row[i].run[0]->series, group->row[0].run[0]->series))
			return true;
	return false;
}

static void label_row(const struct report_group *group, struct report_row *row)
{
	const struct measurement *m = row->run[0];
	struct str_list words = { 0 };

	str_list_add(&words, row->strategy);
	if (has_other_series(group))
		str_list_addf(&words, "(%s)", m->series);
	for (size_t i = 0; i < m->params; i++)
		if (param_part(m->param[i].name) == KEY_DESIGN && tells_rows_apart(group, row, &m->param[i]))
			str_list_addf(&words, "%s=%llu", m->param[i].name,
				      (unsigned long long)m->param[i].value);
	row->label = str_list_join(&words, " ");
	str_list_free(&words);
}

static bool same_param(const struct report_group *a, const struct report_group *b,
		       const char *name)
{
	uint64_t x = 0, y = 0;
	bool in_a = measurement_param(a->first, name, &x);
	bool in_b = measurement_param(b->first, name, &y);

	return in_a == in_b && x == y;
}

/* Groups whose titles would be equal if only the four main words were shown. */
static bool look_alike(const struct report_group *a, const struct report_group *b)
{
	return !strcmp(a->first->scenario, b->first->scenario) &&
	       !strcmp(a->first->context, b->first->context) && same_param(a, b, "area_size") &&
	       same_param(a, b, "cpus");
}

/* Parameter @name, or for NULL the kernel, tells @group from one that looks alike. */
static bool tells_apart(const struct report_model *model, const struct report_group *group,
			const char *name)
{
	for (size_t i = 0; i < model->groups; i++) {
		const struct report_group *other = &model->group[i];

		if (other == group || !look_alike(group, other))
			continue;
		if (name ? !same_param(group, other, name) :
			   strcmp(group->first->kernel, other->first->kernel))
			return true;
	}
	return false;
}

char *report_group_title(const struct report_model *model, const struct report_group *group,
			 const char *except)
{
	const struct measurement *m = group->first;
	struct str_list words = { 0 };
	char *title;

	str_list_add(&words, m->scenario);
	str_list_add(&words, m->context);
	measurement_size_words(m, &words);
	if (tells_apart(model, group, NULL))
		str_list_addf(&words, "kernel %s", m->kernel);
	for (size_t i = 0; i < m->params; i++) {
		const char *name = m->param[i].name;

		if (param_part(name) == KEY_SUBJECT && strcmp(name, "area_size") && strcmp(name, "cpus") &&
		    !(except && !strcmp(name, except)) && tells_apart(model, group, name))
			str_list_addf(&words, "%s %llu", name,
				      (unsigned long long)m->param[i].value);
	}
	title = str_list_join(&words, " · ");
	str_list_free(&words);
	return title;
}

/* A title as part of a file name: lower case, digits, single dashes, bounded. */
static char *slug_of(const char *title)
{
	char slug[64];
	size_t n = 0;

	for (const char *c = title; *c && n < sizeof(slug) - 1; c++) {
		if (isalnum((unsigned char)*c))
			slug[n++] = (char)tolower((unsigned char)*c);
		else if (n && slug[n - 1] != '-')
			slug[n++] = '-';
	}
	while (n && slug[n - 1] == '-')
		n--;
	return n ? xstrndup(slug, n) : xstrdup("group");
}

static void slug_group(const struct report_model *model, struct report_group *group)
{
	group->slug = slug_of(group->title);
	for (const struct report_group *other = model->group; other < group; other++) {
		char *longer;

		if (strcmp(other->slug, group->slug))
			continue;
		longer = xasprintf("%s-n%zu", group->slug, (size_t)(group - model->group));
		free(group->slug);
		group->slug = longer;
		return;
	}
}

/* Strategies but floors that strategies.def has before @strategy; all for one that it lacks. */
static unsigned int styles_before(const char *strategy)
{
	unsigned int n = 0;

	for (const struct strategy_info *s = strategy_info; s->name; s++) {
		if (!strcmp(s->name, strategy))
			break;
		n += s->class != FLOOR;
	}
	return n;
}

static unsigned int add_stranger(struct str_list *strangers, const char *strategy)
{
	size_t i = 0;

	while (i < strangers->n && strcmp(strangers->item[i], strategy))
		i++;
	if (i == strangers->n)
		str_list_add(strangers, strategy);
	return (unsigned int)i;
}

/* The first of a strategy's rows has its style, the others one of their own. */
static unsigned int style_of_variant(const struct report_group *group, size_t i,
				     struct str_list *strangers)
{
	const struct report_row *row = &group->row[i];

	if (!i || strcmp(group->row[i - 1].strategy, row->strategy))
		return styles_before(row->strategy);
	return styles_before("") + add_stranger(strangers, row->label);
}

/* Numbers styles: the strategies of strategies.def but floors, then names that it lacks, as they come. */
static void style_rows(struct report_model *model)
{
	struct str_list strangers = { 0 };

	for (size_t g = 0; g < model->groups; g++) {
		for (size_t i = 0; i < model->group[g].rows; i++) {
			struct report_row *row = &model->group[g].row[i];

			row->style = styles_before(row->strategy);
			if (!strategy_find(row->strategy) ||
			    strategy_find(row->strategy)->class == FLOOR)
				row->style = styles_before("") +
					     add_stranger(&strangers, row->label);
			else if (strcmp(row->label, row->strategy))
				row->style = style_of_variant(&model->group[g], i, &strangers);
		}
	}
	str_list_free(&strangers);
}

void report_model_make(struct report_model *model, const struct result *r)
{
	*model = (struct report_model){ .result = r };
	for (size_t i = 0; i < r->measurements; i++) {
		const struct measurement *m = &r->measurement[i];
		struct report_group *group;

		/* another boot stands in for it, or none: either way it is no sample */
		if (m->verdict == VERDICT_CONTAMINATED)
			continue;
		group = find_group(model, m);
		add_run(model, find_row(group, m), m);
		group->measured |= m->hists > 0;
	}
	for (size_t g = 0; g < model->groups; g++) {
		struct report_group *group = &model->group[g];

		qsort(group->row, group->rows, sizeof(*group->row), compare_rows);
		for (size_t i = 0; i < group->rows; i++) {
			label_row(group, &group->row[i]);
			/* several that differ by more than the strategy are what is compared */
			if (has_sibling(group, &group->row[i]))
				group->row[i].floor = false;
		}
		group->title = report_group_title(model, group, NULL);
		slug_group(model, group);
	}
	style_rows(model);
}

void report_model_free(struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++) {
		struct report_group *group = &model->group[g];

		for (size_t i = 0; i < group->rows; i++) {
			free(group->row[i].key);
			free(group->row[i].label);
			free(group->row[i].run);
			measurement_free(&group->row[i].total);
		}
		free(group->row);
		free(group->key);
		free(group->title);
		free(group->slug);
	}
	free(model->group);
	str_list_free(&model->notes);
	*model = (struct report_model){ 0 };
}

