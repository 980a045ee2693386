// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/tree-changes.h"

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

#define SOURCE_FILE_MAX (64u << 20)

static bool same_content(const char *a, const char *b)
{
	char *text_a = NULL, *text_b = NULL;
	size_t length_a, length_b;
	bool same;

	same = !file_read(a, SOURCE_FILE_MAX, &text_a, &length_a) &&
	       !file_read(b, SOURCE_FILE_MAX, &text_b, &length_b) && length_a == length_b &&
	       !memcmp(text_a, text_b, length_a);
	free(text_a);
	free(text_b);
	return same;
}

static bool same_target(const char *a, const char *b)
{
	char target_a[PATH_MAX], target_b[PATH_MAX];
	ssize_t n = readlink(a, target_a, sizeof(target_a));

	return n >= 0 && readlink(b, target_b, sizeof(target_b)) == n &&
	       !memcmp(target_a, target_b, (size_t)n);
}

static enum file_change compare(const char *a, const char *b)
{
	struct stat st_a, st_b;

	bool no_a = lstat(a, &st_a) < 0, no_b = lstat(b, &st_b) < 0;

	if (no_a || no_b)
		return no_a && no_b ? FILE_SAME : FILE_OTHER;
	if (st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino)
		return FILE_SAME;
	if ((st_a.st_mode & S_IFMT) != (st_b.st_mode & S_IFMT))
		return FILE_OTHER;
	if (S_ISLNK(st_a.st_mode))
		return same_target(a, b) ? FILE_SAME : FILE_OTHER;
	if (!S_ISREG(st_a.st_mode))
		return FILE_SAME;
	if ((st_a.st_mode ^ st_b.st_mode) & 0111)
		return FILE_OTHER;
	return st_a.st_size == st_b.st_size && same_content(a, b) ? FILE_SAME : FILE_CONTENT;
}

enum file_change tree_file_change(const char *a, const char *b, const char *name)
{
	char *path_a = xasprintf("%s/%s", a, name), *path_b = xasprintf("%s/%s", b, name);
	enum file_change change = compare(path_a, path_b);

	free(path_a);
	free(path_b);
	return change;
}

/* Files of @folder below @tree that @other lacks or, when @both, has otherwise. */
static int walk(struct str_list *changed, const char *tree, const char *other, const char *folder,
		bool both)
{
	char *path = xasprintf("%s/%s", tree, folder);
	DIR *dir = opendir(path);
	struct dirent *entry;
	int ret = 0;

	if (!dir)
		ret = diag_error("cannot read the folder %s: %s", path, strerror(errno));
	while (!ret && (entry = readdir(dir))) {
		char *name, *twin;
		struct stat st;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		name = xasprintf("%s%s%s", folder, *folder ? "/" : "", entry->d_name);
		twin = xasprintf("%s/%s", other, name);
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			ret = diag_error("cannot read %s/%s: %s", path, entry->d_name,
					 strerror(errno));
		else if (S_ISDIR(st.st_mode))
			ret = interrupt_requested() ? -1 : walk(changed, tree, other, name, both);
		else if (both ? tree_file_change(tree, other, name) != FILE_SAME :
				lstat(twin, &st) < 0)
			str_list_add(changed, name);
		free(name);
		free(twin);
	}
	if (dir)
		closedir(dir);
	free(path);
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int tree_changes(struct str_list *changed, const char *from, const char *to)
{
	if (walk(changed, from, to, "", true) < 0 || walk(changed, to, from, "", false) < 0)
		return -1;
	if (changed->n)
		qsort(changed->item, changed->n, sizeof(*changed->item), by_name);
	return 0;
}

bool changes_have(const struct str_list *list, const char *name)
{
	return list->n && bsearch(&name, list->item, list->n, sizeof(*list->item), by_name);
}
