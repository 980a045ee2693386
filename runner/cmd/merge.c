// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench merge: the results of a run's shards, or of several runs, as one. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/util.h"
#include "cmd/commands.h"
#include "result/merge.h"

struct options {
	const char *output;
	struct str_list part;
};

static const struct argp_option option_list[] = {
	{ "output", 'o', "FILE", 0, "file that gets the merged result", 0 },
	{ 0 },
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
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
	"run.", NULL, NULL, NULL,
};

static int merge(const struct options *options)
{
	const char *const *name = (const char *const *)options->part.item;
	struct result *part = xcalloc(options->part.n, sizeof(*part)), whole;
	int ret = result_load_all(part, name, options->part.n);

	if (!ret && !(ret = merge_results(&whole, part, name, options->part.n))) {
		ret = result_write(&whole, options->output);
		if (!ret)
			printf("%s  %s  %zu measurements of %zu results\n", whole.digest,
			       options->output, whole.measurements, options->part.n);
		result_free(&whole);
	}
	for (size_t i = 0; i < options->part.n; i++)
		result_free(&part[i]);
	free(part);
	return ret || fflush(stdout) ? EXIT_CANNOT : EXIT_GOOD;
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
