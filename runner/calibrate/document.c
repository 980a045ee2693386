// SPDX-License-Identifier: GPL-2.0-only
/* A calibration as a document, and as limits for the gate. */
#include "calibrate/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/format.h"

static const char *use_of(const struct noise *noise)
{
	return noise->gated ? "gated" : noise->advisory ? "advisory" : "shown";
}

static void add_share(struct doc_row *row, double share)
{
	doc_cell_value(row, share, NULL, isnan(share) ? "n/a" : format_size(share).text);
}

static void add_noise(struct document *doc, const struct calibration *c)
{
	struct doc_head *head = doc_head(doc);
	struct doc_table *table;

	doc_columns(head, ALIGN_LEFT, "measurement");
	doc_columns(head, ALIGN_RIGHT, "metric;median;within a boot;between boots;by yardstick;least;"
		    "most;use");
	doc_heading(doc, 2, "Noise");
	table = doc_table(doc, head);
	for (size_t i = 0; i < c->noises; i++) {
		const struct noise *noise = &c->noise[i];
		struct doc_row *row = doc_row(table);

		doc_cell(row, noise->place);
		doc_cell(row, noise->metric);
		doc_cell_value(row, noise->median, noise->unit,
			       format_metric(noise->median, noise->unit).text);
		add_share(row, noise->within);
		add_share(row, noise->between);
		add_share(row, noise->corrected);
		doc_cell_value(row, noise->least, NULL, format_change(noise->least).text);
		doc_cell_value(row, noise->most, NULL, format_change(noise->most).text);
		doc_cell(row, use_of(noise));
	}
	doc_paragraph(doc, "Within a boot: half the 95 % interval that its operations alone would give. "
		      "Between boots: 1.4826 x median absolute deviation. By yardstick: the same of what "
		      "is left when each boot is held against the speed of the machine in it, which is "
		      "what compare and gate go by.");
}

static void add_part(struct doc_row *row, size_t part, size_t all)
{
	doc_cellf(row, "%zu of %zu (%.3g %%)", part, all, 100 * (double)part / (double)all);
}

/* What the trials were made with. */
static void explain_trials(struct document *doc, const struct calibration *c)
{
	doc_paragraphf(doc, "%d random deals of each kind, judged by the gate with the limits below. False "
		       "alarms: both sides are the same thing. +10 %%: one side's latencies are 10 %% "
		       "larger.", CALIBRATE_DEALS);
	if (c->planted.words && c->planted.has_interval)
		doc_line(doc, 0, "Planted: %s, which is %s here (95 %%: %s to %s).", c->planted.words,
			 format_change(c->planted.ratio).text,
			 format_change(c->planted.interval.low).text,
			 format_change(c->planted.interval.high).text);
	else if (c->planted.words)
		doc_line(doc, 0, "Planted: %s, which is %s here.", c->planted.words,
			 format_change(c->planted.ratio).text);
}

static void add_trials(struct document *doc, const struct calibration *c)
{
	struct doc_head *head = doc_head(doc);
	struct doc_table *table;

	doc_columns(head, ALIGN_LEFT, "boots a side");
	doc_columns(head, ALIGN_RIGHT, "guest time;false alarms;+10 % found;planted found");
	doc_heading(doc, 2, "What the gate makes of them");
	table = doc_table(doc, head);
	for (size_t i = 0; i < c->trials; i++) {
		const struct trial *trial = &c->trial[i];
		struct doc_row *row = doc_row(table);

		doc_cellf(row, "%zu", trial->a_side);
		if (trial->seconds > 0)
			doc_cellf(row, "%.0f s", trial->seconds);
		else
			doc_cell(row, "n/a");
		add_part(row, trial->alarms, trial->deals);
		add_part(row, trial->found, trial->deals);
		if (c->planted.words)
			add_part(row, trial->found_planted, trial->deals);
		else
			doc_cell(row, "n/a");
	}
	explain_trials(doc, c);
}

