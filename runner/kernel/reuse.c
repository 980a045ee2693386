// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/reuse.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "kernel/cache.h"
#include "kernel/tree-changes.h"
#include "kernel/tree-copy.h"

#define NOTE_MAX (4u << 20)
/* A changed header costs as much as so many changed files: others include it. */
#define HEADER_COST 50
/* So does a makefile that does more than list objects: its folder is built anew. */
#define MAKEFILE_COST 100

/* What has to be made again when a file is another one. */
enum effect {
	NO_EFFECT,	/* text for people */
	BY_MAKE,	/* make follows it: kbuild notes what every object is made from */
	ITS_FOLDER,	/* a recipe, perhaps, which make does not compare: all that the folder holds */
	EVERYTHING,	/* a tool, or what nobody notes */
};

/* A finished build, and what is to become of it. */
struct base {
	char *folder;			/* of the cache; NULL: there is none to take */
	struct str_list note;		/* key, where it was built, and its changed files, sorted */
	struct str_list differing;	/* files that the new tree has otherwise */
	struct str_list anew;		/* folders whose objects are not taken */
	unsigned int cost;		/* about how many files have to be compiled */
};

/*
 * The note's lines: the base key, where the tree was built (objtool's own
 * makefiles write absolute paths down), then the changed files.
 */
int kernel_reuse_note(const char *folder, const char *base, const struct str_list *changed)
{
	char *path = xasprintf("%s/reuse", folder), *text;
	struct str_list lines = { 0 };
	int ret;

	str_list_add(&lines, base);
	str_list_addf(&lines, "%s/tree", folder);
	for (size_t i = 0; i < changed->n; i++)
		str_list_add(&lines, changed->item[i]);
	text = str_list_join(&lines, "\n");
	ret = file_write_atomic(path, text, strlen(text));
	free(text);
	free(path);
	str_list_free(&lines);
	return ret;
}

/* The changed files of a note. */
static struct str_list noted_changes(const struct str_list *note)
{
	return (struct str_list){ .item = note->item + 2, .n = note->n - 2 };
}

/*
 * Reads @folder's note; false when it is of another base, when there is none,
 * or when it is from the future: make compares times, and would take what is
 * changed now for older than its objects.
 */
static bool read_note(struct str_list *note, const char *folder, const char *base)
{
	char *path = xasprintf("%s/reuse", folder), *text;
	time_t now = time(NULL);
	struct stat st;
	size_t length;
	bool fits = false;

	if (!stat(path, &st) && st.st_mtime <= now &&
	    !file_read(path, NOTE_MAX, &text, &length)) {
		str_list_split(note, text, "\n");
		free(text);
		fits = note->n >= 2 && !strcmp(note->item[0], base);
	}
	free(path);
	if (!fits)
		str_list_free(note);
	return fits;
}

static bool is_below(const char *name, const char *folder)
{
	size_t length = strlen(folder);

	return !strncmp(name, folder, length) && name[length] == '/';
}

static const char *last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

/* The folder of @name, "" at the top; to be freed. */
static char *folder_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return xstrndup(name, slash ? (size_t)(slash - name) : 0);
}

static bool has_ending(const char *name, const char *ending)
{
	size_t length = strlen(name), n = strlen(ending);

	return length > n && !strcmp(name + length - n, ending);
}

static bool is_makefile(const char *name)
{
	const char *last = last_part(name);

	return !strncmp(last, "Makefile", 8) || !strcmp(last, "Kbuild");
}

