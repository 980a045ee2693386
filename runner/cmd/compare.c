// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench compare: what differs between results, and what of it means anything. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "cmd/commands.h"
#include "compare/output.h"
#include "compare/sides.h"

enum { OPT_BY = 256, OPT_BASE };

struct options {
	struct str_list argument;
	enum dimension by;
	const char *base;
	struct compare_output output;
};

static const struct argp_option option_list[] = {
	{ "by", OPT_BY, "strategy|series|kernel", 0,
	  "compare what one result (or the list of files that follows) holds of each", 0 },
	{ "base", OPT_BASE, "NAME", 0, "with --by: the one that others are compared with "
	  "(default: the first of the result)", 0 },
	{ 0 },
};

static error_t take_by(struct options *options, const char *word, struct argp_state *state)
{
	static const struct {
		const char *word;
		enum dimension by;
	} words[] = { { "strategy", BY_STRATEGY }, { "series", BY_SERIES }, { "kernel", BY_KERNEL } };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i].word)) {
			options->by = words[i].by;
			return 0;
		}
	argp_failure(state, EXIT_CANNOT, 0, "--by takes strategy, series or kernel, not '%s'", word);
	return EINVAL;
}

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->output;
		return 0;
	case OPT_BY:
		return take_by(options, arg, state);
	case OPT_BASE:
		options->base = arg;
		return 0;
	case ARGP_KEY_ARG:
		str_list_add(&options->argument, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = { { &compare_output_argp, 0, NULL, 0 }, { 0 } };

const struct argp cmd_compare_argp = {
	option_list, take_option, "OLD NEW [MORE...]\n--by strategy|series|kernel RESULT",
	"Holds results against each other: one line per metric with old, new, change, interval and "
	"claim; ~ where nothing can be claimed, with the smallest change that would have shown.\v"
	"OLD, NEW and MORE are run folders or result files; each of NEW and MORE is compared with "
	"OLD. A side of several runs is a list with commas: OLD1,OLD2,OLD3 NEW1,NEW2,NEW3 (in real "
	"time each boot counts as one).\n\n"
	"Exit status: 0 compared, whether or not it differs; 2 something could not be compared "
	"(it is named; the rest is printed).", children, NULL, NULL,
};

static int check_usage(const struct options *options)
{
	size_t wanted = options->by == BY_FILE ? 2 : 1;

	if (options->argument.n < wanted || (options->by != BY_FILE && options->argument.n > 1)) {
		diag_error(wanted == 2 ? "compare takes at least two results, OLD and NEW" :
					 "--by takes one result (or several with commas between)");
		diag_hint("`pcpbench compare --help` explains");
		return -1;
	}
	if (options->base && options->by == BY_FILE) {
		diag_error("--base goes with --by");
		return -1;
	}
	return 0;
}

int cmd_compare(int argc, char **argv)
{
	struct options options = { 0 };
	struct compare_sides sides = { 0 };
	char *command = command_text(argc, argv);
	int status = EXIT_CANNOT;

	options.output.command = command;
	if (!argp_parse(&cmd_compare_argp, argc, argv, 0, NULL, &options) && !check_usage(&options) &&
	    !compare_sides_load(&sides, &options.argument) &&
	    (options.by == BY_FILE || !compare_sides_split(&sides, options.by, options.base)))
		status = compare_sides_print(&sides, &options.output);
	compare_sides_free(&sides);
	compare_output_free(&options.output);
	str_list_free(&options.argument);
	free(command);
	return status;
}
