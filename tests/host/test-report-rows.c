// SPDX-License-Identifier: GPL-2.0-only
/* Reports put some measurements together and others side by side: groups, rows, seeds, series. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "lib-report.h"
#include "report/report.h"

/* Runs that differ in the seed alone are one row: each counter by its own rule. */
static void test_seeds_are_put_together(void **state)
{
	static const char *const names[] = {
		"failures", "attempts", "bytes_held_peak", "first_failure", "cgroups",
		"cgroups_live_peak", "achieved_rate",
	};
	static const uint64_t one[] = { 3, 100, 700, 90, 64, 9, 990 };
	static const uint64_t two[] = { 4, 100, 500, 60, 64, 8, 1000 };
	static const uint64_t both[] = { 7, 200, 700, 60, 128, 9, 990 };
	struct measurement *m;
	struct report_model model;
	const struct report_row *row;
	struct result r;
	uint64_t value;
	char *title;

	(void)state;
	result_init(&r);
	for (uint64_t seed = 1; seed <= 2; seed++) {
		m = make_measurement(&r, "burst", "gfp-nowait", seed);
		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			measurement_set_counter(m, names[i], seed == 1 ? one[i] : two[i]);
		make_samples(m, "call_latency", seed * 10, 60);
	}
	make_verdict(make_measurement(&r, "burst", "gfp-nowait", 3), VERDICT_HANG, "no progress");
	report_model_make(&model, &r);
	assert_int_equal(model.groups, 1);
	assert_int_equal(model.group[0].rows, 1);
	row = &model.group[0].row[0];
	assert_int_equal(row->runs, 3);
	assert_int_equal(row->good, 2);
	assert_int_equal(row->verdict, VERDICT_HANG);
	title = row_title(row);
	assert_string_equal(title, "gfp-nowait (2 of 3 runs ok)");
	free(title);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_true(measurement_counter(&row->total, names[i], &value));
		assert_int_equal(value, both[i]);
	}
	/* 120 samples have a p99, neither 60 have */
	assert_int_equal(quantile(measurement_hist(&row->total, "call_latency"), 0, 99, &value),
			 KNOWN);
	assert_int_equal(value, 20);
	report_model_free(&model);
	result_free(&r);
}

/*
 * Another size, number of processors or kernel makes another group; another
 * series makes another row.
 */
static void test_what_makes_a_group(void **state)
{
	struct report_model model;
	struct result r;

	(void)state;
	result_init(&r);
	make_measurement(&r, "burst", "gfp-nowait", 1);
	measurement_set_param(make_measurement(&r, "burst", "gfp-nowait", 1), "area_size", 64);
	measurement_set_param(make_measurement(&r, "burst", "gfp-nowait", 1), "cpus", 1);
	free(make_measurement(&r, "burst", "gfp-nowait", 1)->kernel);
	r.measurement[3].kernel = xstrdup("6.13");
	free(make_measurement(&r, "burst", "gfp-nowait", 1)->series);
	r.measurement[4].series = xstrdup("none");
	report_model_make(&model, &r);
	assert_int_equal(model.groups, 4);
	assert_string_equal(model.group[0].title, "burst · irqs-off · 512 B · 4 CPUs · kernel 6.12");
	assert_string_equal(model.group[1].title, "burst · irqs-off · 64 B · 4 CPUs");
	assert_string_equal(model.group[2].title, "burst · irqs-off · 512 B · 1 CPU");
	assert_string_equal(model.group[3].title, "burst · irqs-off · 512 B · 4 CPUs · kernel 6.13");
	assert_int_equal(model.group[0].rows, 2);
	assert_string_equal(model.group[0].row[0].label, "gfp-nowait (percpu-pool)");
	assert_string_equal(model.group[0].row[1].label, "gfp-nowait (none)");
	assert_string_equal(model.group[1].slug, "burst-irqs-off-64-b-4-cpus");
	report_model_free(&model);
	result_free(&r);
}

static void add_storm(struct result *r, const char *series, uint64_t blkg_pool, uint64_t wrong)
{
	struct measurement *m = make_measurement(r, "storm", "empty", 1);

	free(m->series);
	m->series = xstrdup(series);
	measurement_set_param(m, "blkg_pool", blkg_pool);
	measurement_set_param(m, "blkg_pool_high", 64);
	measurement_set_counter(m, "ios_issued", 1000);
	measurement_set_counter(m, "misattributed_ios", wrong);
	measurement_set_counter(m, "ios_unexplained", 0);
	make_samples(m, "fio_clat", 5000, 1000);
}