/* "obj-$(CONFIG_SMP) += smp.o", a comment or nothing: make compares lists of objects. */
static bool lists_objects(const char *line)
{
	size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (!*line || *line == '#')
		return true;
	line += name;
	if (!name || *line++ != '-')
		return false;
	if (*line == 'y' || *line == 'm') {
		line++;
	} else if (!strncmp(line, "$(CONFIG_", 9)) {
		line += 9 + strspn(line + 9, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
		if (*line++ != ')')
			return false;
	} else if (strncmp(line, "objs", 4)) {
		return false;
	} else {
		line += 4;
	}
	line += strspn(line, " \t");
	line += *line == '+' || *line == ':';
	if (*line++ != '=')
		return false;
	return !line[strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ \t")];
}

/* True when all lines of @a that @b lacks, if any, are lists of objects. */
static bool only_lists(const struct str_list *a, const struct str_list *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!str_list_has(b, a->item[i]) && !lists_objects(a->item[i]))
			return false;
	return true;
}

/* True when the makefile @name differs in the objects that it lists, and in nothing else. */
static bool lists_differ(const char *tree, const char *other, const char *name)
{
	char *path = xasprintf("%s/%s", tree, name), *path_other = xasprintf("%s/%s", other, name);
	struct str_list lines = { 0 }, lines_other = { 0 };
	char *text = NULL, *text_other = NULL;
	size_t length;
	bool lists = false;

	if (!file_read(path, NOTE_MAX, &text, &length) &&
	    !file_read(path_other, NOTE_MAX, &text_other, &length)) {
		str_list_split(&lines, text, "\n");
		str_list_split(&lines_other, text_other, "\n");
		lists = only_lists(&lines, &lines_other) && only_lists(&lines_other, &lines);
	}
	str_list_free(&lines);
	str_list_free(&lines_other);
	free(text);
	free(text_other);
	free(path);
	free(path_other);
	return lists;
}

/*
 * True when a file of the tree @folder has the name @last. A new header of that name
 * could be found in its place.
 */
static bool has_file_named(const char *folder, const char *last)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		char *path;

		if (entry->d_type != DT_DIR) {
			found = !strcmp(entry->d_name, last);
		} else if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) {
			path = xasprintf("%s/%s", folder, entry->d_name);
			found = has_file_named(path, last);
			free(path);
		}
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool tree_has(const char *tree, const char *name)
{
	char *path = xasprintf("%s/%s", tree, name);
	bool has = !faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW);

	free(path);
	return has;
}

/* The effect of a makefile in which the trees differ as @change says. */
static enum effect effect_of_makefile(const char *base_tree, const char *tree, const char *name,
				      enum file_change change)
{
	if (change == FILE_CONTENT && strchr(name, '/') && lists_differ(base_tree, tree, name))
		return BY_MAKE;
	/* these speak for the whole tree */
	if (!strchr(name, '/') || strstr(name, "include/") || is_below(name, "arch"))
		return EVERYTHING;
	return ITS_FOLDER;
}

/* The effect of the file @name, in which the trees differ as @change says. */
static enum effect effect_of(const char *base_tree, const char *tree, const char *name,
			     enum file_change change)
{
	bool is_new = !tree_has(base_tree, name), is_gone = !tree_has(tree, name);

	if (is_below(name, "Documentation") || !strcmp(name, "MAINTAINERS") ||
	    !strcmp(name, "CREDITS"))
		return NO_EFFECT;
	/* make looks at times, neither at modes nor at where a link leads */
	if (change == FILE_OTHER && !is_new && !is_gone)
		return EVERYTHING;
	/* objects do not note which programs made them */
	if (is_below(name, "scripts") || is_below(name, "tools") || is_below(name, "usr") ||
	    is_below(name, "arch/x86/tools"))
		return EVERYTHING;
	if (!strncmp(last_part(name), "Kconfig", 7))
		return BY_MAKE;
	if (is_makefile(name))
		return effect_of_makefile(base_tree, tree, name, change);
	if (has_ending(name, ".h"))
		return is_new && has_file_named(base_tree, last_part(name)) ? EVERYTHING : BY_MAKE;
	/* make takes an object for good when nothing is left to make it from */
	if (has_ending(name, ".c") || has_ending(name, ".S"))
		return is_gone ? ITS_FOLDER : BY_MAKE;
	return EVERYTHING;
}

static void add_cost(struct base *base, const char *name, enum effect effect)
{
	if (effect == ITS_FOLDER) {
		char *folder = folder_of(name);

		str_list_add_new(&base->anew, folder);
		free(folder);
		base->cost += MAKEFILE_COST;
	} else if (effect == BY_MAKE) {
		base->cost += has_ending(name, ".h") ? HEADER_COST : 1;
	}
}

/* Notes that the trees differ in @name, if they do; false when nothing of the base can be taken. */
static bool note_difference(struct base *base, const char *tree, const char *name)
{
	char *base_tree = xasprintf("%s/tree", base->folder);
	enum file_change change = tree_file_change(base_tree, tree, name);
	enum effect effect = NO_EFFECT;

	if (change != FILE_SAME) {
		effect = effect_of(base_tree, tree, name, change);
		str_list_add(&base->differing, name);
		add_cost(base, name, effect);
	}
	free(base_tree);
	return effect != EVERYTHING;
}

