// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each design came to, in sentences: scenario by scenario, for the share of
 * failures over several would say how the workload mixes them. Where tables of
 * one scenario differ, the worst of them is told, and which it is. What is not
 * known is said in the tables' own words, never left out.
 */
#include "report/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/cell.h"

/* A share of something, in all groups of a scenario that have it. */
struct share {
	size_t groups, none;	/* none: of groups, those where the part is 0 */
	size_t idle;		/* besides: where there was nothing that it could be a share of */
	uint64_t part, whole;	/* the largest share */
	const struct report_group *at;
};

/* A quantile that says never where requests were not served, in all groups that measure it. */
struct usable {
	size_t groups, never, few, idle;	/* few, idle: of groups, those without a value */
	uint64_t value;				/* the largest, and never is larger than all */
	const char *unit;
	const struct report_group *at;		/* NULL: at once wherever there is a value */
};

/* A design's rows of one scenario: a share or a quantile for each row of metrics.def. */
struct outcome {
	size_t runs, good;
	enum verdict verdict;	/* of the first run that is not ok */
	struct share *share;
	struct usable *usable;
};

static void share_add(struct share *share, const struct report_group *group, uint64_t part,
		      uint64_t whole)
{
	if (!whole) {
		share->idle++;
		return;
	}
	share->groups++;
	share->none += !part;
	if (share->at &&
	    (double)part * (double)share->whole <= (double)share->part * (double)whole)
		return;
	share->part = part;
	share->whole = whole;
	share->at = group;
}

static void usable_add(struct usable *usable, const struct report_group *group,
		       const struct report_row *row, const struct metric *metric)
{
	const char *unit = metric_unit(metric, &row->total);
	double value = 0;

	if (!unit)
		return;
	usable->groups++;
	switch (metric_value(metric, &row->total, &value)) {
	case KNOWN_NEVER:
		if (!usable->never++)
			usable->at = group;
		break;
	case TOO_FEW:
		usable->few++;
		break;
	case NO_SAMPLES:
		usable->idle++;
		break;
	case KNOWN:
		if (usable->never || (uint64_t)value <= usable->value)
			break;
		usable->value = (uint64_t)value;
		usable->unit = unit;
		usable->at = group;
		break;
	}
}

/* Shares that have a sentence of their own here, not one at a knee. */
static bool tells_share(const struct metric_info *info)
{
	return info->kind == METRIC_SHARE && info->told && !info->knee;
}

/* How soon an area can be used: quantiles in which what was never served counts. */
static bool tells_usable(const struct metric_info *info)
{
	return info->kind == METRIC_QUANTILE && !is_statistic(info) &&
	       hist_info_of(info->from)->unserved == COUNTS;
}

static void outcome_add(struct outcome *outcome, const struct report_group *group,
			const struct report_row *row)
{
	outcome->runs += row->runs;
	outcome->good += row->good;
	if (outcome->verdict == VERDICT_OK)
		outcome->verdict = row->verdict;
	for (size_t i = 0; i < metric_infos; i++) {
		const struct metric_info *info = &metric_info[i];
		struct metric metric = metric_of(info);
		uint64_t part, whole;
		bool counted;

		/* what is counted in storms by rule and elsewhere by chance is told of storms */
		if (!cell_shown(group, info) || (info->shown == WHERE_COUNTED && !group->storm))
			continue;
		if (tells_usable(info))
			usable_add(&outcome->usable[i], group, row, &metric);
		else if (tells_share(info) &&
			 metric_share(&metric, &row->total, &part, &whole, &counted))
			share_add(&outcome->share[i], group, part, whole);
	}
}

/* @what: "calls failed", "I/Os unaccounted". */
static void say_share(struct str_list *words, const struct share *share, const char *what)
{
	size_t all = share->groups + share->idle;

	if (!all)
		return;
	if (!share->groups)
		str_list_addf(words, "no %.*s", (int)strcspn(what, " "), what);
	else if (all == 1 && !share->part)
		str_list_addf(words, "none of %s %s", format_count(share->whole).text, what);
	else if (all == 1)
		str_list_addf(words, "%s of %s %s (%s)", format_count(share->part).text,
			      format_count(share->whole).text, what,
			      format_share(share->part, share->whole).text);
	else if (!share->part)
		str_list_addf(words, "none of the %s in any of %zu tables", what, all);
	else
		str_list_addf(words, "at worst %s of %s %s (%s), in %s",
			      format_count(share->part).text, format_count(share->whole).text,
			      what, format_share(share->part, share->whole).text,
			      share->at->title);
	if (all > 1 && share->part && share->none)
		str_list_addf(words, "none in %zu of %zu tables", share->none, all);
}

/* "at once", "never", "4.65 M instructions". */
static char *usable_text(const struct usable *usable)
{
	if (usable->never)
		return xstrdup(known_word(KNOWN_NEVER));
	if (!usable->at)
		return xstrdup("at once");
	return xasprintf("%s%s", format_latency(usable->value, usable->unit).text,
			 strcmp(usable->unit, "insn") ? "" : " instructions");
}

