// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench verify: makes a stored exact result again from its provenance. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "cmd/command-verdict.h"
#include "cmd/commands.h"
#include "output/format.h"
#include "result/determinism.h"
#include "result/provenance.h"
#include "result/verdict-file.h"
#include "run/run.h"

static const struct argp_option option_list[] = {
	{ "output", 'o', "DIR", 0, "folder that gets the new run's folder (default: results/runs)", 0 },
	{ "workload", 'w', "FILE", 0, "the workload's file, when it is none of workloads/", 0 },
	{ 0 },
};

struct settings {
	const char *path, *runs_dir, *workload;
	struct format_choice choice;
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		settings->choice.format = &formats[FORMAT_text];
		state->child_inputs[0] = &settings->choice;
		return 0;
	case 'w':
		settings->workload = arg;
		return 0;
	case 'o':
		settings->runs_dir = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (settings->path)
			argp_error(state, "one RESULT at a time: '%s' is too much", arg);
		settings->path = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which RESULT?");
		return EINVAL;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = { { &format_argp, 0, NULL, 0 }, { 0 } };

const struct argp cmd_verify_argp = {
	option_list, take_option, "RESULT",
	"Runs again what a stored exact result says that it ran, and compares the digests.\v"
	"RESULT is a run folder or a result.json. Exit status: 0 identical; 1 different, and what "
	"the two were not made of alike is named; 2 could not be made again.", children, NULL, NULL,
};

/* What is to be run, from what @stored says of itself. -1 after a message. */
static int recall(const struct result *stored, const char *path, struct run_options *options)
{
	static const char chosen[] = "strategy=";
	const json_t *item, *p = stored->provenance, *series = json_object_get(p, "series");
	size_t i;

	if (strcmp(stored->mode, "exact"))
		return diag_error("%s is of mode %s: only exact results can be made again", path,
				  stored->mode);
	if (!options->workload)
		options->workload = json_string_value(json_object_get(p, "workload"));
	if (!options->workload || !stored->measurements)
		return diag_error("%s does not say what it measured (provenance.workload)", path);
	for (i = 0; i < stored->measurements; i++)
		str_list_add_new(&options->kernels, stored->measurement[i].kernel);
	item = json_object_get(p, "shard");
	if (item && (!json_is_string(item) ||
		     !shard_parse(&options->shard, json_string_value(item))))
		return diag_error("%s: provenance.shard is not \"K/N\"", path);
	if (json_is_string(series))
		str_list_add(&options->series, json_string_value(series));
	json_array_foreach(series, i, item)
		if (json_is_string(item))
			str_list_add_new(&options->series, json_string_value(item));
	options->record = json_object_get(p, "recorded") != NULL;
	json_array_foreach(json_object_get(p, "overrides"), i, item) {
		const char *text = json_string_value(item);

		if (text && !strncmp(text, chosen, strlen(chosen)))
			str_list_split(&options->strategies, text + strlen(chosen), ", ");
		else if (text)
			str_list_add(&options->overrides, text);
	}
	return 0;
}

/* EXIT_GOOD when there is a whole result to hold against the stored one. */
static int run_again(struct run *run)
{
	const struct run_options *options = run->options;

	if (workload_load(&run->workload, checkout_root(), options->workload,
			  &options->overrides) ||
	    workload_keep_strategies(&run->workload, &options->strategies))
		return EXIT_CANNOT;
	plan_make(&run->plan, &run->workload);
	if (options->shard.of)
		shard_keep(&run->plan, &options->shard);
	/* a broken rule is part of a result, and may be the same one again */
	return run_execute(run) == EXIT_CANNOT ? EXIT_CANNOT : EXIT_GOOD;
}

/* Where to begin to look: NULL when the measurements are the same. To be freed. */
static char *first_record(const struct result *stored, const struct result *again)
{
	if (stored->measurements != again->measurements)
		return xasprintf("%zu measurements were stored, and there are %zu again",
				 stored->measurements, again->measurements);
	return determinism_difference(stored, 0, again);
}

static json_t *to_json(const struct result *stored, const struct result *again, const char *record,
		       const struct str_list *differences)
{
	json_t *list = json_array();

	for (size_t i = 0; i < differences->n; i++)
		json_array_append_new(list, json_string(differences->item[i]));
	return json_pack("{ss ss ss so so}", "verdict",
			 strcmp(stored->digest, again->digest) ? "different" : "identical",
			 "stored", stored->digest, "again", again->digest, "first_record",
			 record ? json_string(record) : json_null(), "differences", list);
}

static void add_words(struct document *doc, const struct result *stored,
		      const struct result *again, const char *record,
		      const struct str_list *differences)
{
	if (!strcmp(stored->digest, again->digest)) {
		doc_paragraphf(doc, "identical: %s", stored->digest);
	} else {
		doc_paragraph(doc, "different");
		doc_line(doc, 2, "stored %s", stored->digest);
		doc_line(doc, 2, "again  %s", again->digest);
		if (record)
			doc_line(doc, 2, "%s", record);
		if (!differences->n)
			doc_line(doc, 2, "all that the provenance records is the same: this is not reproducible");
	}
	for (size_t i = 0; i < differences->n; i++)
		doc_line(doc, 2, "%s", differences->item[i]);
}

static int print(const struct result *stored, const struct result *again, const char *record,
		 const struct str_list *differences, const struct format_choice *choice)
{
	static const struct doc_outcome identical = { MARK_GOOD, "identical", "identical" },
		different = { MARK_BAD, "different", "difference" };
	bool same = !strcmp(stored->digest, again->digest);
	const struct doc_outcome *outcome = same ? &identical : &different;
	char *text = same ? xstrdup(stored->digest) :
			    xasprintf("stored %s, again %s%s%s", stored->digest, again->digest,
				      record ? "; " : "", record ? record : "");
	struct document doc;
	int ret;

	document_init(&doc, "verify", "A stored result, made again");
	doc_set_verdict(&doc, outcome->mark, outcome->word);
	doc_check(&doc, outcome, stored->id ? stored->id : "result", "digest", text, NULL);
	doc_set_data(&doc, to_json(stored, again, record, differences), JSON_INDENT(2));
	add_words(&doc, stored, again, record, differences);
	ret = document_print(&doc, choice);
	document_free(&doc);
	free(text);
	return ret;
}

/* Why the two are different, and that the new run is not what it was to be. */
static int leave_reasons(const struct run *run, const struct result *stored, const char *record,
			 const struct str_list *differences, struct str_list *reasons)
{
	str_list_addf(reasons, "not what was stored: %s, and now %s", stored->digest,
		      run->result.digest);
	if (record)
		str_list_add(reasons, record);
	for (size_t i = 0; i < differences->n; i++)
		str_list_add(reasons, differences->item[i]);
	return run->dir ? verdict_raise(run->dir, EXIT_JUDGED, reasons) : 0;
}

static int judge(const struct result *stored, const struct run *run,
		 const struct format_choice *choice, struct str_list *reasons)
{
	const struct result *again = &run->result;
	struct str_list differences = { 0 };
	char *record = first_record(stored, again);
	bool same = !strcmp(stored->digest, again->digest);
	int left = 0, failed;

	provenance_differences(&differences, stored, "stored", again, "again", TO_MERGE);
	failed = print(stored, again, record, &differences, choice);
	if (!same)
		left = leave_reasons(run, stored, record, &differences, reasons);
	str_list_free(&differences);
	free(record);
	if (left || failed)
		return EXIT_CANNOT;
	return same ? EXIT_GOOD : EXIT_JUDGED;
}

int cmd_verify(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct run_options options = { .factor = 1, .mode = MODE_EXACT };
	struct run run = { .options = &options };
	struct command_verdict verdict = {
		.command = "verify", .about = "the digests: is the stored result made again",
		.word = { "identical", "different", "could not judge" },
	};
	struct result stored;
	int status = EXIT_CANNOT;

	command_verdict_begin(&verdict, argc, argv);
	argp_parse(&cmd_verify_argp, argc, argv, 0, NULL, &settings);
	if (result_load(&stored, settings.path))
		return command_verdict_end(&verdict, EXIT_CANNOT);
	options.runs_dir = settings.runs_dir;
	options.workload = settings.workload;
	if (!recall(&stored, settings.path, &options) && run_again(&run) == EXIT_GOOD)
		status = judge(&stored, &run, &settings.choice, &verdict.reasons);
	for (size_t i = 0; status == EXIT_CANNOT && i < run.reasons.n; i++)
		str_list_add_new(&verdict.reasons, run.reasons.item[i]);
	run_free(&run);
	str_list_free(&options.overrides);
	str_list_free(&options.strategies);
	str_list_free(&options.kernels);
	str_list_free(&options.series);
	result_free(&stored);
	return command_verdict_end(&verdict, status);
}
