// SPDX-License-Identifier: GPL-2.0-only
/* Comparisons for programs: raw numbers. */
#include "compare/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const claim_names[] = {
	[CLAIM_SAME] = "same", [CLAIM_NONE] = "none", [CLAIM_LOWER] = "lower",
	[CLAIM_HIGHER] = "higher",
};

/* JSON has no infinity: what was never served says so. */
static json_t *number(double value)
{
	if (isnan(value))
		return json_null();
	if (isinf(value))
		return json_string(value > 0 ? "infinite" : "-infinite");
	return json_real(value);
}

static json_t *side_number(const struct side_value *figure)
{
	return known_value(figure->known) ? number(figure->value) : json_null();
}

static json_t *numbers(const double *x, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, number(x[i]));
	return array;
}

static json_t *texts(const struct str_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, json_string(list->item[i]));
	return array;
}

static json_t *interval_to_json(const struct interval *interval)
{
	return json_pack("{s:o, s:o, s:o}", "low", number(interval->low), "high",
			 number(interval->high), "coverage", number(interval->coverage));
}

static json_t *line_to_json(const struct compare_line *line)
{
	json_t *object = json_object();

	json_object_set_new(object, "metric", json_string(line->name));
	json_object_set_new(object, "unit", json_string(line->unit));
	json_object_set_new(object, "old", side_number(&line->old));
	json_object_set_new(object, "new", side_number(&line->new));
	json_object_set_new(object, "old_runs", numbers(line->raw_a ? line->raw_a : line->a.x, line->a.n));
	json_object_set_new(object, "new_runs", numbers(line->raw_b ? line->raw_b : line->b.x, line->b.n));
	if (line->raw_a) {
		json_object_set_new(object, "old_runs_by_yardstick", numbers(line->a.x, line->a.n));
		json_object_set_new(object, "new_runs_by_yardstick", numbers(line->b.x, line->b.n));
	}
	json_object_set_new(object, "ratio", number(line->ratio));
	json_object_set_new(object, "ratio_min", number(line->ratio_min));
	json_object_set_new(object, "ratio_max", number(line->ratio_max));
	json_object_set_new(object, "difference", number(line->difference));
	if (line->has_interval)
		json_object_set_new(object, "interval", interval_to_json(&line->interval));
	if (line->has_medians) {
		json_object_set_new(object, "old_median", interval_to_json(&line->old_median));
		json_object_set_new(object, "new_median", interval_to_json(&line->new_median));
	}
	if (line->has_paired)
		json_object_set_new(object, "paired", interval_to_json(&line->paired));
	json_object_set_new(object, "p", number(line->p));
	json_object_set_new(object, "p_alone", number(line->p_alone));
	json_object_set_new(object, "claim", json_string(claim_names[line->claim]));
	json_object_set_new(object, "lower_is_better", json_boolean(line->better == LOWER));
	json_object_set_new(object, "advisory", json_boolean(line->advisory));
	json_object_set_new(object, "smallest_detectable",
			    isinf(line->smallest) ? json_null() : number(line->smallest));
	json_object_set_new(object, "runs_needed", json_integer((json_int_t)line->need));
	return object;
}

static json_t *measurement_words(const struct measurement *m)
{
	json_t *object = json_object(), *params = json_object();

	json_object_set_new(object, "scenario", json_string(m->scenario));
	json_object_set_new(object, "strategy", json_string(m->strategy));
	json_object_set_new(object, "context", json_string(m->context));
	json_object_set_new(object, "kernel", json_string(m->kernel));
	json_object_set_new(object, "series", json_string(m->series));
	for (size_t i = 0; i < m->params; i++)
		if (!is_replicate_param(m->param[i].name))
			json_object_set_new(params, m->param[i].name,
					    json_integer((json_int_t)m->param[i].value));
	json_object_set_new(object, "params", params);
	return object;
}

static json_t *block_to_json(const struct compare_block *block, const struct compare_view *view)
{
	json_t *object = json_object(), *lines = json_array();
	size_t n;
	const struct compare_line **line = compare_view_lines(view, block, &n);

	for (size_t i = 0; i < n; i++)
		if (compare_is_relevant(view, line[i]))
			json_array_append_new(lines, line_to_json(line[i]));
	free(line);
	json_object_set_new(object, "title", json_string(block->title));
	json_object_set_new(object, "old", measurement_words(block->old));
	json_object_set_new(object, "new", measurement_words(block->new));
	json_object_set_new(object, "old_runs", json_integer((json_int_t)block->old_runs.n));
	json_object_set_new(object, "new_runs", json_integer((json_int_t)block->new_runs.n));
	if (!isnan(block->speed))
		json_object_set_new(object, "yardstick", number(block->speed));
	json_object_set_new(object, "identical", json_boolean(block->identical));
	json_object_set_new(object, "metrics", lines);
	return object;
}

