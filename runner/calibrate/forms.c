// SPDX-License-Identifier: GPL-2.0-only
/* A calibration for people, for programs, and for the gate. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/calibrate.h"
#include "compare/forms.h"
#include "report/forms.h"

static struct str_list *add_row(struct report_table *table)
{
	GROW(table->row, table->rows);
	table->row[table->rows] = (struct str_list){ 0 };
	return &table->row[table->rows++];
}

static const char *use_of(const struct noise *noise)
{
	return noise->gated ? "gated" : noise->advisory ? "advisory" : "shown";
}

static void print_noise(FILE *out, const struct calibration *c)
{
	static const char head[] = "measurement;metric;median;within a boot;between boots;by yardstick;least;most;use";
	struct report_table table = { 0 };

	str_list_split(&table.head, head, ";");
	for (size_t i = 0; i < c->noises; i++) {
		const struct noise *noise = &c->noise[i];
		struct str_list *row = add_row(&table);

		str_list_add(row, noise->place);
		str_list_add(row, noise->metric);
		str_list_add(row, format_metric(noise->median, noise->unit).text);
		str_list_add(row, isnan(noise->within) ? "n/a" : format_size(noise->within).text);
		str_list_add(row, format_size(noise->between).text);
		str_list_add(row, isnan(noise->corrected) ? "n/a" :
							    format_size(noise->corrected).text);
		str_list_add(row, format_change(noise->least).text);
		str_list_add(row, format_change(noise->most).text);
		str_list_add(row, use_of(noise));
	}
	fputs("## Noise\n\n", out);
	markdown_table(out, &table, true);
	fputs("\nWithin a boot: half the 95 % interval that its operations alone would give. Between boots: 1.4826 x\n"
	      "median absolute deviation. By yardstick: the same of what is left when each boot is held against the\n"
	      "speed of the machine in it, which is what compare and gate go by.\n",
	      out);
	report_table_free(&table);
}

static void add_share(struct str_list *row, size_t part, size_t all)
{
	str_list_addf(row, "%zu of %zu (%.3g %%)", part, all, 100 * (double)part / (double)all);
}

static void print_trials(FILE *out, const struct calibration *c)
{
	static const char head[] = "boots a side;guest time;false alarms;+10 % found;planted found";
	struct report_table table = { 0 };

	str_list_split(&table.head, head, ";");
	for (size_t i = 0; i < c->trials; i++) {
		const struct trial *trial = &c->trial[i];
		struct str_list *row = add_row(&table);

		str_list_addf(row, "%zu", trial->a_side);
		if (trial->seconds > 0)
			str_list_addf(row, "%.0f s", trial->seconds);
		else
			str_list_add(row, "n/a");
		add_share(row, trial->alarms, trial->deals);
		add_share(row, trial->found, trial->deals);
		if (c->planted.words)
			add_share(row, trial->found_planted, trial->deals);
		else
			str_list_add(row, "n/a");
	}
	fputs("\n## What the gate makes of them\n\n", out);
	markdown_table(out, &table, true);
	fprintf(out, "\n%d random deals of each kind, judged by the gate with the limits below. False alarms: both sides\n"
		"are the same thing. +10 %%: one side's latencies are 10 %% larger.\n", CALIBRATE_DEALS);
	if (c->planted.words)
		fprintf(out, "Planted: %s, which is %s here", c->planted.words,
			format_change(c->planted.ratio).text);
	if (c->planted.words && c->planted.has_interval)
		fprintf(out, " (95 %%: %s to %s)", format_change(c->planted.interval.low).text,
			format_change(c->planted.interval.high).text);
	if (c->planted.words)
		fputs(".\n", out);
	report_table_free(&table);
}

void calibration_print(FILE *out, const struct calibration *c)
{
	fprintf(out, "# Calibration of this host\n\nBy %s: %zu clean boots", c->id, c->boots);
	if (c->contaminated)
		fprintf(out, ", %zu that the host kept waiting left out", c->contaminated);
	fputs(".\n\n", out);
	print_noise(out, c);
	print_trials(out, c);
	if (c->chosen)
		fprintf(out, "\nEnough here: %zu boots a side (at most %g %% false alarms, at least %g %% of +10 %% found).\n",
			c->chosen->a_side, 100 * CALIBRATE_ALARMS_MOST, 100 * CALIBRATE_FOUND_LEAST);
	else
		fprintf(out, "\nNot enough: no number of boots tried keeps false alarms to %g %%, finds %g %% of +10 %%, and takes at\n"
			"most %.0f s of guest time.\n", 100 * CALIBRATE_ALARMS_MOST,
			100 * CALIBRATE_FOUND_LEAST, CALIBRATE_SECONDS_MOST);
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

json_t *calibration_to_json(const struct calibration *c, const struct gate_rules *rules)
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
