// SPDX-License-Identifier: GPL-2.0-only
/* Which verdicts are good: one table, whoever asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/util.h"
#include "compare/compare.h"
#include "lib-report.h"
#include "report/text.h"
#include "run/run.h"

static const struct {
	const char *name;
	bool good, whole, of_module;
	int status;
} expected[] = {
	{ "ok", true, true, true, EXIT_GOOD },
	{ "skipped", true, false, true, EXIT_GOOD },
	{ "unsupported", true, false, true, EXIT_GOOD },
	{ "failed", false, false, true, EXIT_JUDGED },
	{ "boot-failed", false, false, false, EXIT_CANNOT },
	{ "panic", false, false, false, EXIT_CANNOT },
	{ "splat", false, false, false, EXIT_JUDGED },
	{ "hang", false, false, false, EXIT_CANNOT },
	{ "timeout", false, false, false, EXIT_CANNOT },
	{ "agent-failed", false, false, false, EXIT_CANNOT },
	{ "incomplete", false, false, false, EXIT_CANNOT },
	{ "contaminated", true, true, false, EXIT_GOOD },
};

static void make(struct result *r, enum verdict verdict)
{
	struct measurement *m;

	make_result(r, "one", "exact");
	m = make_measurement(r, "pair", "gfp-nowait", 1);
	make_samples(m, "call_latency", 70, 100);
	if (verdict != VERDICT_OK)
		make_verdict(m, verdict, "a test");
	result_seal(r);
}

/* What a run of this one measurement ends with. */
static int status_of_run(enum verdict verdict)
{
	static const struct run_options options;
	struct run run = { .options = &options };
	struct str_list reasons = { 0 };
	int status;

	make(&run.result, verdict);
	status = run_judge(&run, &reasons);
	str_list_free(&reasons);
	result_free(&run.result);
	return status;
}

/* True when compare refuses it as broken. */
static bool refused_by_compare(enum verdict verdict)
{
	struct result r;
	const struct result *pointer = &r;
	const struct compare_side side = { (char *)"ONE", &pointer, 1, BY_FILE, NULL };
	struct comparison c;
	bool broken = false;

	make(&r, verdict);
	compare_make(&c, &side, &side);
	for (size_t i = 0; i < c.notes; i++)
		broken |= c.note[i].kind == NOTE_BROKEN;
	comparison_free(&c);
	result_free(&r);
	return broken;
}

static void test_table(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_SIZE(expected), VERDICTS);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		enum verdict verdict = (enum verdict)i;

		assert_string_equal(verdict_name(verdict), expected[i].name);
		assert_int_equal(verdict_from_name(expected[i].name), i);
		assert_int_equal(verdict_is_good(verdict), expected[i].good);
		assert_int_equal(verdict_is_broken(verdict), expected[i].status == EXIT_JUDGED);
		assert_int_equal(verdict_is_whole(verdict), expected[i].whole);
		assert_int_equal(verdict_of_module(verdict), expected[i].of_module);
		assert_int_equal(status_of_run(verdict), expected[i].status);
		assert_int_equal(refused_by_compare(verdict), !expected[i].good);
	}
	assert_int_equal(verdict_from_name("good"), -1);
}

/* What broke stands before what could not be run, and before a boot that does not count. */
static void test_report_order(void **state)
{
	static const enum verdict order[] = { VERDICT_CONTAMINATED, VERDICT_SKIPPED, VERDICT_PANIC };
	struct report_model model;
	struct report_text text;
	struct result r;

	(void)state;
	make_result(&r, "three", "realtime");
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		make_verdict(make_measurement(&r, "pair", "gfp-nowait", i + 1), order[i], "a test");
	result_seal(&r);
	report_model_make(&model, &r);
	report_text_make(&text, &model);
	assert_int_equal(text.verdicts.n, 3);
	text_has(text.verdicts.item[0], "panic: ");
	text_has(text.verdicts.item[1], "contaminated: ");
	text_has(text.verdicts.item[2], "skipped: ");
	report_text_free(&text);
	report_model_free(&model);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_report_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
