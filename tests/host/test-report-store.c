// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run whose pictures or files cannot be stored: its exit status and
 * verdict.json agree, and a full disk is named once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "lib-capture.h"
#include "lib-report.h"
#include "lib-scratch.h"
#include "report/gnuplot.h"
#include "report/report.h"
#include "run/run.h"

static char *path_before;

/* A PATH whose gnuplot is @script, or that has none: the rest of /usr/bin is still there. */
static void set_gnuplot(const char *script)
{
	const char *dir = scratch("bin"), *file = scratch("bin/gnuplot");
	char *path = xasprintf("%s:%s", dir, path_before);

	unlink(file);
	if (script) {
		scratch_write("bin/gnuplot", script);
		assert_int_equal(chmod(file, 0755), 0);
	}
	/* without one nothing else is needed either: the tables are written by ourselves */
	setenv("PATH", script ? path : dir, 1);
	free(path);
}

static int keep_path(void **state)
{
	path_before = xstrdup(getenv("PATH"));
	return scratch_make(state);
}

static int restore_path(void **state)
{
	setenv("PATH", path_before, 1);
	free(path_before);
	return scratch_remove(state);
}

/* A run that measured well and is about to be stored in @runs. */
static void make_run(struct run *run, struct run_options *options, const char *runs)
{
	*options = (struct run_options){ .runs_dir = runs, .factor = 1 };
	*run = (struct run){
		.options = options, .root = ".", .id = xstrdup("one"),
		.temp_dir = xasprintf("%s/.one.part", runs), .dir = xasprintf("%s/one", runs),
	};
	assert_int_equal(make_dirs(run->temp_dir), 0);
	make_seeds(&run->result, "one", 8, 60, 3);
	measurement_set_counter(&run->result.measurement[0], "attempts", 10000);
}

static void free_run(struct run *run)
{
	if (!run->temp_dir)
		discard_tree(run->dir);
	run_free(run);
}

static json_t *verdict_of(const struct run *run)
{
	char *path = xasprintf("%s/verdict.json", run->dir);
	json_t *json = json_load_file(path, 0, NULL);

	free(path);
	assert_non_null(json);
	return json;
}

/* verdict.json says @status, and says of pictures what @note has (NULL: nothing). */
static void verdict_is(const struct run *run, int status, const char *note)
{
	static const char *const words[] = { "good", "failed", "incomplete" };
	json_t *json = verdict_of(run), *notes = json_object_get(json, "notes");

	assert_int_equal(json_integer_value(json_object_get(json, "exit_status")), status);
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), words[status]);
	assert_int_equal(json_array_size(json_object_get(json, "reasons")), status ? 1 : 0);
	assert_int_equal(json_array_size(notes), note ? 1 : 0);
	if (note)
		text_has(json_string_value(json_array_get(notes, 0)), note);
	json_decref(json);
}

