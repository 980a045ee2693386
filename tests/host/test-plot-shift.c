// SPDX-License-Identifier: GPL-2.0-only
/* Shift plots: new over old at each quantile, and what has none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/subprocess.h"
#include "compare/plot-shift.h"
#include "lib-report.h"
#include "lib-scratch.h"

struct sides {
	struct result result[2];
	const struct result *at[2];
	struct compare_side side[2];
	struct comparison c;
};

/* Values of the body and of the last hundredth of @count samples. */
struct shape {
	uint64_t body, tail, count;
};

static void make(struct sides *s, const struct shape *shape, size_t seeds)
{
	static const char *const labels[] = { "OLD", "NEW" };

	for (size_t i = 0; i < 2; i++) {
		struct result *r = &s->result[i];

		result_init(r);
		r->id = xstrdup(labels[i]);
		r->mode = xstrdup("exact");
		for (size_t seed = 1; seed <= seeds; seed++) {
			struct measurement *m = make_measurement(r, "pair", "gfp-nowait", seed);
			uint64_t tail = shape[i].count / 50;

			make_samples(m, "call_latency", shape[i].body, shape[i].count - tail);
			if (tail)
				make_samples(m, "call_latency", shape[i].tail, tail);
			measurement_set_counter(m, "requests", shape[i].count + seed);
		}
		result_seal(r);
		s->at[i] = r;
		s->side[i] = (struct compare_side){ .label = (char *)labels[i],
						    .result = &s->at[i], .results = 1 };
	}
	compare_make(&s->c, &s->side[0], &s->side[1]);
	assert_int_equal(s->c.blocks, 1);
}

static void drop(struct sides *s)
{
	comparison_free(&s->c);
	result_free(&s->result[0]);
	result_free(&s->result[1]);
}

struct drawn {
	struct text text;
	struct shift_scale scale;
	struct shift_curve *curve;
	size_t n;
};

static void draw(struct drawn *d, const struct sides *s)
{
	d->text = (struct text){ 0 };
	d->curve = plot_data_shift(&d->text, &s->c, &s->c.block[0], &d->scale, &d->n);
	assert_int_equal(d->n, 1);
	assert_string_equal(d->curve[0].name, "call_latency");
}

static void drop_drawn(struct drawn *d)
{
	text_free(&d->text);
	free(d->curve);
}

/* The ratio of the first curve at @x, NaN when it has no such point. */
static double ratio_at(const struct drawn *d, double x)
{
	for (const char *line = strchr(d->text.data, '\n'); line && line[1] && line[1] != '\n';
	     line = strchr(line + 1, '\n')) {
		double at, ratio;

		if (sscanf(line + 1, "%lf %lf", &at, &ratio) == 2 && fabs(at / x - 1) < 1e-6)
			return ratio;
	}
	return NAN;
}

static void test_tail(void **state)
{
	static const struct shape shape[] = { { 100, 1000, 1000 }, { 100, 3000, 1000 } };
	struct sides s;
	struct drawn d;

	(void)state;
	make(&s, shape, 8);
	draw(&d, &s);
	assert_true(ratio_at(&d, 10) == 1);
	assert_true(fabs(ratio_at(&d, 100) - 3) < 0.05);
	/* 8,000 samples of all seeds: 99.9 is known, 99.99 is not */
	assert_false(isnan(ratio_at(&d, 1000)));
	assert_true(isnan(ratio_at(&d, 10000)));
	assert_true(d.curve[0].bands > 0);
	assert_true(d.scale.high > 3 && d.scale.low < 1 / 3.0);
	drop_drawn(&d);
	drop(&s);
}

static void test_zero(void **state)
{
	static const struct shape shape[] = { { 0, 100, 1000 }, { 5, 0, 1000 } };
	struct sides s;
	struct drawn d;

	(void)state;
	make(&s, shape, 8);
	draw(&d, &s);
	assert_true(d.scale.from_zero);
	assert_true(fabs(ratio_at(&d, 10) / d.scale.high - 1) < 1e-6);
	assert_null(strstr(d.text.data, "inf"));
	drop_drawn(&d);
	drop(&s);
}

static void test_too_few(void **state)
{
	static const struct shape shape[] = { { 100, 100, 1 }, { 120, 120, 1 } };
	struct sides s;
	struct drawn d;

	(void)state;
	make(&s, shape, 1);
	draw(&d, &s);
	assert_int_equal(d.curve[0].points, 0);
	assert_int_equal(d.curve[0].bands, 0);
	drop_drawn(&d);
	drop(&s);
}

