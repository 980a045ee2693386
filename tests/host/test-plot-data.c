// SPDX-License-Identifier: GPL-2.0-only
/* The data that pictures are drawn from, read back as gnuplot reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "report/plot-data.h"
#include "lib-hist.h"

#define POINTS_MAX 2000

struct points {
	double x[POINTS_MAX], y[POINTS_MAX];
	size_t n;
};

typedef void (*plot_fn)(struct text *out, struct plot_row *row, size_t rows,
			struct plot_scale *scale);

static char *plot(plot_fn make, struct plot_row *row, size_t rows, struct plot_scale *scale)
{
	struct text text = { 0 };

	make(&text, row, rows, scale);
	return text_take(&text);
}

/* The points of block @number, which "# block N" begins. */
static void block(struct points *points, const char *text, int number)
{
	char *head = xasprintf("# block %d:", number);
	const char *at = strstr(text, head);

	points->n = 0;
	if (!at)
		fail_msg("no %s in: %s", head, text);
	for (at = strchr(at, '\n'); at && at[1] != '#'; at = strchr(at + 1, '\n')) {
		double x, y;

		if (sscanf(at + 1, "%lf %lf", &x, &y) != 2 || at[1] == '\n')
			continue;
		assert_true(points->n < POINTS_MAX);
		points->x[points->n] = x;
		points->y[points->n++] = y;
	}
	free(head);
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b));
}

static double bars_add_up_to(const struct points *p, double floor_share)
{
	double sum = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!near(p->y[i], floor_share))
			sum += p->y[i];
	return sum;
}

/* However values spread over buckets and decades, a row's bars are its 100 percent. */
static void test_bars_add_up(void **state)
{
	static const uint64_t top[] = { 1, 2, 9, 10, 1000, 123456, 1ull << 40, UINT64_MAX };
	static struct points points;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(top); i++) {
		struct plot_row row = { .label = "one" };
		struct plot_scale scale;
		struct hist h;
		char *text;

		hist_init(&h, "ns");
		hist_add(&h, 0, 5);
		for (uint64_t v = top[i]; v; v /= 3)
			hist_add(&h, v, 7);
		row.hist = &h;
		text = plot(plot_data_histogram, &row, 1, &scale);
		block(&points, text, 0);
		if (fabs(bars_add_up_to(&points, scale.floor_share) - 100) > 1e-3)
			fail_msg("up to %llu: %f percent", (unsigned long long)top[i],
				 bars_add_up_to(&points, scale.floor_share));
		free(text);
		hist_free(&h);
	}
}

/* A single value so large that it and the next are one and the same double. */
static void test_one_huge_value(void **state)
{
	static struct points points;
	struct plot_row row = { .label = "one" };
	struct plot_scale scale;
	struct hist h;
	char *text;

	(void)state;
	hist_init(&h, "ns");
	hist_add(&h, UINT64_MAX, 3);
	row.hist = &h;
	text = plot(plot_data_histogram, &row, 1, &scale);
	block(&points, text, 0);
	assert_true(fabs(bars_add_up_to(&points, scale.floor_share) - 100) < 1e-3);
	free(text);
	hist_free(&h);
}

/* The bars are where the values are: 25 % at 10, 75 % at 1000. */
static void test_bars_stand_right(void **state)
{
	static struct points points;
	struct plot_row row = { .label = "one" };
	double low = 0, high = 0;
	struct plot_scale scale;
	struct hist h;
	char *text;

	(void)state;
	hist_init(&h, "ns");
	hist_add(&h, 10, 1);
	hist_add(&h, 1000, 3);
	row.hist = &h;
	text = plot(plot_data_histogram, &row, 1, &scale);
	block(&points, text, 0);
	for (size_t i = 0; i < points.n; i++) {
		if (near(points.y[i], scale.floor_share))
			continue;
		if (points.x[i] > 8.9 && points.x[i] < 11.3)
			low += points.y[i];
		if (points.x[i] > 890 && points.x[i] < 1130)
			high += points.y[i];
	}
	assert_true(fabs(low - 25) < 1e-3);
	assert_true(fabs(high - 75) < 1e-3);
	assert_int_equal(scale.low, 1);
	assert_int_equal(scale.high, 4);
	assert_true(scale.zero == 0 && scale.never == 0);
	free(text);
	hist_free(&h);
}

