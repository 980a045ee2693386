// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel that was built on another series' objects is the kernel that an
 * empty cache gives. The kernel is a toy whose makefiles do as kbuild does;
 * the series are random ones of every kind of change and of header.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/checkout.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "kernel/build.h"
#include "kernel/tree-changes.h"
#include "lib-folder.h"

#define SPDX "/* SPDX-License-Identifier: GPL-2.0-only */\n"
#define SEQUENCES	4	/* REUSE_SEED=n: others */
#define A_SEQUENCE	6
#define MOMENTS		10	/* of each signal */

/* How a patch names its files. */
static const struct {
	const char *git_old, *git_new;	/* of "diff --git" */
	const char *old, *old_end, *new, *new_end;
	bool git_line;
} styles[] = {
	{ "a", "b", "a", "", "b", "", true },				/* git */
	{ "i", "w", "i", "", "w", "", true },				/* diff.mnemonicPrefix */
	{ "c", "w", "c", "", "w", "", true },
	{ "a", "b", "a", "~name", "a", "", false },			/* -mm */
	{ "a", "b", "linux.orig", "\t2025-01-01 10:00:00.000000000 +0100", "linux",
	  "\t2025-01-02 10:00:00.000000000 +0100", false },		/* quilt */
	{ "old", "new", "old-6.12", "", "new-6.12", "", true },
};

struct file {
	const char *name;
	char *text;
	bool program;
};

/* The sources as a series makes them, in the order of their names' first use. */
struct sources {
	struct file file[32];
	size_t n;
};

static char *dir, *root, *toy;
static uint64_t state_of_random;

static unsigned int random_below(unsigned int n)
{
	state_of_random = state_of_random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(state_of_random >> 33) % n;
}

static struct file *find(struct sources *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->file[i].name, name) && s->file[i].text)
			return &s->file[i];
	return NULL;
}

static struct file *put(struct sources *s, const char *name, const char *text)
{
	struct file *file = find(s, name);

	if (!file) {
		assert_true(s->n < ARRAY_SIZE(s->file));
		file = &s->file[s->n++];
		file->name = name;
		file->program = false;
	}
	free(file->text);
	file->text = xstrdup(text);
	return file;
}

static void load_toy(struct sources *s)
{
	static const char *const names[] = {
		"Makefile", "mm/Makefile", "mm/percpu.c", "mm/slab.c", "mm/vmscan.c",
		"mm/internal.h", "mm/table.def", "block/Makefile", "block/genhd.c", "block/bio.c",
		"include/linux/percpu.h", "include/linux/blk.h", "scripts/table.sh",
		"scripts/Makefile.build", "Kbuild",
	};

	*s = (struct sources){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *text = folder_get(toy, names[i]);

		put(s, names[i], text);
		free(text);
	}
}

static void sources_free(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->file[i].text);
}

/* All lines of @text behind @sign. */
static void print_lines(FILE *out, char sign, const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		fprintf(out, "%c%.*s\n", sign, (int)strcspn(text, "\n"), text);
}

static unsigned int lines_of(const char *text)
{
	unsigned int n = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		n++;
	}
	return n;
}

/* The whole file replaced: @old or @new is NULL where there is none. */
static void print_hunk(FILE *out, unsigned int style, const char *old_name, const char *new_name,
		       const char *old, const char *new)
{
	unsigned int n_old = old ? lines_of(old) : 0, n_new = new ? lines_of(new) : 0;

	if (!n_old && !n_new)
		return;
	if (old)
		fprintf(out, "--- %s/%s%s\n", styles[style].old, old_name, styles[style].old_end);
	else
		fputs("--- /dev/null\n", out);
	if (new)
		fprintf(out, "+++ %s/%s%s\n", styles[style].new, new_name, styles[style].new_end);
	else
		fputs("+++ /dev/null\n", out);
	fprintf(out, "@@ -%u,%u +%u,%u @@\n", n_old != 0, n_old, n_new != 0, n_new);
	print_lines(out, '-', old ? old : "");
	print_lines(out, '+', new ? new : "");
}

