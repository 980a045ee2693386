// SPDX-License-Identifier: GPL-2.0-only
/* Histograms: the layout's error bound, quantiles against exact ones, merging, checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "contract/hist-layout.h"
#include "stats/hist.h"
#include "lib-hist.h"

#define SAMPLES 20000

static const double percentiles[] = { 0, 0.01, 1, 25, 50, 90, 99, 99.9, 99.99, 99.99999, 100 };

/* xorshift64 (Marsaglia 2003) */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Every magnitude is as likely as any other: latencies have long tails. */
static uint64_t long_tail(uint64_t *state)
{
	uint64_t bits = next_random(state) % 40;

	return next_random(state) >> (63 - bits);
}

static int compare_values(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void test_layout_covers_everything_once(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < PCPB_HIST_BUCKETS; i++) {
		pcpb_u64 low = pcpb_hist_low(i), high = pcpb_hist_high(i);

		assert_int_equal(pcpb_hist_index(low), i);
		assert_int_equal(pcpb_hist_index(high), i);
		assert_true(high - low <= low / 128);
		if (i)
			assert_true(pcpb_hist_high(i - 1) + 1 == low);
	}
	assert_true(pcpb_hist_low(0) == 0);
	assert_true(pcpb_hist_high(PCPB_HIST_BUCKETS - 1) == UINT64_MAX);
}

static void test_quantiles_against_exact_ones(void **state)
{
	uint64_t *value = xcalloc(SAMPLES, sizeof(*value)), seed = 88172645463325252ull;

	(void)state;
	for (int round = 0; round < 20; round++) {
		size_t n = 1 + next_random(&seed) % SAMPLES;
		struct hist h;

		hist_init(&h, "ns");
		for (size_t i = 0; i < n; i++) {
			value[i] = round % 2 ? long_tail(&seed) : 1000 + next_random(&seed) % 500;
			hist_add(&h, value[i], 1);
		}
		assert_null(hist_check(&h));
		qsort(value, n, sizeof(*value), compare_values);
		for (size_t p = 0; p < ARRAY_SIZE(percentiles); p++) {
			size_t rank = 0;
			uint64_t got = hist_percentile(&h, percentiles[p]);

			/* the definition, counted out; the factor: 99.9 is no binary fraction */
			while (rank + 1 < n && (long double)(rank + 1) * 100 <
						(long double)percentiles[p] * (long double)n * (1 - 1e-15L))
				rank++;
			assert_true(got >= value[rank]);
			assert_true(got - value[rank] <= value[rank] / 128);
			assert_true(got <= value[n - 1]);
		}
		hist_free(&h);
	}
	free(value);
}

static void test_nearest_rank_known_answers(void **state)
{
	struct hist h;

	(void)state;
	hist_init(&h, "insn");
	assert_int_equal(hist_percentile(&h, 50), 0);
	for (uint64_t v = 1; v <= 5; v++)
		hist_add(&h, v, 1);
	assert_int_equal(hist_percentile(&h, 50), 3);
	assert_int_equal(hist_percentile(&h, 40), 2);
	assert_int_equal(hist_percentile(&h, 40.0000001), 3);
	for (uint64_t v = 6; v <= 100; v++)
		hist_add(&h, v, 1);
	assert_int_equal(hist_percentile(&h, 0), 1);
	assert_int_equal(hist_percentile(&h, 1), 1);
	assert_int_equal(hist_percentile(&h, 50), 50);
	assert_int_equal(hist_percentile(&h, 99), 99);
	assert_int_equal(hist_percentile(&h, 99.9), 100);
	assert_int_equal(hist_percentile(&h, 100), 100);
	hist_free(&h);
}

static void test_percentile_is_never_above_max(void **state)
{
	struct hist h;

	(void)state;
	hist_init(&h, "insn");
	hist_add(&h, 1000000, 3);
	assert_int_equal(hist_percentile(&h, 50), 1000000);
	hist_free(&h);
}

static void test_too_few_for_a_percentile(void **state)
{
	static const struct {
		double percentile;
		uint64_t needed;
	} rule[] = { { 50, 2 }, { 90, 10 }, { 99, 100 }, { 99.9, 1000 }, { 99.99, 10000 } };
	struct hist h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rule); i++) {
		hist_init(&h, "ns");
		assert_false(hist_percentile_known(&h, rule[i].percentile));
		hist_add(&h, 7, rule[i].needed - 1);
		assert_false(hist_percentile_known(&h, rule[i].percentile));
		hist_add(&h, 7, 1);
		assert_true(hist_percentile_known(&h, rule[i].percentile));
		hist_free(&h);
	}
}

static void test_huge_counts(void **state)
{
	const uint64_t many = (uint64_t)1 << 62;
	struct hist h;

	(void)state;
	hist_init(&h, "ns");
	hist_add(&h, 10, many);
	hist_add(&h, UINT64_MAX, many);
	assert_null(hist_check(&h));
	assert_true(h.sum == (unsigned __int128)many * 10 + (unsigned __int128)many * UINT64_MAX);
	assert_true(hist_percentile(&h, 50) == 10);
	assert_true(hist_percentile(&h, 50.0000001) == UINT64_MAX);
	hist_free(&h);
}

