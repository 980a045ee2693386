// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel-reuse.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "diag.h"
#include "fsutil.h"
#include "tree-copy.h"

#define NOTE_MAX (4u << 20)
#define SOURCE_FILE_MAX (64u << 20)
/* A changed header costs as much as so many changed files: others include it. */
#define HEADER_COST 50

/*
 * The note's lines: the base key, where the tree was built (objtool's own
 * makefiles write absolute paths down), then the touched files.
 */
int kernel_reuse_note(const char *folder, const char *base, const struct str_list *touched)
{
	char *path = xasprintf("%s/reuse", folder), *text;
	struct str_list lines = { 0 };
	int ret;

	str_list_add(&lines, base);
	str_list_addf(&lines, "%s/tree", folder);
	for (size_t i = 0; i < touched->n; i++)
		str_list_add(&lines, touched->item[i]);
	text = str_list_join(&lines, "\n");
	ret = file_write_atomic(path, text, strlen(text));
	free(text);
	free(path);
	str_list_free(&lines);
	return ret;
}

static bool same_content(const char *a, const char *b)
{
	char *text_a = NULL, *text_b = NULL;
	size_t length_a, length_b;
	bool same;

	same = file_exists(a) && file_exists(b) &&
	       !file_read(a, SOURCE_FILE_MAX, &text_a, &length_a) &&
	       !file_read(b, SOURCE_FILE_MAX, &text_b, &length_b) && length_a == length_b &&
	       !memcmp(text_a, text_b, length_a);
	free(text_a);
	free(text_b);
	return same;
}

/* Reads @folder's note; false when it is of another base or there is none. */
static bool read_note(struct str_list *note, const char *folder, const char *base)
{
	char *path = xasprintf("%s/reuse", folder), *text;
	size_t length;
	bool fits = false;

	if (file_exists(path) && !file_read(path, NOTE_MAX, &text, &length)) {
		str_list_split(note, text, "\n");
		free(text);
		fits = note->n >= 2 && !strcmp(note->item[0], base);
	}
	free(path);
	if (!fits)
		str_list_free(note);
	return fits;
}

static unsigned int cost_of_file(const char *folder, const char *tree, const char *file)
{
	char *old = xasprintf("%s/tree/%s", folder, file), *new = xasprintf("%s/%s", tree, file);
	size_t length = strlen(file);
	unsigned int cost = 0;

	if (!same_content(old, new) && (file_exists(old) || file_exists(new)))
		cost = length > 2 && !strcmp(file + length - 2, ".h") ? HEADER_COST : 1;
	free(old);
	free(new);
	return cost;
}

/* About how much has to be compiled again when @folder's objects are taken. */
static unsigned int cost_of_base(const char *folder, const struct str_list *note, const char *tree,
				 const struct str_list *touched)
{
	unsigned int cost = 0;

	for (size_t i = 2; i < note->n; i++)
		cost += cost_of_file(folder, tree, note->item[i]);
	for (size_t i = 0; i < touched->n; i++)
		if (!str_list_has(note, touched->item[i]))
			cost += cost_of_file(folder, tree, touched->item[i]);
	return cost;
}

/* The build of the key @base that is nearest to @tree, and its note; NULL when there is none. */
static char *find_base(const char *base, const char *tree, const struct str_list *touched,
		       struct str_list *note)
{
	struct str_list folders = { 0 };
	unsigned int least = UINT_MAX;
	char *found = NULL;

	cache_list(&folders, "kernel");
	for (size_t i = 0; i < folders.n; i++) {
		struct str_list candidate = { 0 };
		unsigned int cost;

		if (!read_note(&candidate, folders.item[i], base))
			continue;
		cost = cost_of_base(folders.item[i], &candidate, tree, touched);
		if (cost < least) {
			least = cost;
			str_list_free(note);
			*note = candidate;
			free(found);
			found = xstrdup(folders.item[i]);
		} else {
			str_list_free(&candidate);
		}
	}
	str_list_free(&folders);
	return found;
}

