// SPDX-License-Identifier: GPL-2.0-only
/* The storm's cgroups (v2). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"

/* A task leaves its cgroup a little after it was reaped. */
#define RMDIR_TRIES	200
#define RMDIR_WAIT_NS	5000000

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += length)
		if ((at == text || at[-1] == ' ') && strchr(" \n", at[length]))
			return true;
	return false;
}

int cgroup_prepare_storm(char *why, size_t size)
{
	char *controllers = read_file(CGROUP_ROOT "/cgroup.controllers", NULL);
	bool has_io = controllers && has_word(controllers, "io");
	int error;

	if (!controllers) {
		snprintf(why, size, "no cgroup v2 at " CGROUP_ROOT ": a storm needs it");
		return -1;
	}
	free(controllers);
	if (!has_io) {
		snprintf(why, size, "the guest's cgroup v2 has no io controller: CONFIG_BLK_CGROUP is missing, cgroup_disable=io is given, or cgroup v1 took it");
		return -1;
	}
	error = write_file(CGROUP_ROOT "/cgroup.subtree_control", "+io");
	if (!error && mkdir(CGROUP_ROOT "/" STORM_CGROUP, 0755) && errno != EEXIST)
		error = -errno;
	if (!error)
		error = write_file(CGROUP_ROOT "/" STORM_CGROUP "/cgroup.subtree_control", "+io");
	if (error)
		snprintf(why, size, "cannot prepare the storm's cgroup: %s", strerror(-error));
	return error ? -1 : 0;
}

void cgroup_job_name(unsigned int job, char name[16])
{
	snprintf(name, 16, "j%04u", job % 10000);
}

static int remove_one(const char *path)
{
	const struct timespec wait = { .tv_nsec = RMDIR_WAIT_NS };

	for (int i = 0; i < RMDIR_TRIES; i++) {
		if (!rmdir(path) || errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			return -1;
		nanosleep(&wait, NULL);
	}
	errno = EBUSY;
	return -1;
}

int cgroup_remove_storm(unsigned int jobs, char *why, size_t size)
{
	char path[128], name[16];

	for (unsigned int job = 0; job < jobs; job++) {
		cgroup_job_name(job, name);
		snprintf(path, sizeof(path), CGROUP_ROOT "/" STORM_CGROUP "/%s", name);
		if (remove_one(path))
			goto fail;
	}
	snprintf(path, sizeof(path), CGROUP_ROOT "/" STORM_CGROUP "/" NEIGHBOUR);
	if (remove_one(path))
		goto fail;
	snprintf(path, sizeof(path), CGROUP_ROOT "/" STORM_CGROUP);
	if (!remove_one(path))
		return 0;
fail:
	snprintf(why, size, "cannot remove %s: %s", path, strerror(errno));
	return -1;
}

char *cgroup_io_stat(const char *name, size_t *length)
{
	char path[128];

	snprintf(path, sizeof(path), CGROUP_ROOT "%s%s/io.stat", *name ? "/" : "", name);
	return read_file(path, length);
}
