// SPDX-License-Identifier: GPL-2.0-only
/* Workload files: found, read with inih, overridden from the command line. */
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "fsutil.h"
#include "workload.h"

struct reader {
	struct workload *workload;
	FILE *file;
	unsigned int line;		/* the one inih looks at */
	unsigned int empty_section;	/* line of a header that no key followed yet */
	struct str_list seen;		/* "section.key", to refuse a second one */
	char *error;			/* the first, to be freed */
	unsigned int error_line;
};

static void fail_at(struct reader *reader, unsigned int line, char *error)
{
	if (reader->error) {
		free(error);
		return;
	}
	reader->error = error;
	reader->error_line = line;
}

/* inih's reader: counts lines and refuses those that inih would cut. */
static char *read_line(char *buffer, int size, void *arg)
{
	struct reader *reader = arg;
	const char *text;

	if (reader->error || !fgets(buffer, size, reader->file))
		return NULL;
	reader->line++;
	if (!strchr(buffer, '\n') && !feof(reader->file)) {
		fail_at(reader, reader->line, xasprintf("the line is longer than %d bytes", size - 2));
		return NULL;
	}
	text = buffer + strspn(buffer, " \t");
	if (*text == '[') {
		if (reader->empty_section)
			fail_at(reader, reader->empty_section, xstrdup("a section without keys"));
		reader->empty_section = reader->line;
	}
	return buffer;
}

static int take_key(void *arg, const char *section, const char *key, const char *value)
{
	struct reader *reader = arg;
	struct workload_section *into = NULL;
	char *where, *error;

	reader->empty_section = 0;
	if (!*section) {
		fail_at(reader, reader->line, xasprintf("'%s' stands before the first [section]", key));
		return 0;
	}
	where = xasprintf("%s.%s", section, key);
	if (str_list_has(&reader->seen, where)) {
		fail_at(reader, reader->line, xasprintf("%s is set twice", where));
		free(where);
		return 0;
	}
	str_list_add(&reader->seen, where);
	free(where);
	if (strcmp(section, "workload"))
		into = workload_section_get(reader->workload, section);
	error = workload_set(reader->workload, into, key, value);
	if (error)
		fail_at(reader, reader->line, error);
	return !error;
}

static int parse_file(struct workload *workload)
{
	struct reader reader = { .workload = workload };
	int bad_line;

	reader.file = fopen(workload->path, "re");
	if (!reader.file)
		return diag_error("cannot open workload %s: %s", workload->path, strerror(errno));
	ini_allow_multiline = false;
	bad_line = ini_parse_stream(read_line, &reader, take_key, &reader);
	fclose(reader.file);
	str_list_free(&reader.seen);
	if (bad_line > 0)
		fail_at(&reader, (unsigned int)bad_line,
			xstrdup("neither '[section]' nor 'key = value' nor a comment"));
	if (reader.empty_section)
		fail_at(&reader, reader.empty_section, xstrdup("a section without keys"));
	if (!reader.error)
		return 0;
	diag_error("%s:%u: %s", workload->path, reader.error_line, reader.error);
	free(reader.error);
	return -1;
}

/* "key=value" is for [workload] when that has such a key, else for every section. */
static char *override_all(struct workload *workload, const char *key, const char *value)
{
	char *error = NULL;

	for (int p = 0; p < GUEST_PARAM_COUNT; p++)
		if (!strcmp(key, guest_param_info[p].name))
			return workload_set(workload, NULL, key, value);
	if (!strcmp(key, "description"))
		return workload_set(workload, NULL, key, value);
	for (size_t i = 0; i < workload->sections && !error; i++)
		error = workload_set(workload, &workload->section[i], key, value);
	return error;
}

static char *override_one(struct workload *workload, const char *label, const char *key,
			  const char *value)
{
	const char *labels[65] = { 0 };

	for (size_t i = 0; i < workload->sections; i++)
		if (!strcmp(workload->section[i].label, label))
			return workload_set(workload, &workload->section[i], key, value);
	if (!strcmp(label, "workload"))
		return workload_set(workload, NULL, key, value);
	for (size_t i = 0; i < workload->sections && i < ARRAY_SIZE(labels) - 1; i++)
		labels[i] = workload->section[i].label;
	return xasprintf("the workload has no section '%s'%s%s", label,
			 nearest_name(label, labels) ? "; the nearest is " : "",
			 nearest_name(label, labels) ? nearest_name(label, labels) : "");
}

