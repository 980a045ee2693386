// SPDX-License-Identifier: GPL-2.0-only
/* The report's tables for programs: raw numbers, and null or nothing where a table says a word. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/document.h"

/* Sums over many runs can exceed what every reader of JSON has. */
static json_t *number(uint64_t value)
{
	return json_integer(value < MEASUREMENT_NUMBER_MAX ? (json_int_t)value :
							     MEASUREMENT_NUMBER_MAX);
}

static json_t *counters_to_json(const struct report_row *row)
{
	json_t *object = json_object();

	for (size_t i = 0; i < row->total.counters; i++)
		json_object_set_new(object, row->total.counter[i].name,
				    number(row->total.counter[i].value));
	return object;
}

static json_t *value_to_json(const struct metric *metric, const struct measurement *m)
{
	double value = 0;
	enum known known = metric_value(metric, m, &value);

	if (known == KNOWN_NEVER)
		return json_string(known_word(known));
	if (known != KNOWN)
		return json_null();
	return metric->kind == METRIC_MEAN || metric->kind == METRIC_SHARE ?
		       json_real(value) : number((uint64_t)value);
}

static json_t *hist_to_json(const struct measurement *m, const struct named_hist *h)
{
	struct metric_list metrics = { 0 };
	json_t *object = json_object();

	json_object_set_new(object, "unit", json_string(h->hist.unit));
	json_object_set_new(object, "count", number(h->hist.count));
	json_object_set_new(object, "never", number(hist_never(m, h->name)));
	metrics_of_hist(&metrics, h->name);
	for (size_t i = 0; i < metrics.n; i++) {
		char *name = statistic_name(&metrics.item[i]);

		json_object_set_new(object, name, value_to_json(&metrics.item[i], m));
		free(name);
	}
	metric_list_free(&metrics);
	return object;
}

static json_t *shares_to_json(const struct measurement *m)
{
	json_t *object = json_object();

	for (size_t i = 0; i < metric_infos; i++) {
		struct metric metric = metric_of(&metric_info[i]);
		uint64_t part, whole;
		bool counted;

		if (metric.kind != METRIC_SHARE ||
		    !metric_share(&metric, m, &part, &whole, &counted))
			continue;
		json_object_set_new(object, metric.from,
				    json_pack("{s:o, s:o, s:o}", "part", number(part), "whole",
					      number(whole), "share", value_to_json(&metric, m)));
	}
	return object;
}

static json_t *row_to_json(const struct report_row *row)
{
	json_t *object = json_object(), *hists = json_object();

	json_object_set_new(object, "strategy", json_string(row->strategy));
	json_object_set_new(object, "label", json_string(row->label));
	json_object_set_new(object, "verdict", json_string(verdict_name(row->verdict)));
	json_object_set_new(object, "runs", number(row->runs));
	json_object_set_new(object, "runs_ok", number(row->good));
	for (size_t i = 0; i < row->runs; i++) {
		const struct measurement *m = row->run[i];

		if (m->reason && m->verdict == row->verdict) {
			json_object_set_new(object, "reason", json_string(m->reason));
			break;
		}
	}
	json_object_set_new(object, "counters", counters_to_json(row));
	json_object_set_new(object, "histograms", hists);
	for (size_t i = 0; i < row->total.hists; i++)
		json_object_set_new(hists, row->total.hist[i].name,
				    hist_to_json(&row->total, &row->total.hist[i]));
	json_object_set_new(object, "shares", shares_to_json(&row->total));
	return object;
}

static json_t *group_to_json(const struct report_group *group)
{
	json_t *object = json_object(), *params = json_object(), *rows = json_array();
	const struct measurement *m = group->first;

	json_object_set_new(object, "title", json_string(group->title));
	json_object_set_new(object, "scenario", json_string(m->scenario));
	json_object_set_new(object, "context", json_string(m->context));
	json_object_set_new(object, "kernel", json_string(m->kernel));
	json_object_set_new(object, "series", json_string(m->series));
	json_object_set_new(object, "params", params);
	for (size_t i = 0; i < m->params; i++)
		if (param_part(m->param[i].name) == KEY_SUBJECT)
			json_object_set_new(params, m->param[i].name,
					    number(m->param[i].value));
	json_object_set_new(object, "rows", rows);
	for (size_t i = 0; i < group->rows; i++)
		json_array_append_new(rows, row_to_json(&group->row[i]));
	return object;
}

json_t *report_json(const struct report_model *model)
{
	json_t *object = json_object(), *groups = json_array();
	const struct result *r = model->result;

	json_object_set_new(object, "id", json_string(r->id ? r->id : ""));
	json_object_set_new(object, "digest", json_string(r->digest));
	json_object_set_new(object, "mode", json_string(r->mode ? r->mode : ""));
	json_object_set_new(object, "groups", groups);
	for (size_t g = 0; g < model->groups; g++)
		json_array_append_new(groups, group_to_json(&model->group[g]));
	return object;
}

/* What tells one row from all others. */
static void add_names(struct doc_row *record, const struct report_group *group,
		      const struct report_row *row)
{
	const struct measurement *m = row->run[0];

	doc_cell(record, group->title);
	doc_cell(record, m->scenario);
	doc_cell(record, row->label);
	doc_cell(record, m->context);
	doc_cell(record, m->kernel);
	doc_cell(record, m->series);
	doc_cell(record, verdict_name(row->verdict));
	doc_cell_value(record, (double)row->runs, NULL, NULL);
	doc_cell_value(record, (double)row->good, NULL, NULL);
}

static void add_metrics(struct doc_table *records, const struct report_group *group,
			const struct report_row *row)
{
	struct metric_list metrics = { 0 };

	metrics_of(&metrics, &row->total);
	for (size_t i = 0; i < metrics.n; i++) {
		struct doc_row *record = doc_row(records);
		char *name = metric_name(&metrics.item[i]);
		const char *unit = metric_unit(&metrics.item[i], &row->total);
		double value = NAN;
		enum known known = metric_value(&metrics.item[i], &row->total, &value);

		add_names(record, group, row);
		doc_cell(record, name);
		doc_cell(record, unit ? unit : "");
		doc_cell_value(record, known_value(known) ? value : NAN, unit, NULL);
		free(name);
	}
	metric_list_free(&metrics);
}

void report_add_records(struct document *doc, const struct report_model *model)
{
	struct doc_head *head = doc_head(doc);
	struct doc_table *records = doc_records(doc, head);

	doc_columns(head, ALIGN_LEFT, "measurement;scenario;strategy;context;kernel;series;verdict;runs;"
		    "runs_ok;metric;unit;value");
	for (size_t g = 0; g < model->groups; g++)
		for (size_t i = 0; i < model->group[g].rows; i++)
			add_metrics(records, &model->group[g], &model->group[g].row[i]);
}
