// SPDX-License-Identifier: GPL-2.0-only
/* Workload files: what is taken, what is refused and how; plans made of them. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "lib-capture.h"
#include "workload/plan.h"
#include "workload/workload.h"

/* Loads @text as a workload file; what was printed to stderr is in *said. */
static int load(struct workload *workload, const char *text, const char *override, char **said)
{
	char path[] = "/tmp/pcpbench-test-XXXXXX";
	int fd = mkstemp(path), failed;
	struct str_list overrides = { 0 };

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	if (override)
		str_list_add(&overrides, override);
	capture_stderr_start();
	failed = workload_load(workload, ".", path, &overrides);
	*said = capture_stderr_end();
	str_list_free(&overrides);
	unlink(path);
	return failed;
}

static void refuses(const char *text, const char *override, const char *says)
{
	struct workload workload;
	char *said;

	assert_int_not_equal(load(&workload, text, override, &said), 0);
	if (!strstr(said, says))
		fail_msg("expected '%s' in: %s", says, said);
	free(said);
}

static void takes(struct workload *workload, const char *text, const char *override)
{
	char *said;
	int failed = load(workload, text, override, &said);

	if (failed)
		fail_msg("refused: %s", said);
	free(said);
}

static void test_defaults(void **state)
{
	struct workload w;

	(void)state;
	takes(&w, "[burst]\ncount = 10\n", NULL);
	assert_int_equal(w.guest[GUEST_cpus], 4);
	assert_int_equal(w.sections, 1);
	assert_string_equal(w.section[0].scenario->name, "burst");
	assert_string_equal(w.section[0].contexts.item[0], "irqs-off");
	assert_false(str_list_has(&w.section[0].strategies, "empty"));
	assert_true(str_list_has(&w.section[0].strategies, "percpu-pool"));
	assert_int_equal(w.section[0].param[PARAM_count].value[0], 10);
	assert_false(w.section[0].own_guest);
	workload_free(&w);
}

static void test_lists_and_overrides(void **state)
{
	struct workload w;

	(void)state;
	takes(&w, "[workload]\ncpus = 2\n[x]\nscenario = pair\narea_size = 64, 512\n", "x.seed=1 2 3");
	assert_int_equal(w.guest[GUEST_cpus], 2);
	assert_int_equal(w.section[0].param[PARAM_size].n, 2);
	assert_int_equal(w.section[0].param[PARAM_seed].n, 3);
	workload_free(&w);
	takes(&w, "[pair]\ncount = 5\n[burst]\ncount = 5\n", "count=7");
	assert_int_equal(w.section[1].param[PARAM_count].value[0], 7);
	workload_free(&w);
}

static void test_determinism_proof(void **state)
{
	struct workload w;

	(void)state;
	takes(&w, "[pair]\ncount = 5\n", NULL);
	assert_false(w.determinism_proof);
	workload_free(&w);
	takes(&w, "[workload]\ndeterminism_proof = yes\n[pair]\ncount = 5\n", NULL);
	assert_true(w.determinism_proof);
	workload_free(&w);
	takes(&w, "[workload]\ndeterminism_proof = yes\n[pair]\ncount = 5\n",
	      "determinism_proof=no");
	assert_false(w.determinism_proof);
	workload_free(&w);
	refuses("[workload]\ndeterminism_proof = 1\n[pair]\ncount = 5\n", NULL,
		"neither 'yes'");
	refuses("[pair]\ndeterminism_proof = yes\n", NULL, "unknown key");
}