static int apply_override(struct workload *workload, const char *text)
{
	char *copy = xstrdup(text), *value = strchr(copy, '='), *key = copy, *dot;
	char *error;

	if (!value || value == copy) {
		error = xstrdup("not of the form key=value or section.key=value");
	} else {
		*value++ = '\0';
		dot = strchr(copy, '.');
		if (dot) {
			*dot = '\0';
			key = dot + 1;
		}
		error = dot ? override_one(workload, copy, key, value) :
			      override_all(workload, key, value);
	}
	if (error)
		diag_error("--set %s: %s", text, error);
	free(copy);
	free(error);
	return error ? -1 : 0;
}

int workload_keep_strategies(struct workload *workload, const struct str_list *only)
{
	size_t left = 0;

	if (!only->n)
		return 0;
	for (size_t i = 0; i < only->n; i++)
		if (!strategy_find(only->item[i])) {
			const char *near = nearest_name(only->item[i], strategy_names());

			diag_error("unknown strategy '%s'", only->item[i]);
			if (near)
				diag_hint("did you mean '%s'?", near);
			diag_hint("`pcpbench list` shows them all");
			return -1;
		}
	for (size_t i = 0; i < workload->sections; i++) {
		struct str_list *have = &workload->section[i].strategies, kept = { 0 };

		for (size_t s = 0; s < have->n; s++)
			if (str_list_has(only, have->item[s]))
				str_list_add(&kept, have->item[s]);
		str_list_free(have);
		*have = kept;
		left += kept.n;
	}
	if (!left)
		return diag_error("no section of workload %s measures these strategies",
				  workload->name);
	return 0;
}

void workload_names(struct str_list *list, const char *root)
{
	char *dir = xasprintf("%s/workloads", root);
	struct dirent **entry;
	int n = scandir(dir, &entry, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		size_t length = strlen(entry[i]->d_name);

		if (length > 4 && !strcmp(entry[i]->d_name + length - 4, ".ini"))
			str_list_addf(list, "%.*s", (int)length - 4, entry[i]->d_name);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	free(dir);
}

static int unknown_workload(const char *name, const char *root)
{
	struct str_list list = { 0 };
	const char **names;
	const char *near;
	char *joined;

	workload_names(&list, root);
	names = xcalloc(list.n + 1, sizeof(*names));
	for (size_t i = 0; i < list.n; i++)
		names[i] = list.item[i];
	near = nearest_name(name, names);
	joined = str_list_join(&list, ", ");
	diag_error("there is no workload '%s' and no such file", name);
	if (near)
		diag_hint("did you mean '%s'?", near);
	diag_hint("there are: %s", joined);
	free(joined);
	free(names);
	str_list_free(&list);
	return -1;
}

static char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t length = strlen(name);

	if (length > 4 && !strcmp(name + length - 4, ".ini"))
		length -= 4;
	return xstrndup(name, length);
}

int workload_load(struct workload *workload, const char *root, const char *name_or_path,
		  const struct str_list *overrides)
{
	char *error;

	*workload = (struct workload){ 0 };
	for (int p = 0; p < GUEST_PARAM_COUNT; p++)
		workload->guest[p] = guest_param_info[p].preset;
	workload->path = strchr(name_or_path, '/') || file_exists(name_or_path) ?
				 xstrdup(name_or_path) :
				 xasprintf("%s/workloads/%s.ini", root, name_or_path);
	if (!file_exists(workload->path)) {
		workload_free(workload);
		return unknown_workload(name_or_path, root);
	}
	workload->name = base_name(workload->path);
	if (parse_file(workload))
		goto fail;
	for (size_t i = 0; overrides && i < overrides->n; i++)
		if (apply_override(workload, overrides->item[i]))
			goto fail;
	error = workload_finish(workload);
	if (error) {
		diag_error("%s: %s", workload->path, error);
		free(error);
		goto fail;
	}
	return 0;
fail:
	workload_free(workload);
	return -1;
}