/* @name: "p99 of time to usable". */
static void say_usable(struct str_list *words, const struct usable *usable, const char *name)
{
	size_t known = usable->groups - usable->few - usable->idle;
	char *worst;

	if (!usable->groups || usable->idle == usable->groups)
		return;
	if (!known) {
		str_list_addf(words, "too few requests for a %s", name);
		return;
	}
	worst = usable_text(usable);
	if (usable->at && usable->groups > 1)
		str_list_addf(words, "%s at worst %s, in %s", name, worst, usable->at->title);
	else
		str_list_addf(words, "%s: %s", name, worst);
	if (usable->never && usable->groups > 1)
		str_list_addf(words, "never in %zu of %zu tables", usable->never, usable->groups);
	if (usable->few)
		str_list_addf(words, "too few requests for it in %zu of %zu tables", usable->few,
			      usable->groups);
	free(worst);
}

static void say_quantile(struct str_list *words, const struct usable *usable,
			 const struct metric_info *info)
{
	struct metric metric = metric_of(info);
	char *label = metric_label(&metric);

	say_usable(words, usable, label);
	free(label);
}

/* To be freed; "" where a sentence would say nothing. */
static char *outcome_text(const struct outcome *outcome)
{
	struct str_list words = { 0 };
	char *text;

	for (size_t i = 0; i < metric_infos; i++) {
		if (tells_share(&metric_info[i]))
			say_share(&words, &outcome->share[i], metric_info[i].told);
		else if (tells_usable(&metric_info[i]))
			say_quantile(&words, &outcome->usable[i], &metric_info[i]);
	}
	if (words.n && outcome->good < outcome->runs)
		str_list_addf(&words, "%zu of %zu runs ok, another: %s", outcome->good,
			      outcome->runs, verdict_name(outcome->verdict));
	else if (!words.n && outcome->verdict != VERDICT_OK)
		str_list_add(&words, verdict_name(outcome->verdict));
	text = words.n ? str_list_join(&words, "; ") : xstrdup("");
	str_list_free(&words);
	return text;
}

static struct outcome outcome_of(const struct report_model *model, const char *scenario,
				 const char *label)
{
	struct outcome outcome = {
		.share = xcalloc(metric_infos, sizeof(*outcome.share)),
		.usable = xcalloc(metric_infos, sizeof(*outcome.usable)),
	};

	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];

		for (size_t i = 0; i < group->rows; i++)
			if (group->measured && !strcmp(group->first->scenario, scenario) &&
			    !strcmp(group->row[i].label, label))
				outcome_add(&outcome, group, &group->row[i]);
	}
	return outcome;
}

static void scenarios_of(struct str_list *names, const struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++)
		if (model->group[g].measured)
			str_list_add_new(names, model->group[g].first->scenario);
}

/* The labels of all designs that @scenario has; what asks for no area is none. */
static void designs_of(struct str_list *labels, const struct report_model *model,
		       const char *scenario)
{
	for (size_t g = 0; g < model->groups; g++) {
		const struct report_group *group = &model->group[g];

		if (strcmp(group->first->scenario, scenario))
			continue;
		for (size_t i = 0; i < group->rows; i++)
			if (!asks_for_no_area(&group->row[i]))
				str_list_add_new(labels, group->row[i].label);
	}
}

/* A sentence for all designs that came to the same, to the word. */
static void summarise_scenario(struct str_list *list, const struct report_model *model,
			       const char *scenario)
{
	struct str_list labels = { 0 }, texts = { 0 };

	designs_of(&labels, model, scenario);
	for (size_t i = 0; i < labels.n; i++) {
		struct outcome outcome = outcome_of(model, scenario, labels.item[i]);
		char *text = outcome_text(&outcome);

		str_list_add(&texts, text);
		free(text);
		free(outcome.share);
		free(outcome.usable);
	}
	for (size_t i = 0; i < labels.n; i++) {
		struct str_list same = { 0 };
		bool said = !*texts.item[i];
		char *names;

		for (size_t k = 0; k < i; k++)
			said |= !strcmp(texts.item[k], texts.item[i]);
		if (said)
			continue;
		for (size_t k = i; k < labels.n; k++)
			if (!strcmp(texts.item[k], texts.item[i]))
				str_list_add(&same, labels.item[k]);
		names = str_list_join(&same, ", ");
		str_list_addf(list, "%s, %s: %s.", scenario, names, texts.item[i]);
		free(names);
		str_list_free(&same);
	}
	str_list_free(&labels);
	str_list_free(&texts);
}

/* True when anything ran to an end of its own, a bad one included. */
static bool anything_ran(const struct report_model *model)
{
	for (size_t g = 0; g < model->groups; g++)
		for (size_t i = 0; i < model->group[g].rows; i++) {
			const struct report_row *row = &model->group[g].row[i];

			if (row->good || row->total.hists || row->total.counters)
				return true;
		}
	return false;
}

void report_summarise(struct str_list *list, const struct report_model *model)
{
	struct str_list scenarios = { 0 };

	if (!anything_ran(model))
		str_list_add(list, "Nothing was measured.");
	scenarios_of(&scenarios, model);
	for (size_t i = 0; i < scenarios.n; i++)
		summarise_scenario(list, model, scenarios.item[i]);
	str_list_free(&scenarios);
	report_checks(list, model);
	report_knees(list, model);
	report_books(list, model);
}