/* The kernel with and without its pools: rows of one table, each named, and books of their own. */
static void test_kernel_pools_are_rows(void **state)
{
	struct report_model model;
	const struct report_group *group;
	const struct doc_table *t;
	struct document doc;
	struct result r;
	char *text;

	(void)state;
	result_init(&r);
	add_storm(&r, "percpu-pool", 0, 250);
	add_storm(&r, "percpu-pool", 1, 0);
	report_model_make(&model, &r);
	assert_int_equal(model.groups, 1);
	group = &model.group[0];
	assert_int_equal(group->rows, 2);
	/* what both have, as the pool's size, tells nothing */
	assert_string_equal(group->row[0].label, "empty blkg_pool=0");
	assert_string_equal(group->row[1].label, "empty blkg_pool=1");
	/* the two are what is compared, not the harness */
	assert_false(group->row[0].floor || group->row[1].floor);
	t = figures_of(&doc, group);
	cell_is(t, "empty blkg_pool=0", "misattributed I/O", "250 of 1,000 (25.0 %)");
	cell_is(t, "empty blkg_pool=1", "misattributed I/O", "0 of 1,000");
	document_free(&doc);
	text = written_report(&r, true, true, FORMAT_markdown);
	text_has(text, "Misattributed I/O, blkg_pool=0: 250 of 1,000 (25.0 %) over 1 storm;");
	text_has(text,
		 "Misattributed I/O, blkg_pool=1: 0 of 1,000 (0 %) over 1 storm; the books balance");
	free(text);
	report_model_free(&model);
	result_free(&r);
}

/* Two series side by side: a row each, told by its series, in the table and the summary. */
static void test_series_are_rows(void **state)
{
	struct report_model model;
	const struct doc_table *t;
	struct document doc;
	struct result r;
	char *text;

	(void)state;
	result_init(&r);
	add_storm(&r, "none", 0, 40);
	add_storm(&r, "percpu-pool", 0, 30);
	add_storm(&r, "percpu-pool", 1, 0);
	report_model_make(&model, &r);
	assert_int_equal(model.groups, 1);
	t = figures_of(&doc, &model.group[0]);
	assert_int_equal(t->rows, 3);
	cell_is(t, "empty (none) blkg_pool=0", "misattributed I/O", "40 of 1,000 (4.0 %)");
	cell_is(t, "empty (percpu-pool) blkg_pool=0", "misattributed I/O", "30 of 1,000 (3.0 %)");
	cell_is(t, "empty (percpu-pool) blkg_pool=1", "misattributed I/O", "0 of 1,000");
	document_free(&doc);
	text = written_report(&r, true, true, FORMAT_markdown);
	text_has(text, "| empty (none) blkg_pool=0 ");
	text_has(text, "Misattributed I/O, (none) blkg_pool=0: 40 of 1,000");
	free(text);
	report_model_free(&model);
	result_free(&r);
}

/* Zero of no I/O is no figure: no column, no line, and in a storm "n/a" where a row had none. */
static void test_no_io_is_not_zero(void **state)
{
	static const char *const scenarios[] = { "burst", "storm" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(scenarios); i++) {
		struct measurement *m;
		struct report_model model;
		const struct doc_table *t;
		struct document doc;
		struct result r;
		char *text;

		result_init(&r);
		for (int k = 0; k < 2; k++) {
			m = make_measurement(&r, scenarios[i], k ? "gfp-nowait" : "percpu-pool", 1);
			measurement_set_counter(m, "unaccounted_ios", 0);
			measurement_set_counter(m, "accounted_ios", i && k ? 512 : 0);
			make_samples(m, "call_latency", 5000, 1000);
		}
		report_model_make(&model, &r);
		t = figures_of(&doc, &model.group[0]);
		text = written_report(&r, false, false, FORMAT_letter);
		assert_int_equal(has_column(t, "unaccounted I/O"), i);
		assert_int_equal(strstr(text, "unaccounted I/O") != NULL, i);
		if (i) {
			cell_is(t, "gfp-nowait", "unaccounted I/O", "0 of 512");
			cell_is(t, "percpu-pool", "unaccounted I/O", "n/a");
		}
		free(text);
		document_free(&doc);
		report_model_free(&model);
		result_free(&r);
	}
}

/* Books that do not balance are told, whatever else is good. */
static void test_unbalanced_books(void **state)
{
	struct result r;
	char *text;

	(void)state;
	result_init(&r);
	add_storm(&r, "percpu-pool", 0, 5);
	measurement_set_counter(&r.measurement[0], "ios_unexplained", 3);
	text = written_report(&r, true, true, FORMAT_markdown);
	text_has(text, "The books do not balance: 3 I/Os");
	assert_null(strstr(text, "the books balance"));
	free(text);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seeds_are_put_together),
		cmocka_unit_test(test_what_makes_a_group),
		cmocka_unit_test(test_kernel_pools_are_rows),
		cmocka_unit_test(test_series_are_rows),
		cmocka_unit_test(test_no_io_is_not_zero),
		cmocka_unit_test(test_unbalanced_books),
	};

	return cmocka_run_group_tests_name("report-rows", tests, NULL, NULL);
}
