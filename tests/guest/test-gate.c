// SPDX-License-Identifier: GPL-2.0-only
/* Real results judged: against the reference, and with a planted regression. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

static void expect(struct outcome outcome, int status, const char *says)
{
	if (outcome.status != status || !strstr(outcome.out, says))
		fail_msg("status %d, expected %d and '%s':\n%s\n%s", outcome.status, status, says,
			 outcome.out, outcome.err);
	outcome_free(&outcome);
}

/* The path of scratch file @name; the caller frees it. */
static char *scratch_file(const char *name)
{
	return xasprintf("%s/%s", scratch_runs(), name);
}

static void run_workload(const char *workload, const char *kernel)
{
	struct outcome outcome = pcpbench("run", "-w", workload, "-k", kernel, "-o",
					  scratch_runs(), NULL);

	if (outcome.status != EXIT_GOOD)
		fail_msg("run -w %s: status %d\n%s", workload, outcome.status, outcome.err);
	outcome_free(&outcome);
}

/* The gate as CI runs it on every change, with the proof that it finds a change. */
static void test_reference(void **state)
{
	struct str_list kernels = { 0 };
	char *run = scratch_file("latest"), *out = scratch_file("gate");

	(void)state;
	kernels_under_test(&kernels);
	for (size_t i = 0; i < kernels.n; i++) {
		char *reference = xasprintf("results/reference/%s/gate.json", kernels.item[i]);

		run_workload("gate", kernels.item[i]);
		expect(pcpbench("gate", "--baseline", reference, "-o", out, run, NULL),
		       EXIT_GOOD, "gate: pass");
		free(reference);
	}
	str_list_free(&kernels);
	free(out);
	free(run);
}

/* The next measurement of scenario pair and @strategy, from @i on; NULL: none is left. */
static struct measurement *next_pair(struct result *result, const char *strategy, size_t *i)
{
	while (*i < result->measurements) {
		struct measurement *m = &result->measurement[(*i)++];

		if (!strcmp(m->scenario, "pair") && !strcmp(m->strategy, strategy))
			return m;
	}
	return NULL;
}

/* Calls @a what @b is called, and the other way: a strategy has parameters of its own. */
static void swap_names(struct measurement *a, struct measurement *b)
{
	const struct measurement was = *a;

	a->strategy = b->strategy;
	a->param = b->param;
	a->params = b->params;
	b->strategy = was.strategy;
	b->param = was.param;
	b->params = was.params;
}

/* The latest result, but what is called @strategy is what was measured of @instead. */
static char *planted(const char *strategy, const char *instead)
{
	char *path = scratch_file("planted.json");
	struct measurement *of[8], *other[8];
	size_t n = 0, i = 0, k = 0;
	struct result result;

	load_latest(&result);
	while (n < ARRAY_SIZE(of) && (of[n] = next_pair(&result, strategy, &i)) &&
	       (other[n] = next_pair(&result, instead, &k)))
		n++;
	assert_int_equal(n, ARRAY_SIZE(of));
	while (n--)
		swap_names(of[n], other[n]);
	result_seal(&result);
	assert_int_equal(result_write(&result, path), 0);
	result_free(&result);
	return path;
}

/* 100 instructions more in each call of one strategy are a regression; a twin is none. */
static void test_planted(void **state)
{
	static const char rules[] = "[work]\nmetric = call_latency?mean call_latency?p50\n"
				    "relative = 1 %\nabsolute = 1\n";
	char *run = scratch_file("latest"), *conf = scratch_file("rules"), *path;

	(void)state;
	assert_int_equal(file_write_atomic(conf, rules, strlen(rules)), 0);
	path = planted("gfp-nowait", "busted-slow");
	expect(pcpbench("gate", "--rules", conf, "--baseline", run, path, NULL), EXIT_JUDGED,
	       "gate: regression");
	free(path);
	path = planted("gfp-nowait", "gfp-twin");
	expect(pcpbench("gate", "--rules", conf, "--baseline", run, path, NULL), EXIT_GOOD,
	       "gate: pass");
	free(path);
	free(conf);
	free(run);
}

/* A canary that costs nothing more cannot be seen. */
static void test_blind(void **state)
{
	static const char rules[] = "[work]\nmetric = call_latency?mean\nrelative = 1 %\n"
				    "absolute = 1\n[canary]\nstrategy = gfp-twin\n"
				    "base = gfp-nowait\n";
	char *run = scratch_file("latest"), *conf = scratch_file("rules");

	(void)state;
	assert_int_equal(file_write_atomic(conf, rules, strlen(rules)), 0);
	expect(pcpbench("gate", "--rules", conf, "--baseline", run, run, NULL), EXIT_CANNOT,
	       "slowness was not seen");
	free(conf);
	free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_planted),
		cmocka_unit_test(test_blind),
	};

	return cmocka_run_group_tests_name("gate", tests, scratch_setup, scratch_teardown);
}
