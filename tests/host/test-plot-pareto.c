// SPDX-License-Identifier: GPL-2.0-only
/* Which rows are points of the picture, where they stand, and which of them make its fronts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "lib-report.h"
#include "report/plot-pareto.h"

/* A storm's row: @late requests that took @time, @failed that never got an area. */
static struct measurement *add_row(struct result *r, const char *strategy, uint64_t bytes,
				   uint64_t late, uint64_t time, uint64_t failed)
{
	struct measurement *m = make_measurement(r, "storm", strategy, 1);

	measurement_set_counter(m, "bytes_held_peak", bytes);
	measurement_set_counter(m, "failed", failed);
	make_samples(m, "time_to_usable", 0, 2000 - late - failed);
	if (late)
		make_samples(m, "time_to_usable", time, late);
	return m;
}

static void add_ios(struct measurement *m, uint64_t bad, uint64_t good)
{
	measurement_set_counter(m, "unaccounted_ios", bad);
	measurement_set_counter(m, "accounted_ios", good);
}

/* The data of all rows of @r, to be freed; NULL when they make no picture. */
static char *data_of(const struct result *r, struct pareto_scale *scale)
{
	struct report_model model;
	struct plot_row *row;
	struct text text = { 0 };

	report_model_make(&model, r);
	assert_int_equal(model.groups, 1);
	if (pareto_possible(&model.group[0])) {
		row = xcalloc(model.group[0].rows, sizeof(*row));
		plot_data_pareto(&text, &model.group[0], row, scale);
		free(row);
	}
	report_model_free(&model);
	return text.data;
}

/* The lines of front @which (0: time, 1: memory), to be freed. */
static char *front_of(const char *text, int which)
{
	const char *at = text, *end;

	for (int i = 0; i <= which; i++) {
		at = strstr(at, "# front\n");
		assert_non_null(at);
		at += strlen("# front\n");
	}
	end = strstr(at, "\n\n");
	return xstrndup(at, (size_t)(end - at));
}

/*
 * A design that only queues: the cheapest call, and a third of the I/O too early. It is
 * on neither front; the pool alone is on that of time, and gfp-nowait, which is smaller,
 * beside it on that of memory.
 */
static void test_who_only_queues_is_on_no_front(void **state)
{
	struct pareto_scale scale;
	struct result r;
	char *text, *front;

	(void)state;
	result_init(&r);
	add_ios(add_row(&r, "percpu-pool", 6000000, 0, 0, 0), 0, 4000);
	add_ios(add_row(&r, "throttle-async", 4000000, 2000, 5000000, 0), 1400, 2600);
	add_ios(add_row(&r, "gfp-nowait", 3000000, 0, 0, 60), 40, 3960);
	text = data_of(&r, &scale);
	assert_non_null(text);
	text_has(text, "# percpu-pool: 0 6e+06 0\n");
	/* as many as 3 % never got one: so is the p99 */
	text_has(text, "# gfp-nowait: inf 3e+06 1\n");
	text_has(text, "e+06 4e+06 35\n");
	front = front_of(text, 0);
	/* one point: the pool, in the bands of both */
	assert_null(strchr(front, '\n'));
	assert_true(scale.time.has_zero && scale.time.has_never);
	free(front);
	front = front_of(text, 1);
	assert_int_equal(strncmp(front, "6.47712 0\n", 10), 0);
	assert_null(strstr(front, "6.60206"));
	free(front);
	free(text);
	result_free(&r);
}

/* The bands lie apart from the axis: nothing in them can be read as a figure. */
static void test_bands_are_apart(void **state)
{
	struct pareto_scale scale;
	struct result r;

	(void)state;
	result_init(&r);
	add_ios(add_row(&r, "percpu-pool", 0, 0, 0, 0), 0, 4000);
	add_ios(add_row(&r, "throttle-async", 4000000, 2000, 5000, 0), 1400, 2600);
	add_ios(add_row(&r, "gfp-nowait", 3000000, 0, 0, 60), 40, 3960);
	free(data_of(&r, &scale));
	assert_true(scale.time.zero + scale.time.half < scale.time.low);
	assert_true(scale.time.never - scale.time.half > scale.time.high);
	assert_true(scale.share.zero + scale.share.half < scale.share.low);
	/* who holds nothing at all is a point, too */
	assert_true(scale.memory.has_zero);
	assert_true(scale.memory.zero + scale.memory.half < scale.memory.low);
	result_free(&r);
}

/* A workload without I/O is judged by what was not served at once, be it late or never. */
static void test_requests_that_came_late(void **state)
{
	struct pareto_scale scale;
	struct result r;
	char *text;

	(void)state;
	result_init(&r);
	for (size_t i = 0; i < 2; i++) {
		struct measurement *m = add_row(&r, i ? "gfp-nowait" : "throttle-async", 4096,
						i ? 0 : 500, 100, i ? 200 : 0);

		free(m->scenario);
		m->scenario = xstrdup("burst");
	}
	text = data_of(&r, &scale);
	assert_non_null(text);
	text_has(text, "# throttle-async: 100 4096 25\n");
	text_has(text, "# gfp-nowait: inf 4096 10\n");
	free(text);
	result_free(&r);
}

/* Too few requests for a p99, memory that nobody counted, no I/O: no point, and no picture of one. */
static void test_no_picture(void **state)
{
	struct pareto_scale scale;
	struct measurement *m;
	struct result r;

	(void)state;
	result_init(&r);
	add_ios(add_row(&r, "percpu-pool", 4096, 0, 0, 0), 0, 4000);
	m = make_measurement(&r, "storm", "gfp-nowait", 1);
	measurement_set_counter(m, "bytes_held_peak", 100);
	make_samples(m, "time_to_usable", 0, 99);
	add_ios(m, 0, 99);
	m = make_measurement(&r, "storm", "percpu-mempool", 1);
	make_samples(m, "time_to_usable", 0, 2000);
	add_ios(m, 0, 99);
	add_ios(add_row(&r, "throttle-async", 4096, 0, 0, 0), 0, 0);
	assert_null(data_of(&r, &scale));
	result_free(&r);
}

/* Points in one place have one list of their numbers, in each panel. */
static void test_points_in_one_place(void **state)
{
	struct pareto_scale scale;
	struct result r;
	char *text;

	(void)state;
	result_init(&r);
	add_ios(add_row(&r, "percpu-pool", 6000000, 0, 0, 0), 0, 4000);
	add_ios(add_row(&r, "throttle-async", 4000, 2000, 5000000, 0), 1400, 2600);
	add_ios(add_row(&r, "percpu-mempool", 6000000, 0, 0, 0), 0, 4000);
	add_ios(add_row(&r, "objpool", 4000, 0, 0, 0), 0, 4000);
	text = data_of(&r, &scale);
	assert_non_null(text);
	/* all at once in the one panel, apart in the other */
	text_has(text, " \"1, 3, 4\"\n");
	text_has(text, " \"1, 3\"\n");
	text_has(text, " \"4\"\n");
	free(text);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_only_queues_is_on_no_front),
		cmocka_unit_test(test_bands_are_apart),
		cmocka_unit_test(test_requests_that_came_late),
		cmocka_unit_test(test_no_picture),
		cmocka_unit_test(test_points_in_one_place),
	};

	return cmocka_run_group_tests_name("plot-pareto", tests, NULL, NULL);
}
