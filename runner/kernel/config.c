// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/lines.h"
#include "kernel/kbuild.h"

#define FRAGMENT_MAX (1u << 20)
#define DOTCONFIG_MAX (16u << 20)
#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

/*
 * One line of a fragment or a .config. True and *name, *value (to be freed)
 * when it sets an option.
 */
static bool parse_option(const char *line, char **name, char **value)
{
	const char *start = line, *rest;

	if (!strncmp(line, "# CONFIG_", 9))
		start = line + 2;
	else if (strncmp(line, "CONFIG_", 7))
		return false;
	rest = start + strspn(start, NAME_CHARACTERS);
	if (start == line && *rest == '=' && rest[1])
		*value = xstrdup(rest + 1);
	else if (start != line && !strcmp(rest, " is not set"))
		*value = xstrdup("n");
	else
		return false;
	*name = xstrndup(start, (size_t)(rest - start));
	return true;
}

static struct config_option *find_option(const struct config_fragments *fragments, const char *name)
{
	for (size_t i = 0; i < fragments->n; i++)
		if (!strcmp(fragments->option[i].name, name))
			return &fragments->option[i];
	return NULL;
}

static void free_option(struct config_option *option)
{
	free(option->name);
	free(option->value);
	free(option->condition);
	free(option->fragment);
}

/* Takes over @name and @value. Only the one fragment on top may say otherwise than those below. */
static int add_option(struct config_fragments *fragments, char *name, char *value,
		      const char *condition, const char *fragment, unsigned int line)
{
	struct config_option *other = find_option(fragments, name);

	if (other && fragments->on_top && strcmp(other->fragment, fragment)) {
		free_option(other);
		*other = fragments->option[--fragments->n];
	} else if (other) {
		diag_error("%s:%u sets %s, which %s:%u sets already", fragment, line, name,
			   other->fragment, other->line);
		free(name);
		free(value);
		return -1;
	}
	GROW(fragments->option, fragments->n);
	fragments->option[fragments->n++] = (struct config_option){
		.name = name, .value = value, .line = line, .fragment = xstrdup(fragment),
		.condition = condition ? xstrdup(condition) : NULL,
	};
	return 0;
}

static int load_fragment(struct config_fragments *fragments, const char *fragment,
			 const char *text)
{
	struct lines lines = lines_of(text, strlen(text));
	char *condition = NULL;
	int ret = 0;

	while (!ret && lines_next(&lines)) {
		char *line = xstrndup(lines.text, lines.length), *name, *value;

		if (!strncmp(line, "# if: ", 6)) {
			free(condition);
			condition = xstrdup(line + 6);
		} else if (parse_option(line, &name, &value)) {
			ret = add_option(fragments, name, value, condition, fragment,
					 lines.number);
		} else if (*line && (*line != '#' || !strncmp(line, "# CONFIG_", 9))) {
			ret = diag_error("%s:%u: '%s' is neither 'CONFIG_NAME=value' nor '# CONFIG_NAME is not set'",
					 fragment, lines.number, line);
		}
		free(line);
	}
	free(condition);
	return ret;
}

static int is_fragment(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".config");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Adds what @path sets as fragment @name, and its text to @contents. */
static int read_fragment(struct config_fragments *fragments, const char *path, const char *name,
			 struct str_list *contents)
{
	char *text;
	size_t length;
	int ret = file_read(path, FRAGMENT_MAX, &text, &length);

	if (ret)
		return ret;
	str_list_addf(contents, "%s\n%s", name, text);
	ret = load_fragment(fragments, name, text);
	free(text);
	return ret;
}

int config_load(struct config_fragments *fragments, const char *folder, const char *more)
{
	struct str_list contents = { 0 };
	struct dirent **names;
	int n, ret = 0;
	char *all;

	*fragments = (struct config_fragments){ 0 };
	n = scandir(folder, &names, is_fragment, by_name);
	if (n < 0)
		return diag_error("cannot read the folder %s: %s", folder, strerror(errno));
	if (!n)
		ret = diag_error("%s holds no configuration fragments (*.config)", folder);
	for (int i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", folder, names[i]->d_name);

		if (!ret)
			ret = read_fragment(fragments, path, names[i]->d_name, &contents);
		free(path);
		free(names[i]);
	}
	free(names);
	fragments->on_top = more != NULL;
	/* where it lies is no matter to the kernel */
	if (!ret && more)
		ret = read_fragment(fragments, more, strrchr(more, '/') ? strrchr(more, '/') + 1 : more,
				    &contents);
	all = str_list_join(&contents, "\n");
	sha256_hex(all, strlen(all), fragments->hash);
	free(all);
	str_list_free(&contents);
	if (ret)
		config_free(fragments);
	return ret;
}

void config_free(struct config_fragments *fragments)
{
	for (size_t i = 0; i < fragments->n; i++)
		free_option(&fragments->option[i]);
	free(fragments->option);
	*fragments = (struct config_fragments){ 0 };
}