/* A run without gnuplot, or with a broken one, is good and says what it lacks. */
static void test_a_run_without_pictures_is_good(void **state)
{
	static const struct {
		const char *script, *note;
	} cases[] = {
		{ NULL, "gnuplot is not installed" },
		{ "#!/bin/sh\necho 'no such terminal' >&2\nexit 1\n", "no such terminal" },
		{ "#!/bin/sh\nexit 0\n", "wrote 0 of 4 pictures" },
		{ "#!/bin/sh\nkill -9 $$\n", "killed by signal 9" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct run_options options;
		struct run run;
		char *path;

		make_run(&run, &options, scratch("runs"));
		set_gnuplot(cases[i].script);
		assert_int_equal(run_store(&run, EXIT_GOOD), EXIT_GOOD);
		verdict_is(&run, EXIT_GOOD, cases[i].note);
		/* doctor finds the same: no pictures, and nothing else amiss */
		assert_non_null(gnuplot_fault());
		path = xasprintf("%s/report.html", run.dir);
		assert_true(file_exists(path));
		free(path);
		free_run(&run);
	}
}

/* The verdict stays, whatever becomes of the pictures. */
static void test_a_judged_failure_stays(void **state)
{
	struct run_options options;
	struct run run;

	(void)state;
	make_run(&run, &options, scratch("runs"));
	set_gnuplot(NULL);
	str_list_add(&run.reasons, "burst, gfp-nowait: splat: BUG");
	assert_int_equal(run_store(&run, EXIT_JUDGED), EXIT_JUDGED);
	verdict_is(&run, EXIT_JUDGED, "not installed");
	free_run(&run);
}

/* A run that is spoilt at the very end says so in both places. */
static void test_a_spoilt_run(void **state)
{
	struct run_options options;
	struct run run;

	(void)state;
	make_run(&run, &options, scratch("runs"));
	set_gnuplot(NULL);
	assert_int_equal(run_store(&run, EXIT_GOOD), EXIT_GOOD);
	assert_int_equal(run_spoil(&run, "the tables could not be printed"), EXIT_CANNOT);
	verdict_is(&run, EXIT_CANNOT, "not installed");
	free_run(&run);
}

/* A file system of @kib; false, and skipped with the reason, where none can be had. */
static bool mount_small(const char *where, unsigned int kib)
{
	char *size = xasprintf("size=%uk", kib);
	bool mounted = !make_dirs(where) && !mount("tmpfs", where, "tmpfs", 0, size);

	if (!mounted)
		print_message("# skipped: cannot mount a tmpfs: %s\n", strerror(errno));
	free(size);
	return mounted;
}

/* Leaves @kib free below @where. */
static void fill(const char *where, unsigned int kib)
{
	char *path = xasprintf("%s/ballast", where), *block = xcalloc(1, 4096);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, 4096) == 4096)
		;
	assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_CUR) - 1024 * (long)kib), 0);
	close(fd);
	free(block);
	free(path);
}

static size_t count_words(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

/*
 * From no room at all to room for all but the pictures: whatever is left, exit
 * status and verdict.json agree, and the disk is named, once where only
 * pictures are missing.
 */
static void test_full_disk(void **state)
{
	static const unsigned int room[] = { 32, 48, 64, 80, 96, 128, 160, 200 };
	size_t pictures_only = 0;

	(void)state;
	setenv("PATH", path_before, 1);
	if (!program_exists("gnuplot")) {
		print_message("# skipped: gnuplot is not installed\n");
		skip();
	}
	for (size_t i = 0; i < ARRAY_SIZE(room); i++) {
		const char *disk = scratch("disk");
		struct run_options options;
		struct run run;
		char *said;
		int status;

		if (!mount_small(disk, 2048)) {
			print_message("# skipped: a small file system cannot be mounted here\n");
			skip();
		}
		make_run(&run, &options, disk);
		fill(disk, room[i]);
		capture_stderr_start();
		status = run_store(&run, EXIT_GOOD);
		said = capture_stderr_end();
		if (!run.temp_dir)
			verdict_is(&run, status,
				   run.no_pictures ? "the disk is full" : NULL);
		else
			assert_int_equal(status, EXIT_CANNOT);
		text_has(said, "No space left on device");
		assert_null(strstr(said, "ended well"));
		/* the verdict may be another one to find no room, the report is said once */
		assert_in_range(count_words(said, "No space left"), 1, 2);
		if (status == EXIT_GOOD) {
			pictures_only++;
			assert_int_equal(count_words(said, "No space left"), 1);
		}
		free(said);
		free_run(&run);
		assert_int_equal(umount2(disk, MNT_DETACH), 0);
	}
	assert_true(pictures_only > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_run_without_pictures_is_good),
		cmocka_unit_test(test_a_judged_failure_stays),
		cmocka_unit_test(test_a_spoilt_run),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests_name("report-store", tests, keep_path, restore_path);
}
