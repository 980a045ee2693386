// SPDX-License-Identifier: GPL-2.0-only
/* Scarce memory, illegal pairs, rates that cannot be kept: each is named, no guest is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

#define WORKLOAD	"tests/guest/memory.ini"
#define REPORT_MAX	(4u << 20)

static uint64_t counter(const struct measurement *m, const char *name)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		fail_msg("Linux %s, %s, %s: no counter %s", m->kernel, m->scenario, m->strategy, name);
	return value;
}

static uint64_t param(const struct measurement *m, const char *name)
{
	uint64_t value;

	assert_true(measurement_param(m, name, &value));
	return value;
}

static void expect_ok(const struct measurement *m)
{
	if (m->verdict != VERDICT_OK)
		fail_msg("Linux %s, %s, %s: %s: %s", m->kernel, m->scenario, m->strategy,
			 verdict_name(m->verdict), m->reason);
}

/* Refused before anything was called, for a reason with @word in it. */
static void expect_unsupported(const struct measurement *m, const char *word)
{
	if (m->verdict != VERDICT_UNSUPPORTED || !strstr(m->reason, word))
		fail_msg("Linux %s, %s, %s, %s: %s: %s", m->kernel, m->scenario, m->strategy,
			 m->context, verdict_name(m->verdict), m->reason ? m->reason : "");
	assert_int_equal(m->counters, 0);
	assert_int_equal(m->hists, 0);
}

/* Bytes held by the requests' books, by percpu_stats and by /proc/meminfo. */
static void check_live_set(const struct measurement *m)
{
	uint64_t live = param(m, "live"), held = live * counter(m, "area_bytes");
	uint64_t stats = counter(m, "percpu_used_full") - counter(m, "percpu_used_before");

	expect_ok(m);
	assert_int_equal(counter(m, "live_areas"), live);
	assert_true(counter(m, "percpu_areas_full") >= counter(m, "percpu_areas_before") + live - 128);
	/* a pool's own areas come and go beside them */
	assert_true(stats + 128 * counter(m, "area_bytes") >= held);
	assert_true(stats <= held + held / 20);
	assert_true(counter(m, "bytes_held_peak") >= held);
	/* pages are populated before they are used, and never more than the chunks have */
	assert_true(counter(m, "percpu_bytes_full") >= counter(m, "percpu_used_full"));
	assert_true(counter(m, "percpu_bytes_empty") >= counter(m, "percpu_used_before"));
	assert_true(counter(m, "percpu_bytes_full") <=
		    2 * counter(m, "percpu_used_full") + (1u << 20));
	assert_true(counter(m, "percpu_used_after") < counter(m, "percpu_used_before") + held / 20);
	assert_true(counter(m, "frag_max_full") * counter(m, "cpus_possible") <=
		    counter(m, "frag_sum_full"));
	assert_true(counter(m, "percpu_chunks_full") >= counter(m, "percpu_chunks_before"));
}

/* The reason says how many would fit, and so many are fewer and not none. */
static void check_too_large(const struct measurement *m)
{
	unsigned long long asked, fit;

	expect_unsupported(m, "do not fit");
	assert_int_equal(sscanf(m->reason, "%llu live areas do not fit: %llu do", &asked, &fit), 2);
	assert_int_equal(asked, param(m, "live"));
	assert_in_range(fit, 1000, asked - 1);
}

static void check_pressure(const struct measurement *m)
{
	if (!strcmp(m->strategy, "objpool") && m->verdict == VERDICT_SKIPPED)
		return;
	expect_ok(m);
	assert_int_equal(counter(m, "not_asked"), 0);
	assert_int_equal(counter(m, "requests"), param(m, "count"));
	assert_true(counter(m, "balloon_bytes") > (uint64_t)256 << 20);
	/* none at all is possible: whoever frees memory for others may take the kernel's reserve */
	assert_true(counter(m, "free_bytes_least") < (uint64_t)16 << 20);
	/* who may sleep is served, however long it takes */
	if (!strcmp(m->strategy, "sleeping"))
		assert_int_equal(counter(m, "served"), param(m, "count"));
}

