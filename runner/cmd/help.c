// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench help: what each command does, and the man page and completion made of the same. */
#include <argp.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "cmd/commands.h"
#include "cmd/completion.h"
#include "cmd/man-page.h"

enum { OPT_MAN = 256, OPT_COMPLETION };

struct options {
	const char *command;	/* NULL: all of them */
	void (*print)(FILE *out);
};

static const struct argp_option option_list[] = {
	/* for the Makefile, which adds the rest of the page and of the script */
	{ "man", OPT_MAN, NULL, OPTION_HIDDEN, "print the man page's section on commands", 0 },
	{ "bash-completion", OPT_COMPLETION, NULL, OPTION_HIDDEN,
	  "print the tables of the bash completion", 0 },
	{ 0 },
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case OPT_MAN:
		options->print = man_page_print;
		return 0;
	case OPT_COMPLETION:
		options->print = completion_print;
		return 0;
	case ARGP_KEY_ARG:
		if (options->command)
			argp_error(state, "one COMMAND at a time: '%s' is too much", arg);
		options->command = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp cmd_help_argp = {
	option_list, take_option, "[COMMAND]",
	"Explains COMMAND and its options, as `pcpbench COMMAND --help` does; without COMMAND, "
	"lists all commands.", NULL, NULL, NULL,
};

int cmd_help(int argc, char **argv)
{
	struct options options = { .print = usage_print };
	char word[] = "--help", *ask[] = { word };

	if (argp_parse(&cmd_help_argp, argc, argv, 0, NULL, &options))
		return EXIT_CANNOT;
	if (options.command) {
		const struct subcommand *command = subcommand_find(options.command);

		if (!command)
			return EXIT_CANNOT;
		/* prints and ends the program */
		return subcommand_run(command, 1, ask);
	}
	options.print(stdout);
	if (fflush(stdout) || ferror(stdout)) {
		diag_error("cannot write to stdout");
		return EXIT_CANNOT;
	}
	return EXIT_GOOD;
}