static void print_git_line(FILE *out, unsigned int style, const char *old_name, const char *new_name)
{
	fprintf(out, "diff --git %s/%s %s/%s\n", styles[style].git_old, old_name,
		styles[style].git_new, new_name);
}

/* Changes one of a file's numbers, or adds one: every content is new. */
static void edit(FILE *out, struct sources *s, unsigned int style, const char *name,
		 const char *before, const char *line)
{
	static unsigned int count;
	struct file *file = find(s, name);
	char *text, *old, *at;

	if (!file)
		return;
	old = xstrdup(file->text);
	at = strstr(old, before);
	text = xasprintf("%.*s%s%u\n%s", at ? (int)(at - old) : (int)strlen(old), old, line,
			 ++count, at ? at : "");
	if (styles[style].git_line)
		print_git_line(out, style, name, name);
	print_hunk(out, style, name, name, old, text);
	put(s, name, text);
	free(text);
	free(old);
}

static void replace(FILE *out, struct sources *s, unsigned int style, const char *name,
		    const char *from, const char *to)
{
	struct file *file = find(s, name);
	char *text, *old, *at;

	if (!file || !(at = strstr(file->text, from)))
		return;
	old = xstrdup(file->text);
	at = strstr(old, from);
	text = xasprintf("%.*s%s%s", (int)(at - old), old, to, at + strlen(from));
	if (styles[style].git_line)
		print_git_line(out, style, name, name);
	print_hunk(out, style, name, name, old, text);
	put(s, name, text);
	free(text);
	free(old);
}

static void add(FILE *out, struct sources *s, unsigned int style, const char *name, const char *text)
{
	if (find(s, name))
		return;
	if (styles[style].git_line || !*text) {
		print_git_line(out, style, name, name);
		fputs("new file mode 100644\nindex 0000000..1111111\n", out);
	}
	print_hunk(out, style, NULL, name, NULL, text);
	put(s, name, text);
}

static void drop(FILE *out, struct sources *s, unsigned int style, const char *name)
{
	struct file *file = find(s, name);

	if (!file)
		return;
	if (styles[style].git_line) {
		print_git_line(out, style, name, name);
		fputs("deleted file mode 100644\nindex 1111111..0000000\n", out);
	}
	print_hunk(out, style, name, NULL, file->text, NULL);
	free(file->text);
	file->text = NULL;
}

static void move(FILE *out, struct sources *s, unsigned int style, const char *from, const char *to)
{
	struct file *file = find(s, from);

	if (!file || find(s, to))
		return;
	print_git_line(out, style, from, to);
	fprintf(out, "similarity index 100%%\nrename from %s\nrename to %s\n", from, to);
	put(s, to, file->text);
	file = find(s, from);
	free(file->text);
	file->text = NULL;
}

static void change_mode(FILE *out, struct sources *s, unsigned int style, const char *name)
{
	struct file *file = find(s, name);

	if (!file)
		return;
	print_git_line(out, style, name, name);
	fprintf(out, "old mode %s\nnew mode %s\n", file->program ? "100755" : "100644",
		file->program ? "100644" : "100755");
	file->program = !file->program;
}

enum kind {
	EDIT_SOURCE, EDIT_HEADER, EDIT_WIDE_HEADER, EDIT_BLOCK, ADD_SOURCE, DROP_SOURCE,
	DROP_SOURCE_ALONE, MOVE_SOURCE, MOVE_SOURCE_ALONE, MOVE_HEADER, MODE, EMPTY_HEADER,
	HIDING_HEADER, FLAGS, RECIPE, TOOL, DATA, LISTS, DROP_HEADER, DROP_OTHER_HEADER, KINDS,
};

