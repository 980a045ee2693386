// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench verify: makes a stored exact result again from its provenance. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "cmd/command-verdict.h"
#include "cmd/commands.h"
#include "result/determinism.h"
#include "result/provenance.h"
#include "result/verdict-file.h"
#include "run/run.h"

static const struct argp_option option_list[] = {
	{ "json", 'J', NULL, 0, "print JSON", 0 },
	{ "output", 'o', "DIR", 0, "folder that gets the new run's folder (default: results/runs)", 0 },
	{ "workload", 'w', "FILE", 0, "the workload's file, when it is none of workloads/", 0 },
	{ 0 },
};

struct settings {
	const char *path, *runs_dir, *workload;
	bool json;
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case 'J':
		settings->json = true;
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
	"RESULT is a run folder or a result.json. Exit status: 0 identical; 1 different, and what "
	"the two were not made of alike is named; 2 could not be made again.", NULL, NULL, NULL,
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

static void print_json(const struct result *stored, const struct result *again,
		       const char *record, const struct str_list *differences)
{
	json_t *list = json_array(), *object;

	for (size_t i = 0; i < differences->n; i++)
		json_array_append_new(list, json_string(differences->item[i]));
	object = json_pack("{ss ss ss so so}", "verdict",
			   strcmp(stored->digest, again->digest) ? "different" : "identical",
			   "stored", stored->digest, "again", again->digest, "first_record",
			   record ? json_string(record) : json_null(), "differences", list);
	json_dumpf(object, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(object);
}

static void print_text(const struct result *stored, const struct result *again,
		       const char *record, const struct str_list *differences)
{
	if (!strcmp(stored->digest, again->digest)) {
		printf("identical: %s\n", stored->digest);
	} else {
		printf("different\n  stored %s\n  again  %s\n", stored->digest, again->digest);
		if (record)
			printf("  %s\n", record);
		if (!differences->n)
			puts("  all that the provenance records is the same: this is not reproducible");
	}
	for (size_t i = 0; i < differences->n; i++)
		printf("  %s\n", differences->item[i]);
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

static int judge(const struct result *stored, const struct run *run, bool json,
		 struct str_list *reasons)
{
	const struct result *again = &run->result;
	struct str_list differences = { 0 };
	char *record = first_record(stored, again);
	bool same = !strcmp(stored->digest, again->digest);
	int left = 0;

	provenance_differences(&differences, stored, "stored", again, "again", TO_MERGE);
	if (json)
		print_json(stored, again, record, &differences);
	else
		print_text(stored, again, record, &differences);
	if (!same)
		left = leave_reasons(run, stored, record, &differences, reasons);
	str_list_free(&differences);
	free(record);
	if (fflush(stdout) || ferror(stdout)) {
		diag_error("cannot write to stdout");
		return EXIT_CANNOT;
	}
	if (left)
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
		status = judge(&stored, &run, settings.json, &verdict.reasons);
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
