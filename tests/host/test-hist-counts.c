// SPDX-License-Identifier: GPL-2.0-only
/* Every histogram has as many samples as were counted beside it, or the result is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "result/hist-counts.h"
#include "result/measurement.h"
#include "lib-hist.h"

/* A histogram of a scenario, and the numbers by which it has SAMPLES samples. */
#define SAMPLES 272

static const struct held {
	const char *hist, *scenario;
	const char *counter[3];		/* names; the first less the others, or PARAM */
	uint64_t value[3];
	const char *param[2];
	uint64_t param_value[2];
} held[] = {
	{ "call_latency", "pair", { "attempts" }, { SAMPLES }, { NULL }, { 0 } },
	{ "free_latency", "storm", { "freed" }, { SAMPLES }, { NULL }, { 0 } },
	{ "time_to_usable", "open-loop", { "served" }, { SAMPLES }, { NULL }, { 0 } },
	{ "yardstick", "pair", { "requests" }, { SAMPLES }, { NULL }, { 0 } },
	{ "fio_clat", "storm", { "ios_issued" }, { SAMPLES }, { NULL }, { 0 } },
	{ "fio_clat", "churn", { "neighbour_ios" }, { SAMPLES }, { NULL }, { 0 } },
	{ "clock", "floor", { NULL }, { 0 }, { "count" }, { SAMPLES } },
	{ "recorder", "floor", { NULL }, { 0 }, { "count" }, { SAMPLES } },
	{ "first_io_latency", "churn", { NULL }, { 0 }, { "jobs", "disks" }, { 34, 8 } },
	{ "first_io_service", "churn", { NULL }, { 0 }, { "jobs", "disks" }, { 34, 8 } },
	{ "refill_time", "burst-depth", { "rounds_without_failure", "rounds_not_refilled" },
	  { 20, 8 }, { "rounds" }, { SAMPLES + 28 } },
};

static void make(struct measurement *m, const struct held *h, uint64_t samples)
{
	measurement_init(m);
	m->scenario = xstrdup(h->scenario);
	m->strategy = xstrdup("gfp-nowait");
	m->context = xstrdup("irqs-off");
	m->kernel = xstrdup("6.12");
	m->series = xstrdup("none");
	for (int i = 0; i < 3 && h->counter[i]; i++)
		measurement_set_counter(m, h->counter[i], h->value[i]);
	for (int i = 0; i < 2 && h->param[i]; i++)
		measurement_set_param(m, h->param[i], h->param_value[i]);
	hist_add(measurement_add_hist(m, h->hist, "insn"), 70, samples);
	/* what a floor and a churn always have */
	if (!strcmp(h->scenario, "floor") || !strncmp(h->hist, "first_io", 8)) {
		static const char *const pair[][2] = {
			{ "clock", "recorder" }, { "first_io_latency", "first_io_service" },
		};

		for (size_t p = 0; p < ARRAY_SIZE(pair); p++)
			for (int i = 0; i < 2; i++)
				if (!strcmp(h->hist, pair[p][i]))
					hist_add(measurement_add_hist(m, pair[p][!i], "insn"), 9,
						 SAMPLES);
	}
}

/* @says NULL: nothing is wrong. */
static void judge(const struct measurement *m, enum counted counted, const char *says)
{
	char *wrong = hist_counts_check(m, counted);

	if (!wrong != !says || (wrong && !strstr(wrong, says)))
		fail_msg("expected '%s', got '%s'", says ? says : "nothing", wrong ? wrong : "nothing");
	free(wrong);
}

static void test_what_is_counted_is_held(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(held); i++) {
		struct measurement m;
		char *lacks = xasprintf("%s has 128 samples, but should have 272", held[i].hist);
		char *more = xasprintf("%s has 273 samples, but should have 272", held[i].hist);

		make(&m, &held[i], SAMPLES);
		judge(&m, COUNTED_FULLY, NULL);
		measurement_free(&m);
		make(&m, &held[i], 128);
		judge(&m, COUNTED_FULLY, lacks);
		judge(&m, COUNTED_IF_THERE, lacks);
		measurement_free(&m);
		make(&m, &held[i], SAMPLES + 1);
		judge(&m, COUNTED_FULLY, more);
		measurement_free(&m);
		free(more);
		free(lacks);
	}
}

