// SPDX-License-Identifier: GPL-2.0-only
#include "gate/document.h"

#include <stdlib.h>

#include "base/exit-status.h"
#include "compare/format.h"
#include "result/notes.h"

static const struct doc_outcome outcomes[] = {
	[GATE_PASSED] = { MARK_GOOD, "passed", "pass" },
	[GATE_IMPROVED] = { MARK_BETTER, "improved", "improvement" },
	[GATE_REGRESSED] = { MARK_BAD, "regressed", "regression" },
	[GATE_UNKNOWN] = { MARK_UNKNOWN, "could not judge", "could not judge" },
};

/* "burst · ...: call_latency p50: 70 to 71, +1.43 % (rule [...])"; to be freed. */
static char *finding_line(const struct gate_finding *finding)
{
	if (!*finding->what)
		return xasprintf("%s", finding->text);
	return xasprintf("%s: %s: %s", finding->where, finding->what, finding->text);
}

static char *counts_line(const struct gate *gate)
{
	return xasprintf("%zu passed, %zu improved, %zu regressed, %zu could not be judged; %zu metrics are not gated",
			 gate->count[GATE_PASSED], gate->count[GATE_IMPROVED],
			 gate->count[GATE_REGRESSED], gate->count[GATE_UNKNOWN], gate->ungated);
}

/* What the gate could have seen; NULL when every judged metric is equal in every run. */
static char *power_line(const struct gate *gate)
{
	struct str_list words = { 0 };
	char *line;

	if (gate->worst)
		str_list_addf(&words, "smallest detectable change where the runs are not all equal (%zu metric%s): %s in the middle, %s at worst (%s)",
			      gate->smallests, gate->smallests == 1 ? "" : "s",
			      format_size(median_of_sorted((struct sample){ gate->smallest, gate->smallests })).text,
			      format_size(gate->worst_share).text, gate->worst);
	if (gate->undetectable)
		str_list_addf(&words, "too few independent runs differ, or too unevenly, for any claim: %zu metric%s",
			      gate->undetectable, gate->undetectable == 1 ? "" : "s");
	line = words.n ? str_list_join(&words, "; ") : NULL;
	str_list_free(&words);
	return line;
}

static char *promotion(const struct gate_origin *origin)
{
	return xasprintf("the new baseline, if this is meant to stay: cp %s %s",
			 origin->result_file, origin->baseline);
}

static json_t *findings_to_json(const struct gate *gate, enum gate_outcome outcome)
{
	json_t *array = json_array();

	for (size_t i = 0; i < gate->findings; i++) {
		const struct gate_finding *finding = &gate->finding[i];

		if (finding->outcome == outcome)
			json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "measurement",
					      finding->where, "metric", finding->what, "text",
					      finding->text));
	}
	return array;
}

/* Each kind of doubt, once. */
static json_t *kinds_to_json(const struct gate *gate)
{
	struct str_list seen = { 0 };
	json_t *array = json_array();

	if (gate->count[GATE_REGRESSED])
		json_array_append_new(array, json_string("regression"));
	for (size_t i = 0; i < gate->findings; i++) {
		const char *kind = gate->finding[i].kind;

		if (!kind || str_list_has(&seen, kind))
			continue;
		str_list_add(&seen, kind);
		json_array_append_new(array, json_string(kind));
	}
	str_list_free(&seen);
	return array;
}

static json_t *reasons_to_json(const struct gate *gate)
{
	json_t *array = json_array();

	for (size_t i = 0; i < gate->findings; i++) {
		const struct gate_finding *finding = &gate->finding[i];
		char *line;

		if (finding->outcome != GATE_REGRESSED && finding->outcome != GATE_UNKNOWN)
			continue;
		line = finding_line(finding);
		json_array_append_new(array, json_string(line));
		free(line);
	}
	return array;
}

static json_t *texts_to_json(const struct str_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, json_string(list->item[i]));
	return array;
}

static json_t *gate_to_json(const struct gate *gate, const struct gate_origin *origin)
{
	json_t *counts = json_object(), *all, *power = json_null();
	struct str_list notes = { 0 };

	for (int i = 0; i <= GATE_UNKNOWN; i++)
		json_object_set_new(counts, outcomes[i].word,
				    json_integer((json_int_t)gate->count[i]));
	json_object_set_new(counts, "not gated", json_integer((json_int_t)gate->ungated));
	if (gate->worst)
		power = json_pack("{s:f, s:f, s:s}", "median",
				  median_of_sorted((struct sample){ gate->smallest, gate->smallests }), "worst",
				  gate->worst_share, "metric", gate->worst);
	all = json_pack("{s:s, s:s, s:o, s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:I}",
			"schema", "pcpbench-verdict/1", "verdict", gate_verdict_name(gate),
			"kinds", kinds_to_json(gate), "exit_status", gate->status, "baseline",
			origin->baseline, "result", origin->result, "rules", origin->rules,
			"counts", counts, "reasons", reasons_to_json(gate), "smallest_detectable",
			power, "undetectable", (json_int_t)gate->undetectable);
	json_object_set_new(all, "differences", texts_to_json(&gate->c->warnings));
	for (size_t i = 0; i < gate->c->new->results; i++)
		notes_get(gate->c->new->result[i], &notes);
	json_object_set_new(all, "notes", texts_to_json(&notes));
	str_list_free(&notes);
	json_object_set_new(all, "ingredients", texts_to_json(&gate->ingredients));
	json_object_set_new(all, "regressions", findings_to_json(gate, GATE_REGRESSED));
	json_object_set_new(all, "improvements", findings_to_json(gate, GATE_IMPROVED));
	return all;
}

static enum mark mark_of(const struct gate *gate)
{
	return gate->status == EXIT_GOOD ? MARK_GOOD :
	       gate->status == EXIT_JUDGED ? MARK_BAD : MARK_UNKNOWN;
}

static void add_text(struct document *doc, char *text)
{
	if (text)
		doc_paragraph(doc, text);
	free(text);
}

static void add_checks(struct document *doc, const struct gate *gate)
{
	for (size_t i = 0; i < gate->findings; i++) {
		const struct gate_finding *finding = &gate->finding[i];

		doc_check(doc, &outcomes[finding->outcome], finding->where, finding->what,
			  finding->text, finding->kind);
	}
}

void gate_document(struct document *doc, const struct gate *gate, const struct gate_origin *origin)
{
	document_init(doc, "gate", "pcpbench gate");
	doc_set_verdict(doc, mark_of(gate), gate_verdict_name(gate));
	doc_set_data(doc, gate_to_json(gate, origin), JSON_INDENT(2));
	add_checks(doc, gate);
	doc_show_verdict(doc);
	add_text(doc, counts_line(gate));
	doc_show_checks(doc);
	if (gate->c->warnings.n)
		doc_list(doc, 0, "this differs between baseline and result", &gate->c->warnings);
	add_text(doc, power_line(gate));
	if (gate->count[GATE_IMPROVED] && gate->status == EXIT_GOOD)
		add_text(doc, promotion(origin));
}

json_t *gate_no_verdict(const struct gate_origin *origin, const struct str_list *reasons)
{
	const struct gate none = { .status = EXIT_CANNOT };

	return json_pack("{s:s, s:s, s:[s], s:i, s:s?, s:s?, s:s?, s:o}", "schema",
			 "pcpbench-verdict/1", "verdict", gate_verdict_name(&none), "kinds",
			 "unfinished", "exit_status", EXIT_CANNOT, "baseline", origin->baseline,
			 "result", origin->result, "rules", origin->rules, "reasons",
			 texts_to_json(reasons));
}
