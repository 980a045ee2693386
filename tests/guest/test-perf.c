// SPDX-License-Identifier: GPL-2.0-only
/* perf in real guests: counts, samples, and an image without it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

static struct outcome run_perf(const char *perf)
{
	return pcpbench("run", "-w", "smoke", "-s", "gfp-nowait", perf, "-o", scratch_runs(),
			NULL);
}

static void run_well(struct result *result, const char *perf)
{
	struct outcome outcome = run_perf(perf);

	if (outcome.status != EXIT_GOOD)
		fail_msg("status %d\n%s", outcome.status, outcome.err);
	outcome_free(&outcome);
	load_latest(result);
}

static uint64_t counter(const struct measurement *m, const char *name)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		fail_msg("%s, %s: no counter %s", m->scenario, m->strategy, name);
	return value;
}

/* perf's tracepoints and the module's books are two accounts of one thing. */
static void check_counts(const struct measurement *m)
{
	assert_int_equal(m->verdict, VERDICT_OK);
	assert_true(counter(m, "perf_percpu_percpu_alloc_percpu") >= counter(m, "served"));
	assert_true(counter(m, "perf_percpu_percpu_free_percpu") >= counter(m, "freed"));
	assert_true(counter(m, "perf_context_switches") > 0);
	assert_true(counter(m, "perf_cpu_clock_ns") > 0);
	if (strcmp(m->scenario, "storm"))
		assert_int_equal(counter(m, "perf_percpu_percpu_alloc_percpu_fail"),
				 counter(m, "failed"));
}

/* All programs but one. */
static void hide_perf(const char *folder)
{
	const char *argv[] = { "cp", "-rs", "/usr/bin", folder, NULL };
	struct command cmd = { .argv = (char *const *)argv };
	char *perf = xasprintf("%s/bin/perf", folder), *path = xasprintf("%s/bin", folder);

	assert_int_equal(make_dirs(folder), 0);
	assert_int_equal(command_run(&cmd), 0);
	discard_tree(perf);
	setenv("PATH", path, 1);
	free(path);
	free(perf);
}

/* The guests' perf is not the host's: without that one, and by its other name, it says the same. */
static void test_stat(void **state)
{
	char *path = xstrdup(getenv("PATH")), *folder = xasprintf("%s/tools", scratch_runs());
	struct result first, second;
	uint64_t value;

	(void)state;
	run_well(&first, "--perf");
	for (size_t i = 0; i < first.measurements; i++)
		check_counts(&first.measurement[i]);
	/* no counter of the hardware in QEMU: said, and not zero */
	assert_false(measurement_counter(&first.measurement[0], "perf_cycles", &value));
	assert_non_null(strstr(json_string_value(json_object_get(first.provenance,
								 "perf_not_counted")), "cycles"));
	hide_perf(folder);
	run_well(&second, "--perf=stat");
	setenv("PATH", path, 1);
	assert_string_equal(first.digest, second.digest);
	assert_true(measurement_counter(&second.measurement[0], "perf_context_switches", &value));
	result_free(&first);
	result_free(&second);
	free(folder);
	free(path);
}

static char *latest_file(const char *name, size_t *length)
{
	char *path = xasprintf("%s/latest/perf/gfp-nowait/%s", scratch_runs(), name), *data;

	if (file_read(path, 16 << 20, &data, length))
		fail_msg("no %s", path);
	free(path);
	return data;
}

static void test_record(void **state)
{
	static const char *const data_names[] = {
		"001-pair-irqs-off.data", "000-storm-irqs-off.data",
	};
	char *data[2], *report, *again;
	struct result result;
	size_t length[2], n;

	(void)state;
	run_well(&result, "--perf=record");
	result_free(&result);
	report = latest_file("001-pair-irqs-off.txt", &n);
	/* the module's symbols as well as the kernel's */
	assert_non_null(strstr(report, "pcpb_"));
	assert_non_null(strstr(report, "do_syscall_64"));
	free(report);
	for (size_t i = 0; i < ARRAY_SIZE(data); i++)
		data[i] = latest_file(data_names[i], &length[i]);
	run_well(&result, "--perf=record");
	result_free(&result);
	for (size_t i = 0; i < ARRAY_SIZE(data); i++) {
		again = latest_file(data_names[i], &n);
		assert_int_equal(n, length[i]);
		assert_memory_equal(again, data[i], n);
		free(again);
		free(data[i]);
	}
}

static void test_usage(void **state)
{
	struct outcome outcome = pcpbench("run", "--perf=top", NULL);

	(void)state;
	assert_int_equal(outcome.status, EXIT_CANNOT);
	assert_non_null(strstr(outcome.err, "--perf takes stat or record"));
	outcome_free(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