static void check_mixed(const struct measurement *m)
{
	if (!strcmp(m->strategy, "gfp-nowait"))
		expect_ok(m);
	else if (m->verdict != VERDICT_SKIPPED)
		expect_unsupported(m, "one size");
}

static void check_rate(const struct measurement *m)
{
	double share = (double)counter(m, "achieved_rate") / (double)param(m, "rate");

	expect_ok(m);
	if (param(m, "rate") == 1000)
		assert_true(share > 0.95);
	else
		assert_true(share > 0 && share < 0.95);
}

static void check(const struct measurement *m)
{
	bool illegal = !strcmp(m->strategy, "sleeping") && strcmp(m->context, "task");

	if (illegal)
		expect_unsupported(m, "may not be called in context irqs-off");
	else if (!strcmp(m->scenario, "burst") && strcmp(m->context, "irqs-off"))
		expect_unsupported(m, "does not exist in context task");
	else if (!strcmp(m->scenario, "live-set") && param(m, "live") > 50000)
		check_too_large(m);
	else if (!strcmp(m->scenario, "live-set"))
		check_live_set(m);
	else if (!strcmp(m->scenario, "pressure"))
		check_pressure(m);
	else if (!strcmp(m->scenario, "cross-free"))
		check_mixed(m);
	else if (!strcmp(m->scenario, "open-loop"))
		check_rate(m);
	else
		expect_ok(m);
	/* every row that was measured has it, and where interrupts are off it is no less than a call */
	if (m->verdict == VERDICT_OK && !strcmp(m->context, "irqs-off"))
		assert_true(counter(m, "longest_irqs_off") >= measurement_hist(m, "call_latency")->max);
	else if (m->verdict == VERDICT_OK)
		assert_int_equal(counter(m, "longest_irqs_off"), 0);
}

static void run_on(const char *kernel, struct result *result, const char *override)
{
	struct outcome outcome = pcpbench("run", "-w", WORKLOAD, "--kernel", kernel, "-o",
					  scratch_runs(), "--set", override, NULL);

	if (outcome.status != EXIT_GOOD)
		fail_msg("Linux %s: status %d\n%s", kernel, outcome.status, outcome.err);
	outcome_free(&outcome);
	load_latest(result);
}

static void test_every_kernel(void **state)
{
	struct str_list kernels = { 0 };

	(void)state;
	kernels_under_test(&kernels);
	for (size_t i = 0; i < kernels.n; i++) {
		struct result result;

		run_on(kernels.item[i], &result, "cpus=2");
		assert_true(result.measurements > 20);
		for (size_t k = 0; k < result.measurements; k++)
			check(&result.measurement[k]);
		result_free(&result);
	}
	str_list_free(&kernels);
}

/* The report of the run before: the rate that was kept stands alone, the other is marked. */
static void test_report_marks_rates(void **state)
{
	char *path = xasprintf("%s/latest/report.md", scratch_runs()), *text;
	size_t length;

	(void)state;
	assert_int_equal(file_read(path, REPORT_MAX, &text, &length), 0);
	assert_non_null(strstr(text, "(10,000,000 missed)"));
	assert_null(strstr(text, "(1,000 missed)"));
	free(text);
	free(path);
}

/* Seeds are measurements of their own, and differ. */
static void test_seeds_are_kept_apart(void **state)
{
	const struct measurement *m[3];
	struct outcome outcome = pcpbench("run", "-w", "tests/guest/seeds.ini", "-o", scratch_runs(),
					  "--set", "seed=1,2,3", NULL);
	struct result result;

	(void)state;
	assert_int_equal(outcome.status, EXIT_GOOD);
	outcome_free(&outcome);
	load_latest(&result);
	assert_int_equal(result.measurements, 3);
	for (size_t i = 0; i < 3; i++) {
		m[i] = &result.measurement[i];
		expect_ok(m[i]);
		assert_int_equal(param(m[i], "seed"), i + 1);
		for (size_t k = 0; k < i; k++)
			assert_true(measurement_hist(m[i], "time_to_usable")->sum !=
				    measurement_hist(m[k], "time_to_usable")->sum);
	}
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kernel),
		cmocka_unit_test(test_report_marks_rates),
		cmocka_unit_test(test_seeds_are_kept_apart),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
