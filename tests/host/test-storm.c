// SPDX-License-Identifier: GPL-2.0-only
/* A storm judged from fio's output and from io.stat: three jobs, two disks, two reads each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/text.h"
#include "base/util.h"
#include "result/fio.h"

#define GOOD_FIO "fio-three-jobs"

/* I/Os of a cgroup on the two disks. */
struct charged {
	unsigned int disk[2];
};

struct books {
	struct charged root_before, storm_before, job[3], storm_after, root_after;
};

/* Everything where it was issued. */
static const struct books good = {
	.root_before = { { 5, 7 } },
	.job = { { { 2, 2 } }, { { 2, 2 } }, { { 2, 2 } } },
	.storm_after = { { 6, 6 } },
	.root_after = { { 11, 13 } },
};

static void put(struct text *out, const char *name, const char *moment, const struct charged *c)
{
	text_addf(out, "cgroup %s %s\n", name, moment);
	for (int d = 0; d < 2; d++)
		if (c->disk[d])
			text_addf(out,
				  " 252:%d rbytes=%u wbytes=0 rios=%u wios=0 dbytes=0 dios=0\n", d,
				  c->disk[d] * 4096, c->disk[d]);
	/* another device: not the storm's */
	text_addf(out, " 7:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n");
}

static char *write_books(const struct books *books)
{
	struct text text = { 0 }, *out = &text;
	char name[16];

	text_addf(out, "disks 2\nfirst 252:0\n");
	text_addf(out, "pool before blkg_refcnt high 64\npool before blkg_refcnt ready 60\n"
		       "pool before blkg_refcnt hits 10\npool before percpu_bench hits 5\n");
	text_addf(out, "percpu_kib before 800\n");
	put(out, "root", "before", &books->root_before);
	put(out, "storm", "before", &books->storm_before);
	for (int j = 0; j < 3; j++) {
		snprintf(name, sizeof(name), "j%04d", j);
		put(out, name, "after", &books->job[j]);
	}
	text_addf(out, "pool after blkg_refcnt high 64\npool after blkg_refcnt ready 31\n"
		       "pool after blkg_refcnt hits 110\npool after blkg_refcnt freed 7\n"
		       "pool after blkg_late misses 3\npool after percpu_bench hits 9\n");
	text_addf(out, "percpu_kib after 1000\n");
	put(out, "storm", "after", &books->storm_after);
	put(out, "root", "after", &books->root_after);
	return text_take(&text);
}

static void ask(struct measurement *m)
{
	measurement_init(m);
	measurement_set_param(m, "jobs", 3);
	measurement_set_param(m, "disks", 2);
	measurement_set_param(m, "ios_per_disk", 2);
}

static char *fio_output(const char *name)
{
	char *path = xasprintf("tests/host/data/%s.txt", name), *text;
	size_t length;

	assert_int_equal(file_read(path, 1 << 20, &text, &length), 0);
	free(path);
	return text;
}

static int evaluate(struct measurement *m, const char *fio, const char *books, char **error)
{
	return storm_evaluate(m, "insn", fio, strlen(fio), books, strlen(books), error);
}

/* NULL when the storm of @books is good, else the reason; @m is filled. */
static char *judge(struct measurement *m, const char *fio_name, const struct books *books)
{
	char *fio = fio_output(fio_name), *text = write_books(books), *error = NULL;
	int failed;

	ask(m);
	failed = evaluate(m, fio, text, &error);
	assert_int_equal(failed != 0, error != NULL);
	free(fio);
	free(text);
	return error;
}

static uint64_t counter(const struct measurement *m, const char *name)
{
	uint64_t value = UINT64_MAX;

	assert_true(measurement_counter(m, name, &value));
	return value;
}

static void test_balanced(void **state)
{
	struct measurement m;
	uint64_t other;
	const struct hist *clat;

	(void)state;
	assert_null(judge(&m, GOOD_FIO, &good));
	assert_int_equal(counter(&m, "fio_jobs"), 3);
	assert_int_equal(counter(&m, "ios_issued"), 12);
	assert_int_equal(counter(&m, "ios_own"), 12);
	assert_int_equal(counter(&m, "misattributed_ios"), 0);
	assert_int_equal(counter(&m, "ios_ancestors"), 0);
	assert_int_equal(counter(&m, "ios_unexplained"), 0);
	assert_int_equal(counter(&m, "percpu_bytes_before"), 800 << 10);
	assert_int_equal(counter(&m, "percpu_bytes_after"), 1000 << 10);
	assert_int_equal(counter(&m, "blkg_refcnt_high"), 64);
	assert_int_equal(counter(&m, "blkg_refcnt_ready"), 60);
	assert_int_equal(counter(&m, "blkg_refcnt_hits"), 100);
	/* first listed while the storm was on */
	assert_int_equal(counter(&m, "blkg_late_misses"), 3);
	assert_false(measurement_counter(&m, "blkg_refcnt_freed", &other));
	assert_false(measurement_counter(&m, "percpu_bench_hits", &other));
	clat = measurement_hist(&m, "fio_clat");
	assert_non_null(clat);
	assert_int_equal(clat->count, 12);
	assert_true(clat->min > 0 && clat->max >= clat->min);
	measurement_free(&m);
}