static bool is_wanted(const struct config_option *option, const struct str_list *symbols)
{
	return !option->condition || str_list_has(symbols, option->condition);
}

unsigned int config_check(const struct config_fragments *fragments, const char *dotconfig,
			  const struct str_list *symbols)
{
	const char **found = xcalloc(fragments->n, sizeof(*found));
	struct str_list lines = { 0 }, values = { 0 };
	unsigned int bad = 0;

	str_list_split(&lines, dotconfig, "\n");
	for (size_t i = 0; i < lines.n; i++) {
		const struct config_option *option;
		char *name, *value;

		if (!parse_option(lines.item[i], &name, &value))
			continue;
		option = find_option(fragments, name);
		if (option) {
			str_list_add(&values, value);
			found[option - fragments->option] = values.item[values.n - 1];
		}
		free(name);
		free(value);
	}
	for (size_t i = 0; i < fragments->n; i++) {
		const struct config_option *option = &fragments->option[i];

		/* What Kconfig does not know at all is as good as not set. */
		if (!is_wanted(option, symbols) ||
		    !strcmp(found[i] ? found[i] : "n", option->value))
			continue;
		diag_error("%s:%u asks for %s=%s, but the configuration has %s", option->fragment,
			   option->line, option->name, option->value,
			   found[i] ? found[i] : "no such option, or not with the others");
		bad++;
	}
	free(found);
	str_list_free(&lines);
	str_list_free(&values);
	return bad;
}

/* Adds to @symbols those conditions that a Kconfig file defines. */
static void scan_kconfig(const char *path, const struct config_fragments *fragments,
			 struct str_list *symbols)
{
	char *text;
	size_t length;

	if (file_read(path, DOTCONFIG_MAX, &text, &length) < 0)
		return;
	for (size_t i = 0; i < fragments->n; i++) {
		const char *condition = fragments->option[i].condition;
		char *definition;
		const char *at;

		if (!condition || str_list_has(symbols, condition))
			continue;
		definition = xasprintf("config %s", condition);
		for (at = text; (at = strstr(at, definition)); at++)
			if ((at == text || at[-1] == '\n' || at[-1] == 'u') &&
			    strchr("\n \t", at[strlen(definition)]))
				break;
		if (at)
			str_list_add(symbols, condition);
		free(definition);
	}
	free(text);
}

/* Kconfig files are everywhere in a tree, with names like Kconfig.debug. */
static void scan_tree(const char *folder, const struct config_fragments *fragments,
		      struct str_list *symbols)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char *path = xasprintf("%s/%s", folder, entry->d_name);
		struct stat st;

		if (entry->d_name[0] != '.' && entry->d_type == DT_DIR)
			scan_tree(path, fragments, symbols);
		else if (!strncmp(entry->d_name, "Kconfig", 7) && !stat(path, &st) &&
			 S_ISREG(st.st_mode))
			scan_kconfig(path, fragments, symbols);
		free(path);
	}
	if (dir)
		closedir(dir);
}

/* Appends the wanted options to @tree/.config. */
static int append_options(const struct config_fragments *fragments, const char *path,
			  const struct str_list *symbols)
{
	struct str_list lines = { 0 };
	char *text, *all;
	size_t length;
	int ret;

	if (file_read(path, DOTCONFIG_MAX, &text, &length) < 0)
		return -1;
	str_list_add(&lines, text);
	free(text);
	for (size_t i = 0; i < fragments->n; i++) {
		const struct config_option *option = &fragments->option[i];

		if (!is_wanted(option, symbols))
			continue;
		if (!strcmp(option->value, "n"))
			str_list_addf(&lines, "# %s is not set", option->name);
		else
			str_list_addf(&lines, "%s=%s", option->name, option->value);
	}
	str_list_add(&lines, "");
	all = str_list_join(&lines, "\n");
	ret = file_write_atomic(path, all, strlen(all));
	free(all);
	str_list_free(&lines);
	return ret;
}

static int run_make(const char *tree, const char *target, const char *what, const char *log)
{
	const char *const targets[] = { target, NULL };
	const struct kbuild_job job = {
		.tree = tree, .targets = targets, .log = log, .what = what,
	};

	return kbuild_make(&job);
}

int config_make(const struct config_fragments *fragments, const char *tree, const char *log)
{
	char *path = xasprintf("%s/.config", tree), *text;
	struct str_list symbols = { 0 };
	size_t length;
	int ret;

	scan_tree(tree, fragments, &symbols);
	ret = run_make(tree, "tinyconfig", "configuring the kernel", log);
	if (!ret)
		ret = append_options(fragments, path, &symbols);
	if (!ret)
		ret = run_make(tree, "olddefconfig", "completing the kernel's configuration", log);
	if (!ret)
		ret = file_read(path, DOTCONFIG_MAX, &text, &length);
	if (!ret) {
		if (config_check(fragments, text, &symbols)) {
			diag_hint("an option that it depends on is missing, or another selects it: see the Kconfig files");
			ret = -1;
		}
		free(text);
	}
	free(path);
	str_list_free(&symbols);
	return ret;
}
