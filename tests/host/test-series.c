// SPDX-License-Identifier: GPL-2.0-only
/* Patch series: read, refused, applied with patch(1) to small trees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/subprocess.h"
#include "base/util.h"
#include "kernel/build.h"
#include "kernel/series.h"
#include "lib-capture.h"
#include "lib-folder.h"

#define LINES "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"

/* Changes "four" of mm/pool.c to @word. */
#define CHANGE(word) \
	"From: A Developer <dev@example.org>\nSubject: [PATCH] change a line\n\n---\n" \
	"diff --git a/mm/pool.c b/mm/pool.c\n--- a/mm/pool.c\n+++ b/mm/pool.c\n" \
	"@@ -1,7 +1,7 @@\n one\n two\n three\n-four\n+" word "\n five\n six\n seven\n"
/* Then changes "two", with "four" as @word. */
#define CHANGE_TWO(word) \
	"--- a/mm/pool.c\t2024-01-01\n+++ b/mm/pool.c\t2024-01-02\n" \
	"@@ -1,5 +1,5 @@\n one\n-two\n+zwei\n three\n " word "\n five\n"
#define NEW_FILE \
	"--- /dev/null\n+++ b/mm/new/file.c\n@@ -0,0 +1 @@\n+int pool;\n"
#define GONE \
	"--- a/mm/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n"

#define MAIL(subject) "From: a@example.org\nSubject: " subject "\n\nText\n---\n" NEW_FILE

static char *dir, *folder, *tree;

