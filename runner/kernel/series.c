// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/series.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "kernel/build.h"
#include "kernel/patch-file.h"

#define SERIES_MAX (1u << 20)

/* True when @patch can be applied at all; false after a message. */
static bool is_usable(const struct patch_file *patch, const char *path)
{
	if (patch->encoded) {
		diag_error("the patch %s is a mail in quoted-printable or base64: patch(1) does not read that",
			   path);
		diag_hint("git am takes it into a git tree, and git format-patch gives it back as plain text");
		return false;
	}
	if (patch->binary) {
		diag_error("the patch %s holds a binary change (of %s), which patch(1) cannot make", path,
			   patch->binary);
		diag_hint("kernels need no binary files: take it out of the patch, or build from a tree that has it (KERNEL=tree)");
		return false;
	}
	if (!patch->changes) {
		diag_error("the patch %s is empty: it changes no file", path);
		return false;
	}
	if (patch->cut) {
		diag_error("the patch %s is cut off: its last line has no newline", path);
		diag_hint("if it is whole, end the line: echo >> '%s'", path);
		return false;
	}
	return true;
}

/* The patch that has the same content as one with the hash @hex; NULL when there is none. */
static const char *find_same(const struct str_list *contents, const char *hex)
{
	for (size_t i = 0; i < contents->n; i++)
		if (!strncmp(contents->item[i], hex, 64))
			return contents->item[i] + 65;
	return NULL;
}

/* Reads one patch into the series and the text that is hashed. */
static int load_patch(struct series *series, struct str_list *contents, const char *folder,
		      const char *name)
{
	char *path = xasprintf("%s/%s", folder, name), *text = NULL, hex[65];
	struct patch_file patch = { 0 };
	const char *same;
	struct stat st;
	size_t length;
	int ret = -1;

	if (stat(path, &st) < 0) {
		diag_error("the patch %s is listed in %s/series, but there is no such file", name,
			   folder);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		diag_error("the patch %s is listed in %s/series, but it is not a file", name, folder);
		goto out;
	}
	if (file_read(path, PATCH_BYTES_MAX, &text, &length) < 0)
		goto out;
	patch_file_parse(&patch, text);
	if (!is_usable(&patch, path))
		goto out;
	sha256_hex(text, length, hex);
	same = find_same(contents, hex);
	if (same) {
		diag_error("the patches %s and %s in %s are the same", same, name, folder);
		goto out;
	}
	str_list_addf(contents, "%s %s", hex, name);
	str_list_add(&series->patches, path);
	str_list_add(&series->names, name);
	for (size_t i = 0; i < patch.names.n; i++)
		str_list_add_new(&series->touched, patch.names.item[i]);
	ret = 0;
out:
	patch_file_free(&patch);
	free(text);
	free(path);
	return ret;
}

/* True when a part of the path @name is "..". */
static bool climbs(const char *name)
{
	for (const char *at = name; (at = strstr(at, "..")); at += 2)
		if ((at == name || at[-1] == '/') && (!at[2] || at[2] == '/'))
			return true;
	return false;
}

/* "./a//b/./c" is the file "a/b/c": one name for each, to be freed. */
static char *plain_name(const char *word)
{
	struct str_list parts = { 0 }, kept = { 0 };
	char *name;

	str_list_split(&parts, word, "/");
	for (size_t i = 0; i < parts.n; i++)
		if (strcmp(parts.item[i], "."))
			str_list_add(&kept, parts.item[i]);
	name = str_list_join(&kept, "/");
	str_list_free(&parts);
	str_list_free(&kept);
	return name;
}

/* The first option behind the name that is not "-p1", up to a comment; NULL when there is none. */
static const char *unknown_option(const struct str_list *words)
{
	for (size_t i = 1; i < words->n && *words->item[i] != '#'; i++)
		if (strcmp(words->item[i], "-p1"))
			return words->item[i];
	return NULL;
}

/* One line of the series file: "name [-p1]", blanks and comments gone. */
static int load_line(struct series *series, struct str_list *contents, const char *folder,
		     const char *line)
{
	struct str_list words = { 0 };
	char *name;
	int ret = -1;

	str_list_split(&words, line, " \t\r");
	if (!words.n || *words.item[0] == '#') {
		str_list_free(&words);
		return 0;
	}
	name = plain_name(words.item[0]);
	if (unknown_option(&words)) {
		diag_error("%s/series: %s: '%s' is not supported; patches are applied with -p1",
			   folder, name, unknown_option(&words));
		diag_hint("quilt makes patches that are: quilt push %s && quilt refresh -p1", name);
	} else if (*words.item[0] == '/' || climbs(name) || !*name) {
		diag_error("%s/series: '%s' is not a file below that folder", folder, words.item[0]);
	} else if (str_list_has(&series->names, name)) {
		diag_error("%s/series lists %s twice", folder, name);
	} else {
		ret = load_patch(series, contents, folder, name);
	}
	free(name);
	str_list_free(&words);
	return ret;
}

