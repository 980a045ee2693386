// SPDX-License-Identifier: GPL-2.0-only
/* The build cache: keys, locks between processes, nothing half-finished. */
#include <fcntl.h>
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

#include "base/fsutil.h"
#include "kernel/build.h"
#include "kernel/cache.h"
#include "kernel/folder-hold.h"
#include "lib-scratch.h"

static int setup(void **state)
{
	if (scratch_make(state))
		return -1;
	return setenv("XDG_CACHE_HOME", scratch("cache"), 1);
}

static char *key_of(const char *a, const char *b)
{
	struct str_list lines = { 0 };
	char *key;

	str_list_add(&lines, a);
	str_list_add(&lines, b);
	key = cache_key(&lines);
	str_list_free(&lines);
	return key;
}

static void test_keys(void **state)
{
	char *one = key_of("source 1", "gcc"), *same = key_of("source 1", "gcc");
	char *swapped = key_of("gcc", "source 1"), *other = key_of("source 2", "gcc");
	char *moved = key_of("source 1g", "cc");

	(void)state;
	assert_string_equal(one, same);
	assert_string_not_equal(one, swapped);
	assert_string_not_equal(one, other);
	assert_string_not_equal(one, moved);
	free(one);
	free(same);
	free(swapped);
	free(other);
	free(moved);
}

static int open_entry(struct cache_entry *entry, const char *key)
{
	return cache_open(entry, "thing", key, "the thing", 1);
}

static void leave_mark(const struct cache_entry *entry)
{
	char *path = xasprintf("%s/mark", entry->work);

	assert_int_equal(file_write_atomic(path, "x", 1), 0);
	free(path);
}

/* The next build of a key gets what an interrupted one kept; a build of another key removes it. */
static void test_kept(void **state)
{
	struct cache_entry entry;
	char *first, *mark;

	(void)state;
	assert_int_equal(open_entry(&entry, "kept"), 0);
	assert_false(entry.resumed);
	leave_mark(&entry);
	first = xstrdup(entry.work);
	mark = xasprintf("%s/mark", first);
	entry.keep = true;
	cache_close(&entry);
	assert_true(file_exists(mark));

	assert_int_equal(open_entry(&entry, "kept"), 0);
	assert_true(entry.resumed);
	assert_string_equal(entry.work, first);
	assert_true(file_exists(mark));
	/* nothing was done there yet; a failure says that it is to be begun anew */
	assert_true(entry.keep);
	cache_close(&entry);
	assert_int_equal(open_entry(&entry, "kept"), 0);
	assert_true(entry.resumed);
	entry.keep = false;
	cache_close(&entry);
	assert_false(file_exists(first));

	assert_int_equal(open_entry(&entry, "kept"), 0);
	assert_false(entry.resumed);
	free(first);
	first = xstrdup(entry.work);
	entry.keep = true;
	cache_close(&entry);
	assert_true(file_exists(first));
	assert_int_equal(open_entry(&entry, "another"), 0);
	assert_false(entry.resumed);
	assert_false(file_exists(first));
	cache_close(&entry);
	free(mark);
	free(first);
}

static void test_published(void **state)
{
	struct cache_entry entry;

	(void)state;
	assert_int_equal(open_entry(&entry, "published"), 0);
	assert_non_null(entry.work);
	assert_false(file_exists(entry.dir));
	leave_mark(&entry);
	assert_int_equal(cache_publish(&entry), 0);
	cache_close(&entry);
	assert_int_equal(open_entry(&entry, "published"), 0);
	assert_null(entry.work);
	assert_true(file_exists(entry.dir));
	cache_close(&entry);
}

/* A build that failed leaves nothing that looks finished. */
static void test_given_up(void **state)
{
	struct cache_entry entry;
	char *work;

	(void)state;
	assert_int_equal(open_entry(&entry, "given-up"), 0);
	leave_mark(&entry);
	work = xstrdup(entry.work);
	cache_close(&entry);
	assert_false(file_exists(work));
	assert_int_equal(open_entry(&entry, "given-up"), 0);
	assert_non_null(entry.work);
	cache_close(&entry);
	free(work);
}

/*
 * A build that was killed leaves nothing that looks finished; the next build
 * removes its leavings.
 */
static void test_killed(void **state)
{
	struct cache_entry entry;
	pid_t pid = fork();
	char *leavings;
	int status;

	(void)state;
	if (pid == 0) {
		if (!open_entry(&entry, "killed")) {
			leave_mark(&entry);
			raise(SIGKILL);
		}
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	leavings = xasprintf("%s.tmp.%d", scratch("cache/pcpbench/thing/killed"), (int)pid);
	assert_true(file_exists(leavings));
	assert_false(file_exists(scratch("cache/pcpbench/thing/killed")));
	assert_int_equal(open_entry(&entry, "killed"), 0);
	assert_non_null(entry.work);
	assert_false(file_exists(leavings));
	cache_close(&entry);
	free(leavings);
}

/* The second process waits for the first and finds its work done. */
static void test_shared(void **state)
{
	struct cache_entry entry;
	int status, ready[2];
	pid_t pid;
	char c;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (open_entry(&entry, "shared") || !entry.work || write(ready[1], "x", 1) != 1)
			_exit(1);
		usleep(300000);
		leave_mark(&entry);
		_exit(cache_publish(&entry) ? 1 : 0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(open_entry(&entry, "shared"), 0);
	assert_null(entry.work);
	cache_close(&entry);
	assert_true(file_exists(scratch("cache/pcpbench/thing/shared/mark")));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(ready[0]);
	close(ready[1]);
}

/* While one works, another neither waits for it under a different key nor disturbs it. */
static void test_other_key(void **state)
{
	struct cache_entry entry, other;

	(void)state;
	assert_int_equal(open_entry(&entry, "mine"), 0);
	leave_mark(&entry);
	assert_int_equal(open_entry(&other, "yours"), 0);
	assert_non_null(other.work);
	assert_true(file_exists(entry.work));
	cache_close(&other);
	assert_int_equal(cache_publish(&entry), 0);
	cache_close(&entry);
	assert_true(file_exists(scratch("cache/pcpbench/thing/mine/mark")));
}

/* Several at once: one of them builds, the others find the result. */
static void test_built_once(void **state)
{
	pid_t pid[4];
	int builders = 0, status;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++) {
		struct cache_entry entry;

		pid[i] = fork();
		if (pid[i])
			continue;
		if (open_entry(&entry, "once"))
			_exit(100);
		status = entry.work != NULL;
		if (entry.work)
			leave_mark(&entry);
		usleep(50000);
		_exit(cache_publish(&entry) ? 100 : status);
	}
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
		builders += WEXITSTATUS(status);
	}
	assert_int_equal(builders, 1);
	assert_true(file_exists(scratch("cache/pcpbench/thing/once/mark")));
}

