// SPDX-License-Identifier: GPL-2.0-only
/* A trace is recorded in a guest, and the one that ships is replayed in others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exit-status.h"
#include "lib-pcpbench.h"
#include "trace-program.h"
#include "util.h"

static uint64_t counter(const struct measurement *m, const char *name)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		fail_msg("%s, %s: no counter %s", m->scenario, m->strategy, name);
	return value;
}

static uint64_t param(const struct measurement *m, const char *name)
{
	uint64_t value;

	assert_true(measurement_param(m, name, &value));
	return value;
}

static void replay(struct result *result)
{
	struct outcome outcome = pcpbench("run", "-w", "trace", "--set", "rounds=1", "--set",
					  "trace.seed=1", "-o", scratch_runs(), NULL);

	if (outcome.status != EXIT_GOOD)
		fail_msg("run: status %d\n%s", outcome.status, outcome.err);
	outcome_free(&outcome);
	load_latest(result);
}

/* Every alloc of the trace is a request, and every area comes back. */
static void check(const struct measurement *m, const struct trace *trace)
{
	uint64_t served = counter(m, "served");

	if (m->verdict == VERDICT_SKIPPED || m->verdict == VERDICT_UNSUPPORTED)
		return;
	assert_int_equal(m->verdict, VERDICT_OK);
	assert_int_equal(param(m, "trace"), trace->id);
	assert_int_equal(counter(m, "trace_allocs"), trace->allocs);
	assert_int_equal(counter(m, "trace_frees"), trace->frees);
	assert_int_equal(counter(m, "trace_live_peak"), trace->live_peak);
	assert_int_equal(counter(m, "trace_may_sleep"), trace->sleepable);
	assert_int_equal(counter(m, "requests"), trace->allocs);
	assert_int_equal(counter(m, "freed"), served);
	assert_int_equal(counter(m, "cancelled") + counter(m, "waiting"), 0);
	assert_int_equal(served + counter(m, "failed"), trace->allocs);
	assert_true(counter(m, "failures_may_sleep") <= counter(m, "failures"));
}

static void test_replay(void **state)
{
	char *path = xasprintf("%s/workloads/traces/storm-6.12.txt", getenv("PCPBENCH_ROOT") ?
			       getenv("PCPBENCH_ROOT") : ".");
	struct result first, second;
	struct trace trace;

	(void)state;
	assert_null(trace_read(&trace, path));
	replay(&first);
	assert_true(first.measurements >= 14);
	for (size_t i = 0; i < first.measurements; i++)
		check(&first.measurement[i], &trace);
	replay(&second);
	assert_string_equal(first.digest, second.digest);
	result_free(&first);
	result_free(&second);
	trace_free(&trace);
	free(path);
}

/* Recorded on @kernel, and read: two allocs per block group at least. */
static void record(const char *kernel)
{
	struct outcome outcome = pcpbench("run", "-w", "smoke", "-k", kernel, "--strategy",
					  "gfp-nowait", "--set", "storm.jobs=4", "--set",
					  "storm.disks=4", "--record", "-o", scratch_runs(), NULL);
	struct trace trace;
	char *path, *error;

	if (outcome.status != EXIT_GOOD)
		fail_msg("run --record: status %d\n%s", outcome.status, outcome.err);
	outcome_free(&outcome);
	path = xasprintf("%s/latest/guests/00/recording-0.txt", scratch_runs());
	error = trace_read(&trace, path);
	if (error)
		fail_msg("%s: %s", path, error);
	assert_true(trace.allocs >= 32);
	assert_true(trace.frees >= 32);
	trace_free(&trace);
	free(path);
}

static void test_record(void **state)
{
	(void)state;
	record("6.12");
	record("6.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_replay),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