static int has_ending(const struct dirent *entry, const char *ending)
{
	size_t length = strlen(entry->d_name), n = strlen(ending);

	return length > n && !strcmp(entry->d_name + length - n, ending);
}

static int is_patch_name(const struct dirent *entry)
{
	return *entry->d_name != '.' &&
	       (has_ending(entry, ".patch") || has_ending(entry, ".diff"));
}

/* @folder has no file "series": what it does have says what to do. */
static void refuse_folder(const char *folder)
{
	char *quilt = xasprintf("%s/patches/series", folder), *git = xasprintf("%s/.git", folder);
	struct dirent **found = NULL;
	int patches = scandir(folder, &found, is_patch_name, alphasort);

	diag_error("%s is not a patch series: it has no file named 'series'", folder);
	if (file_exists(quilt))
		diag_hint("quilt keeps it one folder further down: %s/patches", folder);
	else if (patches > 0)
		diag_hint("list its %d patches in their order, a name a line: (cd '%s' && ls *%s > series), and look at the order",
			  patches, folder, strrchr(found[0]->d_name, '.'));
	else if (file_exists(git))
		diag_hint("it is a git tree: git -C '%s' format-patch -o DIR BASE.., then (cd DIR && ls *.patch > series); or measure the tree itself: KERNEL='%s'",
			  folder, folder);
	else
		diag_hint("a series is a folder with patches and a file 'series' that lists their names, one a line (docs/series.md)");
	for (int i = 0; i < patches; i++)
		free(found[i]);
	free(found);
	free(quilt);
	free(git);
}

/* A single file was given: a mailbox, a patch, or the file "series" itself. */
static void refuse_file(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	bool is_mailbox = false;
	char start[6] = "";
	FILE *file;

	if (!strcmp(name, "series")) {
		diag_error("%s is a file: a series is named by its folder", path);
		diag_hint("give %.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
		return;
	}
	file = fopen(path, "re");
	if (file) {
		is_mailbox = fread(start, 1, 5, file) == 5 && !memcmp(start, "From ", 5);
		fclose(file);
	}
	is_mailbox &= !strstr(name, ".patch") && !strstr(name, ".diff");
	is_mailbox |= strstr(name, ".mbx") || strstr(name, ".mbox");
	diag_error("%s is a file: a series is a folder with patches and a file 'series' that lists them",
		   path);
	if (is_mailbox)
		diag_hint("it looks like a mailbox; divide it: mkdir DIR && git mailsplit -oDIR '%s' && (cd DIR && ls [0-9]* > series), and take the cover letter out of the list",
			  path);
	else
		diag_hint("for one patch: mkdir DIR && cp '%s' DIR && echo '%s' > DIR/series", path,
			  name);
}

/* The text of @folder's file "series", to be freed; NULL after a message. */
static char *read_list(const char *folder)
{
	char *path = xasprintf("%s/series", folder), *text = NULL;
	struct stat st, list;
	size_t length;

	if (stat(folder, &st) < 0)
		diag_error("there is no patch series %s: %s", folder, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		refuse_file(folder);
	else if (stat(path, &list) < 0)
		refuse_folder(folder);
	else if (!S_ISREG(list.st_mode))
		diag_error("%s is not a file", path);
	else if (file_read(path, SERIES_MAX, &text, &length) < 0)
		text = NULL;
	free(path);
	return text;
}

int series_load(struct series *series, const char *folder, const char *name)
{
	struct str_list lines = { 0 }, contents = { 0 };
	char *text = read_list(folder), *joined;
	int ret = text ? 0 : -1;

	*series = (struct series){ .name = xstrdup(name) };
	/* an editor may have put a byte order mark before the first name */
	if (text)
		str_list_split(&lines, text + (strncmp(text, "\xef\xbb\xbf", 3) ? 0 : 3), "\n");
	for (size_t i = 0; !ret && i < lines.n; i++)
		ret = load_line(series, &contents, folder, lines.item[i]);
	if (!ret && !series->patches.n) {
		diag_error("%s/series lists no patches", folder);
		diag_hint("the series 'none' means the kernel as it is");
		ret = -1;
	}
	joined = str_list_join(&contents, "\n");
	sha256_hex(joined, strlen(joined), series->hash);
	free(joined);
	free(text);
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
	str_list_free(&series->names);
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

/* Copies patch @i to its name below @folder. */
static int copy_patch(const struct series *series, size_t i, const char *folder)
{
	char *copy = xasprintf("%s/%s", folder, series->names.item[i]);
	char *slash = strrchr(copy, '/');
	int ret;

	*slash = '\0';
	ret = make_dirs(copy);
	*slash = '/';
	if (!ret)
		ret = file_copy(series->patches.item[i], copy);
	free(copy);
	return ret;
}

int series_cut(const struct series *series, size_t n, const char *folder)
{
	char *list = xasprintf("%s/series", folder), *text;
	struct str_list names = { 0 };
	int ret = make_dirs(folder);

	for (size_t i = 0; !ret && i < n; i++) {
		ret = copy_patch(series, i, folder);
		str_list_add(&names, series->names.item[i]);
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