/* A row without samples has no block, and the others keep theirs in order. */
static void test_empty_rows_have_no_block(void **state)
{
	struct plot_row row[4] = { { .label = "absent" }, { .label = "void" }, { .label = "full" },
				   { .label = "unserved", .never = 5 } };
	static struct points points;
	struct plot_scale scale;
	struct hist none, h;
	char *text;

	(void)state;
	hist_init(&none, "ns");
	hist_init(&h, "ns");
	hist_add(&h, 42, 10);
	row[1].hist = &none;
	row[2].hist = &h;
	text = plot(plot_data_histogram, row, 4, &scale);
	assert_int_equal(row[0].block, -1);
	assert_int_equal(row[1].block, -1);
	assert_int_equal(row[2].block, 0);
	assert_int_equal(row[3].block, -1);
	assert_null(strstr(text, "# block 1"));
	free(text);
	text = plot(plot_data_percentiles, row, 4, &scale);
	assert_int_equal(row[1].block, -1);
	assert_int_equal(row[2].block, 0);
	assert_int_equal(row[3].block, 2);
	/* nothing was ever served: all of its curve is in the band of never */
	block(&points, text, 2);
	assert_true(points.n > 0);
	for (size_t i = 0; i < points.n; i++)
		assert_true(points.y[i] >= scale.never / scale.band);
	free(text);
	hist_free(&h);
}

/* 60 at 10, 30 at 100, 10 never: a staircase of 0, 60 and 90 percent. */
static void test_percentile_curve(void **state)
{
	struct plot_row row = { .label = "one", .never = 10 };
	static struct points points;
	struct plot_scale scale;
	struct hist h;
	char *text;

	(void)state;
	hist_init(&h, "ns");
	hist_add(&h, 10, 60);
	hist_add(&h, 100, 30);
	row.hist = &h;
	text = plot(plot_data_percentiles, &row, 1, &scale);
	block(&points, text, 0);
	assert_int_equal(points.n, 6);
	assert_true(near(points.x[0], 1) && near(points.y[0], 10));
	assert_true(near(points.x[1], 2.5) && near(points.y[1], 10));
	assert_true(near(points.x[2], 2.5) && near(points.y[2], 100));
	assert_true(near(points.x[3], 10) && near(points.y[3], 100));
	assert_true(near(points.x[4], 10) && near(points.y[4], scale.never * row.lane));
	assert_true(near(points.x[5], 100) && near(points.y[5], scale.never * row.lane));
	/* apart from the axis: nothing in the band can be read as a figure */
	assert_true(scale.never / scale.band > 1.2 * pow(10, scale.high));
	assert_true(near(scale.most, 100));
	/* marks at 50 and 90 percent, and at the end */
	block(&points, text, 1);
	assert_int_equal(points.n, 3);
	assert_true(near(points.x[0], 2) && near(points.y[0], 10));
	assert_true(near(points.x[1], 10) && near(points.y[1], 100));
	assert_true(near(points.x[2], 100) && near(points.y[2], scale.never * row.lane));
	free(text);
	hist_free(&h);
}

/* Rows that are zero lie side by side in the band below the axis, the first on top. */
static void test_zero_band(void **state)
{
	struct plot_row row[2] = { { .label = "a" }, { .label = "b" } };
	static struct points first, second;
	struct plot_scale scale;
	struct hist h;
	char *text;

	(void)state;
	hist_init(&h, "ns");
	hist_add(&h, 0, 100);
	hist_add(&h, 500, 1);
	row[0].hist = row[1].hist = &h;
	text = plot(plot_data_percentiles, row, 2, &scale);
	block(&first, text, row[0].block);
	block(&second, text, row[1].block);
	assert_true(first.y[0] > second.y[0]);
	assert_true(first.y[0] < scale.zero * scale.band);
	assert_true(scale.zero * scale.band < pow(10, scale.low) / 1.2);
	assert_true(second.y[0] > scale.zero / scale.band);
	assert_true(near(first.y[first.n - 1], 500));
	free(text);
	hist_free(&h);
}

/* Heaps of samples, as far as numbers go, cost no bounds and stay finite. */
static void test_extremes(void **state)
{
	struct plot_row row = { .label = "one", .never = UINT64_MAX };
	struct plot_scale scale;
	struct hist h;
	char *text;

	(void)state;
	hist_init(&h, "ns");
	hist_add(&h, UINT64_MAX, 1ull << 62);
	hist_add(&h, 1, 1);
	row.hist = &h;
	text = plot(plot_data_histogram, &row, 1, &scale);
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf"));
	free(text);
	text = plot(plot_data_percentiles, &row, 1, &scale);
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf"));
	assert_int_equal(scale.high, 20);
	free(text);
	hist_free(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bars_add_up),
		cmocka_unit_test(test_one_huge_value),
		cmocka_unit_test(test_bars_stand_right),
		cmocka_unit_test(test_empty_rows_have_no_block),
		cmocka_unit_test(test_percentile_curve),
		cmocka_unit_test(test_zero_band),
		cmocka_unit_test(test_extremes),
	};

	return cmocka_run_group_tests_name("plot-data", tests, NULL, NULL);
}
