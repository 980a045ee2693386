// SPDX-License-Identifier: GPL-2.0-only
/* Numbers, words, lists, and files that are whole or not there. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/util.h"
#include "lib-capture.h"
#include "lib-folder.h"

static char *dir;

static int set_up(void **state)
{
	(void)state;
	dir = folder_make();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(dir);
	return 0;
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		bool good;
		uint64_t value;
	} cases[] = {
		{ "0", 0, true, 0 },
		{ "1", 0, false, 0 },
		{ "007", 7, true, 7 },
		{ "64", 64, true, 64 },
		{ "65", 64, false, 0 },
		{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, false, 0 },
		{ "18446744073709551620", UINT64_MAX, false, 0 },
		{ "184467440737095516150", UINT64_MAX, false, 0 },
		{ "99999999999999999999999999", UINT64_MAX, false, 0 },
		{ "", 9, false, 0 },
		{ " 1", 9, false, 0 },
		{ "1 ", 9, false, 0 },
		{ "+1", 9, false, 0 },
		{ "-1", UINT64_MAX, false, 0 },
		{ "-0", 9, false, 0 },
		{ "0x10", 99, false, 0 },
		{ "1e3", 9999, false, 0 },
		{ "1.0", 9, false, 0 },
		{ "1\n", 9, false, 0 },
		{ "/", 9, false, 0 },
		{ ":", 99, false, 0 },
		{ "\xd9\xa1", 9, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 4711;

		if (parse_u64(cases[i].text, cases[i].max, &value) != cases[i].good)
			fail_msg("'%s' up to %llu", cases[i].text,
				 (unsigned long long)cases[i].max);
		/* what is no number leaves the value alone */
		assert_int_equal(value, cases[i].good ? cases[i].value : 4711);
	}
}

static void test_nearest(void **state)
{
	static const char *const names[] = {
		"percpu-pool", "throttle-async", "gfp-nowait", "empty", NULL,
	};
	static const char *const none[] = { NULL };
	char *long_word = xcalloc(100001, 1);

	(void)state;
	assert_string_equal(nearest_name("percpu-pol", names), "percpu-pool");
	assert_string_equal(nearest_name("percpu-pool", names), "percpu-pool");
	assert_string_equal(nearest_name("pecrpu-pool", names), "percpu-pool");
	assert_string_equal(nearest_name("gpf-nowait", names), "gfp-nowait");
	assert_string_equal(nearest_name("emtpy", names), "empty");
	assert_string_equal(nearest_name("rnu", (const char *const []){ "report", "run", NULL }), "run");
	assert_string_equal(nearest_name("trotle-async", names), "throttle-async");
	assert_null(nearest_name("storm", names));
	assert_null(nearest_name("", names));
	assert_null(nearest_name("x", names));
	assert_null(nearest_name("empty", none));
	/* letters that changed places count once: two such pairs are half of the word */
	assert_string_equal(nearest_name("mepyt", names), "empty");
	memset(long_word, 'a', 100000);
	assert_null(nearest_name(long_word, names));
	long_word[65] = '\0';
	assert_null(nearest_name(long_word, (const char *const []){ long_word, NULL }));
	long_word[64] = '\0';
	assert_string_equal(nearest_name(long_word, (const char *const []){ long_word, NULL }),
			    long_word);
	free(long_word);
}

static void splits(const char *text, const char *separators, const char *joined)
{
	struct str_list list = { 0 };
	char *got;

	str_list_split(&list, text, separators);
	got = str_list_join(&list, "|");
	assert_string_equal(got, joined);
	free(got);
	str_list_free(&list);
	assert_int_equal(list.n, 0);
}

static void test_lists(void **state)
{
	struct str_list list = { 0 };
	char *joined;

	(void)state;
	splits("", ",", "");
	splits(",,,", ",", "");
	splits(" a , b ,, c ", ",", "a|b|c");
	splits("a b\tc", " \t", "a|b|c");
	splits("one word", ",", "one word");
	splits("\t x y \n,\r\n", ",", "x y");
	splits("a;b,c", ";,", "a|b|c");
	joined = str_list_join(&list, ", ");
	assert_string_equal(joined, "");
	free(joined);
	for (unsigned int i = 0; i < 1000; i++) {
		assert_false(str_list_has(&list, "999"));
		str_list_addf(&list, "%u", i);
	}
	assert_true(str_list_has(&list, "999"));
	assert_false(str_list_has(&list, "99 "));
	assert_false(str_list_has(&list, ""));
	assert_int_equal(list.n, 1000);
	for (unsigned int i = 0; i < 1000; i++)
		assert_int_equal(strtoul(list.item[i], NULL, 10), i);
	str_list_free(&list);
	str_list_add(&list, "");
	str_list_add(&list, "");
	joined = str_list_join(&list, "--");
	assert_string_equal(joined, "--");
	free(joined);
	str_list_free(&list);
}

