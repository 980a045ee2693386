// SPDX-License-Identifier: GPL-2.0-only
/* Kernels as they are asked for: versions, trees and tarballs, small ones made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/subprocess.h"
#include "kernel/build.h"
#include "kernel/cache.h"
#include "kernel/source.h"
#include "lib-capture.h"
#include "lib-scratch.h"

#define MAKEFILE "# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\n\nmrproper:\n\trm -f junk\n"

static int setup(void **state)
{
	if (scratch_make(state))
		return -1;
	return setenv("XDG_CACHE_HOME", scratch("cache"), 1);
}

/* A tree at @name with what a kernel must have, a driver, and what a build leaves. */
static void make_tree(const char *name)
{
	static const char *const files[][2] = {
		{ "Makefile", MAKEFILE }, { "Kbuild", "" }, { "mm/percpu.c", "int pool;\n" },
		{ "drivers/net/Kconfig", "config NET\n" }, { "drivers/net/card.c", "int card;\n" },
		{ "mm/percpu.o", "object" }, { ".config", "CONFIG_SMP=y\n" }, { "junk", "x" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = xasprintf("%s/%s", name, files[i][0]);

		scratch_write(path, files[i][1]);
		free(path);
	}
}

static bool holds(const struct kernel_source *source, const char *name)
{
	char *path = xasprintf("%s/%s", source->dir, name);
	bool there = file_exists(path);

	free(path);
	return there;
}

static void get(struct kernel_source *source, const char *request)
{
	char *said;
	int ret;

	capture_stderr_start();
	ret = kernel_source_get(source, request);
	said = capture_stderr_end();
	if (ret)
		fail_msg("%s was refused: %s", request, said);
	free(said);
}

static void refuses(const char *request, const char *says)
{
	struct kernel_source source;
	char *said;
	int ret;

	capture_stderr_start();
	ret = kernel_source_get(&source, request);
	said = capture_stderr_end();
	assert_int_equal(ret, -1);
	if (!strstr(said, says))
		fail_msg("%s: '%s' is not in: %s", request, says, said);
	assert_null(source.dir);
	assert_null(source.hash);
	free(said);
}

static void test_version_words(void **state)
{
	static const char *const versions[] = { "6.12", "6.1", "10.0", "6.12.117", "6.1.0" };
	static const char *const others[] = {
		"", "6", "6.", ".12", "6.12.", "6.12.3.4", "6..3", "6.12.3-rc1", "6.12-rc1", "v6.12", "./6.12", "6.12/", "6,12",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
		assert_true(kernel_is_version(versions[i]));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (kernel_is_version(others[i]))
			fail_msg("'%s' is no version", others[i]);
}

/* "6.12.3", as reports print it, is asked for: taken when the sources are of that release. */
static void test_release_is_asked_for(void **state)
{
	char *version = kernel_named_version("6.12.117"), *said;

	(void)state;
	assert_string_equal(version, "6.12");
	free(version);
	scratch_write("released/Kbuild", "");
	scratch_write("released/Makefile", MAKEFILE);
	assert_int_equal(kernel_check_release(scratch("released"), "6.12"), 0);
	assert_int_equal(kernel_check_release(scratch("released"), "6.12.3"), 0);
	capture_stderr_start();
	assert_int_equal(kernel_check_release(scratch("released"), "6.12.30"), -1);
	said = capture_stderr_end();
	assert_non_null(strstr(said, "those of 6.12.3, not of 6.12.30"));
	assert_non_null(strstr(said, "KERNEL=6.12 "));
	free(said);
}

static void git(const char *folder, const char *words)
{
	struct str_list argv = { 0 };
	struct command cmd = { .cwd = scratch(folder) };

	str_list_split(&argv, "git -c user.name=a -c user.email=a@example.org -c commit.gpgsign=false",
		       " ");
	str_list_split(&argv, words, " ");
	cmd.argv = str_list_argv(&argv);
	assert_int_equal(command_run(&cmd), 0);
	str_list_free(&argv);
}

/* The commit of the tree "tracked" has these words; NULL: it has none. */
static void commit_says(const char *folder, const char *begins, const char *ends)
{
	char *commit = kernel_tree_commit(scratch(folder));

	if (!begins) {
		assert_null(commit);
		return;
	}
	assert_non_null(commit);
	if (strncmp(commit, begins, strlen(begins)) ||
	    strcmp(commit + strlen(commit) - strlen(ends), ends))
		fail_msg("'%s' is not '%s … %s'", commit, begins, ends);
	free(commit);
}

/* A tree names its commit, and whether it is that commit. */
static void test_commit_of_a_tree(void **state)
{
	struct kernel_source source;

	(void)state;
	if (!program_exists("git")) {
		print_message("# skipped: git is not installed\n");
		skip();
	}
	scratch_write("tracked/.gitignore", "*.o\n");
	scratch_write("tracked/Kbuild", "");
	scratch_write("tracked/Makefile", MAKEFILE);
	scratch_write("tracked/mm/percpu.c", "int pool;\n");
	commit_says("tracked", NULL, NULL);
	git("tracked", "init --quiet");
	git("tracked", "add --all");
	git("tracked", "commit --quiet --message=first");
	git("tracked", "tag --annotate --message=x v6.12");
	commit_says("tracked", "v6.12 ", " clean");
	/* what is built is no change; what is new or other is one */
	scratch_write("tracked/mm/percpu.o", "object");
	commit_says("tracked", "v6.12 ", " clean");
	scratch_write("tracked/mm/new.c", "int x;\n");
	commit_says("tracked", "v6.12 ", " dirty");
	git("tracked", "add --all");
	git("tracked", "commit --quiet --message=second");
	commit_says("tracked", "v6.12-1-g", " clean");
	scratch_write("tracked/mm/percpu.c", "int pools;\n");
	get(&source, scratch("tracked"));
	assert_non_null(strstr(source.commit, " dirty"));
	kernel_source_free(&source);
	/* a tree below a repository is none of its commits */
	scratch_write("tracked/below/Makefile", MAKEFILE);
	commit_says("tracked/below", NULL, NULL);
}

/* The version that is in a tree with this Makefile, NULL for none. */
static void version_is(const char *makefile, const char *expected)
{
	char *version;

	scratch_write("some/Kbuild", "");
	scratch_write("some/Makefile", makefile);
	version = kernel_tree_version(scratch("some"));
	if (expected)
		assert_string_equal(version, expected);
	else
		assert_null(version);
	free(version);
}

static void test_tree_version(void **state)
{
	(void)state;
	version_is(MAKEFILE, "6.12");
	version_is("VERSION = 10\nPATCHLEVEL = 0\n", "10.0");
	version_is("PATCHLEVEL = 1\n\n\nVERSION = 6", "6.1");
	version_is("", NULL);
	version_is("VERSION = 6\n", NULL);
	version_is("VERSION := 6\nPATCHLEVEL := 12\n", NULL);
	version_is("MY_VERSION = 6\nPATCHLEVEL = 12\n", NULL);
	version_is("\tVERSION = 6\n\tPATCHLEVEL = 12\n", NULL);
	scratch_write("no-kbuild/Makefile", MAKEFILE);
	assert_null(kernel_tree_version(scratch("no-kbuild")));
	assert_null(kernel_tree_version(scratch("nowhere")));
}

static void test_what_is_left_out(void **state)
{
	(void)state;
	assert_true(kernel_source_omits("drivers/net/card.c"));
	assert_true(kernel_source_omits("drivers/gpu/drm/a/b.h"));
	assert_true(kernel_source_omits("arch/arm/boot/dts/board.dtsi"));
	assert_true(kernel_source_omits("arch/s390/kernel/entry.S"));
	assert_false(kernel_source_omits("arch/x86/kernel/entry.S"));
	assert_false(kernel_source_omits("drivers/net/Kconfig"));
	assert_false(kernel_source_omits("drivers/net/Makefile"));
	assert_false(kernel_source_omits("drivers/block/null_blk/main.c"));
	assert_false(kernel_source_omits("mm/percpu.c"));
	/* only at the top */
	assert_false(kernel_source_omits("tools/arch/arm/x.c"));
	assert_false(kernel_source_omits("include/sound/core.h"));
}

/* A copy without what was built in it; the user's own tree stays as it is. */
static void test_tree(void **state)
{
	struct kernel_source source, again, changed;
	struct stat first, second;

	(void)state;
	make_tree("tree");
	get(&source, scratch("tree"));
	assert_string_equal(source.version, "6.12");
	assert_true(holds(&source, "mm/percpu.c"));
	assert_true(holds(&source, "drivers/net/Kconfig"));
	assert_false(holds(&source, "drivers/net/card.c"));
	assert_false(holds(&source, "mm/percpu.o"));
	assert_false(holds(&source, ".config"));
	/* cleaned by its own makefile, and only there */
	assert_false(holds(&source, "junk"));
	assert_true(file_exists(scratch("tree/junk")));
	assert_true(file_exists(scratch("tree/mm/percpu.o")));
	/* what a build leaves is no change: the same folder serves again */
	assert_int_equal(stat(source.dir, &first), 0);
	scratch_write("tree/mm/percpu.o", "another object");
	get(&again, scratch("tree"));
	assert_string_equal(again.hash, source.hash);
	assert_int_equal(stat(again.dir, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
	scratch_write("tree/mm/percpu.c", "int pools;\n");
	get(&changed, scratch("tree"));
	assert_string_not_equal(changed.hash, source.hash);
	assert_string_not_equal(changed.dir, source.dir);
	kernel_source_free(&source);
	kernel_source_free(&again);
	kernel_source_free(&changed);
}

static void make_tarball(const char *tree, const char *tarball)
{
	char *file = xasprintf("--file=%s", scratch(tarball));
	char *folder = xasprintf("--directory=%s", scratch(""));
	char *argv[] = { "tar", "--create", "--auto-compress", file, folder, (char *)tree, NULL };
	struct command cmd = { .argv = argv };

	assert_int_equal(command_run(&cmd), 0);
	free(file);
	free(folder);
}

static void test_tarball(void **state)
{
	static const char *const names[] = { "ball.tar", "ball.tar.gz", "ball.tar.xz" };

	(void)state;
	make_tree("linux-6.12");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct kernel_source source;
		char hex[65];

		make_tarball("linux-6.12", names[i]);
		get(&source, scratch(names[i]));
		assert_string_equal(source.version, "6.12");
		assert_int_equal(sha256_file(scratch(names[i]), hex), 0);
		assert_string_equal(source.hash, hex);
		assert_true(holds(&source, "mm/percpu.c"));
		assert_true(holds(&source, "drivers/net/Kconfig"));
		assert_false(holds(&source, "drivers/net/card.c"));
		kernel_source_free(&source);
	}
}

/* Finished folders of sources in the cache. */
static size_t cached(void)
{
	struct str_list folders = { 0 };
	size_t n;

	cache_list(&folders, "source");
	n = folders.n;
	str_list_free(&folders);
	return n;
}

/* Whatever is refused leaves nothing in the cache that looks like a kernel. */
static void test_refused(void **state)
{
	size_t before = cached();

	(void)state;
	refuses("6.999", "apt-get install linux-source-6.999");
	refuses(scratch("missing"), "neither a version like");
	refuses("6.999.3", "apt-get install linux-source-6.999,");
	scratch_write("not-a-tree/Makefile", MAKEFILE);
	refuses(scratch("not-a-tree"), "is not a Linux kernel tree");
	scratch_write("text", "not a tarball, however long it may be\n");
	refuses(scratch("text"), "cannot unpack");
	scratch_write("empty.tar.xz", "");
	refuses(scratch("empty.tar.xz"), "empty.tar.xz");
	scratch_write("other/README", "no kernel here\n");
	make_tarball("other", "other.tar");
	refuses(scratch("other.tar"), "holds no Linux kernel");
	assert_int_equal(cached(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_words),
		cmocka_unit_test(test_release_is_asked_for),
		cmocka_unit_test(test_commit_of_a_tree),
		cmocka_unit_test(test_tree_version),
		cmocka_unit_test(test_what_is_left_out),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_tarball),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("kernel-source", tests, setup, scratch_remove);
}