/* Appends a change of @kind to a patch and to @s. */
static void make_change(FILE *out, struct sources *s, enum kind kind, unsigned int style)
{
	switch (kind) {
	case EDIT_SOURCE:
		edit(out, s, style, random_below(2) ? "mm/percpu.c" : "mm/slab.c", "none", "word ");
		break;
	case EDIT_HEADER:
		edit(out, s, style, "mm/internal.h", "#define", "#define UNUSED ");
		replace(out, s, style, "mm/internal.h", "DEPTH 4", "DEPTH 5");
		break;
	case EDIT_WIDE_HEADER:
		replace(out, s, style, "include/linux/percpu.h", "64", "128");
		break;
	case EDIT_BLOCK:
		edit(out, s, style, "block/genhd.c", "none", "word ");
		break;
	case ADD_SOURCE:
		add(out, s, style, "block/throttle.c", SPDX "throttle\n");
		replace(out, s, style, "block/Makefile", "obj-y += bio.o\n",
			"obj-y += bio.o\nobj-y += throttle.o\n");
		break;
	case DROP_SOURCE:
		drop(out, s, style, "mm/slab.c");
		replace(out, s, style, "mm/Makefile", "obj-y += slab.o\n", "");
		break;
	case DROP_SOURCE_ALONE:
		drop(out, s, style, "block/bio.c");
		break;
	case MOVE_SOURCE:
		move(out, s, style, "mm/percpu.c", "mm/areas.c");
		replace(out, s, style, "mm/Makefile", "percpu.o", "areas.o");
		break;
	case MOVE_SOURCE_ALONE:
		move(out, s, style, "block/genhd.c", "block/disk.c");
		break;
	case MOVE_HEADER:
		move(out, s, style, "mm/internal.h", "include/linux/internal.h");
		break;
	case MODE:
		change_mode(out, s, style, random_below(2) ? "scripts/table.sh" : "mm/percpu.c");
		break;
	case EMPTY_HEADER:
		add(out, s, style, "include/linux/empty.h", "");
		break;
	case HIDING_HEADER:
		add(out, s, style, "block/percpu.h", SPDX "#define SIZE 4096\n");
		break;
	case FLAGS:
		replace(out, s, style, "mm/Makefile", "MAGIC=7", "MAGIC=8");
		break;
	case RECIPE:
		replace(out, s, style, "mm/Makefile", "made by hand", "made by foot");
		break;
	case TOOL:
		replace(out, s, style, "scripts/table.sh", "table &", "row &");
		break;
	case DATA:
		edit(out, s, style, "mm/table.def", "second", "more ");
		break;
	case LISTS:
		replace(out, s, style, "mm/Makefile", "obj-y += vmscan.o\n", "");
		break;
	case DROP_HEADER:
		drop(out, s, style, "include/linux/blk.h");
		break;
	case DROP_OTHER_HEADER:
		drop(out, s, style, "include/linux/blk.h");
		drop(out, s, style, "block/genhd.c");
		drop(out, s, style, "block/bio.c");
		replace(out, s, style, "block/Makefile", "obj-y += genhd.o\nobj-y += bio.o\n", "obj-y :=\n");
		break;
	case KINDS:
		break;
	}
}

/* Writes one patch with @changes changes of the kinds in @kind; false when none could be made. */
static bool make_patch(const char *path, struct sources *s, const enum kind *kind, size_t changes,
		       unsigned int style)
{
	size_t length = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &length);
	bool any;

	for (size_t i = 0; i < changes; i++)
		make_change(out, s, kind[i], style);
	fclose(out);
	any = length > 0;
	if (any) {
		char *mail = xasprintf("Subject: [PATCH] a change\n\n---\n%s", text);

		assert_int_equal(file_write_atomic(path, mail, strlen(mail)), 0);
		free(mail);
	}
	free(text);
	return any;
}

/* The things that a build left for the test; all NULL when it failed. */
struct built {
	char *vmlinux, *tree;
};

