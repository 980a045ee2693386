// SPDX-License-Identifier: GPL-2.0-only
/* Workload files: found, read with inih, overridden from the command line. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/ini-file.h"
#include "workload/workload.h"

static char *take_key(void *arg, const char *section, const char *key, const char *value,
		      unsigned int line)
{
	struct workload *workload = arg;
	struct workload_section *into = NULL;
	int p = param_find(param_info, PARAM_COUNT, key);
	char *error;

	if (strcmp(section, "workload"))
		into = workload_section_get(workload, section);
	error = workload_set(workload, into, key, value);
	/* whose it is can be said when the section's scenario is known */
	if (!error && into && p >= 0)
		into->param[p].line = line;
	return error;
}

static int parse_file(struct workload *workload)
{
	return ini_file_read(workload->path, "workload", take_key, workload);
}

/* A parameter of a step, for each section that has it: one at least. */
static char *override_param(struct workload *workload, int p, const char *key, const char *value)
{
	char *error = NULL, *stranger = NULL;
	bool taken = false;

	for (size_t i = 0; i < workload->sections && !error; i++) {
		char *why = workload_stranger(&workload->section[i], (enum param_id)p);

		if (!why) {
			error = workload_set(workload, &workload->section[i], key, value);
			taken = true;
		}
		if (why && !stranger)
			stranger = why;
		else
			free(why);
	}
	if (taken) {
		free(stranger);
		return error;
	}
	return stranger;
}

/* "key=value" is for [workload] when that has such a key, else for every section. */
static char *override_all(struct workload *workload, const char *key, const char *value)
{
	int p = param_find(param_info, PARAM_COUNT, key);
	char *error = NULL;

	if (workload_is_own_key(key))
		return workload_set(workload, NULL, key, value);
	if (p >= 0)
		return override_param(workload, p, key, value);
	for (size_t i = 0; i < workload->sections && !error; i++)
		error = workload_set(workload, &workload->section[i], key, value);
	return error;
}

static char *override_section(struct workload *workload, struct workload_section *section,
			      const char *key, const char *value)
{
	int p = param_find(param_info, PARAM_COUNT, key);
	char *error = p < 0 ? NULL : workload_stranger(section, (enum param_id)p);

	return error ? error : workload_set(workload, section, key, value);
}

static char *override_one(struct workload *workload, const char *label, const char *key,
			  const char *value)
{
	const char *labels[65] = { 0 };

	for (size_t i = 0; i < workload->sections; i++)
		if (!strcmp(workload->section[i].label, label))
			return override_section(workload, &workload->section[i], key, value);
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

/* True when "x.rate=5" or "rate=5" sets a parameter of steps. */
static bool sets_param(const char *override)
{
	size_t key_length = strcspn(override, "=");
	const char *dot = memchr(override, '.', key_length), *key = dot ? dot + 1 : override;
	char *name = xstrndup(key, (size_t)(override + key_length - key));
	bool found = param_find(param_info, PARAM_COUNT, name) >= 0;

	free(name);
	return found;
}

/* Parameters come last: whose they are follows from scenarios and strategies, in any order. */
static int apply_overrides(struct workload *workload, const struct str_list *overrides)
{
	for (int params = 0; params <= 1; params++)
		for (size_t i = 0; i < overrides->n; i++)
			if (sets_param(overrides->item[i]) == params &&
			    apply_override(workload, overrides->item[i]))
				return -1;
	return 0;
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
	if (parse_file(workload) || workload_check_owners(workload))
		goto fail;
	if (overrides && apply_overrides(workload, overrides))
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
