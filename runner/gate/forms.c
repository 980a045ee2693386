// SPDX-License-Identifier: GPL-2.0-only
#include "gate/forms.h"

#include <stdlib.h>
#include <string.h>

#include "base/exit-status.h"
#include "compare/forms.h"
#include "report/forms.h"
#include "result/notes.h"

static const char *const outcome_names[] = {
	[GATE_PASSED] = "passed", [GATE_IMPROVED] = "improved", [GATE_REGRESSED] = "regressed",
	[GATE_UNKNOWN] = "could not judge",
};

/* "burst · ...: call_latency p50: 70 to 71, +1.43 % (rule [...])"; to be freed. */
static char *finding_line(const struct gate_finding *finding)
{
	if (!*finding->what)
		return xasprintf("%s", finding->text);
	return xasprintf("%s: %s: %s", finding->where, finding->what, finding->text);
}

typedef void (*put_line_fn)(FILE *out, const char *line);

static void put_findings(FILE *out, const struct gate *gate, enum gate_outcome outcome,
			 put_line_fn put)
{
	for (size_t i = 0; i < gate->findings; i++) {
		char *line;

		if (gate->finding[i].outcome != outcome)
			continue;
		line = finding_line(&gate->finding[i]);
		put(out, line);
		free(line);
	}
}

static void put_differences(FILE *out, const struct gate *gate, const char *title, put_line_fn put)
{
	if (gate->c->warnings.n)
		fprintf(out, "\n%s", title);
	for (size_t i = 0; i < gate->c->warnings.n; i++)
		put(out, gate->c->warnings.item[i]);
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

static void put_text_line(FILE *out, const char *line)
{
	fprintf(out, "  %s\n", line);
}

void gate_print_text(FILE *out, const struct gate *gate, const struct gate_origin *origin)
{
	static const enum gate_outcome order[] = { GATE_REGRESSED, GATE_UNKNOWN, GATE_IMPROVED };
	char *counts = counts_line(gate), *power = power_line(gate), *line;

	fprintf(out, "gate: %s\n%s\n", gate_verdict_name(gate), counts);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		if (!gate->count[order[i]])
			continue;
		fprintf(out, "\n%s\n", outcome_names[order[i]]);
		put_findings(out, gate, order[i], put_text_line);
	}
	put_differences(out, gate, "this differs between baseline and result\n", put_text_line);
	if (power)
		fprintf(out, "\n%s\n", power);
	if (gate->count[GATE_IMPROVED] && gate->status == EXIT_GOOD) {
		line = promotion(origin);
		fprintf(out, "\n%s\n", line);
		free(line);
	}
	free(counts);
	free(power);
}

static void put_markdown_line(FILE *out, const char *line)
{
	char *escaped = markdown_escape(line);

	fprintf(out, "- %s\n", escaped);
	free(escaped);
}

void gate_print_markdown(FILE *out, const struct gate *gate, const struct gate_origin *origin)
{
	static const enum gate_outcome order[] = { GATE_REGRESSED, GATE_UNKNOWN, GATE_IMPROVED };
	char *counts = counts_line(gate), *power = power_line(gate), *line;

	fprintf(out, "## pcpbench gate: %s\n\n%s\n", gate_verdict_name(gate), counts);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		if (!gate->count[order[i]])
			continue;
		fprintf(out, "\n**%s**\n\n", outcome_names[order[i]]);
		put_findings(out, gate, order[i], put_markdown_line);
	}
	put_differences(out, gate, "**this differs between baseline and result**\n\n",
			put_markdown_line);
	if (power) {
		line = markdown_escape(power);
		fprintf(out, "\n%s\n", line);
		free(line);
	}
	if (gate->count[GATE_IMPROVED] && gate->status == EXIT_GOOD) {
		char *words = promotion(origin);

		line = markdown_escape(words);
		fprintf(out, "\n%s\n", line);
		free(line);
		free(words);
	}
	free(counts);
	free(power);
}

static void put_xml(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '"')
			fputs("&quot;", out);
		else
			/* no other control character is allowed in XML 1.0 */
			putc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
}