static void test_bad_files(void **state)
{
	(void)state;
	refuses("", NULL, "nothing to measure");
	refuses("count = 1\n", NULL, ":1: 'count' stands before the first [section]");
	refuses("[pair]\ncount = 1\ngarbage\n", NULL, ":3: neither");
	refuses("[pair]\ncount = 1\ncount = 2\n", NULL, ":3: pair.count is set twice");
	refuses("[pair]\n[burst]\ncount = 1\n", NULL, ":1: a section without keys");
	refuses("[pair]\ncount = 1\n[burst]\n", NULL, ":3: a section without keys");
	refuses("[nonsense]\ncount = 1\n", NULL, "names no scenario");
	refuses("[pair]\ncuont = 1\n", NULL, "did you mean 'count'?");
	refuses("[p]\nscenario = brust\n", NULL, "did you mean 'burst'?");
	refuses("[pair]\nstrategies = percpu-pol\n", NULL, "did you mean 'percpu-pool'?");
	refuses("[pair]\nstrategies = empty empty\n", NULL, "listed twice");
	refuses("[pair]\ncontexts = hardirk\n", NULL, "did you mean 'hardirq'?");
	refuses("[pair]\nstrategies =\n", NULL, "no strategy given");
}

static void test_bad_numbers(void **state)
{
	static const char *const bad[] = { "0", "-1", "1e3", "x", "99999999999999999999999", "+5",
					   "10000001" };
	char text[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "[pair]\ncount = %s\n", bad[i]);
		refuses(text, NULL, ":2: count = '");
	}
	refuses("[workload]\ncpus = 65\n[pair]\ncount = 1\n", NULL, "1 to 64 CPUs");
	refuses("[pair]\narea_size = 64 64\n", NULL, "lists 64 twice");
}

static void test_contradictions(void **state)
{
	(void)state;
	refuses("[pair]\nalign = 24\n", NULL, "not a power of two");
	refuses("[pair]\npool_low = 10\npool_high = 5\n", NULL, "above pool_high");
	refuses("[pair]\npool_low = 10\n", NULL, "without a pool_high");
	refuses("[storm]\ncontexts = task\n", NULL, "one context");
	refuses("[storm]\nisolate = strategy\n", NULL, "can't share a guest");
	refuses("[pair]\ncount = 5\n[other]\nscenario = pair\ncount = 5\n", NULL, "measured twice");
}

/* A parameter that is not the section's own is refused, with its owner. */
static void test_strangers(void **state)
{
	const char *both = "[pair]\nstrategies = gfp-nowait\n[churn]\njobs = 4\n";
	struct workload w;

	(void)state;
	refuses("[pair]\ncount = 5\nneighbour = 0 1\n", NULL,
		":3: 'neighbour' is a parameter of churn, not of pair");
	refuses("[x]\nrate = 5 6\nscenario = pair\n", NULL,
		":2: 'rate' is a parameter of churn and open-loop, not of pair");
	refuses("[pair]\nfree_mib = 1 2 3\nrate = 5\n", NULL,
		":2: 'free_mib' is a parameter of pressure, not of pair");
	refuses("[storm]\ncount = 5\n", NULL, ", floor and conformance, not of storm");
	refuses("[kunit]\nseed = 5\n", NULL,
		":2: 'seed' is a parameter of every scenario that the module runs, not of kunit");
	refuses("[kunit]\nstrategies = percpu-pool\npool_high = 5\n", NULL,
		":3: 'pool_high' is a parameter of percpu-pool, ");
	refuses("[pair]\nstrategies = gfp-nowait sleeping\nadded_insns = 5\n", NULL,
		":3: 'added_insns' is a parameter of busted-slow, not of gfp-nowait, sleeping");
	/* an override that names a section, and one that no section has */
	refuses(both, "pair.jobs=5", "--set pair.jobs=5: 'jobs' is a parameter of storm and churn");
	refuses(both, "threads=5", "--set threads=5: 'threads' is a parameter of contend");
	refuses("[pair]\ncount = 5\n", "pair.scenario=hotplug", "'count' is a parameter of pair, ");
	/* one that is for all sections reaches those that have it */
	takes(&w, both, "jobs=7");
	assert_int_equal(w.section[1].param[PARAM_jobs].value[0], 7);
	assert_int_equal(w.section[0].param[PARAM_jobs].value[0], 64);
	workload_free(&w);
	/* an override may leave a section's strategies without what the file says of others */
	takes(&w, "[pair]\nstrategies = gfp-nowait busted-slow\nadded_insns = 5 6\n",
	      "strategies=gfp-nowait");
	workload_free(&w);
}