/* Builds @series with the cache @cache in a process of its own: a process has one cache. */
static pid_t build_start(const char *series, const char *cache, const char *name)
{
	char *note = xasprintf("%s/%s.tree", dir, name), *copy = xasprintf("%s/%s.vmlinux", dir, name);
	sigset_t all, before;
	pid_t pid;

	unlink(note);
	unlink(copy);
	fflush(NULL);
	/* No signal before the child has an event of its own for it. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = fork();
	if (!pid) {
		const struct kernel_request request = {
			.root = root, .source = toy, .series = series,
		};
		struct kernel_build kernel;
		char *log = xasprintf("%s/%s.log", dir, name);

		interrupt_install();
		sigprocmask(SIG_SETMASK, &before, NULL);
		setenv("XDG_CACHE_HOME", cache, 1);
		if (!freopen(log, "we", stderr) || kernel_build(&kernel, &request) ||
		    file_copy(kernel.vmlinux, copy) ||
		    file_write_atomic(note, kernel.dir, strlen(kernel.dir)))
			_exit(1);
		_exit(0);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_true(pid > 0);
	free(note);
	free(copy);
	return pid;
}

static struct built build_end(pid_t pid, const char *name)
{
	struct built built = { 0 };
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && !WEXITSTATUS(status)) {
		char *file = xasprintf("%s.tree", name);

		built.tree = folder_get(dir, file);
		built.vmlinux = xasprintf("%s/%s.vmlinux", dir, name);
		free(file);
	}
	return built;
}

static struct built build(const char *series, const char *cache, const char *name)
{
	return build_end(build_start(series, cache, name), name);
}

static void built_free(struct built *built)
{
	free(built->vmlinux);
	free(built->tree);
}

static bool is_product(const char *name)
{
	static const char *const endings[] = { ".o", ".a", ".cmd", ".d", "/table.h" };

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		size_t length = strlen(name), n = strlen(endings[i]);

		if (length > n && !strcmp(name + length - n, endings[i]))
			return true;
	}
	return false;
}

/* The sources of two built trees are the same. */
static void expect_same_sources(const char *a, const char *b, const char *what)
{
	struct str_list changed = { 0 };

	assert_int_equal(tree_changes(&changed, a, b), 0);
	for (size_t i = 0; i < changed.n; i++)
		if (!is_product(changed.item[i]))
			fail_msg("%s: %s is another than from an empty cache", what, changed.item[i]);
	str_list_free(&changed);
}

static char *sha_of(const char *path)
{
	char hex[65];

	assert_int_equal(sha256_file(path, hex), 0);
	return xstrdup(hex);
}

/* The words in a kernel, for a message; the caller frees them. */
static char *words_of(const char *tree)
{
	return folder_get(tree, ".whole");
}

/* Builds @series in the used cache and in an empty one: both fail, or both give one kernel. */
static void expect_same_kernel(const char *series, const char *what, unsigned int *good)
{
	char *used = xasprintf("%s/used", dir), *empty = xasprintf("%s/empty", dir);
	struct built a, b;
	pid_t one, other;

	assert_int_equal(remove_tree(empty), 0);
	one = build_start(series, used, "a");
	other = build_start(series, empty, "b");
	a = build_end(one, "a");
	b = build_end(other, "b");
	if (!a.vmlinux != !b.vmlinux)
		fail_msg("%s: builds %s, but not %s", what,
			 a.vmlinux ? "on another's objects" : "in an empty cache",
			 a.vmlinux ? "in an empty cache" : "on another's objects");
	if (a.vmlinux) {
		char *hash = sha_of(a.vmlinux), *expected = sha_of(b.vmlinux);

		if (strcmp(hash, expected))
			fail_msg("%s: the kernel is\n%snot\n%s", what, words_of(a.tree),
				 words_of(b.tree));
		expect_same_sources(b.tree, a.tree, what);
		++*good;
		free(hash);
		free(expected);
	}
	built_free(&a);
	built_free(&b);
	free(used);
	free(empty);
}

static char *series_folder(unsigned int number)
{
	char *folder = xasprintf("%s/series-%u", dir, number);

	assert_int_equal(remove_tree(folder), 0);
	assert_int_equal(make_dirs(folder), 0);
	return folder;
}

/* A series of one patch. */
static char *one_patch(unsigned int number, enum kind kind, unsigned int style)
{
	char *folder = series_folder(number), *path = xasprintf("%s/one.patch", folder);
	struct sources s;

	load_toy(&s);
	assert_true(make_patch(path, &s, &kind, 1, style));
	folder_put(folder, "series", "one.patch\n");
	sources_free(&s);
	free(path);
	return folder;
}

static int set_up(void **state)
{
	char *argv[] = { "cp", "--archive", NULL, NULL, NULL };
	struct command cmd = { .argv = argv };

	(void)state;
	dir = folder_make();
	root = xasprintf("%s/root", dir);
	toy = xasprintf("%s/toy", dir);
	folder_put(root, "patches/6.12/series", "");
	folder_put(root, "patches/config/toy.config", "# nothing is asked for\n");
	argv[2] = xasprintf("%s/tests/host/data/toy-kernel", checkout_root());
	argv[3] = toy;
	assert_int_equal(command_run(&cmd), 0);
	free(argv[2]);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(root);
	free(toy);
	folder_remove(dir);
	return 0;
}

/*
 * Every kind of change in every style of header, then what does not have it:
 * a file that another series has changed and this one has not must be as it
 * was.
 */
static void test_each_kind_and_style(void **state)
{
	unsigned int good = 0, number = 0;

	(void)state;
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		unsigned int style = kind % ARRAY_SIZE(styles);
		char *what = xasprintf("kind %u in style %u", kind, style);
		char *then = xasprintf("after kind %u in style %u", kind, style);
		char *used = xasprintf("%s/used", dir);
		char *first = one_patch(number++, kind, style);
		char *second = one_patch(number++, kind == EDIT_BLOCK ? EDIT_SOURCE : EDIT_BLOCK, 0);

		expect_same_kernel(first, what, &good);
		expect_same_kernel(second, then, &good);
		assert_int_equal(remove_tree(used), 0);
		free(first);
		free(second);
		free(used);
		free(what);
		free(then);
	}
	/* those that take a source away from under its object do not build */
	assert_in_range(good, 2 * KINDS - 4, 2 * KINDS);
}