/* The same rule says nothing of another scenario's histogram of that name. */
static void test_rules_of_one_scenario(void **state)
{
	struct measurement m;

	(void)state;
	make(&m, &held[6], 128);
	free(m.scenario);
	m.scenario = xstrdup("pair");
	judge(&m, COUNTED_FULLY, NULL);
	measurement_free(&m);
}

/* Dropping the counter, or the histogram, is no way round it. */
static void test_what_is_missing(void **state)
{
	const struct held uncounted = { .hist = "call_latency", .scenario = "pair" };
	struct measurement m;

	(void)state;
	make(&m, &uncounted, 128);
	judge(&m, COUNTED_FULLY, "nothing says how many");
	judge(&m, COUNTED_IF_THERE, NULL);
	measurement_free(&m);
	measurement_init(&m);
	m.scenario = xstrdup("pair");
	measurement_set_counter(&m, "requests", SAMPLES);
	measurement_set_counter(&m, "attempts", 0);
	judge(&m, COUNTED_FULLY, NULL);
	measurement_set_counter(&m, "attempts", SAMPLES);
	judge(&m, COUNTED_FULLY, "call_latency has 0 samples, but should have 272 (attempts)");
	measurement_free(&m);
}

/* What a module says whose recorder forgets the last CPU: each part of it is in order. */
static void test_a_module_that_forgets_a_cpu(void **state)
{
	static const char text[] =
		"pcpbench-result 1\nscenario contend\nstrategy percpu-pool\ncontext irqs-off\n"
		"verdict ok\nparam threads 2\n"
		"counter requests 272\ncounter served 272\ncounter attempts 272\ncounter freed 272\n"
		"hist call_latency insn 128 70 70 8960\nb 70 70 128\nend hist\n"
		"hist free_latency insn 272 90 90 24480\nb 90 90 272\nend hist\n"
		"hist time_to_usable insn 272 0 0 0\nb 0 0 272\nend hist\nend\n";
	struct measurement m;
	unsigned int line;
	char *error;

	(void)state;
	measurement_init(&m);
	assert_int_equal(measurement_parse_module_text(&m, text, strlen(text), &error, &line), 0);
	judge(&m, COUNTED_FULLY, "call_latency has 128 samples, but should have 272 (attempts)");
	measurement_free(&m);
}

static void stored(enum verdict verdict, uint64_t samples, const char *says)
{
	struct measurement m, again;
	char *error;
	json_t *json;

	make(&m, &held[0], samples);
	m.verdict = verdict;
	if (verdict != VERDICT_OK)
		m.reason = xstrdup("for this test");
	json = measurement_to_json(&m, &error);
	assert_non_null(json);
	assert_int_equal(measurement_from_json(&again, json, "measurements[3]", &error), says ? -1 : 0);
	if (says && !strstr(error, says))
		fail_msg("expected '%s' in: %s", says, error);
	free(error);
	json_decref(json);
	measurement_free(&again);
	measurement_free(&m);
}

/* A stored measurement is held to it as well, unless it says itself that it broke a rule. */
static void test_stored(void **state)
{
	(void)state;
	stored(VERDICT_OK, SAMPLES, NULL);
	stored(VERDICT_OK, 128, "measurements[3]: call_latency has 128 samples");
	stored(VERDICT_CONTAMINATED, 128, "measurements[3]: call_latency has 128 samples");
	stored(VERDICT_FAILED, 128, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_counted_is_held),
		cmocka_unit_test(test_rules_of_one_scenario),
		cmocka_unit_test(test_what_is_missing),
		cmocka_unit_test(test_a_module_that_forgets_a_cpu),
		cmocka_unit_test(test_stored),
	};

	return cmocka_run_group_tests_name("hist-counts", tests, NULL, NULL);
}