/* A parameter of one strategy makes steps of that one alone. */
static void test_plan_of_strategies_params(void **state)
{
	struct workload w;
	struct plan plan;

	(void)state;
	takes(&w, "[pair]\nstrategies = gfp-nowait busted-slow\nadded_insns = 5 6\ncount = 3 4\n",
	      NULL);
	plan_make(&plan, &w);
	assert_int_equal(plan.guests, 2);
	assert_string_equal(plan.guest[0].step[0].strategy, "gfp-nowait");
	assert_int_equal(plan.guest[0].steps, 2);
	assert_null(strstr(plan.guest[0].step[0].line, "added_insns"));
	assert_null(strstr(plan.guest[0].step[0].line, "neighbour"));
	assert_non_null(strstr(plan.guest[0].step[1].line, " count=4"));
	assert_int_equal(plan.guest[1].steps, 4);
	assert_non_null(strstr(plan.guest[1].step[3].line, " added_insns=6"));
	plan_free(&plan);
	workload_free(&w);
	/* sections that differ in what their strategy does not have are one step */
	refuses("[pair]\nadded_insns = 5\nstrategies = busted-slow gfp-nowait\n"
		"[other]\nscenario = pair\nadded_insns = 6\nstrategies = busted-slow gfp-nowait\n",
		NULL, "measured twice");
}

static bool is_owner(const char *word)
{
	return !strcmp(word, "requests") || scenario_find(word) || strategy_find(word);
}

/* Each owner in the table is one, and each parameter has one. */
static void test_owners(void **state)
{
	(void)state;
	for (int p = 0; p < PARAM_COUNT; p++) {
		struct str_list words = { 0 };

		str_list_split(&words, param_info[p].owners, " ");
		assert_true(words.n > 0);
		for (size_t i = 0; i < words.n; i++)
			if (!is_owner(words.item[i]))
				fail_msg("%s: '%s' is neither a scenario nor a strategy",
					 param_info[p].name, words.item[i]);
		str_list_free(&words);
	}
}

static const char *const fields[] = {
#define PCPB_PARAM(name, field, unit, lowest, highest, preset, owners, what) [PARAM_##field] = #field,
#include "contract/params.def"
#undef PCPB_PARAM
};

/* Does @source read @field of a step: "step.rate", "step->rate"? */
static bool reads(const char *source, const char *field)
{
	static const char *const before[] = { "step.", "step->" };

	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		char *word = xasprintf("%s%s", before[i], field);
		const char *at = source;
		bool found = false;

		while (!found && (at = strstr(at, word))) {
			at += strlen(word);
			found = !isalnum((unsigned char)*at) && *at != '_';
		}
		free(word);
		if (found)
			return true;
	}
	return false;
}

/* What a scenario's file reads of a step is the scenario's own. */
static void test_scenarios_read_their_own(void **state)
{
	(void)state;
	for (const struct scenario_info *s = scenario_info; s->name; s++) {
		char *path = xasprintf("bench-module/scenario-%s.c", s->name), *text;
		size_t length;

		if (s->runs != AGENT) {
			assert_int_equal(file_read(path, 1 << 20, &text, &length), 0);
			for (int p = 0; p < PARAM_COUNT; p++)
				if (reads(text, fields[p]) &&
				    !param_belongs((enum param_id)p, s, "gfp-nowait"))
					fail_msg("%s reads %s, which is not its own", path,
						 param_info[p].name);
			free(text);
		}
		free(path);
	}
}

/* Who keeps pool_high areas, by the module's own word, has the parameter. */
static void test_strategies_with_marks(void **state)
{
	(void)state;
	for (const struct strategy_info *s = strategy_info; s->name; s++) {
		char *path = xasprintf("bench-module/strategy-%s.c", s->name), *text;
		size_t length;

		/* gfp-twin has no file of its own */
		if (file_exists(path)) {
			assert_int_equal(file_read(path, 1 << 20, &text, &length), 0);
			assert_int_equal(param_belongs(PARAM_pool_high, scenario_find("pair"), s->name),
					 strstr(text, ".has_marks") != NULL);
			free(text);
		}
		free(path);
	}
}