/* @arg: the base's note. Its patched sources are not objects. */
static bool is_patched(const char *relative, const void *arg)
{
	const struct str_list *note = arg;

	for (size_t i = 2; i < note->n; i++)
		if (!strcmp(note->item[i], relative))
			return true;
	return false;
}

/*
 * make compares times. A source that is the same in both trees gets the time
 * that it has in the base, so that its objects stand; one that differs gets
 * a new one, in a file of its own, since it may be a link to the pristine
 * source.
 */
static int set_source_time(const char *base_tree, const char *tree, const char *file)
{
	char *old = xasprintf("%s/%s", base_tree, file), *new = xasprintf("%s/%s", tree, file);
	char *fresh = xasprintf("%s.fresh", new);
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };
	struct stat st;
	int ret = 0;

	if (!file_exists(new))
		goto out;
	if (same_content(old, new) && !stat(old, &st)) {
		times[0] = st.st_atim;
		times[1] = st.st_mtim;
	}
	if (file_copy(new, fresh) < 0)
		ret = -1;
	else if (utimensat(AT_FDCWD, fresh, times, 0) < 0 || rename(fresh, new) < 0)
		ret = diag_error("cannot renew %s: %s", new, strerror(errno));
out:
	free(old);
	free(new);
	free(fresh);
	return ret;
}

/* Replaces every @from in the file by @to and keeps its times. */
static int rewrite_path(const char *path, const char *from, const char *to)
{
	char *text, *at, *result;
	struct str_list pieces = { 0 };
	struct timespec times[2];
	struct stat st;
	size_t length;
	int ret;

	if (stat(path, &st) < 0 || file_read(path, NOTE_MAX, &text, &length) < 0)
		return -1;
	for (char *rest = text; rest; rest = at ? at + strlen(from) : NULL) {
		at = strstr(rest, from);
		if (at)
			*at = '\0';
		str_list_add(&pieces, rest);
	}
	result = str_list_join(&pieces, to);
	ret = file_write_atomic(path, result, strlen(result));
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	if (!ret && utimensat(AT_FDCWD, path, times, 0) < 0)
		ret = diag_error("cannot set the times of %s: %s", path, strerror(errno));
	free(result);
	free(text);
	str_list_free(&pieces);
	return ret;
}

/* In all of kbuild's notes (.name.o.cmd) below @folder. */
static int rewrite_paths(const char *folder, const char *from, const char *to)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int ret = 0;

	while (dir && !ret && (entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');
		char *path;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		path = xasprintf("%s/%s", folder, entry->d_name);
		if (entry->d_type == DT_DIR)
			ret = rewrite_paths(path, from, to);
		else if (entry->d_type == DT_REG && *entry->d_name == '.' &&
			 !strcmp(dot, ".cmd"))
			ret = rewrite_path(path, from, to);
		free(path);
	}
	if (dir)
		closedir(dir);
	return ret;
}

int kernel_reuse(const char *tree, const char *base, const struct str_list *touched)
{
	struct str_list note = { 0 };
	char *folder = find_base(base, tree, touched, &note), *base_tree, *objtool;
	struct tree_copy job = {
		.how = TREE_COPY, .keep_existing = true, .skip = is_patched, .arg = &note,
	};
	int ret;

	if (!folder)
		return 0;
	base_tree = xasprintf("%s/tree", folder);
	objtool = xasprintf("%s/tools/objtool", tree);
	job.from = base_tree;
	job.to = tree;
	ret = tree_copy(&job);
	for (size_t i = 2; !ret && i < note.n; i++)
		ret = set_source_time(base_tree, tree, note.item[i]);
	for (size_t i = 0; !ret && i < touched->n; i++)
		if (!is_patched(touched->item[i], &note))
			ret = set_source_time(base_tree, tree, touched->item[i]);
	if (!ret)
		ret = rewrite_paths(objtool, note.item[1], tree);
	free(objtool);
	free(base_tree);
	free(folder);
	str_list_free(&note);
	return ret;
}