static void base_free(struct base *base)
{
	free(base->folder);
	str_list_free(&base->note);
	str_list_free(&base->differing);
	str_list_free(&base->anew);
	*base = (struct base){ 0 };
}

/* True when @folder's objects can serve @tree; *@base is then to be freed. */
static bool base_serves(struct base *base, const char *folder, const char *key, const char *tree,
			const struct str_list *changed)
{
	struct str_list noted;
	bool serves;

	*base = (struct base){ 0 };
	if (!read_note(&base->note, folder, key))
		return false;
	base->folder = xstrdup(folder);
	noted = noted_changes(&base->note);
	serves = true;
	for (size_t i = 0; serves && i < noted.n; i++)
		serves = note_difference(base, tree, noted.item[i]);
	for (size_t i = 0; serves && i < changed->n; i++)
		if (!changes_have(&noted, changed->item[i]))
			serves = note_difference(base, tree, changed->item[i]);
	if (!serves)
		base_free(base);
	return serves;
}

/* The build with the key @key whose objects serve @tree best; without a folder when there is none. */
static struct base find_base(const char *key, const char *tree, const struct str_list *changed)
{
	struct str_list folders = { 0 };
	struct base best = { 0 };

	cache_list(&folders, "kernel");
	for (size_t i = 0; i < folders.n; i++) {
		struct base base;

		if (!base_serves(&base, folders.item[i], key, tree, changed))
			continue;
		if (best.folder && best.cost <= base.cost) {
			base_free(&base);
			continue;
		}
		base_free(&best);
		best = base;
	}
	str_list_free(&folders);
	return best;
}

/* What the copying of a base leaves out. */
struct leave_out {
	const struct base *base;
	const struct str_list *changed;	/* of the new tree */
};

/*
 * Sources are no objects: those that a series has changed, and those that
 * are in the unpatched tree and that the new one has removed. @arg: struct
 * leave_out.
 */
static bool is_left_out(const char *relative, const void *arg)
{
	const struct leave_out *out = arg;
	struct str_list noted = noted_changes(&out->base->note);

	for (size_t i = 0; i < out->base->anew.n; i++)
		if (is_below(relative, out->base->anew.item[i]))
			return true;
	return changes_have(&noted, relative) || changes_have(out->changed, relative);
}

/*
 * make compares times. A source that is the same in both trees gets the time
 * that it has in the base, so that its objects stand; one that differs gets
 * a new one, in a file of its own, since it may be a link to the pristine
 * source.
 */
static int set_source_time(const struct base *base, const char *tree, const char *file)
{
	char *old = xasprintf("%s/tree/%s", base->folder, file);
	char *new = xasprintf("%s/%s", tree, file), *fresh = xasprintf("%s.fresh", new);
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };
	struct stat st;
	int ret = 0;

	if (lstat(new, &st) < 0 || !S_ISREG(st.st_mode))
		goto out;
	if (!str_list_has(&base->differing, file) && !stat(old, &st)) {
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

static int set_source_times(const struct base *base, const char *tree,
			    const struct str_list *changed)
{
	struct str_list noted = noted_changes(&base->note);
	int ret = 0;

	for (size_t i = 0; !ret && i < noted.n; i++)
		ret = set_source_time(base, tree, noted.item[i]);
	for (size_t i = 0; !ret && i < changed->n; i++)
		if (!changes_have(&noted, changed->item[i]))
			ret = set_source_time(base, tree, changed->item[i]);
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

int kernel_reuse(const char *tree, const char *base_key, const struct str_list *changed)
{
	struct base base = find_base(base_key, tree, changed);
	struct leave_out out = { .base = &base, .changed = changed };
	struct tree_copy job = {
		.to = tree, .how = TREE_COPY, .keep_existing = true, .skip = is_left_out,
		.arg = &out,
	};
	char *base_tree, *objtool;
	int ret;

	if (!base.folder)
		return 0;
	base_tree = xasprintf("%s/tree", base.folder);
	objtool = xasprintf("%s/tools/objtool", tree);
	job.from = base_tree;
	ret = tree_copy(&job);
	if (!ret)
		ret = set_source_times(&base, tree, changed);
	if (!ret)
		ret = rewrite_paths(objtool, base.note.item[1], tree);
	free(objtool);
	free(base_tree);
	base_free(&base);
	return ret;
}
