// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/kbuild.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "kernel/build-env.h"

#define LOG_MAX (256u << 20)
#define ERRORS_SHOWN 3

/* Fixed values where the kernel would write down the time, the user and the host. */
static const char *const fixed[] = {
	"ARCH=x86_64",
	"KBUILD_BUILD_HOST=pcpbench",
	"KBUILD_BUILD_TIMESTAMP=Wed Jan  1 00:00:00 UTC 2020",
	"KBUILD_BUILD_USER=pcpbench",
	"KBUILD_BUILD_VERSION=1",
	"KCONFIG_CONFIG=.config",
	NULL,
};

void kbuild_env_add(struct str_list *env)
{
	build_env_add(env, fixed);
}

static const char *const error_signs[] = {
	"error:", "Error:", "undefined reference", "No space left on device", "Killed",
	"Cannot allocate memory", "*** ", "No such file or directory", "ERROR: ",
};

static bool is_error(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(error_signs); i++)
		if (strstr(line, error_signs[i]))
			return true;
	return false;
}

/* @begin: of what this make wrote; before it stands what interrupted ones said. */
static void report_failure(const struct kbuild_job *job, int status, size_t begin)
{
	struct str_list lines = { 0 };
	unsigned int shown = 0;
	size_t length;
	char *text;

	diag_error("%s failed (make ended with status %d)", job->what, status);
	if (!file_read(job->log, LOG_MAX, &text, &length)) {
		str_list_split(&lines, begin < length ? text + begin : "", "\n");
		free(text);
	}
	for (size_t i = 0; i < lines.n && shown < ERRORS_SHOWN; i++) {
		if (!is_error(lines.item[i]))
			continue;
		diag_hint("%s", lines.item[i]);
		shown++;
	}
	str_list_free(&lines);
	diag_hint("the whole log: %s", job->log);
}

struct log_watch {
	const struct kbuild_job *job;
	FILE *log;
	unsigned int lines;
};

/* How many lines there will be is a guess: a bar that is full stays full. */
static void watch_log(void *arg)
{
	struct log_watch *watch = arg;
	unsigned int all = watch->job->log_lines;
	int c;

	if (!watch->log)
		watch->log = fopen(watch->job->log, "re");
	if (watch->log)
		clearerr(watch->log);
	while (watch->log && (c = getc_unlocked(watch->log)) != EOF)
		watch->lines += c == '\n';
	progress(all && watch->lines > all ? all : watch->lines, all, watch->job->what);
}

int kbuild_make(const struct kbuild_job *job)
{
	struct log_watch watch = { .job = job };
	struct str_list argv = { 0 }, env = { 0 };
	struct command cmd = {
		.cwd = job->tree, .log = job->log,
		.tick = watch_log, .tick_arg = &watch, .ended_well = job->resumable,
	};
	struct stat st;
	size_t begin = stat(job->log, &st) ? 0 : (size_t)st.st_size;
	int status;

	str_list_add(&argv, "make");
	/* One more than cores: some wait for the disk. */
	str_list_addf(&argv, "-j%ld", sysconf(_SC_NPROCESSORS_ONLN) + 1);
	for (size_t i = 0; job->targets[i]; i++)
		str_list_add(&argv, job->targets[i]);
	cmd.argv = str_list_argv(&argv);
	kbuild_env_add(&env);
	cmd.env = (const char *const *)str_list_argv(&env);
	/* From more than 0 where an interrupted build goes on. */
	watch_log(&watch);
	status = command_run(&cmd);
	progress_end();
	if (watch.log)
		fclose(watch.log);
	str_list_free(&env);
	str_list_free(&argv);
	if (status > 0)
		report_failure(job, status, begin);
	return status ? -1 : 0;
}

static int tool_line(struct str_list *lines, char *tool)
{
	char *argv[] = { tool, "--version", NULL }, *text = NULL;
	struct command cmd = { .argv = argv, .output = &text };

	if (!program_exists(tool)) {
		diag_error("%s is not installed, and kernels cannot be built without it", tool);
		diag_hint("apt-get install gcc binutils make");
		return -1;
	}
	if (command_run(&cmd) != 0) {
		free(text);
		return interrupt_requested() ? -1 : diag_error("'%s --version' failed", tool);
	}
	text[strcspn(text, "\n")] = '\0';
	str_list_add(lines, text);
	free(text);
	return 0;
}

int kbuild_tools(struct str_list *lines)
{
	return tool_line(lines, "gcc") || tool_line(lines, "ld") ? -1 : 0;
}
