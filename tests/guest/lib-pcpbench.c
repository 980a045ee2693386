// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/checkout.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"
#include "kernel/build.h"

#define OUTPUT_MAX (16u << 20)

static char *scratch;

static const char *program(void)
{
	const char *path = getenv("PCPBENCH");

	return path ? path : "runner/pcpbench";
}

const char *scratch_runs(void)
{
	return scratch;
}

int scratch_setup(void **state)
{
	char path[] = "/tmp/pcpbench-runs-XXXXXX";

	(void)state;
	interrupt_install();
	if (!mkdtemp(path))
		return -1;
	scratch = xstrdup(path);
	return 0;
}

int scratch_teardown(void **state)
{
	(void)state;
	discard_tree(scratch);
	free(scratch);
	return 0;
}

/* @argv is the program and its words. */
static struct outcome run_program(const char *const *argv)
{
	struct outcome outcome = { 0 };
	struct command cmd = { .argv = (char *const *)argv, .output = &outcome.out };
	char *log = xasprintf("%s/stderr", scratch);
	size_t length;

	unlink(log);
	cmd.log = log;
	outcome.status = command_run(&cmd);
	if (file_read(log, OUTPUT_MAX, &outcome.err, &length))
		outcome.err = xstrdup("");
	free(log);
	return outcome;
}

struct outcome pcpbench(const char *first, ...)
{
	const char *argv[64] = { program(), first };
	size_t n = 2;
	va_list args;

	va_start(args, first);
	while (n < ARRAY_SIZE(argv) - 1 && (argv[n] = va_arg(args, const char *)))
		n++;
	va_end(args);
	return run_program(argv);
}

struct outcome run_on_kernels(const char *workload, const struct str_list *kernels)
{
	const char *argv[64] = { program(), "run", "-w", workload, "-o", scratch };
	size_t n = 6;

	for (size_t i = 0; i < kernels->n && n + 2 < ARRAY_SIZE(argv); i++) {
		argv[n++] = "-k";
		argv[n++] = kernels->item[i];
	}
	return run_program(argv);
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->err);
}

void load_latest(struct result *result)
{
	char *path = xasprintf("%s/latest", scratch);
	int failed = result_load(result, path);

	free(path);
	assert_int_equal(failed, 0);
}

pid_t pcpbench_start(const char *const *arguments, const char *log)
{
	const char *argv[64] = { program() };
	struct command cmd = { .argv = (char *const *)argv, .log = (char *)log };

	for (size_t n = 0; arguments[n] && n + 2 < ARRAY_SIZE(argv); n++)
		argv[n + 1] = arguments[n];
	return command_spawn(&cmd);
}

void kernels_under_test(struct str_list *kernels)
{
	const char *chosen = getenv("KERNELS");

	if (chosen && *chosen)
		str_list_split(kernels, chosen, " ");
	else
		series_versions(kernels, checkout_root());
	assert_true(kernels->n > 0);
}

bool is_under_test(const char *kernel)
{
	struct str_list kernels = { 0 };
	bool found;

	kernels_under_test(&kernels);
	found = str_list_has(&kernels, kernel);
	str_list_free(&kernels);
	return found;
}

/* What the link /proc/@pid/@name leads to, or the text of that file; cut at @size. */
static const char *proc_text(const char *pid, const char *name, bool link, char *text, size_t size)
{
	char *path = xasprintf("/proc/%s/%s", pid, name);
	ssize_t n = -1;

	if (link) {
		n = readlink(path, text, size - 1);
	} else {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0) {
			n = read(fd, text, size - 1);
			close(fd);
		}
	}
	text[n > 0 ? n : 0] = '\0';
	free(path);
	return text;
}

unsigned int qemu_count(const char *folder)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	unsigned int found = 0;

	assert_non_null(proc);
	while ((entry = readdir(proc))) {
		char text[4096];

		/* its command line names no folder of a run, but it works there */
		if (!strncmp(proc_text(entry->d_name, "comm", false, text, sizeof(text)),
			     "qemu-system", 11) &&
		    !strncmp(proc_text(entry->d_name, "cwd", true, text, sizeof(text)), folder,
			     strlen(folder)))
			found++;
	}
	closedir(proc);
	return found;
}
