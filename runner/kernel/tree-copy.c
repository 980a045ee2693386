// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/tree-copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"

/* A file's content and times, and nothing shared with @from. */
static int file_copy_with_times(const char *from, const char *to)
{
	struct timespec times[2];
	struct stat st;

	if (stat(from, &st) < 0)
		return diag_error("cannot read %s: %s", from, strerror(errno));
	if (file_copy(from, to) < 0)
		return -1;
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	if (utimensat(AT_FDCWD, to, times, 0) < 0)
		return diag_error("cannot set the times of %s: %s", to, strerror(errno));
	return 0;
}

static int copy_symlink(const char *from, const char *to)
{
	char target[PATH_MAX];
	ssize_t n = readlink(from, target, sizeof(target) - 1);

	if (n < 0)
		return diag_error("cannot read the link %s: %s", from, strerror(errno));
	target[n] = '\0';
	if (symlink(target, to) < 0)
		return diag_error("cannot make the link %s: %s", to, strerror(errno));
	return 0;
}

static int copy_entry(const struct tree_copy *job, const char *from, const char *to, mode_t mode)
{
	if (S_ISLNK(mode))
		return copy_symlink(from, to);
	if (!S_ISREG(mode))
		return 0;
	if (job->how == TREE_LINK && !link(from, to))
		return 0;
	/* A folder on another disk, or a file with too many links already. */
	if (job->how == TREE_LINK && errno != EXDEV && errno != EMLINK && errno != EPERM)
		return diag_error("cannot link %s to %s: %s", from, to, strerror(errno));
	return file_copy_with_times(from, to);
}

static int copy_folder(const struct tree_copy *job, const char *below)
{
	char *from = xasprintf("%s/%s", job->from, below);
	char *to = xasprintf("%s/%s", job->to, below);
	DIR *dir = opendir(from);
	struct dirent *entry;
	int ret = 0;

	if (!dir)
		ret = diag_error("cannot read the folder %s: %s", from, strerror(errno));
	else if (mkdir(to, 0777) < 0 && errno != EEXIST)
		ret = diag_error("cannot make the folder %s: %s", to, strerror(errno));
	while (!ret && (entry = readdir(dir))) {
		char *name, *in, *out;
		struct stat st;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		name = xasprintf("%s%s%s", below, *below ? "/" : "", entry->d_name);
		in = xasprintf("%s/%s", job->from, name);
		out = xasprintf("%s/%s", job->to, name);
		if (job->skip && job->skip(name, job->arg))
			ret = 0;
		else if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			ret = diag_error("cannot read %s: %s", in, strerror(errno));
		else if (S_ISDIR(st.st_mode))
			ret = interrupt_requested() ? -1 : copy_folder(job, name);
		else if (!job->keep_existing || faccessat(AT_FDCWD, out, F_OK, AT_SYMLINK_NOFOLLOW))
			ret = copy_entry(job, in, out, st.st_mode);
		free(name);
		free(in);
		free(out);
	}
	if (dir)
		closedir(dir);
	free(from);
	free(to);
	return ret;
}

int tree_copy(const struct tree_copy *job)
{
	return make_dirs(job->to) < 0 ? -1 : copy_folder(job, "");
}
