// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "guest/own-time.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/util.h"
#include "guest/host-wait.h"

/* Most that one look adds of time in which nothing was run. */
#define LOOK_MAX	1.0

/* The process clock covers all threads. False when the process is gone. */
static bool read_ran(pid_t pid, uint64_t *ran_ns)
{
	struct timespec ran;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ran) < 0)
		return false;
	*ran_ns = (uint64_t)ran.tv_sec * 1000000000u + (uint64_t)ran.tv_nsec;
	return true;
}

/* A name may hold anything, brackets too; the last one ends it. */
char task_stat_state(const char *text)
{
	const char *end = strrchr(text, ')');

	return end && end[1] == ' ' && end[2] && end[3] == ' ' ? end[2] : '\0';
}

static bool all_sleep(pid_t pid)
{
	char path[64], text[512];
	unsigned int found = 0, asleep = 0;
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while ((entry = readdir(dir))) {
		uint64_t tid;

		if (!parse_u64(entry->d_name, INT32_MAX, &tid) ||
		    !task_read(pid, (pid_t)tid, "stat", text, sizeof(text)))
			continue;
		found++;
		asleep += task_stat_state(text) == 'S';
	}
	closedir(dir);
	return found && found == asleep;
}

void own_time_start(struct own_time *t, pid_t pid, double now)
{
	*t = (struct own_time){ .pid = pid, .looked = now };
	read_ran(pid, &t->ran_ns);
}

void own_time_look(struct own_time *t, double now)
{
	uint64_t before = t->ran_ns;
	double passed = now - t->looked;

	t->looked = now;
	if (!read_ran(t->pid, &t->ran_ns))
		return;
	if (t->ran_ns != before) {
		t->starved = 0;
		return;
	}
	if (passed > LOOK_MAX)
		passed = LOOK_MAX;
	if (all_sleep(t->pid)) {
		t->slept += passed;
		t->starved = 0;
	} else {
		t->starved += passed;
	}
}

double own_time_seconds(const struct own_time *t)
{
	return (double)t->ran_ns / 1e9 + t->slept;
}
