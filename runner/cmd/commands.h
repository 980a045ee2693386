/* SPDX-License-Identifier: GPL-2.0-only */
/* The subcommands: one file each, <name>.c, and one row each in commands.def. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <argp.h>
#include <stdio.h>

struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv);	/* returns an enum exit_status */
	const struct argp *argp;		/* its options and texts */
	const char *summary;
};

/* The commands in the order of help; a row without a name ends them. */
extern const struct subcommand subcommands[];

#define COMMAND(id, name, summary) \
	int cmd_##id(int argc, char **argv); \
	extern const struct argp cmd_##id##_argp;
#include "base/must-check.h"
#include "cmd/commands.def"
#undef COMMAND

/* NULL when there is none; the message is out then, with the nearest name. */
const struct subcommand *subcommand_find(const char *name);
/*
 * Runs @command with the words that follow its name on the command line, @argv[0] to
 * @argv[@argc - 1]. Returns an enum exit_status; --help and bad usage end the program.
 */
MUST_CHECK int subcommand_run(const struct subcommand *command, int argc, char **argv);
/* The text that `pcpbench --help` prints: a line for each command. */
void usage_print(FILE *out);

#endif
