// SPDX-License-Identifier: GPL-2.0-only
/* fio's json+ output, line by line of what it may say; storms as a whole are test-storm's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "result/fio.h"

#define NO_LATENCY "{\"N\": 0}"

/* A job that read @ios times. */
#define JOB(name, error, ios, clat) \
	"{\"jobname\": \"" name "\", \"error\": " error ", \"read\": {\"total_ios\": " ios \
	", \"clat_ns\": " clat "}, \"write\": {\"total_ios\": 0}}"
#define CLAT(n, min, max, mean, bins) \
	"{\"N\": " n ", \"min\": " min ", \"max\": " max ", \"mean\": " mean \
	", \"bins\": {" bins "}}"
#define JOBS(jobs) "{\"fio version\": \"fio-3.33\", \"jobs\": [" jobs "]}\n"

static void parse(struct fio_result *fio, const char *text)
{
	char *error = NULL;

	if (fio_parse(fio, "ns", text, strlen(text), &error))
		fail_msg("refused: %s", error);
	assert_null(error);
}

static void refuses(const char *text, const char *says)
{
	struct fio_result fio;
	char *error = NULL;

	if (!fio_parse(&fio, "ns", text, strlen(text), &error))
		fail_msg("taken: %s", text);
	if (!error || !strstr(error, says))
		fail_msg("'%s' does not say '%s'", error ? error : "no error", says);
	assert_int_equal(fio.jobs, 0);
	assert_null(fio.job);
	assert_null(fio.clat.bucket);
	free(error);
}

static void bucket_is(const struct hist *h, size_t i, uint64_t low, uint64_t high, uint64_t count)
{
	assert_true(i < h->n);
	assert_int_equal(h->bucket[i].low, low);
	assert_int_equal(h->bucket[i].high, high);
	assert_int_equal(h->bucket[i].count, count);
}

static void test_jobs(void **state)
{
	struct fio_result fio;

	(void)state;
	parse(&fio, JOBS("{\"jobname\": \"j0000\", \"error\": 0, \"read\": {\"total_ios\": 3, "
			 "\"clat_ns\": " NO_LATENCY "}, \"write\": {\"total_ios\": 4}}, "
			 JOB("j0001", "22", "0", NO_LATENCY)));
	assert_int_equal(fio.jobs, 2);
	assert_string_equal(fio.job[0].name, "j0000");
	assert_int_equal(fio.job[0].error, 0);
	assert_int_equal(fio.job[0].ios, 7);
	assert_string_equal(fio.job[1].name, "j0001");
	assert_int_equal(fio.job[1].error, 22);
	assert_int_equal(fio.job[1].ios, 0);
	assert_int_equal(fio.clat.count, 0);
	fio_result_free(&fio);
}

/*
 * A bin's key is the middle of its bucket: below 128 ns one each, from there
 * 64 to a power of two. Bins of the same bucket add up over jobs.
 */
static void test_bins(void **state)
{
	struct fio_result fio;

	(void)state;
	parse(&fio, JOBS(JOB("a", "0", "10", CLAT("10", "0", "1024", "191.9",
						  "\"0\": 2, \"127\": 3, \"129\": 4, \"1032\": 1"))
			 ", "
			 JOB("b", "0", "5", CLAT("5", "127", "300", "195.6",
						 "\"127\": 3, \"298\": 1, \"302\": 1"))));
	assert_string_equal(fio.clat.unit, "ns");
	assert_int_equal(fio.clat.n, 6);
	bucket_is(&fio.clat, 0, 0, 0, 2);
	bucket_is(&fio.clat, 1, 127, 127, 6);
	bucket_is(&fio.clat, 2, 128, 129, 4);
	bucket_is(&fio.clat, 3, 296, 299, 1);
	bucket_is(&fio.clat, 4, 300, 303, 1);
	bucket_is(&fio.clat, 5, 1024, 1039, 1);
	assert_int_equal(fio.clat.count, 15);
	assert_int_equal(fio.clat.min, 0);
	assert_int_equal(fio.clat.max, 1024);
	/* each job's mean x N, rounded */
	assert_true(fio.clat.sum == 1919 + 978);
	fio_result_free(&fio);
}

