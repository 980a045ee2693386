/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Child processes. Each runs in a process group of its own and dies with the
 * runner (PR_SET_PDEATHSIG), so that Ctrl-C leaves nothing behind.
 */
#ifndef SUBPROCESS_H
#define SUBPROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/must-check.h"

/* Installs the handler of SIGINT, SIGTERM and SIGHUP. main() calls it once, first. */
void interrupt_install(void);
/* True once a signal came: finish, clean up, return -1. */
bool interrupt_requested(void);
/* Readable when a signal came; for poll(). */
int interrupt_fd(void);

struct command {
	char *const *argv;	/* NULL-terminated; argv[0] is looked up in PATH */
	const char *cwd;	/* NULL: here */
	const char *const *env;	/* NULL-terminated "NAME=value" added to ours, "NAME" taken away; may be NULL */
	const char *log;	/* file that gets stdout and stderr, appended; NULL: /dev/null */
	const char *input;	/* file for stdin; NULL: /dev/null */
	/*
	 * When set: stdout is captured here instead (NUL added, at most 16 MiB);
	 * NULL when command_run() returns -1. The caller frees it.
	 */
	char **output;
	void (*tick)(void *arg);	/* when set: called about once a second meanwhile */
	void *tick_arg;
	/*
	 * When set: an interrupt is handed on as SIGINT, and true is stored when
	 * the program then ended in time by itself, its work in order.
	 */
	bool *ended_well;
};

/*
 * Runs to the end. Returns the exit status (0..255), 128 + signal, or -1 when
 * it could not be started or an interrupt came (the group is then gone).
 * Only a program that cannot be started is reported; the caller knows what a
 * status other than 0 means and reports that.
 */
MUST_CHECK int command_run(const struct command *cmd);
/* Starts it and returns the pid, which is the process group, too, or -1 after a message. */
MUST_CHECK pid_t command_spawn(const struct command *cmd);
/*
 * Sends SIGKILL to the group of @pid and waits for all of it; nothing is done
 * when @pid is not above 0.
 */
void command_kill(pid_t pid);
/* True when @program is in PATH. */
bool program_exists(const char *program);

#endif