/* Two seeds have quantiles, but no sign test has an interval of two. */
static void test_no_band(void **state)
{
	static const struct shape shape[] = { { 100, 200, 1000 }, { 101, 202, 1000 } };
	struct sides s;
	struct drawn d;

	(void)state;
	make(&s, shape, 2);
	draw(&d, &s);
	assert_true(d.curve[0].points > 50);
	assert_int_equal(d.curve[0].bands, 0);
	assert_true(fabs(ratio_at(&d, 10) - 1.01) < 1e-9);
	drop_drawn(&d);
	drop(&s);
}

static void test_pictures(void **state)
{
	static const struct shape shape[] = { { 100, 1000, 1000 }, { 0, 3000, 1000 } };
	const char *png;
	struct sides s;

	(void)state;
	if (!program_exists("gnuplot")) {
		print_message("# skipped: gnuplot is not installed\n");
		skip();
	}
	make(&s, shape, 8);
	assert_int_equal(shift_plots_write(&s.c, 1, scratch("out"), "."), 0);
	png = "out/shift/pair-gfp-nowait-irqs-off-NEW-1.png";
	assert_true(file_exists(scratch(png)));
	assert_true(file_exists(scratch("out/shift/pair-gfp-nowait-irqs-off-NEW-1.svg")));
	drop(&s);
}

/* Requests that were never served are at the top, and no end of the curve; and gnuplot draws it. */
static void test_never(void **state)
{
	static const struct shape shape[] = { { 1, 10, 1000 }, { 1000000, 10000000, 1000 } };
	struct drawn d;
	struct sides s;
	double x, ratio = 0;
	const char *at;

	(void)state;
	make(&s, shape, 8);
	comparison_free(&s.c);
	for (size_t side = 0; side < 2; side++)
		for (size_t i = 0; i < 8; i++) {
			struct measurement *m = &s.result[side].measurement[i];

			make_samples(m, "time_to_usable", 100, side ? 250 : 1000);
			measurement_set_counter(m, "failed", side ? 750 : 0);
		}
	compare_make(&s.c, &s.side[0], &s.side[1]);
	d.text = (struct text){ 0 };
	d.curve = plot_data_shift(&d.text, &s.c, &s.c.block[0], &d.scale, &d.n);
	assert_int_equal(d.n, 2);
	assert_true(d.scale.never && d.scale.from_zero);
	assert_string_equal(d.curve[1].name, "time_to_usable");
	assert_int_equal(d.curve[1].old_count, 8000);
	assert_int_equal(d.curve[1].new_count, 8000);
	at = strstr(d.text.data, "# time_to_usable: 1 / (1 - percentile), new / old\n");
	assert_non_null(at);
	for (at = strchr(at, '\n') + 1; sscanf(at, "%lf %lf", &x, &ratio) == 2;
	     at = strchr(at, '\n') + 1)
		if (x > 1.5 && fabs(ratio / d.scale.high - 1) > 1e-6)
			fail_msg("%g at %g", ratio, x);
	drop_drawn(&d);
	if (program_exists("gnuplot"))
		assert_int_equal(shift_plots_write(&s.c, 1, scratch("never"), "."), 0);
	drop(&s);
}

/* Equal results have no picture, and that is no failure. */
static void test_identical(void **state)
{
	static const struct shape shape[] = { { 100, 1000, 1000 }, { 100, 1000, 1000 } };
	struct sides s;

	(void)state;
	make(&s, shape, 8);
	assert_int_equal(shift_plots_write(&s.c, 1, scratch("same"), "."), 0);
	assert_false(file_exists(scratch("same/shift")));
	drop(&s);
}

/* Results that differ in a counter alone have no picture either; an older one is removed. */
static void test_counters_alone(void **state)
{
	static const struct shape shape[] = { { 100, 1000, 1000 }, { 100, 1000, 1000 } };
	struct sides s;

	(void)state;
	make(&s, shape, 8);
	comparison_free(&s.c);
	for (size_t i = 0; i < 8; i++)
		measurement_set_counter(&s.result[1].measurement[i], "requests", 7 + i);
	compare_make(&s.c, &s.side[0], &s.side[1]);
	assert_false(s.c.block[0].identical);
	scratch_write("counters/shift/old.png", "");
	assert_int_equal(shift_plots_write(&s.c, 1, scratch("counters"), "."), 0);
	assert_false(file_exists(scratch("counters/shift")));
	drop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_no_band),
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_identical),
		cmocka_unit_test(test_counters_alone),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