static char *path_of(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void test_write_and_read(void **state)
{
	char *path = path_of("file"), *text;
	size_t length, size = 300000;
	char *data = xcalloc(size, 1);

	(void)state;
	for (size_t i = 0; i < size; i++)
		data[i] = (char)(i * 7 % 256);
	assert_int_equal(file_write_atomic(path, data, size), 0);
	assert_int_equal(file_read(path, size, &text, &length), 0);
	assert_int_equal(length, size);
	assert_memory_equal(text, data, size);
	assert_int_equal(text[size], '\0');
	free(text);
	assert_int_equal(file_write_atomic(path, "", 0), 0);
	assert_int_equal(file_read(path, 0, &text, &length), 0);
	assert_int_equal(length, 0);
	assert_string_equal(text, "");
	free(text);
	/* nothing but the file itself is left */
	assert_int_equal(folder_entries(dir, ""), 1);
	free(data);
	free(path);
}

static void test_read_has_a_bound(void **state)
{
	char *path = path_of("bounded"), *text = NULL, *said;
	size_t length;

	(void)state;
	folder_put(dir, "bounded", "12345");
	assert_int_equal(file_read(path, 5, &text, &length), 0);
	free(text);
	text = NULL;
	capture_stderr_start();
	assert_int_equal(file_read(path, 4, &text, &length), -1);
	said = capture_stderr_end();
	assert_null(text);
	assert_non_null(strstr(said, path));
	assert_non_null(strstr(said, "larger than the 4 bytes"));
	free(said);
	free(path);
	/* a file without end stops at the bound */
	capture_stderr_start();
	assert_int_equal(file_read("/dev/zero", 100000, &text, &length), -1);
	free(capture_stderr_end());
	assert_null(text);
}

/* Fails with a message that has @says. */
static void write_fails(const char *path, size_t length, const char *says)
{
	char *data = xcalloc(length, 1), *said;
	int ret;

	capture_stderr_start();
	ret = file_write_atomic(path, data, length);
	said = capture_stderr_end();
	assert_int_equal(ret, -1);
	assert_non_null(strstr(said, path));
	if (!strstr(said, says))
		fail_msg("'%s' does not say '%s'", said, says);
	free(said);
	free(data);
}

/* Whatever goes wrong, the old file stays whole and no temporary one is left. */
static void test_failed_write_leaves_the_old(void **state)
{
	struct rlimit small = { .rlim_cur = 1000 }, old;
	char *path = path_of("old"), *missing = path_of("no/where"), *folder = path_of("sub");
	char *text;

	(void)state;
	folder_put(dir, "old", "as it was");
	folder_put(dir, "sub/x", "");
	write_fails(missing, 1, "No such file");
	write_fails(folder, 1, "directory");
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	write_fails(path, 5000, "File too large");
	setrlimit(RLIMIT_FSIZE, &old);
	text = folder_get(dir, "old");
	assert_string_equal(text, "as it was");
	assert_int_equal(folder_entries(dir, ""), 2);
	assert_int_equal(folder_entries(dir, "sub"), 1);
	free(text);
	free(path);
	free(missing);
	free(folder);
}

/* A link planted under the temporary name must not be written through. */
static void test_write_follows_no_link(void **state)
{
	char *path = path_of("target"), *planted, *text;

	(void)state;
	folder_put(dir, "victim", "untouched");
	planted = xasprintf("%s.tmp.%d", path, (int)getpid());
	assert_int_equal(symlink("victim", planted), 0);
	write_fails(path, 10, "cannot create");
	text = folder_get(dir, "victim");
	assert_string_equal(text, "untouched");
	assert_int_equal(unlink(planted), 0);
	free(text);
	free(planted);
	free(path);
}

static void test_folders(void **state)
{
	char *deep = path_of("a/b/c/d"), *file = path_of("file/below"), *gone = path_of("gone");
	char *top = path_of("a"), *said, *text;
	struct stat st;

	(void)state;
	assert_int_equal(make_dirs(deep), 0);
	assert_int_equal(make_dirs(deep), 0);
	assert_int_equal(stat(deep, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	folder_put(dir, "file", "");
	capture_stderr_start();
	assert_int_equal(make_dirs(file), -1);
	said = capture_stderr_end();
	assert_non_null(strstr(said, "cannot make the folder"));
	free(said);
	/* removing follows no link out of the tree */
	folder_put(dir, "outside/kept", "kept");
	folder_put(dir, "a/b/x", "x");
	text = path_of("a/b/link");
	assert_int_equal(symlink("../../outside", text), 0);
	free(text);
	assert_int_equal(remove_tree(top), 0);
	assert_false(file_exists(top));
	assert_true(folder_has(dir, "outside/kept"));
	assert_int_equal(remove_tree(gone), 0);
	free(deep);
	free(file);
	free(gone);
	free(top);
}

static void test_copy(void **state)
{
	char *from = path_of("from"), *to = path_of("to"), *text, *said;
	struct stat st;

	(void)state;
	folder_put(dir, "from", "content\n");
	assert_int_equal(chmod(from, 0750), 0);
	assert_int_equal(file_copy(from, to), 0);
	text = folder_get(dir, "to");
	assert_string_equal(text, "content\n");
	assert_int_equal(stat(to, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0750);
	free(text);
	assert_int_equal(remove_tree(from), 0);
	capture_stderr_start();
	assert_int_equal(file_copy(from, to), -1);
	said = capture_stderr_end();
	assert_non_null(strstr(said, from));
	free(said);
	/* what cannot be copied does not cost what is there */
	assert_true(file_exists(to));
	free(from);
	free(to);
}

static void test_hash_known_answers(void **state)
{
	char hex[65], from_file[65], *path = path_of("abc");

	(void)state;
	sha256_hex("", 0, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256_hex("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	folder_put(dir, "abc", "abc");
	assert_int_equal(sha256_file(path, from_file), 0);
	assert_string_equal(from_file, hex);
	free(path);
}

static bool skip_objects(const char *relative)
{
	size_t length = strlen(relative);

	return length > 2 && !strcmp(relative + length - 2, ".o");
}

static void tree_hash(const char *name, char hex[65])
{
	char *path = path_of(name);

	assert_int_equal(sha256_tree(path, skip_objects, hex), 0);
	free(path);
}

/* Every difference in name, content, mode or link makes another hash; time and place do not. */
static void test_tree_hash(void **state)
{
	char first[65], hex[65], *path;

	(void)state;
	folder_put(dir, "one/a", "1");
	folder_put(dir, "one/sub/b", "2");
	folder_put(dir, "two/sub/b", "2");
	folder_put(dir, "two/a", "1");
	tree_hash("one", first);
	tree_hash("two", hex);
	assert_string_equal(hex, first);
	folder_put(dir, "two/sub/x.o", "an object");
	tree_hash("two", hex);
	assert_string_equal(hex, first);
	folder_put(dir, "two/a", "12");
	folder_put(dir, "two/sub/b", "");
	tree_hash("two", hex);
	assert_string_not_equal(hex, first);
	folder_put(dir, "two/a", "1");
	folder_put(dir, "two/sub/b", "2");
	folder_put(dir, "two/sub/c", "");
	tree_hash("two", hex);
	assert_string_not_equal(hex, first);
	path = path_of("two/sub/c");
	assert_int_equal(unlink(path), 0);
	free(path);
	tree_hash("two", hex);
	assert_string_equal(hex, first);
	path = path_of("two/a");
	assert_int_equal(chmod(path, 0755), 0);
	tree_hash("two", hex);
	assert_string_not_equal(hex, first);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("1", path), 0);
	tree_hash("two", hex);
	assert_string_not_equal(hex, first);
	free(path);
}

/* Long work is not silent where there is no bar, and not a flood either. */
static void test_progress(void **state)
{
	char *said;

	(void)state;
	capture_stderr_start();
	progress(0, 100, "building");
	progress(10, 100, "building");
	for (unsigned int i = 0; i < 11; i++) {
		sleep(1);
		progress(20 + i, 100, "building");
	}
	progress(100, 100, "linking");
	progress_end();
	said = capture_stderr_end();
	assert_non_null(strstr(said, "[0/100] building\n"));
	assert_null(strstr(said, "[10/100]"));
	assert_true(strstr(said, "[2") || strstr(said, "[30/100] building\n"));
	assert_null(strstr(said, "[20/100]"));
	assert_non_null(strstr(said, "[100/100] linking\n"));
	free(said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_progress),
		cmocka_unit_test_setup_teardown(test_write_and_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_read_has_a_bound, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_failed_write_leaves_the_old, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_write_follows_no_link, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_folders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_copy, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hash_known_answers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tree_hash, set_up, tear_down),
	};

	/* a write beyond RLIMIT_FSIZE is to fail, not to end the program */
	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests_name("util", tests, NULL, NULL);
}