/* The same content, in every style of header: each time another series' file must go. */
static void test_every_style_of_header(void **state)
{
	unsigned int good = 0;

	(void)state;
	for (unsigned int style = 0; style < ARRAY_SIZE(styles); style++) {
		char *what = xasprintf("style %u", style);
		char *first = one_patch(2 * style, EDIT_SOURCE, style);
		char *second = one_patch(2 * style + 1, EDIT_BLOCK, style);

		expect_same_kernel(first, what, &good);
		expect_same_kernel(second, what, &good);
		free(first);
		free(second);
		free(what);
	}
	assert_int_equal(good, 2 * ARRAY_SIZE(styles));
}

/* The time of @name in @built's tree, in nanoseconds. */
static int64_t time_of(const struct built *built, const char *name)
{
	char *path = xasprintf("%s/%s", built->tree, name);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	free(path);
	return st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec;
}

/*
 * Objects of another build are reused where they can be: without this the other
 * tests would show nothing.
 */
static void test_objects_are_taken(void **state)
{
	char *used = xasprintf("%s/used", dir);
	char *first = one_patch(1, EDIT_SOURCE, 0), *second = one_patch(2, EDIT_BLOCK, 0);
	char *third = one_patch(3, ADD_SOURCE, 0), *tool = one_patch(4, TOOL, 0);
	struct built a = build(first, used, "a"), b = build(second, used, "b");
	struct built c = build(third, used, "c"), d = build(tool, used, "d");

	(void)state;
	assert_non_null(a.tree);
	assert_non_null(b.tree);
	assert_non_null(c.tree);
	assert_non_null(d.tree);
	assert_int_equal(time_of(&a, "mm/vmscan.o"), time_of(&b, "mm/vmscan.o"));
	assert_int_not_equal(time_of(&a, "block/genhd.o"), time_of(&b, "block/genhd.o"));
	/* a list of objects that grows leaves the others alone, a tool leaves nothing */
	assert_int_equal(time_of(&a, "block/bio.o"), time_of(&c, "block/bio.o"));
	assert_int_not_equal(time_of(&a, "block/bio.o"), time_of(&d, "block/bio.o"));
	built_free(&a);
	built_free(&b);
	built_free(&c);
	built_free(&d);
	free(first);
	free(second);
	free(third);
	free(tool);
	free(used);
}

