// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "series.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "diag.h"
#include "fsutil.h"
#include "subprocess.h"

#define PATCH_MAX (64u << 20)
#define SERIES_MAX (1u << 20)

/* "+++ b/mm/percpu.c\t2024…" names a file; so does "--- a/…" of one that goes. */
static void add_touched(struct str_list *touched, const char *line)
{
	const char *path;
	char *file;

	if (strncmp(line, "+++ b/", 6) && strncmp(line, "--- a/", 6))
		return;
	path = line + 6;
	file = xstrndup(path, strcspn(path, "\t\r\n"));
	str_list_add_new(touched, file);
	free(file);
}

/* Reads one patch into the series and the text that is hashed. */
static int load_patch(struct series *series, struct str_list *contents, const char *folder,
		      const char *name)
{
	char *path = xasprintf("%s/%s", folder, name), *text = NULL, *hash_line, hex[65];
	size_t length, files = series->touched.n;
	bool has_hunk;
	int ret = -1;

	if (!file_exists(path)) {
		diag_error("the patch %s is listed in %s/series, but there is no such file", name,
			   folder);
		goto out;
	}
	if (file_read(path, PATCH_MAX, &text, &length) < 0)
		goto out;
	has_hunk = !strncmp(text, "@@ ", 3) || strstr(text, "\n@@ ");
	for (char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		add_touched(&series->touched, line);
	if (!has_hunk && series->touched.n == files) {
		diag_error("the patch %s is empty: it changes no file", path);
		goto out;
	}
	sha256_hex(text, length, hex);
	hash_line = xasprintf("%s %s", hex, name);
	for (size_t i = 0; i < contents->n; i++) {
		if (strncmp(contents->item[i], hex, 64))
			continue;
		diag_error("the patches %s and %s in %s are the same", contents->item[i] + 65,
			   name, folder);
		free(hash_line);
		goto out;
	}
	str_list_add(contents, hash_line);
	str_list_add(&series->patches, path);
	free(hash_line);
	ret = 0;
out:
	free(text);
	free(path);
	return ret;
}

/* One line of the series file: "name [-p1]", blanks and comments gone. */
static int load_line(struct series *series, struct str_list *contents, const char *folder,
		     const char *line)
{
	struct str_list words = { 0 };
	const char *name;
	char *path;
	int ret = -1;

	str_list_split(&words, line, " \t\r");
	if (!words.n || *words.item[0] == '#') {
		str_list_free(&words);
		return 0;
	}
	name = words.item[0];
	path = xasprintf("%s/%s", folder, name);
	if (words.n > 1 && *words.item[1] != '#' && strcmp(words.item[1], "-p1"))
		diag_error("%s/series: %s: '%s' is not supported; patches are applied with -p1",
			   folder, name, words.item[1]);
	else if (*name == '/' || strstr(name, ".."))
		diag_error("%s/series: '%s' is not a file below that folder", folder, name);
	else if (str_list_has(&series->patches, path))
		diag_error("%s/series lists %s twice", folder, name);
	else
		ret = load_patch(series, contents, folder, name);
	free(path);
	str_list_free(&words);
	return ret;
}

int series_load(struct series *series, const char *folder, const char *name)
{
	char *path = xasprintf("%s/series", folder), *text = NULL, *joined;
	struct str_list lines = { 0 }, contents = { 0 };
	size_t length;
	int ret = 0;

	*series = (struct series){ .name = xstrdup(name) };
	if (!file_exists(path)) {
		diag_error("%s is not a patch series: it has no file named 'series'", folder);
		ret = -1;
	} else {
		ret = file_read(path, SERIES_MAX, &text, &length);
	}
	if (!ret)
		str_list_split(&lines, text, "\n");
	for (size_t i = 0; !ret && i < lines.n; i++)
		ret = load_line(series, &contents, folder, lines.item[i]);
	if (!ret && !series->patches.n) {
		diag_error("%s lists no patches", path);
		diag_hint("the series 'none' means the kernel as it is");
		ret = -1;
	}
	joined = str_list_join(&contents, "\n");
	sha256_hex(joined, strlen(joined), series->hash);
	free(joined);
	free(text);
	free(path);
	str_list_free(&lines);
	str_list_free(&contents);
	if (ret)
		series_free(series);
	return ret;
}

void series_free(struct series *series)
{
	free(series->name);
	str_list_free(&series->patches);
	str_list_free(&series->touched);
	*series = (struct series){ 0 };
}

/* Turns the output of patch(1) into a message about the first thing wrong. */
static void report_failure(const char *patch, const char *output)
{
	struct str_list lines = { 0 };
	const char *file = NULL;
	unsigned int hunk, at;

	str_list_split(&lines, output, "\n");
	for (size_t i = 0; i < lines.n; i++) {
		const char *line = lines.item[i];

		if (!strncmp(line, "patching file ", 14)) {
			file = line + 14;
		} else if (sscanf(line, "Hunk #%u FAILED at %u", &hunk, &at) == 2) {
			diag_error("the patch %s does not apply: hunk %u of %s, at line %u", patch,
				   hunk, file ? file : "(no file)", at);
			goto out;
		}
	}
	diag_error("the patch %s does not apply: %s", patch,
		   lines.n ? lines.item[0] : "patch(1) says nothing");
	for (size_t i = 1; i < lines.n && i < 6; i++)
		diag_hint("%s", lines.item[i]);
out:
	diag_hint("patches must apply without fuzz to exactly the kernel that they are for");
	str_list_free(&lines);
}

int series_apply(const struct series *series, const char *tree)
{
	for (size_t i = 0; i < series->patches.n; i++) {
		char *patch = series->patches.item[i], *output = NULL;
		/* Rejects and backups would be sources that the tree does not have. */
		char *argv[] = { "patch", "-p1", "--fuzz=0", "--force", "--no-backup-if-mismatch",
				 "--reject-file=-", "--directory", (char *)tree, NULL };
		struct command cmd = { .argv = argv, .input = patch, .output = &output };
		int status = command_run(&cmd);

		if (status > 0)
			report_failure(patch, output);
		free(output);
		if (status)
			return -1;
	}
	return 0;
}

int series_cut(const struct series *series, size_t n, const char *folder)
{
	char *list = xasprintf("%s/series", folder), *text;
	struct str_list names = { 0 };
	int ret = make_dirs(folder);

	for (size_t i = 0; !ret && i < n; i++) {
		const char *name = strrchr(series->patches.item[i], '/') + 1;
		char *copy = xasprintf("%s/%s", folder, name);

		ret = file_copy(series->patches.item[i], copy);
		str_list_add(&names, name);
		free(copy);
	}
	str_list_add(&names, "");
	text = str_list_join(&names, "\n");
	if (!ret)
		ret = file_write_atomic(list, text, strlen(text));
	free(list);
	free(text);
	str_list_free(&names);
	return ret;
}

/* Behind "Subject: " in the mail's head of a patch; NULL when it has none. */
static const char *find_subject(const char *text)
{
	for (const char *line = text; line && strncmp(line, "diff ", 5); ) {
		if (!strncmp(line, "Subject: ", 9))
			return line + 9;
		line = strchr(line, '\n');
		line += line != NULL;
	}
	return NULL;
}

/* Without its tag, "[PATCH 3/5]", and joined where git has folded it. */
static char *plain_subject(const char *subject)
{
	size_t length = strcspn(subject, "\n"), n = 0;
	char *plain;

	while (subject[length] == '\n' && subject[length + 1] == ' ')
		length += 1 + strcspn(subject + length + 1, "\n");
	if (*subject == '[' && memchr(subject, ']', length)) {
		size_t tag = strcspn(subject, "]") + 1;

		tag += strspn(subject + tag, " ");
		subject += tag;
		length -= tag;
	}
	plain = xstrndup(subject, length);
	for (size_t i = 0; plain[i]; i++)
		if (plain[i] != '\n')
			plain[n++] = plain[i];
	plain[n] = '\0';
	return plain;
}

char *series_subject(const struct series *series, size_t i)
{
	const char *path = series->patches.item[i], *subject = NULL;
	char *text = NULL, *result;
	size_t length;

	if (!file_read(path, PATCH_MAX, &text, &length))
		subject = find_subject(text);
	result = subject ? plain_subject(subject) : xstrdup(strrchr(path, '/') + 1);
	free(text);
	return result;
}

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

void series_versions(struct str_list *list, const char *root)
{
	char *path = xasprintf("%s/patches", root);
	DIR *dir = opendir(path);
	struct dirent *entry;
	size_t first = list->n;

	while (dir && (entry = readdir(dir))) {
		char *series;

		/* Versions start with a digit; "config" and "lab" are something else. */
		if (*entry->d_name < '0' || *entry->d_name > '9')
			continue;
		series = xasprintf("%s/%s/series", path, entry->d_name);
		if (file_exists(series))
			str_list_add(list, entry->d_name);
		free(series);
	}
	if (dir)
		closedir(dir);
	free(path);
	if (list->n > first)
		qsort(list->item + first, list->n - first, sizeof(*list->item), by_version);
}