static void test_bad_overrides(void **state)
{
	const char *good = "[pair]\ncount = 5\n";

	(void)state;
	refuses(good, "count", "not of the form");
	refuses(good, "pear.count=1", "the nearest is pair");
	refuses(good, "cpus=none", "cpus = 'none'");
	refuses(good, "pair.colour=red", "unknown key 'colour'");
}

static void test_long_line(void **state)
{
	char text[600] = "[pair]\ncount = ";

	(void)state;
	memset(text + strlen(text), '1', 500);
	strcpy(text + 520, "\n");
	refuses(text, NULL, "longer than");
}

static void test_plan(void **state)
{
	struct workload w;
	struct plan plan;
	char *text;

	(void)state;
	takes(&w, "[pair]\nstrategies = gfp-nowait percpu-pool\narea_size = 64 512\n"
		  "[storm]\nstrategies = gfp-nowait\ndisks = 8 16\n", NULL);
	plan_make(&plan, &w);
	/* two storms alone, then one guest per strategy */
	assert_int_equal(plan.guests, 4);
	assert_int_equal(plan.steps, 6);
	assert_int_equal(plan.guest[0].disks, 8);
	assert_int_equal(plan.guest[1].disks, 16);
	assert_int_equal(plan.guest[2].steps, 2);
	assert_string_equal(plan.guest[2].step[0].strategy, "percpu-pool");
	assert_non_null(strstr(plan.guest[2].step[1].line, "area_size=512"));
	text = plan_guest_text(&plan.guest[2]);
	/* the first step's size is the default, which is not said */
	assert_int_equal(strncmp(text, "scenario=pair strategy=percpu-pool context=irqs-off\n", 52), 0);
	assert_int_equal(text[strlen(text) - 1], '\n');
	free(text);
	plan_free(&plan);
	workload_free(&w);
}

static void test_keep_strategies(void **state)
{
	struct str_list only = { 0 };
	struct workload w;
	char *said;

	(void)state;
	takes(&w, "[pair]\nstrategies = gfp-nowait empty\n", NULL);
	str_list_add(&only, "empty");
	assert_int_equal(workload_keep_strategies(&w, &only), 0);
	assert_int_equal(w.section[0].strategies.n, 1);
	str_list_free(&only);
	str_list_add(&only, "emtpy");
	capture_stderr_start();
	assert_int_not_equal(workload_keep_strategies(&w, &only), 0);
	said = capture_stderr_end();
	assert_non_null(strstr(said, "did you mean 'empty'?"));
	free(said);
	str_list_free(&only);
	workload_free(&w);
}

/* A strategy that is wrong on purpose proves the suite; nobody compares designs with it. */
static void test_nothing_busted_is_compared(void **state)
{
	static const char *const names[] = { "default", "smoke", "full", "storm", "scale" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct str_list none = { 0 };
		struct workload w;

		assert_int_equal(workload_load(&w, ".", names[i], &none), 0);
		assert_true(w.sections > 0);
		for (size_t s = 0; s < w.sections; s++)
			for (size_t k = 0; k < w.section[s].strategies.n; k++)
				if (!strncmp(w.section[s].strategies.item[k], "busted-", 7))
					fail_msg("%s measures %s", names[i],
						 w.section[s].strategies.item[k]);
		workload_free(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_lists_and_overrides),
		cmocka_unit_test(test_determinism_proof),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_bad_numbers),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_plan_of_strategies_params),
		cmocka_unit_test(test_owners),
		cmocka_unit_test(test_scenarios_read_their_own),
		cmocka_unit_test(test_strategies_with_marks),
		cmocka_unit_test(test_bad_overrides),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_keep_strategies),
		cmocka_unit_test(test_nothing_busted_is_compared),
	};

	return cmocka_run_group_tests_name("workload", tests, NULL, NULL);
}
