/* SPDX-License-Identifier: GPL-2.0-only */
/* Captures what a function prints, for tests of messages and of commands. */
#ifndef LIB_CAPTURE_H
#define LIB_CAPTURE_H

void capture_stderr_start(void);
/* The text that was printed since, which the caller frees; stderr is itself again. */
char *capture_stderr_end(void);

/*
 * Calls @command, called @name ("pcpbench gate"), as the program would for @words,
 * divided at blanks. Its status must be @status. What it prints to stdout, to be
 * freed. Needs a scratch folder.
 */
char *command_output(const char *name, int (*command)(int argc, char **argv), int status,
		     const char *words);

#endif
