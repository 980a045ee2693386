// SPDX-License-Identifier: GPL-2.0-only
/* The knee: the rate of a sweep at which a design begins to fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "report/summary.h"
#include "lib-hist.h"

static void add_point(struct result *r, const char *strategy, uint64_t rate, uint64_t failed)
{
	struct measurement *m = result_add(r);

	m->scenario = xstrdup("open-loop");
	m->strategy = xstrdup(strategy);
	m->context = xstrdup("irqs-off");
	m->kernel = xstrdup("6.12");
	m->series = xstrdup("percpu-pool");
	measurement_set_param(m, "rate", rate);
	measurement_set_param(m, "area_size", 64);
	measurement_set_counter(m, "requests", 10000);
	measurement_set_counter(m, "failed", failed);
	measurement_set_counter(m, "achieved_rate", rate - 1);
	hist_add(measurement_add_hist(m, "call_latency", "insn"), 60, 10000);
}

static void expect(const struct result *r, const char *const *lines)
{
	struct report_model model;
	struct str_list list = { 0 };
	size_t n = 0;

	report_model_make(&model, r);
	report_knees(&list, &model);
	for (; lines[n]; n++) {
		assert_true(n < list.n);
		assert_string_equal(list.item[n], lines[n]);
	}
	assert_int_equal(list.n, n);
	str_list_free(&list);
	report_model_free(&model);
}

static void test_knees(void **state)
{
	struct result r;

	(void)state;
	result_init(&r);
	/* out of order, and a failure that did not last */
	add_point(&r, "gfp-nowait", 30000, 50);
	add_point(&r, "gfp-nowait", 1000, 20);
	add_point(&r, "gfp-nowait", 10000, 0);
	add_point(&r, "gfp-nowait", 100000, 900);
	add_point(&r, "percpu-pool", 1000, 0);
	/* one request in a thousand is not yet a knee */
	add_point(&r, "percpu-pool", 100000, 10);
	add_point(&r, "bpf-mem-alloc", 1000, 11);
	add_point(&r, "bpf-mem-alloc", 10000, 5000);
	expect(&r, (const char *const[]){
		"Knee, open-loop · irqs-off · 64 B, gfp-nowait: 30,000/s, where 0.5 % of the requests got no area.",
		"Knee, open-loop · irqs-off · 64 B, percpu-pool: none up to 100,000/s (99,999/s were achieved).",
		"Knee, open-loop · irqs-off · 64 B, bpf-mem-alloc: at or below 1,000/s, where 0.11 % of the requests got no area.",
		NULL });
	result_free(&r);
}

static void add_storms(struct result *r, uint64_t disks, uint64_t rate, uint64_t misattributed)
{
	struct measurement *m;

	add_point(r, "empty", rate, 0);
	m = &r->measurement[r->measurements - 1];
	measurement_set_param(m, "disks", disks);
	measurement_set_counter(m, "ios_issued", 10000);
	measurement_set_counter(m, "misattributed_ios", misattributed);
}

/* The floor has no requests to lose; I/O of the kernel's own is lost beside it. */
static void test_misattributed(void **state)
{
	struct result r;

	(void)state;
	result_init(&r);
	add_storms(&r, 16, 100, 0);
	add_storms(&r, 16, 200, 11);
	add_storms(&r, 64, 100, 500);
	add_storms(&r, 64, 200, 900);
	expect(&r, (const char *const[]){
		"Knee of misattributed I/O, open-loop · irqs-off · 64 B · disks 16, empty: 200/s, where 0.11 % of the I/O was charged to an ancestor.",
		"Knee of misattributed I/O, open-loop · irqs-off · 64 B · disks 64, empty: at or below 100/s, where 5.0 % of the I/O was charged to an ancestor.",
		NULL });
	result_free(&r);
}

/* Who waits still got no area; a rate that tells nothing is named, and a rate that was missed, too. */
static void test_nothing_is_dropped(void **state)
{
	struct result r;
	struct measurement *m;

	(void)state;
	result_init(&r);
	add_point(&r, "throttle-async", 1000, 0);
	add_point(&r, "throttle-async", 10000, 0);
	measurement_set_counter(&r.measurement[1], "waiting", 100);
	measurement_set_counter(&r.measurement[1], "achieved_rate", 5000);
	add_point(&r, "gfp-nowait", 1000, 0);
	add_point(&r, "gfp-nowait", 10000, 0);
	m = &r.measurement[3];
	m->verdict = VERDICT_HANG;
	add_point(&r, "gfp-nowait", 100000, 0);
	measurement_set_counter(&r.measurement[4], "requests", 0);
	expect(&r, (const char *const[]){
		"Knee, open-loop · irqs-off · 64 B, throttle-async: 10,000/s (5,000/s were achieved), where 1.0 % of the requests got no area.",
		"Knee, open-loop · irqs-off · 64 B, gfp-nowait: none up to 1,000/s (999/s were achieved); not known at 10,000/s (hang), 100,000/s (nothing was asked for).",
		NULL });
	result_free(&r);
}

/* One rate is no sweep. */
static void test_no_sweep(void **state)
{
	struct result r;

	(void)state;
	result_init(&r);
	add_point(&r, "gfp-nowait", 30000, 50);
	expect(&r, (const char *const[]){ NULL });
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knees),
		cmocka_unit_test(test_misattributed),
		cmocka_unit_test(test_nothing_is_dropped),
		cmocka_unit_test(test_no_sweep),
	};

	return cmocka_run_group_tests_name("report-knee", tests, NULL, NULL);
}
