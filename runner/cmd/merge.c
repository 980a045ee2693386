// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench merge: the results of a run's shards, or of several runs, as one. */
#include <argp.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/util.h"
#include "cmd/commands.h"
#include "output/format.h"
#include "result/merge.h"

struct options {
	const char *output;
	struct str_list part;
	struct format_choice choice;
};

static const struct argp_option option_list[] = {
	{ "output", 'o', "FILE", 0, "file that gets the merged result", 0 },
	{ 0 },
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options->choice.format = &formats[FORMAT_text];
		state->child_inputs[0] = &options->choice;
		return 0;
	case 'o':
		options->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		str_list_add(&options->part, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp cmd_merge_argp = {
	option_list, take_option, "-o FILE PART...",
	"Joins the results of `pcpbench run --shard K/N`, or of runs that have no measurement in "
	"common, into one. PARTs are run folders or result files.\v"
	"An exact merged result has the digest of the run that was not sharded.\n\n"
	"Exit status: 0 merged; 2 not: a part is missing, two overlap, or they are not of one "
	"run.", format_children, NULL, NULL,
};

static int print(const struct result *whole, const struct options *options)
{
	struct document doc;
	int ret;

	document_init(&doc, "merge", "Results merged");
	doc_set_verdict(&doc, MARK_GOOD, "merged");
	doc_paragraphf(&doc, "%s  %s  %zu measurements of %zu results", whole->digest,
		       options->output, whole->measurements, options->part.n);
	doc_set_data(&doc, json_pack("{s:s, s:s, s:I, s:I}", "digest", whole->digest, "file",
				     options->output, "measurements",
				     (json_int_t)whole->measurements, "results",
				     (json_int_t)options->part.n), JSON_INDENT(2));
	ret = document_print(&doc, &options->choice);
	document_free(&doc);
	return ret;
}

static int merge(const struct options *options)
{
	const char *const *name = (const char *const *)options->part.item;
	struct result *part = xcalloc(options->part.n, sizeof(*part)), whole;
	int ret = result_load_all(part, name, options->part.n);

	if (!ret && !(ret = merge_results(&whole, part, name, options->part.n))) {
		ret = result_write(&whole, options->output);
		if (!ret)
			ret = print(&whole, options);
		result_free(&whole);
	}
	for (size_t i = 0; i < options->part.n; i++)
		result_free(&part[i]);
	free(part);
	return ret ? EXIT_CANNOT : EXIT_GOOD;
}

int cmd_merge(int argc, char **argv)
{
	struct options options = { 0 };
	int status = EXIT_CANNOT;

	if (argp_parse(&cmd_merge_argp, argc, argv, 0, NULL, &options))
		return EXIT_CANNOT;
	if (!options.output || !options.part.n) {
		diag_error("merge needs %s", options.output ? "results to join" : "-o FILE");
		diag_hint("`pcpbench merge --help` explains");
	} else {
		status = merge(&options);
	}
	str_list_free(&options.part);
	return status;
}
