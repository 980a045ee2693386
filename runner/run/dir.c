// SPDX-License-Identifier: GPL-2.0-only
/* The run folder: made under a temporary name, whole when it gets its own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "run/run.h"

#define CONSOLE_MAX (64u << 20)

char *guest_dir(const char *dir, size_t b)
{
	return xasprintf("%s/guests/%02zu", dir, b);
}

static const char *runs_dir(const struct run *run)
{
	return run->options->runs_dir ? run->options->runs_dir : checkout_runs();
}

/* "20261122T224512Z-default-exact", with -2, -3, … when that is taken. */
static void choose_id(struct run *run, const char *runs)
{
	time_t now = time(NULL);
	struct tm tm;
	char stamp[32];
	int error;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	for (unsigned int n = 1; ; n++) {
		char *suffix = n > 1 ? xasprintf("-%u", n) : xstrdup("");

		free(run->id);
		run->id = xasprintf("%s-%s-%s%s", stamp, run->workload.name,
				    run->options->mode == MODE_EXACT ? "exact" : "realtime", suffix);
		free(suffix);
		free(run->temp_dir);
		run->temp_dir = xasprintf("%s/.%s.tmp", runs, run->id);
		free(run->dir);
		run->dir = xasprintf("%s/%s", runs, run->id);
		if (!file_exists(run->dir) && !mkdir(run->temp_dir, 0777))
			return;
		error = errno;
		if (error != EEXIST && !file_exists(run->dir)) {
			free(run->temp_dir);
			free(run->dir);
			run->temp_dir = NULL;
			run->dir = NULL;
			errno = error;
			return;
		}
	}
}

int run_dir_check(const struct run *run)
{
	const char *runs = runs_dir(run);
	char *probe;
	int failed = 0;

	if (make_dirs(runs))
		return -1;
	probe = xasprintf("%s/.probe.%d", runs, (int)getpid());
	if (mkdir(probe, 0777) || rmdir(probe)) {
		failed = diag_error("cannot make a run folder in %s: %s", runs, strerror(errno));
		diag_hint("--output names another folder for it");
	}
	free(probe);
	return failed;
}

int run_dir_create(struct run *run)
{
	const char *runs = runs_dir(run);

	if (make_dirs(runs))
		return -1;
	choose_id(run, runs);
	if (!run->temp_dir)
		return diag_error("cannot make a run folder in %s: %s", runs, strerror(errno));
	for (size_t b = 0; b < run->boots; b++) {
		char *dir = guest_dir(run->temp_dir, b);
		int failed = make_dirs(dir);

		free(dir);
		if (failed)
			return -1;
	}
	return 0;
}

/* All guests' consoles in one file, each under a line that names the guest. */
static int join_consoles(const struct run *run)
{
	struct text text = { 0 };
	char *path;
	int failed;

	for (size_t b = 0; b < run->boots; b++) {
		char *dir = guest_dir(run->temp_dir, b), *console;
		size_t console_length;

		path = xasprintf("%s/console.log", dir);
		text_addf(&text, "==== guest %02zu\n", b);
		if (file_exists(path) && !file_read(path, CONSOLE_MAX, &console, &console_length)) {
			text_add_bytes(&text, console, console_length);
			free(console);
		}
		free(path);
		free(dir);
	}
	path = xasprintf("%s/console.log", run->temp_dir);
	failed = file_write_atomic(path, text.data, text.length);
	free(path);
	text_free(&text);
	return failed;
}

/* The run's own qemu-cmd boots the guest that it is told. */
static int write_qemu_cmd(const struct run *run)
{
	char *path, *text;
	int failed;

	/* a shard may have none */
	if (!run->boots)
		return 0;
	path = xasprintf("%s/qemu-cmd", run->temp_dir);
	text = xasprintf("#!/bin/sh\n"
			       "# SPDX-License-Identifier: GPL-2.0-only\n"
			       "# Boots one guest of this run again: qemu-cmd [GUEST], 00 to %02zu.\n"
			       "exec \"$(dirname \"$0\")/guests/${1:-00}/qemu-cmd\"\n",
			       run->boots - 1);
	failed = file_write_atomic(path, text, strlen(text)) || chmod(path, 0755);
	free(text);
	free(path);
	return failed ? -1 : 0;
}

/* The other kernels' files say behind a dot whose they are. */
static char *target_file(const struct run *run, size_t target, const char *name)
{
	const struct kernel_build *kernel = &run->target[target].kernel;

	if (!target)
		return xstrdup(name);
	if (run->options->kernels.n > 1)
		return xasprintf("%s.%s.%s", name, kernel->version, kernel->series);
	return xasprintf("%s.%s", name, kernel->series);
}

static int copy_into(const struct run *run, const char *from, const char *name)
{
	char *to = xasprintf("%s/%s", run->temp_dir, name);
	int failed = file_copy(from, to);

	free(to);
	return failed;
}

static int copy_kernel_files(const struct run *run)
{
	int failed = 0;

	for (size_t i = 0; i < run->targets && !failed; i++) {
		const struct kernel_build *kernel = &run->target[i].kernel;
		char *config = target_file(run, i, "kernel.config");
		char *series = target_file(run, i, "series");

		failed = copy_into(run, kernel->config_path, config) ||
			 copy_into(run, kernel->series_path, series);
		free(config);
		free(series);
	}
	return failed ? -1 : 0;
}

/* `latest` is replaced by rename, so that it always points to a whole run. */
static int move_latest(const struct run *run)
{
	const char *runs = runs_dir(run);
	char *fresh = xasprintf("%s/.latest.%d", runs, (int)getpid());
	char *latest = xasprintf("%s/latest", runs);
	int failed = 0;

	unlink(fresh);
	if (symlink(run->id, fresh) || rename(fresh, latest))
		failed = diag_error("cannot make %s point to %s: %s", latest, run->id,
				    strerror(errno));
	free(fresh);
	free(latest);
	return failed;
}

int run_dir_publish(struct run *run)
{
	if (join_consoles(run) || write_qemu_cmd(run) || copy_kernel_files(run))
		return -1;
	if (rename(run->temp_dir, run->dir))
		return diag_error("cannot rename %s to %s: %s", run->temp_dir, run->dir,
				  strerror(errno));
	free(run->temp_dir);
	run->temp_dir = NULL;
	/* who asks for the latest run wants a whole one */
	return interrupt_requested() ? 0 : move_latest(run);
}
