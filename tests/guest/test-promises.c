// SPDX-License-Identifier: GPL-2.0-only
/* A strategy that breaks one promise fails the conformance suite, and for that reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

static struct result result;

/* What each is told; NULL: it keeps what it promises there. */
static const struct promise {
	const char *strategy, *context, *says;
} promises[] = {
	{ "gfp-nowait", "task", NULL },
	{ "gfp-nowait", "preempt-off", NULL },
	{ "gfp-nowait", "softirq", NULL },
	{ "gfp-nowait", "hardirq", NULL },
	{ "gfp-nowait", "irqs-off", NULL },
	{ "busted-dirty", "task", "is not zero at byte 63 on CPU 1" },
	{ "busted-dirty", "irqs-off", "is not zero at byte 63 on CPU 1" },
	{ "busted-overlap", "irqs-off", "was overwritten through another area" },
	{ "busted-align", "irqs-off", "is not aligned to 8 bytes on CPU 0" },
	{ "busted-memory", "irqs-off", "at rest it caches 400 areas, not 200" },
	{ "busted-leak", "irqs-off", "at rest it accounts for 0 areas, and 6 are allocated" },
	{ "busted-context", "irqs-off", "a call for context irqs-off was made, or came back, elsewhere" },
	/* where interrupts are on anyway it does no harm */
	{ "busted-context", "task", NULL },
};

static int run_all(void **state)
{
	struct outcome outcome;

	if (scratch_setup(state))
		return -1;
	outcome = pcpbench("run", "-w", "tests/guest/promises.ini", "-o", scratch_runs(), NULL);
	if (outcome.status != EXIT_JUDGED)
		print_error("status %d, expected 1: %s", outcome.status, outcome.err);
	load_latest(&result);
	if (outcome.status != EXIT_JUDGED)
		return -1;
	outcome_free(&outcome);
	return 0;
}

static int end_all(void **state)
{
	result_free(&result);
	return scratch_teardown(state);
}

static const struct measurement *find(const char *strategy, const char *context)
{
	for (size_t i = 0; i < result.measurements; i++) {
		const struct measurement *m = &result.measurement[i];

		if (!strcmp(m->strategy, strategy) && !strcmp(m->context, context))
			return m;
	}
	fail_msg("no measurement of %s in %s", strategy, context);
	return NULL;
}

static void test_each_promise(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(promises); i++) {
		const struct promise *p = &promises[i];
		const struct measurement *m = find(p->strategy, p->context);
		const char *reason = m->reason ? m->reason : "no reason";

		if (m->verdict != (p->says ? VERDICT_FAILED : VERDICT_OK) ||
		    (p->says && !strstr(reason, p->says)))
			fail_msg("%s in %s: expected '%s', got %s: %s", p->strategy, p->context,
				 p->says ? p->says : "ok", verdict_name(m->verdict), reason);
	}
}

/* A broken promise ends a step and not its guest. */
static void test_every_step_was_made(void **state)
{
	(void)state;
	assert_int_equal(result.measurements, 5 + 6 * 2);
	for (size_t i = 0; i < result.measurements; i++)
		assert_true(result.measurement[i].verdict == VERDICT_OK ||
			    result.measurement[i].verdict == VERDICT_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_promise),
		cmocka_unit_test(test_every_step_was_made),
	};

	return cmocka_run_group_tests_name("promises", tests, run_all, end_all);
}