static int set_up(void **state)
{
	(void)state;
	dir = folder_make();
	folder = xasprintf("%s/series-folder", dir);
	tree = xasprintf("%s/tree", dir);
	folder_put(tree, "mm/pool.c", LINES);
	folder_put(tree, "mm/old.c", "old\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(folder);
	free(tree);
	folder_remove(dir);
	return 0;
}

static void load(struct series *series)
{
	if (series_load(series, folder, "own"))
		fail_msg("a good series was refused");
}

static void test_loads(void **state)
{
	struct series series;

	(void)state;
	folder_put(folder, "series",
		   "\xef\xbb\xbf# what is applied\n\n0001-change.patch -p1\n  sub/0002-new.patch # a reason\r\n"
		   "0003-gone.patch");
	folder_put(folder, "0001-change.patch", CHANGE("vier"));
	folder_put(folder, "sub/0002-new.patch", NEW_FILE);
	folder_put(folder, "0003-gone.patch", GONE);
	load(&series);
	assert_string_equal(series.name, "own");
	assert_int_equal(series.patches.n, 3);
	assert_non_null(strstr(series.patches.item[1], "/sub/0002-new.patch"));
	assert_int_equal(series.touched.n, 3);
	assert_string_equal(series.touched.item[0], "mm/pool.c");
	assert_string_equal(series.touched.item[1], "mm/new/file.c");
	assert_string_equal(series.touched.item[2], "mm/old.c");
	assert_int_equal(strlen(series.hash), 64);
	series_free(&series);
}

/* The hash of the series @list whose b.patch is @text. */
static void hash_with(const char *list, const char *text, char hash[65])
{
	struct series series;

	folder_put(folder, "series", list);
	folder_put(folder, "b.patch", text);
	load(&series);
	memcpy(hash, series.hash, 65);
	series_free(&series);
}

/* The hash names content and order, not what is written around them. */
static void test_hash(void **state)
{
	char first[65], other[65];

	(void)state;
	folder_put(folder, "a.patch", NEW_FILE);
	hash_with("a.patch\nb.patch\n", CHANGE("vier"), first);
	hash_with("# a comment\na.patch -p1\n\nb.patch", CHANGE("vier"), other);
	assert_string_equal(first, other);
	hash_with("b.patch\na.patch\n", CHANGE("vier"), other);
	assert_string_not_equal(first, other);
	hash_with("a.patch\nb.patch\n", CHANGE("VIER"), other);
	assert_string_not_equal(first, other);
	hash_with("a.patch\nb.patch\n", CHANGE("vier") "\n", other);
	assert_string_not_equal(first, other);
	hash_with("b.patch\n", CHANGE("vier"), other);
	assert_string_not_equal(first, other);
}

/* The message must name what is wrong and where. */
static void refuses(const char *list, const char *says, const char *names)
{
	struct series series;
	char *said;
	int ret;

	folder_put(folder, "series", list);
	capture_stderr_start();
	ret = series_load(&series, folder, "own");
	said = capture_stderr_end();
	if (!ret)
		fail_msg("taken: %s", list);
	if (!strstr(said, says) || !strstr(said, names))
		fail_msg("'%s' does not say '%s' and '%s'", said, says, names);
	assert_null(series.patches.item);
	free(said);
}

static void test_refused(void **state)
{
	struct series series;
	char *said;

	(void)state;
	capture_stderr_start();
	assert_int_equal(series_load(&series, folder, "own"), -1);
	said = capture_stderr_end();
	assert_non_null(strstr(said, "there is no patch series"));
	free(said);
	/* what git and diff write for a binary file, which patch(1) passes over or refuses */
	folder_put(folder, "binary.patch", NEW_FILE
		   "diff --git a/logo.bin b/logo.bin\nindex 1..2 100644\n"
		   "Binary files a/logo.bin and b/logo.bin differ\n");
	folder_put(folder, "literal.patch",
		   "diff --git a/logo.bin b/logo.bin\nnew file mode 100644\nindex 0..2\n"
		   "GIT binary patch\nliteral 3\nKcmZ1\n\n");
	folder_put(folder, "recursive.patch",
		   "diff -urN linux.orig/logo.bin linux/logo.bin\n"
		   "Binary files linux.orig/logo.bin and linux/logo.bin differ\n");
	folder_put(folder, "folder.patch/a", NEW_FILE);
	refuses("binary.patch\n", "logo.bin", "binary.patch holds a binary change");
	refuses("literal.patch\n", "logo.bin", "literal.patch holds a binary change");
	refuses("recursive.patch\n", "logo.bin", "recursive.patch holds a binary change");
	folder_put(folder, "cut.patch", "--- a/x/y\n+++ b/x/y\n@@ -1 +1,2 @@\n old\n+older");
	refuses("cut.patch\n", "cut off", "echo >> ");
	folder_put(folder, "qp.patch", "Subject: x\nContent-Transfer-Encoding: Quoted-Printable\n\n"
		   NEW_FILE);
	folder_put(folder, "b64.patch", "content-transfer-encoding:\tbase64\n\nLS0tIGEv\n");
	refuses("qp.patch\n", "quoted-printable or base64", "git am");
	refuses("b64.patch\n", "quoted-printable or base64", "git am");
	refuses("folder.patch\n", "is not a file", "folder.patch");
	folder_put(folder, "good.patch", CHANGE("vier"));
	folder_put(folder, "same.patch", CHANGE("vier"));
	folder_put(folder, "void.patch", "");
	folder_put(folder, "talk.patch", "Subject: nothing\n\nNo change here, +++ and --- alike.\n");
	folder_put(dir, "outside.patch", NEW_FILE);
	refuses("", "lists no patches", "series");
	refuses("# good.patch\n", "lists no patches", "series");
	refuses("good.patch\nmissing.patch\n", "there is no such file", "missing.patch");
	refuses("void.patch\n", "is empty", "void.patch");
	refuses("good.patch\ntalk.patch\n", "is empty", "talk.patch");
	refuses("good.patch\ngood.patch\n", "twice", "good.patch");
	refuses("good.patch\nsame.patch\n", "are the same", "good.patch and same.patch");
	refuses("./good.patch\ngood.patch\n", "twice", "good.patch");
	refuses("good.patch -p0\n", "quilt refresh -p1", "good.patch");
	refuses("good.patch -p0\n", "'-p0' is not supported", "good.patch");
	refuses("good.patch -R\n", "'-R' is not supported", "good.patch");
	refuses("good.patch -p1 -R\n", "'-R' is not supported", "good.patch");
	refuses("../outside.patch\n", "not a file below", "../outside.patch");
	refuses("sub/../../outside.patch\n", "not a file below", "sub/../../outside.patch");
	refuses("/etc/passwd\n", "not a file below", "/etc/passwd");
	refuses("..\n", "not a file below", "..");
	refuses(".\n", "not a file below", ".");
}

/* A word that names no folder with a series gets advice what to do with it. */
static void advises(const char *path, const char *says)
{
	struct series series;
	char *said;

	capture_stderr_start();
	assert_int_equal(series_load(&series, path, "own"), -1);
	said = capture_stderr_end();
	if (!strstr(said, says))
		fail_msg("%s: '%s' does not say '%s'", path, said, says);
	free(said);
}

static void test_next_step_is_named(void **state)
{
	static const struct {
		const char *name, *text, *given, *says;
	} cases[] = {
		{ "six.mbx", "From a@b Mon\n" CHANGE("vier"), "six.mbx", "git mailsplit" },
		{ "thread.mbox", "X: y\n", "thread.mbox", "git mailsplit" },
		{ "saved", "From a@b Mon\n" CHANGE("vier"), "saved", "git mailsplit" },
		{ "one.patch", "From 0123 Mon\n" CHANGE("vier"), "one.patch", "for one patch" },
		{ "good/series", "a.patch\n", "good/series", "named by its folder" },
		{ "sent/0001-a.patch", CHANGE("vier"), "sent", "ls *.patch > series" },
		{ "quilted/patches/series", "a.patch\n", "quilted", "quilted/patches" },
		{ "clone/.git/HEAD", "ref: x\n", "clone", "format-patch" },
		{ "void/readme", "x\n", "void", "a folder with patches and a file 'series'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *path = xasprintf("%s/%s", dir, cases[i].given);

		folder_put(dir, cases[i].name, cases[i].text);
		advises(path, cases[i].says);
		free(path);
	}
}

static int apply(void)
{
	struct series series;
	int ret;

	load(&series);
	ret = series_apply(&series, tree);
	series_free(&series);
	return ret;
}

static void holds(const char *name, const char *text)
{
	char *got = folder_get(tree, name);

	assert_string_equal(got, text);
	free(got);
}

static void test_applies_in_order(void **state)
{
	(void)state;
	folder_put(folder, "series", "z.patch\na.patch\nnew.patch\ngone.patch\n");
	folder_put(folder, "z.patch", CHANGE("vier"));
	folder_put(folder, "a.patch", CHANGE_TWO("vier"));
	folder_put(folder, "new.patch", NEW_FILE);
	folder_put(folder, "gone.patch", GONE);
	assert_int_equal(apply(), 0);
	holds("mm/pool.c", "one\nzwei\nthree\nvier\nfive\nsix\nseven\n");
	holds("mm/new/file.c", "int pool;\n");
	assert_false(folder_has(tree, "mm/old.c"));
}

/* Applying fails with a message that has all of @says. */
static void fails(const char *const *says)
{
	char *said;
	int ret;

	capture_stderr_start();
	ret = apply();
	said = capture_stderr_end();
	assert_int_equal(ret, -1);
	for (; *says; says++)
		if (!strstr(said, *says))
			fail_msg("'%s' does not say '%s'", said, *says);
	free(said);
}

/* Two of six lines of context differ: patch(1) left to itself would make it fit. */
static void test_fuzz_is_refused(void **state)
{
	static const char changed[] = "ONE\ntwo\nthree\nfour\nfive\nsix\nSEVEN\n";

	(void)state;
	folder_put(folder, "series", "0001-change.patch\n");
	folder_put(folder, "0001-change.patch", CHANGE("vier"));
	folder_put(tree, "mm/pool.c", changed);
	fails((const char *const []){ "0001-change.patch does not apply", "hunk 1 of mm/pool.c",
				      "at line 1", "without fuzz", NULL });
	holds("mm/pool.c", changed);
	/* rejects and backups would be sources that the tree does not have */
	assert_int_equal(folder_entries(tree, "mm"), 2);
}

/* The second hunk of the second patch fails; all of that is in the message. */
static void test_the_hunk_is_named(void **state)
{
	(void)state;
	folder_put(folder, "series", "good.patch\nbad.patch\n");
	folder_put(folder, "good.patch", NEW_FILE);
	folder_put(folder, "bad.patch",
		   "--- a/mm/old.c\n+++ b/mm/old.c\n@@ -1 +1 @@\n-old\n+older\n"
		   "--- a/mm/pool.c\n+++ b/mm/pool.c\n"
		   "@@ -1,2 +1,2 @@\n-one\n+eins\n two\n"
		   "@@ -6,2 +6,2 @@\n six\n-eight\n+acht\n");
	fails((const char *const []){ "bad.patch does not apply", "hunk 2 of mm/pool.c",
				      "at line 6", NULL });
}

/* Another kernel lacks the file, or has the change already. */
static void test_wrong_kernel(void **state)
{
	(void)state;
	folder_put(folder, "series", "0001-other.patch\n");
	folder_put(folder, "0001-other.patch",
		   "--- a/block/blk-cgroup.c\n+++ b/block/blk-cgroup.c\n@@ -1 +1 @@\n-a\n+b\n");
	fails((const char *const []){ "0001-other.patch does not apply", "find file to patch",
				      "exactly the kernel", NULL });
	folder_put(folder, "0001-other.patch", CHANGE("vier"));
	assert_int_equal(apply(), 0);
	fails((const char *const []){ "0001-other.patch does not apply", NULL });
	holds("mm/pool.c", "one\ntwo\nthree\nvier\nfive\nsix\nseven\n");
}

/* A patch cannot reach out of the tree. */
static void test_patch_stays_in_the_tree(void **state)
{
	char *victim;

	(void)state;
	folder_put(dir, "victim", "untouched\n");
	folder_put(folder, "series", "0001-evil.patch\n");
	folder_put(folder, "0001-evil.patch",
		   "--- a/../victim\n+++ b/../victim\n@@ -1 +1 @@\n-untouched\n+gone\n");
	fails((const char *const []){ "0001-evil.patch", NULL });
	victim = folder_get(dir, "victim");
	assert_string_equal(victim, "untouched\n");
	free(victim);
}

/* The advice for a mailbox, when it is followed, makes a series. */
static void test_mailbox_becomes_a_series(void **state)
{
	char *script = xasprintf("cd '%s' && mkdir box && git mailsplit -obox two.mbx >&2 && "
				 "(cd box && ls [0-9]* > series)", dir);
	char *argv[] = { "sh", "-c", script, NULL };
	char *box = xasprintf("%s/box", dir);
	struct command cmd = { .argv = argv };
	struct series series;

	(void)state;
	if (!program_exists("git")) {
		print_message("# skipped: git is not installed\n");
		skip();
	}
	folder_put(dir, "two.mbx", "From a@b Mon Jan  6 10:00:00 2025\n" CHANGE("vier")
		   "\nFrom a@b Mon Jan  6 10:00:00 2025\nSubject: then\n\n---\n" CHANGE_TWO("vier"));
	assert_int_equal(command_run(&cmd), 0);
	assert_int_equal(series_load(&series, box, "box"), 0);
	assert_int_equal(series.patches.n, 2);
	assert_int_equal(series_apply(&series, tree), 0);
	holds("mm/pool.c", "one\nzwei\nthree\nvier\nfive\nsix\nseven\n");
	series_free(&series);
	free(script);
	free(box);
}

/* git's changes without a hunk, and headers of other tools: applied, and their files known. */
static void test_changes_without_hunks(void **state)
{
	static const struct {
		const char *patch, *gone, *there, *touched;
	} cases[] = {
		{ "diff --git a/mm/old.c b/lib/newname.c\nsimilarity index 100%\n"
		  "rename from mm/old.c\nrename to lib/newname.c\n",
		  "mm/old.c", "lib/newname.c", "mm/old.c lib/newname.c" },
		{ "diff --git i/mm/pool.c w/mm/pond.c\nsimilarity index 100%\n"
		  "copy from mm/pool.c\ncopy to mm/pond.c\n", NULL, "mm/pond.c", "mm/pond.c" },
		{ "diff --git a/mm/empty.h b/mm/empty.h\nnew file mode 100644\n"
		  "index 0000000..e69de29\n", NULL, "mm/empty.h", "mm/empty.h" },
		{ "diff --git a/mm/old.c b/mm/old.c\nold mode 100644\nnew mode 100755\n",
		  NULL, "mm/old.c", "mm/old.c" },
		{ "--- a/mm/old.c~name\n+++ a/mm/old.c\n@@ -1 +1 @@\n-old\n+older\n",
		  NULL, "mm/old.c", "mm/old.c" },
		{ "Index: linux/mm/old.c\n=====\n--- linux.orig/mm/old.c\t2025-01-01 1:0:0\n"
		  "+++ linux/mm/old.c\t2025-01-01 1:0:1\n@@ -1 +1 @@\n-old\n+older\n",
		  NULL, "mm/old.c", "mm/old.c" },
		{ "--- c/mm/old.c\r\n+++ w/mm/old.c\r\n@@ -1 +1 @@\r\n-old\r\n+older\r\n",
		  NULL, "mm/old.c", "mm/old.c" },
		/* mailers leave the signature without a newline */
		{ "--- a/mm/old.c\n+++ b/mm/old.c\n@@ -1 +1,2 @@\n old\n+older\n-- \n2.43.0",
		  NULL, "mm/old.c", "mm/old.c" },
		/* lines of a hunk that look like a header */
		{ "--- a/mm/old.c\n+++ b/mm/old.c\n@@ -1 +1,3 @@\n old\n+++ b/x\n+++ b/y\n",
		  NULL, "mm/old.c", "mm/old.c" },
		{ "diff --git a/mm/old.c b/mm/old.c\ndeleted file mode 100644\n"
		  "--- a/mm/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n",
		  "mm/old.c", NULL, "mm/old.c" },
		{ "*** a/mm/old.c\n--- b/mm/old.c\n***************\n*** 1 ****\n! old\n"
		  "--- 1 ----\n! older\n", NULL, "mm/old.c", "mm/old.c" },
	};

	(void)state;
	folder_put(folder, "series", "one.patch\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct series series;
		char *touched;

		folder_put(tree, "mm/old.c", "old\n");
		folder_put(folder, "one.patch", cases[i].patch);
		load(&series);
		touched = str_list_join(&series.touched, " ");
		if (strcmp(touched, cases[i].touched))
			fail_msg("case %zu touches '%s', not '%s'", i, touched, cases[i].touched);
		if (series_apply(&series, tree))
			fail_msg("case %zu was not applied", i);
		if (cases[i].gone)
			assert_false(folder_has(tree, cases[i].gone));
		if (cases[i].there)
			assert_true(folder_has(tree, cases[i].there));
		free(touched);
		series_free(&series);
	}
}

/* Patches of one name in two folders stay two, in the whole and in what is cut from it. */
static void test_one_name_in_two_folders(void **state)
{
	struct series series, cut;
	char *to = xasprintf("%s/cut", dir), *second;

	(void)state;
	folder_put(folder, "series", "./a/0001-fix.patch\nb//0001-fix.patch\n");
	folder_put(folder, "a/0001-fix.patch", CHANGE("vier"));
	folder_put(folder, "b/0001-fix.patch", CHANGE_TWO("vier"));
	load(&series);
	assert_int_equal(series_cut(&series, 2, to), 0);
	assert_int_equal(series_load(&cut, to, "cut"), 0);
	assert_int_equal(cut.patches.n, 2);
	assert_string_equal(cut.names.item[1], "b/0001-fix.patch");
	assert_string_equal(cut.hash, series.hash);
	second = folder_get(to, "b/0001-fix.patch");
	assert_string_equal(second, CHANGE_TWO("vier"));
	free(second);
	series_free(&series);
	series_free(&cut);
	free(to);
}

static void test_cut(void **state)
{
	struct series series, first;
	char *to = xasprintf("%s/first", dir), *subject;

	(void)state;
	folder_put(folder, "series", "0001.patch\n0002.patch\n");
	folder_put(folder, "0001.patch", CHANGE("vier"));
	folder_put(folder, "0002.patch", CHANGE_TWO("vier"));
	load(&series);
	assert_int_equal(series_cut(&series, 1, to), 0);
	assert_int_equal(series_load(&first, to, "first"), 0);
	assert_int_equal(first.patches.n, 1);
	subject = series_subject(&series, 0);
	assert_string_equal(subject, "change a line");
	free(subject);
	/* a patch without a mail's head is known by its name */
	subject = series_subject(&series, 1);
	assert_string_equal(subject, "0002.patch");
	free(subject);
	series_free(&first);
	series_free(&series);
	free(to);
}

/* Folded by blanks and TABs, encoded, tagged, or not UTF-8: one line of text. */
static void test_subjects(void **state)
{
	static const struct {
		const char *patch, *subject;
	} cases[] = {
		{ MAIL("[PATCH v2 1/3] mm: words that git folds into a\n second line"),
		  "mm: words that git folds into a second line" },
		{ MAIL("[PATCH] mm: say more when\n\tthe limit is\n\t reached"),
		  "mm: say more when the limit is reached" },
		{ MAIL("[PATCH] mm: say more\r\n\twhen\r"), "mm: say more when" },
		{ MAIL("=?UTF-8?q?mm:_J=C3=BCrgen's?= pool"), "mm: J\xc3\xbcrgen's pool" },
		{ MAIL("=?utf-8?B?bW06IErDvHJnZW4=?=\n =?utf-8?Q?'s_pool?="),
		  "mm: J\xc3\xbcrgen's pool" },
		{ MAIL("=?UTF-8?q?=5BPATCH=201/2=5D=20mm:=20=E2=80=9Cpool=E2=80=9D?="),
		  "mm: \xe2\x80\x9cpool\xe2\x80\x9d" },
		{ MAIL("mm: =?iso-8859-1?Q?J=FCrgen?="), "mm: J\xc3\xbcrgen" },
		{ MAIL("[RFC][PATCH 1/2] Re: mm: a [new] pool"), "mm: a [new] pool" },
		{ MAIL("mm: =?no-such-charset?Q?x?= =?UTF-8?Q?=zz?="),
		  "mm: =?no-such-charset?Q?x?= =?UTF-8?Q?=zz?=" },
		{ MAIL("mm: raw J\xfcrgen"), "mm: raw J\xc3\xbcrgen" },
		{ MAIL("mm: =?UTF-8?Q?a=1B=5B31m?="), "mm: a [31m" },
		{ "subject:mm: no blank\n\n" NEW_FILE, "mm: no blank" },
		{ MAIL("[PATCH]"), "[PATCH]" },
		{ MAIL(""), "0001.patch" },
		{ NEW_FILE, "0001.patch" },
	};

	(void)state;
	folder_put(folder, "series", "0001.patch\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct series series;
		char *subject;

		folder_put(folder, "0001.patch", cases[i].patch);
		load(&series);
		subject = series_subject(&series, 0);
		assert_string_equal(subject, cases[i].subject);
		free(subject);
		series_free(&series);
	}
}

static void test_versions(void **state)
{
	struct str_list list = { 0 };
	char *joined;

	(void)state;
	folder_put(dir, "patches/6.12/series", "");
	folder_put(dir, "patches/6.9/series", "");
	folder_put(dir, "patches/7.0/notes", "");
	folder_put(dir, "patches/lab/series", "");
	series_versions(&list, dir);
	joined = str_list_join(&list, " ");
	assert_string_equal(joined, "6.9 6.12");
	free(joined);
	str_list_free(&list);
	series_versions(&list, "/nonexistent");
	assert_int_equal(list.n, 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(test_loads),
		CASE(test_hash),
		CASE(test_refused),
		CASE(test_applies_in_order),
		CASE(test_fuzz_is_refused),
		CASE(test_the_hunk_is_named),
		CASE(test_wrong_kernel),
		CASE(test_patch_stays_in_the_tree),
		CASE(test_next_step_is_named),
		CASE(test_mailbox_becomes_a_series),
		CASE(test_changes_without_hunks),
		CASE(test_one_name_in_two_folders),
		CASE(test_cut),
		CASE(test_subjects),
		CASE(test_versions),
	};

	return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
