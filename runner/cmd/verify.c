// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench verify: makes a stored exact result again from its provenance. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "cmd/command-verdict.h"
#include "cmd/commands.h"
#include "output/format.h"
#include "result/again.h"
#include "result/merge.h"
#include "result/provenance.h"
#include "result/verdict-file.h"
#include "run/args.h"

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

const struct argp cmd_verify_argp = {
	option_list, take_option, "RESULT",
	"Runs again what a stored exact result says that it ran, and compares the digests.\v"
	"RESULT is a run folder or a result.json.\n\n"
	"Exit status: 0 identical, at least in all that is stored (what is new is named); 1 "
	"different, and every ingredient that differs is named; 2 could not be made again.", format_children, NULL, NULL,
};

/* What a shard says it has of the whole plan. -1 after a message. */
static int recall_shard(const json_t *p, const char *path, struct run_options *options)
{
	const char *text = json_string_value(json_object_get(p, "shard_steps"));
	json_int_t all = json_integer_value(json_object_get(p, "all_steps"));
	const json_t *shard = json_object_get(p, "shard");

	if (!shard)
		return 0;
	if (!json_is_string(shard) || !shard_parse(&options->shard, json_string_value(shard)))
		return diag_error("%s: provenance.shard is not \"K/N\"", path);
	if (!text || all < 0 || all > MERGE_STEPS_MAX ||
	    places_parse(text, (size_t)all, &options->places, &options->n_places))
		return diag_error("%s: provenance.shard_steps: no ascending numbers below provenance.all_steps",
				  path);
	return 0;
}

/* Fills the options of the run from the provenance of @stored. Returns 0, or -1 after a message. */
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
	if (recall_shard(p, path, options))
		return -1;
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
	/* a broken rule is part of a result, and may be the same one again */
	return run_make(run) == EXIT_CANNOT ? EXIT_CANNOT : EXIT_GOOD;
}

/* What came of it. */
struct comparison {
	const struct result *stored, *again;
	bool same_digest;
	char *record;			/* the first that is not as it was stored, or NULL */
	struct str_list new;		/* counters and histograms that only the new run has */
	struct str_list differences;	/* of what the two were made of */
};

/* All that is stored was made again: to the bit, or but for what the stored one does not know of. */
static bool is_identical(const struct comparison *c)
{
	return c->same_digest || !c->record;
}

static void compare(struct comparison *c, const struct result *stored, const struct result *again)
{
	*c = (struct comparison){
		.stored = stored, .again = again,
		.same_digest = !strcmp(stored->digest, again->digest),
	};
	if (!c->same_digest)
		c->record = again_first_difference(stored, again);
	if (is_identical(c))
		again_list_new(&c->new, stored, again);
	provenance_differences(&c->differences, stored, "stored", again, "again", TO_MERGE);
}

static void comparison_free(struct comparison *c)
{
	free(c->record);
	str_list_free(&c->new);
	str_list_free(&c->differences);
}

static json_t *texts(const struct str_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, json_string(list->item[i]));
	return array;
}

static json_t *to_json(const struct comparison *c)
{
	json_t *object = json_pack("{ss ss ss so so so}", "verdict",
				   is_identical(c) ? "identical" : "different",
				   "stored", c->stored->digest, "again", c->again->digest,
				   "first_record", c->record ? json_string(c->record) : json_null(),
				   "new", texts(&c->new), "differences", texts(&c->differences));

	if (*c->stored->digest_1)
		json_object_set_new(object, "stored_schema_1", json_string(c->stored->digest_1));
	return object;
}

static void add_words(struct document *doc, const struct comparison *c)
{
	if (c->same_digest) {
		doc_paragraphf(doc, "identical: %s", c->stored->digest);
	} else if (is_identical(c)) {
		char *new = str_list_join(&c->new, ", ");

		doc_paragraphf(doc, "identical in all that is stored: %s", c->stored->digest);
		doc_line(doc, 2, "again  %s", c->again->digest);
		doc_line(doc, 2, "new here: %s", new);
		free(new);
	} else {
		doc_paragraph(doc, "different");
		doc_line(doc, 2, "stored %s", c->stored->digest);
		doc_line(doc, 2, "again  %s", c->again->digest);
		doc_line(doc, 2, "%s", c->record);
		if (!c->differences.n)
			doc_line(doc, 2, "all that the provenance records is the same: this is not reproducible");
	}
	if (*c->stored->digest_1)
		doc_line(doc, 2, "in the file, of schema pcpbench-result/1: %s",
			 c->stored->digest_1);
	for (size_t i = 0; i < c->differences.n; i++)
		doc_line(doc, 2, "%s", c->differences.item[i]);
}

static int print(const struct comparison *c, const struct format_choice *choice)
{
	static const struct doc_outcome identical = { MARK_GOOD, "identical", "identical" },
		different = { MARK_BAD, "different", "difference" };
	const struct doc_outcome *outcome = is_identical(c) ? &identical : &different;
	char *text = is_identical(c) ? xstrdup(c->stored->digest) :
		     xasprintf("stored %s, again %s; %s", c->stored->digest, c->again->digest,
			       c->record);
	struct document doc;
	int ret;

	document_init(&doc, "verify", "A stored result, made again");
	doc_set_verdict(&doc, outcome->mark, outcome->word);
	doc_check(&doc, outcome, c->stored->id ? c->stored->id : "result", "digest", text, NULL);
	doc_set_data(&doc, to_json(c), JSON_INDENT(2));
	add_words(&doc, c);
	ret = document_print(&doc, choice);
	document_free(&doc);
	free(text);
	return ret;
}

/* Says why the two differ, and that the new run failed to make the stored one again. */
static int leave_reasons(const struct run *run, const struct comparison *c,
			 struct str_list *reasons)
{
	str_list_addf(reasons, "not what was stored: %s, and now %s", c->stored->digest,
		      c->again->digest);
	str_list_add(reasons, c->record);
	for (size_t i = 0; i < c->differences.n; i++)
		str_list_add(reasons, c->differences.item[i]);
	return run->dir ? verdict_raise(run->dir, EXIT_JUDGED, reasons) : 0;
}

static int judge(const struct result *stored, const struct run *run,
		 const struct format_choice *choice, struct str_list *reasons)
{
	struct comparison c;
	bool identical;
	int left = 0, failed;

	compare(&c, stored, &run->result);
	failed = print(&c, choice);
	identical = is_identical(&c);
	if (!identical)
		left = leave_reasons(run, &c, reasons);
	comparison_free(&c);
	if (left || failed)
		return EXIT_CANNOT;
	return identical ? EXIT_GOOD : EXIT_JUDGED;
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
	run_options_free(&options);
	result_free(&stored);
	return command_verdict_end(&verdict, status);
}