/* A series that adds a header which is a link to @target, and includes it. */
static char *link_series(unsigned int number, const char *target)
{
	char *folder = series_folder(number);
	char *patch = xasprintf("diff --git a/block/size.h b/block/size.h\n"
				"new file mode 120000\nindex 0000000..1111111\n"
				"--- /dev/null\n+++ b/block/size.h\n@@ -0,0 +1 @@\n+%s\n"
				"\\ No newline at end of file\n"
				"--- a/block/genhd.c\n+++ b/block/genhd.c\n@@ -1,3 +1,4 @@\n"
				" /* SPDX-License-Identifier: GPL-2.0-only */\n"
				"+#include \"size.h\"\n #include \"blk.h\"\n genhd is SECTOR\n",
				target);

	folder_put(folder, "one.patch", patch);
	folder_put(folder, "series", "one.patch\n");
	free(patch);
	return folder;
}

/* make looks at the file behind a link, which is as old in both trees. */
static void test_link_leads_elsewhere(void **state)
{
	char *first = link_series(1, "../mm/internal.h"), *second = link_series(2, "./bio.c");
	unsigned int good = 0;

	(void)state;
	expect_same_kernel(first, "a link", &good);
	expect_same_kernel(second, "a link to elsewhere", &good);
	assert_int_equal(good, 2);
	free(first);
	free(second);
}

/*
 * A module of one kernel is never another's: the toy's holds its kernel's
 * content, and one cache has both.
 */
