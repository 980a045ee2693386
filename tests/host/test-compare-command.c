// SPDX-License-Identifier: GPL-2.0-only
/* `pcpbench compare` as its users call it: the forms of it, and bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/util.h"
#include "cmd/commands.h"
#include "lib-capture.h"
#include "lib-hist.h"
#include "lib-report.h"
#include "lib-scratch.h"
#include "output/layout.h"

/* What compare prints for @words, to be freed; its status must be @status. */
static char *run_compare(int status, const char *words)
{
	return command_output("pcpbench compare", cmd_compare, status, words);
}

/* @options and the paths of @a and, unless it is empty, @b; to be freed. */
static char *words_of(const char *options, const char *a, const char *b)
{
	char *first = xstrdup(scratch(a));
	char *words = xasprintf("%s %s %s", options, first, *b ? scratch(b) : "");

	free(first);
	return words;
}

static void prepare_files(void)
{
	struct result r;

	make_seeds(&r, "a", 8, 100, 3);
	assert_int_equal(result_write(&r, scratch("a.json")), 0);
	result_free(&r);
	make_seeds(&r, "b", 8, 103, 3);
	for (uint64_t i = 1; i <= 8; i++)
		make_calls(&r, "percpu-pool", i, 60, 0);
	assert_int_equal(result_write(&r, scratch("b.json")), 0);
	result_free(&r);
}

static void test_forms(void **state)
{
	char *words, *text, *line;

	(void)state;
	prepare_files();
	/* percpu-pool is in b alone: that could not be compared, all else is */
	words = words_of("", "a.json", "b.json");
	capture_stderr_start();
	text = run_compare(EXIT_CANNOT, words);
	line = capture_stderr_end();
	text_has(line, "in NEW only");
	text_has(text, "call_latency p50");
	text_has(text, "+3.00 %");
	text_has(text, "worse");
	if (strchr(text, '\033'))
		fail_msg("colour without a terminal");
	free(line);
	free(text);
	free(words);

	words = words_of("--by strategy --cover-letter", "b.json", "");
	text = run_compare(EXIT_GOOD, words);
	text_has(text, "Made with: pcpbench compare --by strategy");
	/* whole names where they fit */
	text_has(text, " gfp-nowait percpu-pool ");
	text_has(text, "pcpbench run --mode exact");
	text_has(text, "--kernel 6.12");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		/* a path that is longer than a line stays whole */
		if (text_width(line) > 72)
			fail_msg("%zu columns: %s", text_width(line), line);
	free(text);
	free(words);

	words = words_of("--by strategy --base percpu-pool --csv", "b.json", "");
	text = run_compare(EXIT_GOOD, words);
	text_has(text, "old_side,new_side,");
	text_has(text, "percpu-pool,gfp-nowait,");
	free(text);
	free(words);

	words = words_of("--by strategy --markdown", "b.json", "");
	text = run_compare(EXIT_GOOD, words);
	text_has(text, " | gfp-nowait | percpu-pool | ");
	free(text);
	free(words);
}

/* A change of 0.01 % that is sure, one of 3 % and one of the double. */
static void prepare_sizes(void)
{
	for (int side = 0; side < 2; side++) {
		struct result r;

		make_result(&r, side ? "b" : "a", "exact");
		for (uint64_t seed = 1; seed <= 8; seed++) {
			struct measurement *m = make_measurement(&r, "burst", "gfp-nowait", seed);

			make_samples(m, "call_latency", side ? 10001 : 10000, 1000 + seed);
			make_samples(m, "free_latency", side ? 103 : 100, 1000 + seed);
			m = make_measurement(&r, "pair", "gfp-nowait", seed);
			make_samples(m, "call_latency", side ? 200 : 100, 1000 + seed);
		}
		assert_int_equal(result_write(&r, scratch(side ? "b.json" : "a.json")), 0);
		result_free(&r);
	}
}

static void before(const char *text, const char *first, const char *second)
{
	const char *x = strstr(text, first), *y = strstr(text, second);

	if (!x || !y || x > y)
		fail_msg("'%s' does not come before '%s' in: %s", first, second, text);
}

static void test_views(void **state)
{
	char *words, *text;

	(void)state;
	prepare_sizes();
	words = words_of("--sort=change", "a.json", "b.json");
	text = run_compare(EXIT_GOOD, words);
	before(text, "\npair", "\nburst");
	before(text, "free_latency mean", "+0.01 %");
	free(text);
	free(words);
	words = words_of("", "a.json", "b.json");
	text = run_compare(EXIT_GOOD, words);
	before(text, "\nburst", "\npair");
	before(text, "+0.01 %", "free_latency mean");
	free(text);
	free(words);
	words = words_of("--relevant=1%", "a.json", "b.json");
	text = run_compare(EXIT_GOOD, words);
	text_has(text, "changed by less than 1.00 %: call_latency mean");
	text_has(text, "+3.00 %");
	assert_null(strstr(text, "+0.01 %"));
	free(text);
	free(words);
	words = words_of("--filter=pair*mean --csv", "a.json", "b.json");
	text = run_compare(EXIT_GOOD, words);
	text_has(text, "call_latency mean");
	assert_null(strstr(text, "free_latency"));
	assert_null(strstr(text, "p50"));
	free(text);
	free(words);
	words = words_of("--filter=free_latency --json", "a.json", "b.json");
	text = run_compare(EXIT_GOOD, words);
	assert_null(strstr(text, "\"call_latency mean\""));
	text_has(text, "\"free_latency mean\"");
	free(text);
	free(words);
}