/* Whoever presses Ctrl-C gets no finished folder, not even of a build that was through. */
static void test_interrupted(void **state)
{
	struct cache_entry entry;
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		if (open_entry(&entry, "interrupted"))
			_exit(2);
		leave_mark(&entry);
		raise(SIGINT);
		status = cache_publish(&entry) == -1 ? 0 : 3;
		cache_close(&entry);
		_exit(status);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_false(file_exists(scratch("cache/pcpbench/thing/interrupted")));
}

static void make_old(const char *name, time_t age)
{
	struct timespec times[2] = { { .tv_sec = time(NULL) - age } };

	times[1] = times[0];
	assert_int_equal(utimensat(AT_FDCWD, scratch(name), times, 0), 0);
}

/* The newest eight stay whatever their age, older ones go when unused for half a day. */
static void test_unused_go(void **state)
{
	struct str_list left = { 0 };
	struct cache_entry entry;
	char name[64];

	(void)state;
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "cache/pcpbench/old/k%02d/file", i);
		scratch_write(name, "x");
		*strrchr(name, '/') = '\0';
		/* k00 to k09 are days old, the last two are of today; the oldest is then used */
		make_old(name, i < 10 ? (20 - i) * 86400 : 3600);
	}
	assert_int_equal(cache_open(&entry, "old", "k00", "the thing", 1), 0);
	cache_close(&entry);
	assert_int_equal(cache_open(&entry, "old", "new", "the thing", 1), 0);
	cache_close(&entry);
	cache_list(&left, "old");
	assert_int_equal(left.n, 8);
	assert_non_null(strstr(left.item[0], "/k00"));
	assert_non_null(strstr(left.item[7], "/k05"));
	assert_false(file_exists(scratch("cache/pcpbench/old/k04")));
	str_list_free(&left);
}

/* No folder of today is removed, however many there are. */
static void test_used_stay(void **state)
{
	struct str_list left = { 0 };
	struct cache_entry entry;
	char name[64];

	(void)state;
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "cache/pcpbench/today/k%02d/file", i);
		scratch_write(name, "x");
	}
	assert_int_equal(cache_open(&entry, "today", "new", "the thing", 1), 0);
	cache_close(&entry);
	cache_list(&left, "today");
	assert_int_equal(left.n, 12);
	str_list_free(&left);
}

/* What a process has opened stays while it lives, however old it looks. */
static void test_held_stay(void **state)
{
	struct cache_entry entry;
	char name[64];

	(void)state;
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "cache/pcpbench/held/k%02d/file", i);
		scratch_write(name, "x");
		*strrchr(name, '/') = '\0';
		if (!i) {
			assert_int_equal(cache_open(&entry, "held", "k00", "the thing", 1), 0);
			cache_close(&entry);
		}
		make_old(name, (20 - i) * 86400);
	}
	assert_int_equal(cache_open(&entry, "held", "new", "the thing", 1), 0);
	cache_close(&entry);
	assert_true(file_exists(scratch("cache/pcpbench/held/k00")));
	assert_false(file_exists(scratch("cache/pcpbench/held/k01")));
}

/* What a killed process left goes, what one still has does not, nor anybody's file of that name. */
static void test_scratch(void **state)
{
	char *mine, *again;

	(void)state;
	scratch_write("cache/pcpbench/thing.999999/file", "x");
	scratch_write("cache/pcpbench/thing.note/file", "x");
	mine = scratch_folder_make("thing");
	assert_non_null(mine);
	assert_false(file_exists(scratch("cache/pcpbench/thing.999999")));
	assert_true(file_exists(scratch("cache/pcpbench/thing.note")));
	again = scratch_folder_make("thing");
	assert_non_null(again);
	assert_true(file_exists(mine));
	discard_tree(mine);
	free(again);
	free(mine);
}

static void test_no_room(void **state)
{
	struct cache_entry entry;

	(void)state;
	assert_int_equal(cache_open(&entry, "thing", "huge", "the thing", UINT32_MAX), -1);
	assert_false(file_exists(scratch("cache/pcpbench/thing/huge")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_other_key),
		cmocka_unit_test(test_built_once),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_unused_go),
		cmocka_unit_test(test_used_stay),
		cmocka_unit_test(test_held_stay),
		cmocka_unit_test(test_scratch),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests_name("cache", tests, setup, scratch_remove);
}
