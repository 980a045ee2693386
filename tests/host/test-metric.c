// SPDX-License-Identifier: GPL-2.0-only
/* The tables of metrics, counters and histograms: that they agree, and what shares come to. */
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
#include "base/util.h"
#include "lib-report.h"
#include "result/content.h"
#include "result/metric.h"

static struct metric find(const char *name)
{
	struct metric metric;

	if (!metric_find(&metric, name))
		fail_msg("there is no metric %s", name);
	return metric;
}

static void share_is(const struct measurement *m, const char *name, double expected,
		     uint64_t whole)
{
	struct metric metric = find(name);
	double value = NAN;

	assert_int_equal(metric_value(&metric, m, &value), KNOWN);
	if (value != expected)
		fail_msg("%s is %.17g, expected %.17g", name, value, expected);
	assert_int_equal(metric_count(&metric, m), whole);
	assert_string_equal(metric_unit(&metric, m), "share");
}

static void no_share(const struct measurement *m, const char *name, const char *unit)
{
	struct metric metric = find(name);
	double value = 7;

	assert_int_equal(metric_value(&metric, m, &value), NO_SAMPLES);
	assert_true(value == 7);
	if (unit)
		assert_string_equal(metric_unit(&metric, m), unit);
	else
		assert_null(metric_unit(&metric, m));
}

static bool lists(const struct measurement *m, const char *name)
{
	struct metric_list list = { 0 };
	bool found = false;

	metrics_of(&list, m);
	for (size_t i = 0; i < list.n; i++) {
		char *own = metric_name(&list.item[i]);

		found |= !strcmp(own, name);
		free(own);
	}
	metric_list_free(&list);
	return found;
}

static void test_shares(void **state)
{
	struct metric metric = find("failures/attempts");
	struct measurement m;

	(void)state;
	measurement_init(&m);
	no_share(&m, "failures/attempts", NULL);
	measurement_set_counter(&m, "failures", 0);
	no_share(&m, "failures/attempts", NULL);
	/* of nothing there is no share; of something it may be 0 */
	measurement_set_counter(&m, "attempts", 0);
	no_share(&m, "failures/attempts", "share");
	assert_false(lists(&m, "failures/attempts"));
	assert_true(counter_is_of_nothing(&m, "failures"));
	measurement_set_counter(&m, "attempts", 3);
	share_is(&m, "failures/attempts", 0, 3);
	assert_true(lists(&m, "failures/attempts"));
	assert_false(counter_is_of_nothing(&m, "failures"));
	measurement_set_counter(&m, "failures", 2);
	share_is(&m, "failures/attempts", 2.0 / 3, 3);
	assert_int_equal(metric_better(&metric), LOWER);
	/* it can step by a third, which is half of two thirds */
	assert_true(fabs(metric_resolution(&metric, &m, 2.0 / 3) - 0.5) < 1e-12);
	assert_true(metric_blur(&metric, &m, 2.0 / 3) == 0);
	assert_false(metric_is_tail(&metric));
	/* a whole that holds its part, and one that lacks the rest */
	measurement_set_counter(&m, "unaccounted_ios", 1);
	no_share(&m, "unaccounted/ios", NULL);
	measurement_set_counter(&m, "accounted_ios", 3);
	share_is(&m, "unaccounted/ios", 0.25, 4);
	/* of two parts the second may not have been counted */
	measurement_set_counter(&m, "failed", 5);
	measurement_set_counter(&m, "requests", 20);
	share_is(&m, "unserved/requests", 0.25, 20);
	measurement_set_counter(&m, "waiting", 1);
	share_is(&m, "unserved/requests", 0.3, 20);
	/* served later, and never: neither was served at once */
	make_samples(&m, "time_to_usable", 0, 10);
	make_samples(&m, "time_to_usable", 900, 4);
	share_is(&m, "late/requests", 0.5, 20);
	measurement_free(&m);
}

/* 1 of 10 and 90 of 100 are 91 of 110, and not the half of 10 % and 90 %. */
static void test_shares_of_several_runs(void **state)
{
	struct measurement one, other, total;

	(void)state;
	measurement_init(&one);
	measurement_init(&other);
	measurement_init(&total);
	measurement_set_counter(&one, "misattributed_ios", 1);
	measurement_set_counter(&one, "ios_issued", 10);
	measurement_set_counter(&other, "misattributed_ios", 90);
	measurement_set_counter(&other, "ios_issued", 100);
	content_add(&total, &one, NULL);
	content_add(&total, &other, NULL);
	share_is(&total, "misattributed/issued", 91.0 / 110, 110);
	measurement_free(&one);
	measurement_free(&other);
	measurement_free(&total);
}

static void has_counters(const struct metric_info *share, const char *const name[2])
{
	for (size_t i = 0; i < 2 && name[i]; i++) {
		const struct counter_info *info = counter_find(name[i]);

		if (!info)
			fail_msg("%s: there is no counter %s", share->name, name[i]);
		/* or a share of several runs would be no sum over a sum */
		assert_int_equal(info->rule, ADD);
	}
}

