// SPDX-License-Identifier: GPL-2.0-only
/* What perf stat prints, as counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "result/perf-stat.h"

static void expect_counter(const struct measurement *m, const char *name, uint64_t expected)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		fail_msg("no counter %s", name);
	assert_int_equal(value, expected);
}

static void test_counts(void **state)
{
	static const char text[] =
		"# started on Wed Jan  1 00:00:02 2020\n\n"
		"1328,,percpu:percpu_alloc_percpu,36261570,100.00,0.036,M/sec\n"
		"0,,block:block_rq_issue,36261570,100.00,,\n"
		"36.26,msec,cpu-clock,36259900,100.00,2.000,CPUs utilized\n"
		"<not supported>,,cycles,0,100.00,,\n"
		"<not counted>,,branch-misses,0,100.00,,\n"
		"<not supported>,,cycles,0,100.00,,\n";
	struct measurement m;
	struct str_list absent = { 0 };
	unsigned int line;
	char *error;

	(void)state;
	measurement_init(&m);
	assert_int_equal(perf_stat_parse(&m, &absent, text, strlen(text), &error, &line), 0);
	assert_null(error);
	assert_int_equal(m.counters, 3);
	expect_counter(&m, "perf_percpu_percpu_alloc_percpu", 1328);
	expect_counter(&m, "perf_block_block_rq_issue", 0);
	expect_counter(&m, "perf_cpu_clock_ns", 36260000);
	assert_int_equal(absent.n, 2);
	assert_string_equal(absent.item[0], "cycles");
	assert_string_equal(absent.item[1], "branch-misses");
	str_list_free(&absent);
	measurement_free(&m);
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text, *error;
		unsigned int line;
	} cases[] = {
		{ "", "no event", 1 },
		{ "# started\n", "no event", 2 },
		{ "5,,context-switches,1,100.00,,\n12,,sched", "cut off", 2 },
		{ "5,context-switches\n", "VALUE,UNIT,EVENT", 1 },
		{ "5,,,1,100.00,,\n", "no event's name", 1 },
		{ "-5,,context-switches,1,100.00,,\n", "no number", 1 },
		{ ",,context-switches,1,100.00,,\n", "no number", 1 },
		{ "nan,,context-switches,1,100.00,,\n", "no number", 1 },
		{ "1.2.3,msec,cpu-clock,1,100.00,,\n", "no number", 1 },
		{ "99999999999999999999,,context-switches,1,100.00,,\n", "too large", 1 },
		{ "9999999999999999,msec,cpu-clock,1,100.00,,\n", "too large", 1 },
		{ "5,Joules,power,1,100.00,,\n", "unit", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct str_list absent = { 0 };
		struct measurement m;
		unsigned int line;
		char *error;

		measurement_init(&m);
		assert_int_equal(perf_stat_parse(&m, &absent, cases[i].text, strlen(cases[i].text),
						 &error, &line), -1);
		assert_non_null(strstr(error, cases[i].error));
		assert_int_equal(line, cases[i].line);
		assert_int_equal(m.counters + absent.n, 0);
		free(error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
