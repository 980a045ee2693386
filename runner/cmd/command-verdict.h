/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.json of a command that judges, schema pcpbench-verdict/1, in
 * DIR/COMMAND/, where DIR is what -o names (default: results/runs). Every end
 * leaves one, also bad usage, and so does a command that is stopped.
 */
#ifndef COMMAND_VERDICT_H
#define COMMAND_VERDICT_H

#include "base/must-check.h"
#include "base/util.h"

struct command_verdict {
	const char *command;
	const char *about;		/* what it is a verdict of */
	const char *word[3];		/* by enum exit_status */
	char *dir;			/* NULL: the words only ask for help */
	struct str_list reasons;	/* errors that are told come here by themselves */
};

/* Before the words are parsed: that the command did not come to an end. */
void command_verdict_begin(struct command_verdict *verdict, int argc, char **argv);
/* Returns @status, or EXIT_CANNOT after a message when it could not be written. */
MUST_CHECK int command_verdict_end(struct command_verdict *verdict, int status);

#endif
