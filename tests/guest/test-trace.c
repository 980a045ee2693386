// SPDX-License-Identifier: GPL-2.0-only
/* A trace is recorded in a guest, and the one that ships is replayed in others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "contract/trace-format.h"
#include "guest/lib-pcpbench.h"
#include "workload/trace-program.h"

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
	struct str_list kernels = { 0 };

	(void)state;
	kernels_under_test(&kernels);
	for (size_t i = 0; i < kernels.n; i++)
		record(kernels.item[i]);
	str_list_free(&kernels);
}

/* Boots the latest run's guest again with @data for its trace; all that it sent, to be freed. */
static char *boot_with(uint64_t id, const void *data, size_t length)
{
	char *from = xasprintf("%s/latest/guests/00", scratch_runs());
	char *trace = xasprintf("%s/trace-%llu", from, (unsigned long long)id);
	char *script = xasprintf("%s/qemu-cmd", from), *to = xasprintf("%s/again", scratch_runs());
	char *sent = xasprintf("%s/frames.bin", to), *frames;
	struct command cmd = { .argv = (char *const[]){ script, to, NULL } };
	size_t n;

	assert_int_equal(file_write_atomic(trace, data, length), 0);
	assert_int_equal(command_run(&cmd), 0);
	assert_int_equal(file_read(sent, 16 << 20, &frames, &n), 0);
	/* frames are binary around the text of their ends */
	for (size_t i = 0; i < n; i++)
		if (!frames[i])
			frames[i] = ' ';
	free(sent);
	free(to);
	free(script);
	free(trace);
	free(from);
	return frames;
}

static void module_refuses(const struct trace *trace, size_t length, size_t at, uint32_t word,
			   const char *says)
{
	char *data = xcalloc(1, trace->length), *sent;

	memcpy(data, trace->program, trace->length);
	memcpy(data + at, &word, sizeof(word));
	sent = boot_with(trace->id, data, length);
	if (!strstr(sent, says))
		fail_msg("the guest did not say '%s'", says);
	free(sent);
	free(data);
}

/* @text as @name in the scratch folder; its path, to be freed. */
static char *file_of(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", scratch_runs(), name);

	assert_int_equal(file_write_atomic(path, text, strlen(text)), 0);
	return path;
}

/* The module trusts nobody: a damaged program is refused, and the guest goes on. */
static void test_damaged(void **state)
{
	const size_t classes = sizeof(struct pcpb_trace_header);
	struct outcome outcome;
	struct trace trace;
	char *text, *ini;
	size_t ops;

	(void)state;
	text = file_of("t.txt", "a-1 1.000: percpu_alloc_percpu: is_atomic=1 size=8 align=8 ptr=10\n"
		       "a-1 1.001: percpu_free_percpu: ptr=10\n"
		       "a-1 1.002: percpu_alloc_percpu: is_atomic=1 size=8 align=8 ptr=10\n");
	ini = file_of("t.ini", "[workload]\ncpus = 1\n[trace]\ntrace = t.txt\n"
		      "strategies = gfp-nowait\n");
	outcome = pcpbench("run", "-w", ini, "-o", scratch_runs(), NULL);
	assert_int_equal(outcome.status, EXIT_GOOD);
	outcome_free(&outcome);
	assert_null(trace_read(&trace, text));
	ops = classes + sizeof(struct pcpb_trace_class);
	module_refuses(&trace, trace.length - 1, 0, PCPB_TRACE_MAGIC, "was it cut short?");
	module_refuses(&trace, trace.length, 0, 1, "not a trace of version 1");
	module_refuses(&trace, trace.length, classes, 1 << 20, "class 0 of the trace: size 1048576");
	module_refuses(&trace, trace.length, ops, PCPB_TRACE_FREE | 0, "operation 0 of the trace");
	module_refuses(&trace, trace.length, ops + 8, PCPB_TRACE_FREE | 0,
		       "operation 2 of the trace");
	trace_free(&trace);
	free(text);
	free(ini);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