/* Writes are I/Os like reads: four of a job that reads nothing are four. */
static void test_writes_count(void **state)
{
	char *fio = fio_output(GOOD_FIO), *text = write_books(&good), *error = NULL, *at, *changed;
	struct measurement m;

	(void)state;
	at = strstr(text, "cgroup j0001 after");
	assert_non_null(at);
	at = strstr(at, "rios=2 wios=0");
	assert_non_null(at);
	changed = xasprintf("%.*srios=0 wios=2%s", (int)(at - text), text, at + strlen("rios=2 wios=0"));
	ask(&m);
	assert_int_equal(evaluate(&m, fio, changed, &error), 0);
	assert_null(error);
	assert_int_equal(counter(&m, "ios_own"), 12);
	assert_int_equal(counter(&m, "misattributed_ios"), 0);
	measurement_free(&m);
	free(changed);
	free(text);
	free(fio);
}

/* One read of a job went to storm, one to the root: both are found. */
static void test_misattributed(void **state)
{
	struct books books = good;
	struct measurement m;

	(void)state;
	books.job[0].disk[0] = 1;	/* the other one is storm's own */
	books.job[2].disk[1] = 0;
	books.storm_after.disk[1] = 4;	/* both are the root's */
	assert_null(judge(&m, GOOD_FIO, &books));
	assert_int_equal(counter(&m, "misattributed_ios"), 3);
	assert_int_equal(counter(&m, "cgroups_misattributed"), 2);
	assert_int_equal(counter(&m, "ios_ancestors"), 3);
	assert_int_equal(counter(&m, "ios_own"), 9);
	assert_int_equal(counter(&m, "ios_unexplained"), 0);
	measurement_free(&m);
}

static void check_refused(const char *fio, const struct books *books, const char *says)
{
	struct measurement m;
	char *error = judge(&m, fio, books);

	if (!error || !strstr(error, says))
		fail_msg("expected '%s', found '%s'", says, error ? error : "no error");
	free(error);
	measurement_free(&m);
}

/* An I/O that nobody was charged for, or that nobody issued, is no rounding error. */
static void test_unbalanced(void **state)
{
	struct books lost = good, extra = good;

	(void)state;
	lost.job[1].disk[0] = 1;
	lost.storm_after.disk[0] = 5;
	lost.root_after.disk[0] = 10;
	check_refused(GOOD_FIO, &lost, "balance");
	extra.job[1].disk[0] = 3;
	extra.storm_after.disk[0] = 7;
	extra.root_after.disk[0] = 12;
	check_refused(GOOD_FIO, &extra, "balance");
}

static void test_backwards(void **state)
{
	struct books books = good;

	(void)state;
	books.root_after.disk[1] = 6;
	check_refused(GOOD_FIO, &books, "backwards");
}

static void test_fio_failed(void **state)
{
	(void)state;
	check_refused("fio-invalid-argument", &good, "Invalid argument");
	check_refused("fio-no-json", &good, "nosuchengine");
	/* two jobs of 4,096 reads are not what the step asks for */
	check_refused("fio-two-jobs-4096", &good, "instead of 4");
}

/* Cut anywhere, both inputs give an error with a reason, or were not needed to the end. */
static void test_cut_inputs(void **state)
{
	char *fio = fio_output(GOOD_FIO), *books = write_books(&good);

	(void)state;
	for (size_t n = 0; n < strlen(fio) - 3; n += 97) {
		char *cut = xstrndup(fio, n), *error = NULL;
		struct measurement m;

		ask(&m);
		assert_int_not_equal(evaluate(&m, cut, books, &error), 0);
		assert_non_null(error);
		free(error);
		free(cut);
		measurement_free(&m);
	}
	for (size_t n = 0; n < strlen(books) - 150; n++) {
		char *cut = xstrndup(books, n), *error = NULL;
		struct measurement m;

		ask(&m);
		assert_int_not_equal(evaluate(&m, fio, cut, &error), 0);
		assert_non_null(error);
		free(error);
		free(cut);
		measurement_free(&m);
	}
	free(fio);
	free(books);
}

static void test_damaged_books(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "empty" },
		{ "disks 0\nfirst 252:0\n", "disks" },
		{ "disks 2\nfirst 252\n", "first" },
		{ "disks 2\nfirst 252:0\n 252:0 rios=1\n", "belongs to no cgroup" },
		{ "disks 2\nfirst 252:0\ncgroup root sometimes\n", "root" },
		{ "disks 2\nfirst 252:0\ncgroup root before\n 252:0 rios=99999999999999\n", "number" },
		{ "disks 2\nfirst 252:0\ncgroup root before\n 252:0 rios=1\n 252:0 rios=1\n", "twice" },
		{ "disks 2\nfirst 252:0\npercpu_kib lots\n", "percpu_kib" },
		{ "disks 2\nfirst 252:0\npool before blkg_refcnt hits -3\n", "pool" },
		{ "disks 2\nfirst 252:0\npool sometimes blkg_refcnt hits 3\n", "pool" },
		{ "disks 2\nfirst 252:0\npool after blkg_refcnt hits 3 4\n", "pool" },
		{ "disks 3\nfirst 252:0\ncgroup root before\n", "disks" },
	};
	char *fio = fio_output(GOOD_FIO);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *error = NULL;
		struct measurement m;

		ask(&m);
		assert_int_not_equal(evaluate(&m, fio, cases[i].text, &error), 0);
		if (!error || !strstr(error, cases[i].says))
			fail_msg("case %zu: expected '%s', found '%s'", i, cases[i].says, error);
		free(error);
		measurement_free(&m);
	}
	free(fio);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_balanced),
		cmocka_unit_test(test_writes_count),
		cmocka_unit_test(test_misattributed),
		cmocka_unit_test(test_unbalanced),
		cmocka_unit_test(test_backwards),
		cmocka_unit_test(test_fio_failed),
		cmocka_unit_test(test_cut_inputs),
		cmocka_unit_test(test_damaged_books),
	};

	return cmocka_run_group_tests_name("storm", tests, NULL, NULL);
}