static void put_case(FILE *out, const struct gate_finding *finding)
{
	const char *tag = finding->outcome == GATE_REGRESSED ? "failure" :
			  finding->outcome == GATE_UNKNOWN ? "error" : NULL;

	fputs("  <testcase classname=\"", out);
	put_xml(out, finding->where);
	fputs("\" name=\"", out);
	put_xml(out, *finding->what ? finding->what : finding->text);
	if (!tag) {
		fputs("\"/>\n", out);
		return;
	}
	fprintf(out, "\">\n    <%s type=\"%s\" message=\"", tag,
		finding->kind ? finding->kind : "regression");
	put_xml(out, finding->text);
	fputs("\"/>\n  </testcase>\n", out);
}

void gate_print_junit(FILE *out, const struct gate *gate)
{
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"pcpbench gate\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\">\n",
		gate->findings, gate->count[GATE_REGRESSED], gate->count[GATE_UNKNOWN]);
	for (size_t i = 0; i < gate->findings; i++)
		put_case(out, &gate->finding[i]);
	fputs("</testsuite>\n", out);
}

/* '#' would begin a directive. */
static void put_ktap_words(FILE *out, const char *text)
{
	for (; *text; text++)
		putc(*text == '#' || *text == '\n' ? ' ' : *text, out);
}

void gate_print_ktap(FILE *out, const struct gate *gate)
{
	fprintf(out, "KTAP version 1\n1..%zu\n", gate->findings);
	for (size_t i = 0; i < gate->findings; i++) {
		const struct gate_finding *finding = &gate->finding[i];
		bool bad = finding->outcome == GATE_REGRESSED || finding->outcome == GATE_UNKNOWN;
		char *line = *finding->what ? xasprintf("%s: %s", finding->where, finding->what) :
					      xasprintf("%s: %s", finding->where, finding->text);

		if (bad) {
			fprintf(out, "# %s: ", outcome_names[finding->outcome]);
			put_ktap_words(out, finding->text);
			putc('\n', out);
		}
		fprintf(out, "%s %zu ", bad ? "not ok" : "ok", i + 1);
		put_ktap_words(out, line);
		putc('\n', out);
		free(line);
	}
}

/* Escapes of the workflow commands of GitHub Actions. */
static void put_annotation_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '%')
			fputs("%25", out);
		else if (*text == '\r')
			fputs("%0D", out);
		else if (*text == '\n')
			fputs("%0A", out);
		else
			putc(*text, out);
	}
}

static void put_annotation(FILE *out, const char *level, const char *title, const char *line)
{
	fprintf(out, "::%s title=%s::", level, title);
	put_annotation_text(out, line);
	putc('\n', out);
}

static void put_regression(FILE *out, const char *line)
{
	put_annotation(out, "error", "regression", line);
}

static void put_unknown(FILE *out, const char *line)
{
	put_annotation(out, "error", "could not judge", line);
}

static void put_improvement(FILE *out, const char *line)
{
	put_annotation(out, "notice", "improvement", line);
}

void gate_print_annotations(FILE *out, const struct gate *gate)
{
	put_findings(out, gate, GATE_REGRESSED, put_regression);
	put_findings(out, gate, GATE_UNKNOWN, put_unknown);
	put_findings(out, gate, GATE_IMPROVED, put_improvement);
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

json_t *gate_to_json(const struct gate *gate, const struct gate_origin *origin)
{
	json_t *counts = json_object(), *all, *power = json_null();
	struct str_list notes = { 0 };

	for (int i = 0; i <= GATE_UNKNOWN; i++)
		json_object_set_new(counts, outcome_names[i],
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

json_t *gate_no_verdict(const struct gate_origin *origin, const struct str_list *reasons)
{
	const struct gate none = { .status = EXIT_CANNOT };

	return json_pack("{s:s, s:s, s:[s], s:i, s:s?, s:s?, s:s?, s:o}", "schema",
			 "pcpbench-verdict/1", "verdict", gate_verdict_name(&none), "kinds",
			 "unfinished", "exit_status", EXIT_CANNOT, "baseline", origin->baseline,
			 "result", origin->result, "rules", origin->rules, "reasons",
			 texts_to_json(reasons));
}