static void test_merge_is_the_same_as_adding(void **state)
{
	struct hist a, b, all;
	uint64_t seed = 4101842887655102017ull;

	(void)state;
	hist_init(&a, "ns");
	hist_init(&b, "ns");
	hist_init(&all, "ns");
	for (int i = 0; i < 5000; i++) {
		uint64_t value = long_tail(&seed);

		hist_add(i % 3 ? &a : &b, value, 1);
		hist_add(&all, value, 1);
	}
	assert_true(hist_merge(&a, &b));
	assert_int_equal(a.n, all.n);
	assert_memory_equal(a.bucket, all.bucket, all.n * sizeof(*all.bucket));
	assert_true(a.count == all.count && a.min == all.min && a.max == all.max);
	assert_true(a.sum == all.sum);
	/* an empty one changes nothing, on either side */
	hist_free(&b);
	hist_init(&b, "ns");
	assert_true(hist_merge(&a, &b));
	assert_true(a.count == all.count && a.min == all.min);
	assert_true(hist_merge(&b, &a));
	assert_true(b.count == all.count && b.min == all.min);
	hist_free(&a);
	hist_free(&b);
	hist_free(&all);
}

/* The least and the largest may come from either. */
static void test_merge_takes_both_ends(void **state)
{
	static const uint64_t ends[][4] = {
		{ 50, 60, 70, 80 }, { 70, 80, 50, 60 }, { 50, 80, 60, 70 }, { 60, 70, 50, 80 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct hist a, b;

		hist_init(&a, "ns");
		hist_init(&b, "ns");
		hist_add(&a, ends[i][0], 1);
		hist_add(&a, ends[i][1], 1);
		hist_add(&b, ends[i][2], 1);
		hist_add(&b, ends[i][3], 1);
		assert_true(hist_merge(&a, &b));
		assert_int_equal(a.min, 50);
		assert_int_equal(a.max, 80);
		assert_null(hist_check(&a));
		hist_free(&a);
		hist_free(&b);
	}
}

static void test_merge_refuses(void **state)
{
	struct hist a, b;

	(void)state;
	hist_init(&a, "ns");
	hist_add(&a, 1000, 1);
	hist_init(&b, "insn");
	hist_add(&b, 1000, 1);
	assert_false(hist_merge(&a, &b));
	strcpy(b.unit, "ns");
	b.bucket[0].high++;
	assert_false(hist_merge(&a, &b));
	b.bucket[0].high--;
	b.count = b.bucket[0].count = UINT64_MAX;
	assert_false(hist_merge(&a, &b));
	assert_null(hist_check(&a));
	assert_int_equal(a.count, 1);
	hist_free(&a);
	hist_free(&b);
}

static void test_append_refuses(void **state)
{
	struct hist h;

	(void)state;
	hist_init(&h, "ns");
	assert_false(hist_append_bucket(&h, 5, 5, 0));
	assert_false(hist_append_bucket(&h, 5, 4, 1));
	assert_true(hist_append_bucket(&h, 5, 6, 1));
	assert_false(hist_append_bucket(&h, 6, 7, 1));
	assert_false(hist_append_bucket(&h, 1, 2, 1));
	assert_true(hist_append_bucket(&h, 7, 7, 1));
	assert_int_equal(h.n, 2);
	hist_free(&h);
}

/* A histogram of 100, 100 and 1000 (its bucket is 1000 to 1003), to be damaged. */
static void sound(struct hist *h)
{
	hist_init(h, "ns");
	hist_add(h, 100, 2);
	hist_add(h, 1000, 1);
	assert_null(hist_check(h));
}

#define DAMAGED(damage, says) do {						\
		struct hist h;							\
		sound(&h);							\
		damage;								\
		assert_non_null(hist_check(&h));				\
		assert_non_null(strstr(hist_check(&h), says));			\
		hist_free(&h);							\
	} while (0)

static void test_check_finds(void **state)
{
	(void)state;
	DAMAGED(h.count = 4, "add up");
	DAMAGED(h.bucket[0].count = 0, "empty");
	DAMAGED(h.bucket[0].count = UINT64_MAX, "overflow");
	DAMAGED(h.bucket[1].high = 999, "ends below");
	DAMAGED(h.bucket[1].low = 100, "overlap");
	DAMAGED(h.min = 99, "first bucket");
	DAMAGED(h.min = 101, "first bucket");
	DAMAGED(h.max = 1004, "last bucket");
	DAMAGED(h.min = 2000, "above max");
	DAMAGED(h.sum = 1199, "sum");
	DAMAGED(h.sum = 1201, "sum");
	DAMAGED((h.n = 0, h.count = 0), "count is 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_covers_everything_once),
		cmocka_unit_test(test_quantiles_against_exact_ones),
		cmocka_unit_test(test_nearest_rank_known_answers),
		cmocka_unit_test(test_percentile_is_never_above_max),
		cmocka_unit_test(test_too_few_for_a_percentile),
		cmocka_unit_test(test_huge_counts),
		cmocka_unit_test(test_merge_is_the_same_as_adding),
		cmocka_unit_test(test_merge_takes_both_ends),
		cmocka_unit_test(test_merge_refuses),
		cmocka_unit_test(test_append_refuses),
		cmocka_unit_test(test_check_finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
