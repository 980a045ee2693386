// SPDX-License-Identifier: GPL-2.0-only
/* Whole runs: real kernel, real guest, real fio. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "host/lib-schema-check.h"
#include "guest/lib-pcpbench.h"
#include "workload/workload.h"

static uint64_t counter(const struct measurement *m, const char *name)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		fail_msg("%s, %s: no counter %s", m->scenario, m->strategy, name);
	return value;
}

/* Runs workload smoke with @strategies alone, or all of it with NULL. */
static void run_smoke(struct result *result, const char *strategies)
{
	struct outcome outcome = pcpbench("run", "-w", "smoke", "-o", scratch_runs(),
					  strategies ? "-s" : NULL, strategies, NULL);

	if (outcome.status != EXIT_GOOD)
		fail_msg("run -w smoke: status %d\n%s", outcome.status, outcome.err);
	outcome_free(&outcome);
	load_latest(result);
}

/* requests = served + failed + cancelled + waiting, and every area came back. */
static void check_accounting(const struct measurement *m)
{
	uint64_t ended = counter(m, "served") + counter(m, "failed") + counter(m, "cancelled") +
			 counter(m, "waiting");

	assert_int_equal(counter(m, "requests"), ended);
	assert_true(counter(m, "requests") > 0);
	assert_int_equal(counter(m, "freed"), counter(m, "served"));
}

static void check_storm(const struct measurement *m)
{
	assert_int_equal(counter(m, "ios_unexplained"), 0);
	assert_int_equal(counter(m, "ios_issued"),
			 counter(m, "ios_own") + counter(m, "ios_ancestors"));
	assert_non_null(measurement_hist(m, "fio_clat"));
	assert_int_equal(measurement_hist(m, "fio_clat")->count, counter(m, "ios_issued"));
}

static void test_smoke(void **state)
{
	struct result result;
	unsigned int storms = 0;

	(void)state;
	run_smoke(&result, NULL);
	for (size_t i = 0; i < result.measurements; i++) {
		const struct measurement *m = &result.measurement[i];

		assert_int_equal(m->verdict, VERDICT_OK);
		check_accounting(m);
		if (strcmp(m->scenario, "storm"))
			continue;
		check_storm(m);
		storms++;
	}
	assert_int_equal(storms, 3);
	result_free(&result);
}

static void test_schema(void **state)
{
	char *path = xasprintf("%s/latest/result.json", scratch_runs()), *error;
	json_t *schema = json_load_file("results/schema.json", 0, NULL);
	json_t *json = json_load_file(path, 0, NULL);

	(void)state;
	assert_non_null(schema);
	assert_non_null(json);
	error = schema_check(schema, json);
	if (error)
		fail_msg("%s: %s", path, error);
	json_decref(json);
	json_decref(schema);
	free(path);
}

static void test_run_folder(void **state)
{
	static const char *const names[] = { "result.json", "console.log", "qemu-cmd", "kernel.config",
					     "series", "plots", "report.html", "report.md", "verdict.json" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = xasprintf("%s/latest/%s", scratch_runs(), names[i]);

		if (!file_exists(path))
			fail_msg("the run folder lacks %s", names[i]);
		free(path);
	}
}

/* The same tree gives the same digest, whatever the host's load. */
static void test_digest(void **state)
{
	struct result quiet, loaded;
	pid_t load[2];

	(void)state;
	run_smoke(&quiet, "gfp-nowait");
	for (size_t i = 0; i < ARRAY_SIZE(load); i++)
		load[i] = command_spawn(&(struct command){
			.argv = (char *const[]){ "sha256sum", "/dev/zero", NULL } });
	run_smoke(&loaded, "gfp-nowait");
	for (size_t i = 0; i < ARRAY_SIZE(load); i++)
		command_kill(load[i]);
	assert_string_equal(quiet.digest, loaded.digest);
	result_free(&quiet);
	result_free(&loaded);
}

static const struct measurement *find(const struct result *r, const char *strategy,
				      uint64_t added)
{
	for (size_t i = 0; i < r->measurements; i++) {
		uint64_t value = 0;

		measurement_param(&r->measurement[i], "added_insns", &value);
		if (!strcmp(r->measurement[i].strategy, strategy) && (!added || value == added))
			return &r->measurement[i];
	}
	fail_msg("no measurement of %s", strategy);
	return NULL;
}

/* A strategy that is wrong on purpose is found: a leak, and added instructions to the last one. */
static void test_busted(void **state)
{
	struct outcome outcome = pcpbench("run", "-w", "tests/guest/busted.ini", "-o",
					  scratch_runs(), NULL);
	const struct hist *less, *more;
	struct result result;

	(void)state;
	if (outcome.status != EXIT_JUDGED)
		fail_msg("status %d\n%s", outcome.status, outcome.err);
	outcome_free(&outcome);
	load_latest(&result);
	assert_int_equal(find(&result, "gfp-nowait", 0)->verdict, VERDICT_OK);
	assert_int_equal(find(&result, "busted-leak", 0)->verdict, VERDICT_FAILED);
	assert_non_null(strstr(find(&result, "busted-leak", 0)->reason, "allocated"));
	less = measurement_hist(find(&result, "busted-slow", 100), "call_latency");
	more = measurement_hist(find(&result, "busted-slow", 200), "call_latency");
	assert_int_equal(more->min, less->min + 100);
	result_free(&result);
}

/* GFP_NOWAIT runs out in a burst of large areas; a filled pool does not. */
static void test_designs_differ(void **state)
{
	struct outcome outcome = pcpbench("run", "-w", "smoke", "-o", scratch_runs(), "--set",
					  "workload.cpus=4", "--set", "burst.count=2000", "--set",
					  "pair.count=10", NULL);
	struct result result;
	uint64_t gfp_failures = 0, pool_failures = 0;

	(void)state;
	assert_int_equal(outcome.status, EXIT_GOOD);
	outcome_free(&outcome);
	load_latest(&result);
	for (size_t i = 0; i < result.measurements; i++) {
		const struct measurement *m = &result.measurement[i];

		if (strcmp(m->scenario, "burst"))
			continue;
		if (!strcmp(m->strategy, "gfp-nowait"))
			gfp_failures = counter(m, "failures");
		else if (!strcmp(m->strategy, "percpu-pool"))
			pool_failures = counter(m, "failures");
	}
	assert_true(gfp_failures > 0);
	assert_int_equal(pool_failures, 0);
	result_free(&result);
}

static void test_report_again(void **state)
{
	char *run = xasprintf("%s/latest", scratch_runs());
	struct outcome outcome = pcpbench("report", run, NULL);

	(void)state;
	assert_int_equal(outcome.status, EXIT_GOOD);
	assert_non_null(strstr(outcome.out, "gfp-nowait"));
	outcome_free(&outcome);
	free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smoke),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_run_folder),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_busted),
		cmocka_unit_test(test_designs_differ),
		cmocka_unit_test(test_report_again),
	};

	return cmocka_run_group_tests_name("run", tests, scratch_setup, scratch_teardown);
}