static void module_of(const char *series, const char *copy)
{
	const struct kernel_request request = { .root = root, .source = toy, .series = series };
	struct kernel_build kernel;
	char *path, *hash;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		char *used = xasprintf("%s/used", dir), *to = xasprintf("%s/%s", dir, copy);

		setenv("XDG_CACHE_HOME", used, 1);
		_exit(kernel_build(&kernel, &request) ||
		      module_build(&kernel, root, &path, &hash) || file_copy(path, to));
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_module_of_each_kernel(void **state)
{
	char *first = one_patch(1, EDIT_SOURCE, 0), *second = one_patch(2, EDIT_BLOCK, 0);
	char *one, *two;

	(void)state;
	folder_put(root, "bench-module/main.c", "module\n");
	folder_put(root, "contract/params.def", "\n");
	module_of(first, "one.ko");
	module_of(second, "two.ko");
	one = folder_get(dir, "one.ko");
	two = folder_get(dir, "two.ko");
	assert_int_equal(strncmp(one, "module\n", 7), 0);
	assert_string_not_equal(one, two);
	free(one);
	free(two);
	free(first);
	free(second);
}

static char *random_series(unsigned int number)
{
	char *folder = series_folder(number), *list;
	struct str_list names = { 0 };
	unsigned int patches = 1 + random_below(3);
	struct sources s;

	load_toy(&s);
	while (names.n < patches) {
		char *name = xasprintf("%04zu.patch", names.n + 1);
		char *path = xasprintf("%s/%s", folder, name);
		enum kind kinds[2] = { random_below(KINDS), random_below(KINDS) };

		if (make_patch(path, &s, kinds, 1 + random_below(2), random_below(ARRAY_SIZE(styles))))
			str_list_add(&names, name);
		free(path);
		free(name);
	}
	str_list_add(&names, "");
	list = str_list_join(&names, "\n");
	folder_put(folder, "series", list);
	free(list);
	str_list_free(&names);
	sources_free(&s);
	return folder;
}

static void test_random_sequences(void **state)
{
	const char *seed = getenv("REUSE_SEED");
	unsigned int good = 0, number = 0;

	(void)state;
	for (unsigned int sequence = 0; sequence < SEQUENCES; sequence++) {
		state_of_random = (seed ? strtoull(seed, NULL, 10) : 1) * 1000 + sequence;
		for (unsigned int i = 0; i < A_SEQUENCE; i++) {
			char *folder = random_series(number++);
			char *what = xasprintf("series %u of sequence %u", i + 1, sequence);

			expect_same_kernel(folder, what, &good);
			free(what);
			free(folder);
		}
	}
	/* a test of kernels that do not build would show little */
	assert_true(good >= SEQUENCES * A_SEQUENCE / 3);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Builds and sends @sig after @seconds; true when the build goes on from what another kept. */
static bool build_cut(const char *series, const char *cache, int sig, double seconds)
{
	pid_t pid = build_start(series, cache, "cut");
	struct built built;
	char *log;
	bool resumed;

	usleep((useconds_t)(1e6 * seconds));
	kill(pid, sig);
	built = build_end(pid, "cut");
	built_free(&built);
	log = folder_get(dir, "cut.log");
	resumed = strstr(log, "goes on from where it was interrupted");
	free(log);
	return resumed;
}

static void expect_as(const struct built *expected, const struct built *built, const char *what)
{
	char *a, *b;

	if (!built->vmlinux)
		fail_msg("%s: does not build", what);
	a = sha_of(expected->vmlinux);
	b = sha_of(built->vmlinux);
	if (strcmp(a, b))
		fail_msg("%s: the kernel is\n%snot\n%s", what, words_of(built->tree),
			 words_of(expected->tree));
	expect_same_sources(expected->tree, built->tree, what);
	free(a);
	free(b);
}

/*
 * However often a build is cut off, and whenever: what ends in the end is the kernel of a build
 * at one go, and so is another series' kernel that is built beside what was kept.
 */
static void test_cut_off_and_gone_on_with(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGKILL };
	char *once = xasprintf("%s/once", dir), *used = xasprintf("%s/used", dir);
	char *first = one_patch(1, EDIT_SOURCE, 0), *second = one_patch(2, EDIT_BLOCK, 0);
	struct built a, b, c;
	unsigned int resumed = 0;
	double whole = seconds_now();

	(void)state;
	a = build(first, once, "once-a");
	whole = seconds_now() - whole;
	b = build(second, once, "once-b");
	for (unsigned int i = 0; i < MOMENTS * ARRAY_SIZE(signals); i++) {
		int sig = signals[i % ARRAY_SIZE(signals)];
		double moment = whole * (i + 1) / (MOMENTS * ARRAY_SIZE(signals));
		char *what = xasprintf("signal %d after %.3f s", sig, moment);
		char *kernels = xasprintf("%s/pcpbench/kernel", used);

		assert_int_equal(remove_tree(kernels), 0);
		build_cut(first, used, sig, moment);
		/* what only make's end has to be waited for */
		resumed += build_cut(first, used, SIGINT, whole / 3);
		c = build(i % 2 ? first : second, used, "cut");
		expect_as(i % 2 ? &a : &b, &c, what);
		built_free(&c);
		free(kernels);
		free(what);
	}
	/* a test of builds that are cut off before make, or not at all, would show little */
	assert_true(resumed >= 3);
	built_free(&a);
	built_free(&b);
	free(first);
	free(second);
	free(once);
	free(used);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(test_every_style_of_header),
		CASE(test_each_kind_and_style),
		CASE(test_objects_are_taken),
		CASE(test_link_leads_elsewhere),
		CASE(test_module_of_each_kernel),
		CASE(test_random_sequences),
		CASE(test_cut_off_and_gone_on_with),
	};

	interrupt_install();
	return cmocka_run_group_tests_name("kernel reuse", tests, NULL, NULL);
}