/* What is beyond fio's last power of two lands in its last bucket, which must hold the maximum. */
static void test_last_bucket(void **state)
{
	struct fio_result fio;

	(void)state;
	parse(&fio, JOBS(JOB("a", "0", "1", CLAT("1", "20000000000", "20000000000", "20000000000",
						 "\"17112760320\": 1"))));
	assert_int_equal(fio.clat.n, 1);
	bucket_is(&fio.clat, 0, 17045651456, 20000000000, 1);
	fio_result_free(&fio);
}

static void test_text_around_json(void **state)
{
	static const char json[] = JOBS(JOB("j0000", "0", "2", NO_LATENCY));
	static const char *const before[] = {
		"", "\n", "fio: a note\n", "note: {braces} in a line\nfio: and more\n",
		"fio: \"x\n\n",
	};
	static const char *const after[] = { "", "\n", "fio: terminating on signal 15\n", "{" };

	(void)state;
	for (size_t b = 0; b < ARRAY_SIZE(before); b++)
		for (size_t a = 0; a < ARRAY_SIZE(after); a++) {
			char *text = xasprintf("%s%s%s", before[b], json, after[a]);
			struct fio_result fio;

			parse(&fio, text);
			assert_int_equal(fio.jobs, 1);
			assert_int_equal(fio.job[0].ios, 2);
			fio_result_free(&fio);
			free(text);
		}
	refuses("", "no JSON and no message");
	refuses("\n\n", "no JSON and no message");
	refuses("fio: engine nosuch not loadable\nfio: failed\n",
		"\"fio: engine nosuch not loadable\"");
}

/* Cut anywhere before its last brace it is damaged, and the line is named. */
static void test_truncated(void **state)
{
	static const char json[] =
		"fio: a note\n"
		JOBS(JOB("a", "0", "1", CLAT("1", "7", "7", "7.0", "\"7\": 1")));
	size_t end = strlen(json) - 2, start = strlen("fio: a note\n");

	(void)state;
	for (size_t n = start + 1; n <= end; n++) {
		char *cut = xstrndup(json, n);

		refuses(cut, "fio's JSON is damaged in line 1");
		free(cut);
	}
}

static void test_damaged(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "{}", "ran no job" },
		{ "{\"jobs\": 3}", "ran no job" },
		{ JOBS(""), "ran no job" },
		{ JOBS("{\"error\": 0}"), "jobs[0]: jobname" },
		{ JOBS(JOB("a", "0", "1", NO_LATENCY) ", 7"), "jobs[1]: jobname" },
		{ JOBS(JOB("a", "\"0\"", "1", NO_LATENCY)), "error is missing" },
		{ JOBS(JOB("a", "99999999999", "1", NO_LATENCY)), "error is missing" },
		{ JOBS(JOB("a", "0", "-1", NO_LATENCY)), "total_ios is missing" },
		{ JOBS(JOB("a", "0", "1.5", NO_LATENCY)), "total_ios is missing" },
		{ JOBS(JOB("a", "0", "1099511627776", NO_LATENCY)), "total_ios is out of range" },
		{ JOBS("{\"jobname\": \"a\", \"error\": 0, \"read\": {\"total_ios\": 1}}"),
		  "total_ios is missing" },
		{ JOBS(JOB("a", "0", "1", "{}")), "no count N" },
		{ JOBS(JOB("a", "0", "1", "{\"N\": 1}")), "lacks min, max or mean" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "7", "7", "\"7\"", "\"7\": 1"))), "lacks min" },
		{ JOBS(JOB("a", "0", "1", CLAT("2", "7", "7", "7", "\"7\": 1"))), "do not add up" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "7", "7", "7", ""))), "json+" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "7", "7", "7", "\"7\": 0, \"8\": 1"))),
		  "bins is not a list" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "7", "7", "7", "\"-7\": 1"))),
		  "bins is not a list" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "7", "7", "7", "\"99999999999999\": 1"))),
		  "bins is not a list" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "128", "128", "128", "\"128\": 1"))),
		  "not the middle of a bucket" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "7", "7", "-1", "\"7\": 1"))),
		  "mean is out of range" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "7", "7", "1e300", "\"7\": 1"))),
		  "mean is out of range" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "8", "8", "7", "\"7\": 1"))),
		  "completion latencies" },
		{ JOBS(JOB("a", "0", "1", CLAT("1", "6", "7", "7", "\"7\": 1"))),
		  "completion latencies" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		refuses(cases[i].text, cases[i].says);
}