/* Whether any number of boots reaches the figures: the one thing that is judged. */
static void add_verdict(struct document *doc, const struct calibration *c)
{
	static const struct doc_outcome good = { MARK_GOOD, "good", "good" },
		not_reached = { MARK_BAD, "not reached", "not reached" };
	const struct doc_outcome *outcome = c->chosen ? &good : &not_reached;
	char *text = c->chosen ?
		xasprintf("Enough here: %zu boots a side (at most %g %% false alarms, at least %g %% of +10 %% found).",
			  c->chosen->a_side, 100 * CALIBRATE_ALARMS_MOST,
			  100 * CALIBRATE_FOUND_LEAST) :
		xasprintf("Not enough: no number of boots tried keeps false alarms to %g %%, finds %g %% of +10 %%, and takes at most %.0f s of guest time.",
			  100 * CALIBRATE_ALARMS_MOST, 100 * CALIBRATE_FOUND_LEAST,
			  CALIBRATE_SECONDS_MOST);

	doc_paragraph(doc, text);
	doc_check(doc, outcome, "this host", "boots a side", text, NULL);
	doc_set_verdict(doc, outcome->mark, outcome->word);
	free(text);
}

char *calibration_limits(const struct calibration *c, const struct gate_rules *rules)
{
	struct str_list lines = { 0 };
	char *text;

	str_list_add(&lines, "# Limits of this host for realtime results, read by `pcpbench gate`. Written by");
	str_list_addf(&lines, "# `pcpbench calibrate` from %s.", c->id);
	for (size_t i = 0; i < rules->n; i++) {
		if (isnan(c->chosen->limit[i]))
			continue;
		str_list_addf(&lines, "\n[%s]", rules->rule[i].name);
		str_list_addf(&lines, "relative = %.1f %%", 100 * c->chosen->limit[i]);
		str_list_addf(&lines, "boots = %zu", c->chosen->a_side);
	}
	str_list_add(&lines, "");
	text = str_list_join(&lines, "\n");
	str_list_free(&lines);
	return text;
}

static json_t *share(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *trial_to_json(const struct trial *trial, const struct gate_rules *rules)
{
	json_t *limits = json_object();

	for (size_t i = 0; i < rules->n; i++)
		if (!isnan(trial->limit[i]))
			json_object_set_new(limits, rules->rule[i].name,
					    json_real(trial->limit[i]));
	return json_pack("{s:I, s:f, s:I, s:I, s:I, s:I, s:o}", "boots_a_side",
			 (json_int_t)trial->a_side, "guest_seconds", trial->seconds, "deals",
			 (json_int_t)trial->deals, "false_alarms", (json_int_t)trial->alarms,
			 "found", (json_int_t)trial->found, "found_planted",
			 (json_int_t)trial->found_planted, "limits", limits);
}

static json_t *calibration_to_json(const struct calibration *c, const struct gate_rules *rules)
{
	json_t *noises = json_array(), *trials = json_array(), *all;

	for (size_t i = 0; i < c->noises; i++) {
		const struct noise *n = &c->noise[i];

		json_array_append_new(noises, json_pack("{s:s, s:s, s:s, s:f, s:o, s:f, s:o, s:f, s:f, s:s}",
				      "measurement", n->place, "metric", n->metric, "unit", n->unit,
				      "median", n->median, "within", share(n->within), "between",
				      n->between, "corrected", share(n->corrected), "least", n->least, "most", n->most, "use",
				      use_of(n)));
	}
	for (size_t i = 0; i < c->trials; i++)
		json_array_append_new(trials, trial_to_json(&c->trial[i], rules));
	all = json_pack("{s:s, s:I, s:I, s:o, s:o}", "run", c->id, "boots", (json_int_t)c->boots,
			"contaminated", (json_int_t)c->contaminated, "noise", noises, "trials",
			trials);
	if (c->planted.words)
		json_object_set_new(all, "planted", json_pack("{s:s, s:f}", "what",
				    c->planted.words, "ratio", c->planted.ratio));
	json_object_set_new(all, "boots_a_side", c->chosen ?
			    json_integer((json_int_t)c->chosen->a_side) : json_null());
	return all;
}

void calibration_document(struct document *doc, const struct calibration *c,
			  const struct gate_rules *rules)
{
	char *left_out = c->contaminated ?
		xasprintf(", %zu that the host kept waiting left out", c->contaminated) : xstrdup("");

	document_init(doc, "calibrate", "Calibration of this host");
	doc_set_data(doc, calibration_to_json(c, rules), JSON_INDENT(2));
	doc_heading(doc, 1, doc->title);
	doc_paragraphf(doc, "By %s: %zu clean boots%s.", c->id, c->boots, left_out);
	add_noise(doc, c);
	add_trials(doc, c);
	add_verdict(doc, c);
	free(left_out);
}
