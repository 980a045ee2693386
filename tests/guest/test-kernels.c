// SPDX-License-Identifier: GPL-2.0-only
/* Every kernel that there is a series for: it builds, boots, passes its own tests and holds a storm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/checkout.h"
#include "base/exit-status.h"
#include "base/util.h"
#include "kernel/build.h"
#include "kernel/needs.h"
#include "guest/lib-pcpbench.h"

typedef void (*check_fn)(const struct measurement *m);

static size_t measured_on(const struct result *result, const char *kernel)
{
	size_t n = 0;

	for (size_t i = 0; i < result->measurements; i++)
		n += !strcmp(result->measurement[i].kernel, kernel);
	return n;
}

/* Runs @workload on all kernels under test; every measurement has to be good, by @check, too. */
static void on_every_kernel(const char *workload, check_fn check)
{
	struct str_list kernels = { 0 };
	struct outcome outcome;
	struct result result;

	kernels_under_test(&kernels);
	outcome = run_on_kernels(workload, &kernels);
	if (outcome.status != EXIT_GOOD)
		fail_msg("run -w %s: status %d\n%s", workload, outcome.status, outcome.err);
	outcome_free(&outcome);
	load_latest(&result);
	for (size_t i = 0; i < kernels.n; i++)
		if (!measured_on(&result, kernels.item[i]))
			fail_msg("nothing was measured on Linux %s", kernels.item[i]);
	for (size_t i = 0; i < result.measurements; i++)
		check(&result.measurement[i]);
	result_free(&result);
	str_list_free(&kernels);
}

static void check_counter(const struct measurement *m, const char *name, uint64_t lowest,
			  uint64_t highest)
{
	uint64_t value = 0;

	if (!measurement_counter(m, name, &value) || value < lowest || value > highest)
		fail_msg("Linux %s, %s, %s: %s is %llu, not within %llu..%llu", m->kernel,
			 m->scenario, m->strategy, name, (unsigned long long)value,
			 (unsigned long long)lowest, (unsigned long long)highest);
}

static void check_ok(const struct measurement *m)
{
	if (m->verdict != VERDICT_OK)
		fail_msg("Linux %s, %s, %s: %s: %s", m->kernel, m->scenario, m->strategy,
			 verdict_name(m->verdict), m->reason ? m->reason : "");
}

static void check_kunit(const struct measurement *m)
{
	check_ok(m);
	check_counter(m, "tests_passed", 30, UINT64_MAX);
	check_counter(m, "tests_failed", 0, 0);
	check_counter(m, "tests_skipped", 0, 0);
}

/* percpu_pool's behaviour by its specification: the patch series' own KUnit suite. */
static void test_kunit(void **state)
{
	(void)state;
	on_every_kernel("kunit", check_kunit);
}

static void check_requests(const struct measurement *m)
{
	check_ok(m);
	check_counter(m, "requests", 1, UINT64_MAX);
	if (!strcmp(m->scenario, "storm")) {
		check_counter(m, "ios_issued", 512, 512);
		check_counter(m, "ios_unexplained", 0, 0);
	}
}

static void test_smoke(void **state)
{
	(void)state;
	on_every_kernel("smoke", check_requests);
}

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name))
		names++;
	return *names;
}

/* The contexts that each strategy's design allows, told apart from what its file claims. */
static enum verdict promised(const struct measurement *m)
{
	static const char *const takes_in_nmi[] = { "percpu-pool", "bpf-mem-alloc", "objpool",
						    NULL };
	uint64_t align = 0;

	if (!strcmp(m->strategy, "objpool") && !strcmp(m->kernel, "6.1"))
		return VERDICT_SKIPPED;
	if (!strcmp(m->strategy, "sleeping"))
		return strcmp(m->context, "task") ? VERDICT_UNSUPPORTED : VERDICT_OK;
	if (!strcmp(m->context, "nmi") && !is_one_of(m->strategy, takes_in_nmi))
		return VERDICT_UNSUPPORTED;
	measurement_param(m, "align", &align);
	if (!strcmp(m->strategy, "bpf-mem-alloc") && align > 8)
		return VERDICT_UNSUPPORTED;
	return VERDICT_OK;
}

static void check_promise(const struct measurement *m)
{
	if (m->verdict != promised(m))
		fail_msg("Linux %s, %s in context %s: %s: %s", m->kernel, m->strategy, m->context,
			 verdict_name(m->verdict), m->reason ? m->reason : "");
	if (m->verdict == VERDICT_OK) {
		check_counter(m, "requests", 600, 600);
		check_counter(m, "served", 1, 600);
	} else {
		assert_non_null(m->reason);
		/* the strategy was never called */
		assert_int_equal(m->counters, 0);
		assert_int_equal(m->hists, 0);
	}
	if (m->verdict == VERDICT_SKIPPED) {
		char *folder = xasprintf("%s/patches/%s", checkout_root(), m->kernel);
		struct series series = { 0 };

		/* what `pcpbench list` says of it */
		assert_int_equal(series_load(&series, folder, SERIES_OWN), 0);
		assert_string_equal(m->reason, kernel_lacks(m->kernel, &series, m->strategy));
		series_free(&series);
		free(folder);
	}
}

/* Every strategy keeps its promises in every context that it claims. */
static void test_conformance(void **state)
{
	(void)state;
	on_every_kernel("conformance", check_promise);
}

static void expect(struct outcome outcome, const char *says)
{
	if (outcome.status != EXIT_GOOD || !strstr(outcome.out, says))
		fail_msg("status %d, expected 0 and '%s':\n%s\n%s", outcome.status, says,
			 outcome.out, outcome.err);
	outcome_free(&outcome);
}

/* The run before: kernels in one result, which compare tells apart and verify makes again. */
static void test_one_result(void **state)
{
	char *run = xasprintf("%s/latest", scratch_runs()), *file, *says;
	struct str_list kernels = { 0 };
	struct result result;

	(void)state;
	kernels_under_test(&kernels);
	load_latest(&result);
	assert_string_equal(json_string_value(json_object_get(result.provenance, "workload")),
			    "smoke");
	file = xasprintf("%s/%s", scratch_runs(), result.id);
	if (kernels.n == 2) {
		says = xasprintf("%s against %s", kernels.item[0], kernels.item[1]);
		expect(pcpbench("compare", "--by", "kernel", run, NULL), says);
		free(says);
	}
	expect(pcpbench("verify", "-o", scratch_runs(), file, NULL), "identical");
	str_list_free(&kernels);
	result_free(&result);
	free(file);
	free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kunit),
		cmocka_unit_test(test_conformance),
		cmocka_unit_test(test_smoke),
		cmocka_unit_test(test_one_result),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