/* What JSON calls a run's figure is what the run measured, whatever its yardstick was. */
static void test_json_is_raw(void **state)
{
	struct str_list old = { 0 }, new = { 0 };
	json_t *all, *metrics, *metric = NULL;
	char *words, *text, *a, *b;

	(void)state;
	for (uint64_t i = 0; i < 24; i++) {
		char *name = xasprintf("boot%llu.json", (unsigned long long)i);
		struct measurement *m;
		struct result r;

		make_result(&r, name, "realtime");
		m = make_measurement(&r, "burst", "gfp-nowait", 1);
		hist_add(measurement_add_hist(m, "call_latency", "ns"), 200 + i % 12, 1000);
		hist_add(measurement_add_hist(m, "yardstick", "ns"), 100 + 10 * (i % 5), 1000);
		measurement_set_counter(m, "worker_cpu_ns", i);
		assert_int_equal(result_write(&r, scratch(name)), 0);
		str_list_add(i < 12 ? &old : &new, scratch(name));
		result_free(&r);
		free(name);
	}
	a = str_list_join(&old, ",");
	b = str_list_join(&new, ",");
	words = xasprintf("--json %s %s", a, b);
	text = run_compare(EXIT_GOOD, words);
	all = json_loads(text, 0, NULL);
	metrics = json_object_get(json_array_get(json_object_get(json_array_get(json_object_get(all,
				  "comparisons"), 0), "measurements"), 0), "metrics");
	for (size_t i = 0; i < json_array_size(metrics); i++)
		if (!strcmp(json_string_value(json_object_get(json_array_get(metrics, i), "metric")),
			    "call_latency p50"))
			metric = json_array_get(metrics, i);
	assert_non_null(metric);
	for (size_t i = 0; i < 12; i++)
		assert_true(json_number_value(json_array_get(json_object_get(metric, "old_runs"), i)) ==
			    200 + (double)i);
	assert_int_equal(json_array_size(json_object_get(metric, "old_runs_by_yardstick")), 12);
	json_decref(all);
	free(text);
	free(words);
	free(a);
	free(b);
	str_list_free(&old);
	str_list_free(&new);
}

static void test_json_form(void **state)
{
	char *words = words_of("--by strategy --json", "b.json", ""), *text;
	json_t *all, *one, *metric;

	(void)state;
	prepare_files();
	text = run_compare(EXIT_GOOD, words);
	all = json_loads(text, 0, NULL);
	assert_non_null(all);
	one = json_array_get(json_object_get(all, "comparisons"), 0);
	metric = json_array_get(json_object_get(json_array_get(json_object_get(one, "measurements"),
							       0), "metrics"), 0);
	assert_string_equal(json_string_value(json_object_get(metric, "metric")),
			    "call_latency mean");
	assert_int_equal(json_array_size(json_object_get(metric, "old_runs")), 8);
	assert_string_equal(json_string_value(json_object_get(metric, "claim")), "lower");
	json_decref(all);
	free(text);
	free(words);
}

/* Whatever is wrong with a file is named with the file, and the status is 2. */
static void test_bad_input(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "{\"schema\": \"pcpbench-result/1\", \"id\"", "truncated" },
		{ "", "truncated" },
		{ "{\"jobs\": []}", "not a pcpbench result" },
		{ "{\"schema\": \"pcpbench-result/3\"}", "does not know" },
		{ "{\"schema\": \"pcpbench-result/1\", \"id\": NaN}", "is not a result" },
		{ "[1, 2", "truncated" },
	};
	char *words, *message;

	(void)state;
	prepare_files();
	words = words_of("", "a.json", "bad.json");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		scratch_write("bad.json", bad[i].text);
		capture_stderr_start();
		free(run_compare(EXIT_CANNOT, words));
		message = capture_stderr_end();
		text_has(message, bad[i].message);
		text_has(message, "bad.json");
		free(message);
	}
	free(words);
}

/* @from replaced by @to in a good file: refused with the JSON path. */
static void damaged(const char *from, const char *to, const char *message)
{
	char *text, *at, *changed, *words, *said;
	size_t length;

	assert_int_equal(file_read(scratch("a.json"), 1 << 22, &text, &length), 0);
	at = strstr(text, from);
	assert_non_null(at);
	changed = xasprintf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	scratch_write("bad.json", changed);
	words = words_of("", "a.json", "bad.json");
	capture_stderr_start();
	free(run_compare(EXIT_CANNOT, words));
	said = capture_stderr_end();
	text_has(said, message);
	free(said);
	free(words);
	free(changed);
	free(text);
}

static void test_damaged_files(void **state)
{
	(void)state;
	prepare_files();
	damaged("\"failures\":3", "\"failures\":-3", "measurements[0].counters.failures: negative");
	damaged("\"failures\":3", "\"failures\":4", "digest");
	damaged("\"failures\":3", "\"failures\":99999999999999999999", "failures");
	damaged("\"failures\":3", "\"failures\":1.5", "not a whole number");
	damaged("\"seed\":2", "\"seed\":1", "the same as measurements[0]");
	damaged("[100,100,9001]", "[100,100,9002]", "do not add up");
}

static void test_usage(void **state)
{
	char *message;

	(void)state;
	prepare_files();
	capture_stderr_start();
	free(run_compare(EXIT_CANNOT, scratch("a.json")));
	free(run_compare(EXIT_CANNOT, "--by strategy"));
	message = capture_stderr_end();
	text_has(message, "at least two results");
	text_has(message, "--by takes one result");
	free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_json_is_raw),
		cmocka_unit_test(test_json_form),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
