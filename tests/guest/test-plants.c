// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gate's proof of itself: regressions of known sizes, measured in real
 * guests and judged by the rules that CI judges by, are caught, and what is
 * smaller than the rules allow is let pass.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

/* A strategy as it was measured with one value of the parameter that it is busted by. */
struct variant {
	const char *strategy, *param;	/* NULL: it has none of its own */
	uint64_t value;
};

struct plant {
	const char *name;
	struct variant without, with;
	int status;
	const char *metric;	/* that must have regressed; NULL: none may */
};

static const struct plant plants[] = {
	{ "2 instructions of 1,120 are below 0.2 %", { "busted-slow", "added_insns", 2 },
	  { "busted-slow", "added_insns", 4 }, EXIT_GOOD, NULL },
	{ "4 instructions are above it", { "busted-slow", "added_insns", 2 },
	  { "busted-slow", "added_insns", 6 }, EXIT_JUDGED, "call_latency mean" },
	{ "1 % more instructions", { "busted-slow", "added_insns", 2 },
	  { "busted-slow", "added_insns", 14 }, EXIT_JUDGED, "call_latency p50" },
	{ "one lock round trip", { "gfp-nowait", NULL, 0 },
	  { "busted-lock", NULL, 0 }, EXIT_JUDGED, "call_latency mean" },
	{ "a twin", { "gfp-nowait", NULL, 0 },
	  { "gfp-twin", NULL, 0 }, EXIT_GOOD, NULL },
	{ "one failure per thousand", { "busted-fail", "fail_one_in", 0 },
	  { "busted-fail", "fail_one_in", 1000 }, EXIT_JUDGED, "failures" },
	{ "2 % more memory", { "busted-memory", "more_areas", 0 },
	  { "busted-memory", "more_areas", 2 }, EXIT_GOOD, NULL },
	{ "twice the memory", { "busted-memory", "more_areas", 0 },
	  { "busted-memory", "more_areas", 100 }, EXIT_JUDGED, "bytes_held_idle" },
};

static bool is_variant(const struct measurement *m, const struct variant *variant)
{
	uint64_t value;

	if (strcmp(m->strategy, variant->strategy))
		return false;
	return !variant->param ||
	       (measurement_param(m, variant->param, &value) && value == variant->value);
}

/* What the gate proves itself by: all that [canary] of the workload has measured. */
static bool is_proof(const struct measurement *m)
{
	uint64_t added;

	if (!strcmp(m->strategy, "busted-slow"))
		return measurement_param(m, "added_insns", &added) && added == 100;
	return !strcmp(m->strategy, "gfp-nowait") || !strcmp(m->strategy, "gfp-twin");
}

/* Calls @m what @as is called, in a context of its own, where the proofs are not. */
static void call_it(struct measurement *m, const struct variant *as)
{
	free(m->strategy);
	m->strategy = xstrdup(as->strategy);
	free(m->context);
	m->context = xstrdup("task");
	if (as->param)
		measurement_set_param(m, as->param, as->value);
}

/* The whole run's proofs, and @variant alone of the rest, called @as; where it is, to be freed. */
static char *compose(const char *file, const struct variant *variant, const struct variant *as)
{
	char *path = xasprintf("%s/%s", scratch_runs(), file);
	struct result all, more;
	size_t kept = 0;

	load_latest(&all);
	load_latest(&more);
	for (size_t i = 0; i < all.measurements; i++) {
		struct measurement *m = &all.measurement[i];

		if (!is_proof(m)) {
			measurement_free(m);
			continue;
		}
		all.measurement[kept++] = *m;
	}
	all.measurements = kept;
	for (size_t i = 0; i < more.measurements; i++) {
		if (!is_variant(&more.measurement[i], variant))
			continue;
		call_it(&more.measurement[i], as);
		*result_add(&all) = more.measurement[i];
		measurement_init(&more.measurement[i]);
	}
	assert_true(all.measurements >= kept + 8);
	result_seal(&all);
	assert_int_equal(result_write(&all, path), 0);
	result_free(&all);
	result_free(&more);
	return path;
}

/* True when @metric has regressed in the verdict.json that is @text; NULL: when nothing has. */
static bool regressed(const char *text, const char *metric)
{
	json_t *verdict = json_loads(text, 0, NULL), *item;
	json_t *list = json_object_get(verdict, "regressions");
	bool found = !metric && !json_array_size(list);
	size_t i;

	assert_non_null(verdict);
	json_array_foreach(list, i, item)
		found |= metric && !strcmp(json_string_value(json_object_get(item, "metric")),
					   metric);
	json_decref(verdict);
	return found;
}

static void test_measure(void **state)
{
	struct outcome outcome = pcpbench("run", "-w", "tests/guest/plants.ini", "-o",
					  scratch_runs(), NULL);

	(void)state;
	if (outcome.status != EXIT_GOOD)
		fail_msg("status %d\n%s", outcome.status, outcome.err);
	outcome_free(&outcome);
}

static void test_plant(void **state)
{
	const struct plant *plant = *state;
	char *baseline = compose("baseline.json", &plant->without, &plant->without);
	char *result = compose("result.json", &plant->with, &plant->without);
	struct outcome outcome = pcpbench("gate", "--json", "--baseline", baseline, result, NULL);

	if (outcome.status != plant->status || !regressed(outcome.out, plant->metric))
		fail_msg("status %d, expected %d and a regression of %s:\n%s\n%s", outcome.status,
			 plant->status, plant->metric ? plant->metric : "nothing", outcome.out,
			 outcome.err);
	outcome_free(&outcome);
	free(result);
	free(baseline);
}

int main(void)
{
	struct CMUnitTest tests[1 + ARRAY_SIZE(plants)] = { cmocka_unit_test(test_measure) };

	for (size_t i = 0; i < ARRAY_SIZE(plants); i++)
		tests[i + 1] = (struct CMUnitTest){
			.name = plants[i].name, .test_func = test_plant,
			.initial_state = (void *)&plants[i],
		};
	return cmocka_run_group_tests_name("plants", tests, scratch_setup, scratch_teardown);
}
