// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patch series' own KUnit suites as a step: loads kunit.ko and the suites,
 * counts the results that KUnit leaves in debugfs, and sends them in the form
 * of a module result.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "ktap.h"

#define LEAKS	"/sys/kernel/debug/kmemleak"
#define LEAK_AGE 6	/* seconds: kmemleak names what nothing has pointed to for five */
#define LOCKS	"/proc/lockdep_stats"
#define NO_SUITE "the image has no KUnit suite that this kernel loads: %s"
#define RESULTS(suite) "/sys/kernel/debug/kunit/" suite "/results"

static const struct suite {
	const char *module, *results;
} suites[] = {
	{ "/percpu-pool-test.ko", RESULTS("percpu_pool") },
	/* only where the kernel has fault injection */
	{ "/blk-cgroup-pool-test.ko", RESULTS("blk_cgroup_pool") },
};

#define SUITES	(sizeof(suites) / sizeof(suites[0]))

struct tally {
	struct ktap tests;
	int locks;		/* 1: the lock checker is at work, 0: off, -1: the kernel has none */
	int leaks;		/* objects that nothing points to, -1: the kernel does not look */
};

/* lockdep turns itself off at its first complaint, and what runs after that is not checked. */
static int lock_checker(void)
{
	char *text = read_file(LOCKS, NULL), *at;
	int on = -1;

	at = text ? strstr(text, "debug_locks:") : NULL;
	if (at)
		on = strtol(at + strlen("debug_locks:"), NULL, 10) != 0;
	free(text);
	return on;
}

static int count_leaks(void)
{
	const struct timespec age = { .tv_sec = LEAK_AGE };
	int leaks = 0;
	char *text;

	if (access(LEAKS, W_OK))
		return -1;
	/* what a register pointed to shows in the second scan */
	nanosleep(&age, NULL);
	if (write_file(LEAKS, "scan") || write_file(LEAKS, "scan"))
		return -1;
	text = read_file(LEAKS, NULL);
	for (char *at = text; at && (at = strstr(at, "unreferenced object")); at++)
		leaks++;
	free(text);
	return leaks;
}

/* Why the suite is not good; NULL when it is. */
static const char *objection(const struct tally *tally)
{
	if (tally->tests.failed)
		return tally->tests.first;
	if (!tally->tests.passed)
		return "no test ran";
	if (!tally->locks)
		return "lockdep was turned off meanwhile, and what ran after that is not checked";
	return tally->leaks > 0 ? "kmemleak found objects that nothing points to" : NULL;
}

static void send_tally(unsigned int step, const char *line, const struct tally *tally)
{
	char *strategy = step_value(line, "strategy"), *context = step_value(line, "context");
	char checks[96] = "";
	const char *why = objection(tally);

	if (tally->locks >= 0)
		snprintf(checks, sizeof(checks), COUNTER "lockdep_on %d\n", tally->locks);
	if (tally->leaks >= 0)
		snprintf(checks + strlen(checks), sizeof(checks) - strlen(checks),
			 COUNTER "leaked_objects %d\n", tally->leaks);
	frame_sendf(PCPB_FRAME_RESULT,
		    RESULT_HEAD("kunit") PCPB_RESULT_VERDICT " %s\n%s%s%s" COUNTER "tests_passed %u\n" COUNTER "tests_failed %u\n"
		    COUNTER "tests_skipped %u\n%s" PCPB_RESULT_END "\n",
		    step, strategy, context, why ? "failed" : "ok",
		    why ? PCPB_RESULT_REASON " " : "", why ? why : "", why ? "\n" : "",
		    tally->tests.passed, tally->tests.failed, tally->tests.skipped, checks);
	free(strategy);
	free(context);
}

/* What is there before the suite is not the suite's. */
static void forget_leaks(void)
{
	if (count_leaks() > 0)
		write_file(LEAKS, "clear");
}

/* Returns false when it has ended the step. */
static bool run_suite(unsigned int step, const struct suite *suite, struct ktap *tests)
{
	int error = module_load(suite->module, "");
	char *results;

	if (error) {
		step_end(step, "skipped", NO_SUITE, strerror(-error));
		return false;
	}
	results = read_file(suite->results, NULL);
	if (!results) {
		step_end(step, "failed", "KUnit left no %s: %s", suite->results, strerror(errno));
		return false;
	}
	ktap_add(tests, results);
	free(results);
	return true;
}

void kunit_step(unsigned int step, const char *line)
{
	struct tally tally = { 0 };
	int error = module_load("/kunit.ko", "enable=1");

	forget_leaks();
	if (error && error != -EEXIST) {
		step_end(step, "skipped", NO_SUITE, strerror(-error));
		return;
	}
	for (const struct suite *suite = suites; suite < suites + SUITES; suite++)
		if ((suite == suites || !access(suite->module, F_OK)) &&
		    !run_suite(step, suite, &tally.tests))
			return;
	tally.locks = lock_checker();
	tally.leaks = count_leaks();
	send_tally(step, line, &tally);
	step_end(step, "ok", "%s", "");
}
