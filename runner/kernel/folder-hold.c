// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/folder-hold.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/fsutil.h"
#include "base/util.h"
#include "kernel/build.h"

static struct str_list held;

/* The folder with a lock of kind @how on it, or -1. */
static int lock_folder(const char *path, int how)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, how | LOCK_NB) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

bool folder_hold(const char *path)
{
	if (str_list_has(&held, path) && file_exists(path))
		return true;
	/* the descriptor stays open: the lock is to last as long as the process */
	if (lock_folder(path, LOCK_SH) < 0 || !file_exists(path))
		return false;
	str_list_add(&held, path);
	return true;
}

void folder_remove_unheld(const char *path)
{
	int fd = lock_folder(path, LOCK_EX);

	if (fd < 0)
		return;
	discard_tree(path);
	close(fd);
}

static void remove_left_over(const char *root, const char *what)
{
	size_t length = strlen(what);
	DIR *dir = opendir(root);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		const char *pid = entry->d_name + length + 1;
		char *path;

		if (strncmp(entry->d_name, what, length) || entry->d_name[length] != '.' ||
		    !*pid || pid[strspn(pid, "0123456789")])
			continue;
		path = xasprintf("%s/%s", root, entry->d_name);
		folder_remove_unheld(path);
		free(path);
	}
	if (dir)
		closedir(dir);
}

char *scratch_folder_make(const char *what)
{
	const char *root = cache_root();
	char *path;

	if (!root)
		return NULL;
	remove_left_over(root, what);
	path = xasprintf("%s/%s.%d", root, what, (int)getpid());
	if (!make_dirs(path) && folder_hold(path))
		return path;
	free(path);
	return NULL;
}