/* Every row speaks of something that its table has. */
static void test_tables_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < metric_infos; i++) {
		const struct metric_info *info = &metric_info[i];

		if (info->kind == METRIC_SHARE) {
			has_counters(info, info->part);
			has_counters(info, info->whole);
			assert_non_null(strchr(info->name, '/'));
			assert_true(info->part[0] || hist_info_of(info->from)->name);
			assert_true(info->words && *info->words);
		} else if (info->kind == METRIC_COUNTER) {
			if (!counter_find(info->from))
				fail_msg("there is no counter %s", info->from);
		} else if (info->from) {
			if (!hist_info_of(info->from)->name)
				fail_msg("there is no histogram %s", info->from);
		} else {
			assert_true(info->words && *info->words);
		}
		assert_true(info->shown == NOWHERE || info->head);
	}
	for (const struct counter_info *info = counter_info; info->name; info++)
		assert_ptr_equal(counter_find(info->name), info);
	for (const struct hist_info *info = hist_info; info->name; info++)
		assert_ptr_equal(hist_info_of(info->name), info);
	assert_string_equal(yardstick_name(), "yardstick");
}

static void test_names(void **state)
{
	static const char *const names[] = {
		"call_latency mean", "time_to_usable p99.9", "fio_clat max", "failures",
		"failures/attempts",
		/* by which a picture, a sentence and calibrate find theirs */
		"call_latency p50", "time_to_usable p99", "bytes_held_peak", "unaccounted/ios",
		"late/requests", "misattributed/issued",
	};
	struct metric metric;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *name;

		metric = find(names[i]);
		name = metric_name(&metric);
		assert_string_equal(name, names[i]);
		free(name);
	}
	assert_false(metric_find(&metric, "call_latency p98"));
	assert_false(metric_find(&metric, "no_such_counter"));
	assert_null(known_word(KNOWN));
	assert_string_equal(known_word(KNOWN_NEVER), "never");
	assert_string_equal(known_word(TOO_FEW), "too few");
	assert_string_equal(known_word(NO_SAMPLES), "no samples");
	assert_true(known_value(KNOWN) && known_value(KNOWN_NEVER));
	assert_false(known_value(TOO_FEW) || known_value(NO_SAMPLES));
}

/* docs/counters.md, and how many of its rows a table has. */
struct page {
	char *text;
	size_t rows;
};

static void page_has(struct page *page, char *row)
{
	if (!strstr(page->text, row))
		fail_msg("docs/counters.md lacks, to the word: %s", row);
	page->rows++;
	free(row);
}

static void page_has_counters(struct page *page)
{
	static const char *const units[] = {
		[COUNT] = "count", [BYTES] = "bytes", [LATENCY] = "time", [NANOSECONDS] = "ns",
		[RATE] = "1/s",
	};
	static const char *const rules[] = {
		[ADD] = "sum", [LARGEST] = "largest", [SMALLEST] = "smallest",
	};
	static const char *const better[] = {
		[LOWER] = "lower", [HIGHER] = "higher", [NEITHER] = "-",
	};

	for (const struct counter_info *info = counter_info; info->name; info++)
		page_has(page, xasprintf("\n| `%s` | %s | %s | %s | %s | %s |\n", info->name,
					 info->of, units[info->kind], rules[info->rule],
					 better[info->better], info->words));
}

/* "`failed` + `waiting`" */
static char *in_backquotes(const char *const name[2])
{
	return name[1] ? xasprintf("`%s` + `%s`", name[0], name[1]) : xasprintf("`%s`", name[0]);
}

static void page_has_share(struct page *page, const struct metric_info *info)
{
	char *part = info->from ? xasprintf("`%s` above 0", info->from) :
				  in_backquotes(info->part);
	char *whole = info->from ? xasprintf("all of `%s`", info->from) :
				   in_backquotes(info->whole);

	page_has(page, xasprintf("\n| `%s` | %s | %s | %s | %s |\n", info->name, part, whole,
				 info->better == LOWER ? "lower" : "higher", info->words));
	free(whole);
	free(part);
}

static size_t count_rows(const char *text)
{
	size_t n = 0;

	while ((text = strstr(text, "\n| `"))) {
		text++;
		n++;
	}
	return n;
}

/* The page says what the tables say, and nothing besides. */
static void test_page(void **state)
{
	struct page page = { 0 };
	size_t length;

	(void)state;
	assert_int_equal(file_read("docs/counters.md", 1 << 20, &page.text, &length), 0);
	page_has_counters(&page);
	for (const struct hist_info *info = hist_info; info->name; info++)
		page_has(&page, xasprintf("\n| `%s` | %s | %s | %s |\n", info->name, info->of,
					  info->unserved == COUNTS ? "counts" : "-",
					  info->words));
	for (size_t i = 0; i < metric_infos; i++) {
		struct metric metric;
		char *name;

		if (metric_info[i].kind == METRIC_SHARE)
			page_has_share(&page, &metric_info[i]);
		if (!is_statistic(&metric_info[i]))
			continue;
		metric = metric_of_hist(&metric_info[i], "");
		name = statistic_name(&metric);
		page_has(&page, xasprintf("\n| `%s` | %s |\n", name, metric_info[i].words));
		free(name);
	}
	assert_int_equal(count_rows(page.text), page.rows);
	free(page.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_shares_of_several_runs),
		cmocka_unit_test(test_tables_agree),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