static json_t *means_to_json(const struct comparison *c, const struct compare_view *view)
{
	json_t *array = json_array();

	for (size_t i = 0; i < c->means; i++)
		if (compare_view_has_mean(view, &c->mean[i]))
			json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:o, s:I}", "scenario",
				      c->mean[i].scenario, "strategy", c->mean[i].strategy,
				      "metric", c->mean[i].metric, "ratio",
				      number(c->mean[i].ratio), "measurements",
				      (json_int_t)c->mean[i].ratios.n));
	return array;
}

static json_t *side_to_json(const struct compare_side *side)
{
	json_t *array = json_array();

	for (size_t i = 0; i < side->results; i++)
		json_array_append_new(array, json_pack("{s:s, s:s}", "id", side->result[i]->id,
						       "digest", side->result[i]->digest));
	return json_pack("{s:s, s:o}", "label", side->label, "results", array);
}

static json_t *comparison_to_json(const struct comparison *c, const struct compare_view *view)
{
	json_t *object = json_object(), *blocks = json_array();
	size_t n;
	const struct compare_block **block = compare_view_blocks(view, c, &n);

	for (size_t i = 0; i < n; i++)
		json_array_append_new(blocks, block_to_json(block[i], view));
	free(block);
	json_object_set_new(object, "mode", json_string(c->old->result[0]->mode));
	json_object_set_new(object, "old", side_to_json(c->old));
	json_object_set_new(object, "new", side_to_json(c->new));
	json_object_set_new(object, "same_digest", json_boolean(c->same_digest));
	json_object_set_new(object, "warnings", texts(&c->warnings));
	json_object_set_new(object, "refused", texts(&c->refused));
	json_object_set_new(object, "left_out", texts(&c->left_out));
	json_object_set_new(object, "measurements", blocks);
	json_object_set_new(object, "geometric_means", means_to_json(c, view));
	return object;
}

json_t *compare_to_json(const struct comparison *c, size_t n, const struct compare_view *view)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, comparison_to_json(&c[i], view));
	return json_pack("{s:s, s:o}", "schema", "pcpbench-comparison/1", "comparisons", array);
}

static void add_side(struct doc_row *row, const struct side_value *figure, const char *unit)
{
	doc_cell_value(row, known_value(figure->known) ? figure->value : NAN, unit, NULL);
}

static void add_number(struct doc_row *row, double value)
{
	doc_cell_value(row, value, NULL, NULL);
}

static void add_record(struct doc_table *records, const struct comparison *c,
		       const struct compare_block *block, const struct compare_line *line)
{
	struct doc_row *row = doc_row(records);

	doc_cell(row, c->old->label);
	doc_cell(row, c->new->label);
	doc_cell(row, block->title);
	doc_cell(row, block->old->scenario);
	doc_cell(row, block->new->strategy);
	doc_cell(row, line->name);
	doc_cell(row, line->unit);
	add_number(row, (double)line->a.n);
	add_number(row, (double)line->b.n);
	add_side(row, &line->old, line->unit);
	add_side(row, &line->new, line->unit);
	add_number(row, line->ratio);
	add_number(row, line->ratio_min);
	add_number(row, line->ratio_max);
	add_number(row, line->difference);
	add_number(row, line->has_interval ? line->interval.low : NAN);
	add_number(row, line->has_interval ? line->interval.high : NAN);
	add_number(row, line->p);
	add_number(row, line->smallest);
	doc_cell(row, claim_names[line->claim]);
	doc_cell(row, line->advisory ? "yes" : "no");
}

static void add_block(struct doc_table *records, const struct comparison *c,
		      const struct compare_block *block, const struct compare_view *view)
{
	size_t n;
	const struct compare_line **line = compare_view_lines(view, block, &n);

	for (size_t i = 0; i < n; i++)
		if (compare_is_relevant(view, line[i]))
			add_record(records, c, block, line[i]);
	free(line);
}

void compare_add_records(struct document *doc, const struct comparison *c, size_t n,
			 const struct compare_view *view)
{
	struct doc_head *head = doc_head(doc);
	struct doc_table *records = doc_records(doc, head);

	doc_columns(head, ALIGN_LEFT, "old_side;new_side;measurement;scenario;strategy;metric;unit;"
		    "old_runs;new_runs;old;new;ratio;ratio_min;ratio_max;difference;interval_low;"
		    "interval_high;p;smallest_detectable;claim;advisory");
	for (size_t i = 0; i < n; i++) {
		size_t blocks;
		const struct compare_block **block = compare_view_blocks(view, &c[i], &blocks);

		for (size_t k = 0; k < blocks; k++)
			add_block(records, &c[i], block[k], view);
		free(block);
	}
}