/* io.stat of two jobs that read one disk twice each. */
#define BOOKS(second) \
	"disks 1\nfirst 252:0\ncgroup root before\ncgroup storm before\n" \
	"cgroup j0000 after\n 252:0 rios=2 wios=0\n" second \
	"cgroup storm after\n 252:0 rios=4 wios=0\ncgroup root after\n 252:0 rios=4 wios=0\n"
#define GOOD_BOOKS BOOKS("cgroup j0001 after\n 252:0 rios=2 wios=0\n")
#define J0000 JOB("j0000", "0", "2", NO_LATENCY)
#define J0001 JOB("j0001", "0", "2", NO_LATENCY)

static char *judge(struct measurement *m, const char *fio, const char *books)
{
	char *error = NULL;
	int failed;

	measurement_init(m);
	measurement_set_param(m, "jobs", 2);
	measurement_set_param(m, "disks", 1);
	measurement_set_param(m, "ios_per_disk", 2);
	failed = storm_evaluate(m, "ns", fio, strlen(fio), books, strlen(books), &error);
	assert_int_equal(failed != 0, error != NULL);
	return error;
}

/* Counters that a failed storm could not find out are absent, never 0. */
static void storm_fails(const char *fio, const char *books, const char *says)
{
	struct measurement m;
	uint64_t value;
	char *error = judge(&m, fio, books);

	if (!error || !strstr(error, says))
		fail_msg("'%s' does not say '%s'", error ? error : "no error", says);
	assert_false(measurement_counter(&m, "misattributed_ios", &value));
	assert_false(measurement_counter(&m, "ios_own", &value));
	free(error);
	measurement_free(&m);
}

static void test_storm(void **state)
{
	struct measurement m;

	(void)state;
	assert_null(judge(&m, JOBS(J0000 ", " J0001), GOOD_BOOKS));
	measurement_free(&m);
	storm_fails(JOBS(J0000), GOOD_BOOKS, "fio ran 1 jobs instead of 2");
	storm_fails(JOBS(J0000 ", " J0001 ", " JOB("j0002", "0", "2", NO_LATENCY)), GOOD_BOOKS,
		    "fio ran 3 jobs instead of 2");
	storm_fails(JOBS(J0000 ", " JOB("j0001", "0", "1", NO_LATENCY)), GOOD_BOOKS,
		    "j0001 issued 1 I/Os instead of 2");
	storm_fails(JOBS(J0000 ", " JOB("j0001", "5", "1", NO_LATENCY)), GOOD_BOOKS,
		    "j0001 failed with error 5 (Input/output error) after 1 I/Os");
	storm_fails(JOBS(J0000 ", " J0000), GOOD_BOOKS, "j0000 was used twice");
	storm_fails(JOBS(J0000 ", " JOB("root", "0", "2", NO_LATENCY)), GOOD_BOOKS,
		    "root was used twice");
	storm_fails(JOBS(J0000 ", " J0001), BOOKS(""), "j0001 after the storm is missing");
	storm_fails(JOBS(J0000 ", " J0001), BOOKS("cgroup j0001 before\n"),
		    "j0001 after the storm is missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jobs),
		cmocka_unit_test(test_bins),
		cmocka_unit_test(test_last_bucket),
		cmocka_unit_test(test_text_around_json),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_storm),
	};

	return cmocka_run_group_tests_name("fio", tests, NULL, NULL);
}
