// SPDX-License-Identifier: GPL-2.0-only
/* The module's result text and a measurement's JSON form: what is taken and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "result/key.h"
#include "result/measurement.h"
#include "lib-hist.h"

/* 1000 is in the bucket 1000 to 1003. */
static const char good_text[] =
	"pcpbench-result 1\n"
	"scenario burst\n"
	"strategy gfp-nowait\n"
	"context irqs-off\n"
	"verdict ok\n"
	"param size 64\n"
	"param seed 1\n"
	"counter requests 3\n"
	"hist call_latency insn 3 100 1001 1201\n"
	"b 100 100 2\n"
	"b 1000 1003 1\n"
	"end hist\n"
	"counter failures 0\n"
	"hist free_latency insn 0 0 0 0\n"
	"end hist\n"
	"end\n";

/* good_text with the first @old replaced by @new; to be freed. */
static char *with(const char *old, const char *new)
{
	const char *at = strstr(good_text, old);

	assert_non_null(at);
	return xasprintf("%.*s%s%s", (int)(at - good_text), good_text, new, at + strlen(old));
}

static void refused(const char *text, size_t length, unsigned int expected_line, const char *says)
{
	/* exactly as long as the text, so that a read beyond it is seen */
	char *copy = memcpy(xcalloc(length ? length : 1, 1), text, length), *error = NULL;
	struct measurement m;
	unsigned int line = 0;

	measurement_init(&m);
	assert_int_equal(measurement_parse_module_text(&m, copy, length, &error, &line), -1);
	assert_non_null(error);
	if (line != expected_line || !strstr(error, says))
		fail_msg("expected line %u: %s; got line %u: %s", expected_line, says, line, error);
	assert_null(m.scenario);
	assert_int_equal(m.params + m.counters + m.hists, 0);
	free(error);
	free(copy);
}

static void refuses(const char *old, const char *new, unsigned int line, const char *says)
{
	char *text = with(old, new);

	refused(text, strlen(text), line, says);
	free(text);
}

static void parse_good(struct measurement *m)
{
	char *error;
	unsigned int line;

	assert_int_equal(measurement_parse_module_text(m, good_text, strlen(good_text), &error,
						       &line), 0);
	assert_null(error);
}

static void test_takes_good_text(void **state)
{
	struct measurement m;
	const struct hist *h;
	uint64_t value;

	(void)state;
	measurement_init(&m);
	parse_good(&m);
	assert_string_equal(m.scenario, "burst");
	assert_string_equal(m.strategy, "gfp-nowait");
	assert_string_equal(m.context, "irqs-off");
	assert_int_equal(m.verdict, VERDICT_OK);
	assert_true(measurement_param(&m, "size", &value) && value == 64);
	assert_true(measurement_counter(&m, "requests", &value) && value == 3);
	assert_false(measurement_counter(&m, "size", &value));
	h = measurement_hist(&m, "call_latency");
	assert_non_null(h);
	assert_true(h->count == 3 && h->min == 100 && h->max == 1001 && h->sum == 1201);
	assert_int_equal(hist_percentile(h, 50), 100);
	assert_int_equal(hist_percentile(h, 99), 1001);
	assert_int_equal(measurement_hist(&m, "free_latency")->count, 0);
	measurement_free(&m);
}

static void test_plan_is_kept_and_must_agree(void **state)
{
	struct measurement m;
	unsigned int line;
	uint64_t value;
	char *error;

	(void)state;
	measurement_init(&m);
	m.scenario = xstrdup("burst");
	m.kernel = xstrdup("6.12");
	measurement_set_param(&m, "cpus", 4);
	measurement_set_param(&m, "seed", 9);
	parse_good(&m);
	assert_string_equal(m.kernel, "6.12");
	assert_true(measurement_param(&m, "cpus", &value) && value == 4);
	assert_true(measurement_param(&m, "seed", &value) && value == 1);
	free(m.strategy);
	m.strategy = xstrdup("percpu-pool");
	assert_int_equal(measurement_parse_module_text(&m, good_text, strlen(good_text), &error,
						       &line), -1);
	assert_int_equal(line, 3);
	assert_non_null(strstr(error, "the step asked for percpu-pool"));
	free(error);
	measurement_free(&m);
}

static void test_every_truncation_is_refused(void **state)
{
	size_t length;

	(void)state;
	for (length = 0; length < strlen(good_text); length++) {
		struct measurement m;
		char *error = NULL, *copy = xcalloc(length ? length : 1, 1);
		unsigned int line;

		memcpy(copy, good_text, length);
		measurement_init(&m);
		assert_int_equal(measurement_parse_module_text(&m, copy, length, &error, &line), -1);
		assert_non_null(strstr(error, "truncated"));
		free(error);
		free(copy);
	}
}

/* Any single byte changed to any value: refused or taken, but never a crash. */
static void test_every_changed_byte(void **state)
{
	const size_t length = strlen(good_text);
	char *copy = memcpy(xcalloc(length, 1), good_text, length);

	(void)state;
	for (size_t at = 0; at < length; at++) {
		for (int byte = 0; byte < 256; byte++) {
			struct measurement m;
			char *error = NULL;
			unsigned int line;
			int ret;

			copy[at] = (char)byte;
			measurement_init(&m);
			ret = measurement_parse_module_text(&m, copy, length, &error, &line);
			assert_int_equal(ret ? 1 : 0, error ? 1 : 0);
			if (byte < ' ' && byte != '\n')
				assert_int_equal(ret, -1);
			measurement_free(&m);
			free(error);
		}
		copy[at] = good_text[at];
	}
	free(copy);
}

static void test_damage_is_named(void **state)
{
	(void)state;
	refused("", 0, 1, "truncated");
	refuses("pcpbench-result 1", "pcpbench-result 2", 1, "pcpbench-result 1");
	refuses("scenario burst\n", "", 2, "scenario NAME");
	refuses("scenario burst", "scenario ", 2, "scenario NAME");
	refuses("scenario burst", "scenario burst burst", 2, "form");
	refuses("verdict ok", "verdict panic", 5, "verdict");
	refuses("verdict ok", "verdict skipped", 6, "without a reason");
	refuses("verdict ok", "verdict failed\nreason  ", 6, "reason without a text");
	refuses("param size 64", "param size -64", 6, "whole number");
	refuses("param size 64", "param size 6.4", 6, "whole number");
	refuses("param size 64", "param size 9223372036854775808", 6, "whole number");
	refuses("param size 64", "param size 99999999999999999999", 6, "whole number");
	refuses("param size 64", "param size  64", 6, "form");
	refuses("param size 64", "param Size 64", 6, "not a name");
	refuses("param seed 1", "param size 1", 7, "twice");
	refuses("counter failures", "counter requests", 13, "twice");
	refuses("hist free_latency", "hist call_latency", 14, "twice");
	refuses("counter failures 0", "param late 0", 13, "belongs");
	refuses("counter requests 3", "counter requests 3\n", 9, "belongs");
	refuses("latency insn 3", "latency sec 3", 9, "unit");
	refuses("b 100 100 2", "b 100 101 2", 10, "layout");
	refuses("b 100 100 2", "b 100 100 0", 10, "empty");
	refuses("b 100 100 2", "b 1004 1007 2", 11, "above the one before");
	refuses("b 100 100 2", "b 100 100 3", 12, "add up");
	refuses("100 1001 1201", "101 1001 1201", 12, "min");
	refuses("100 1001 1201", "100 1001 1301", 12, "sum");
	refuses("b 100 100 2", "counter late 2", 10, "within a histogram");
	refuses("\nend\n", "\nend\nend\n", 16, "follow");
}

static void test_hostile_bytes(void **state)
{
	char *text = with("param size 64", "param size ?4"), *at = strchr(text, '?'), *longer;
	char many[2000];

	(void)state;
	*at = '\0';
	refused(text, strlen(good_text), 6, "0x00 in column 12");
	*at = '\x9b';
	refused(text, strlen(good_text), 6, "0x9b");
	free(text);
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	longer = with("param size 64", many);
	refused(longer, strlen(longer), 6, "1999 bytes");
	free(longer);
}

static void test_too_many_names(void **state)
{
	struct str_list lines = { 0 };
	char *many, *text;

	(void)state;
	for (int i = 0; i < 300; i++)
		str_list_addf(&lines, "counter c%d 1", i);
	many = str_list_join(&lines, "\n");
	text = with("counter failures 0", many);
	refused(text, strlen(text), 13 + 255, "more than 256");
	free(text);
	free(many);
	str_list_free(&lines);
}

static json_t *good_json(void)
{
	struct measurement m;
	char *error;
	json_t *json;

	measurement_init(&m);
	parse_good(&m);
	m.kernel = xstrdup("6.12");
	m.series = xstrdup("percpu-pool");
	json = measurement_to_json(&m, &error);
	assert_non_null(json);
	measurement_free(&m);
	return json;
}

static void test_json_is_as_documented(void **state)
{
	json_t *json = good_json();
	char *text;

	(void)state;
	text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text,
		"{\"context\":\"irqs-off\",\"counters\":{\"failures\":0,\"requests\":3},"
		"\"defaults\":{\"seed\":1},"
		"\"histograms\":{\"call_latency\":{\"buckets\":[[100,100,2],[1000,1003,1]],"
		"\"count\":3,\"max\":1001,\"min\":100,\"percentiles\":{\"50\":100,\"90\":null,"
		"\"99\":null,\"99.9\":null,\"99.99\":null},\"sum\":1201,\"unit\":\"insn\"},"
		"\"free_latency\":{\"buckets\":[],\"count\":0,\"max\":0,\"min\":0,"
		"\"percentiles\":{\"50\":null,\"90\":null,\"99\":null,\"99.9\":null,"
		"\"99.99\":null},\"sum\":0,\"unit\":\"insn\"}},\"kernel\":\"6.12\","
		"\"params\":{\"size\":64},\"scenario\":\"burst\","
		"\"series\":\"percpu-pool\",\"strategy\":\"gfp-nowait\",\"verdict\":\"ok\"}");
	free(text);
	json_decref(json);
}

static void test_json_and_back(void **state)
{
	json_t *json = good_json(), *again;
	struct measurement m;
	char *error, *key;

	(void)state;
	assert_int_equal(measurement_from_json(&m, json, "measurements[0]", &error), 0);
	assert_null(error);
	key = measurement_key(&m);
	assert_string_equal(key, "scenario=burst strategy=gfp-nowait context=irqs-off kernel=6.12 "
			    "series=percpu-pool seed=1 size=64");
	free(key);
	again = measurement_to_json(&m, &error);
	assert_true(json_equal(json, again));
	json_decref(json);
	json_decref(again);
	measurement_free(&m);
}

/* Sets the member at @pointer ("histograms/call_latency/count") to the JSON @value, or removes it. */
static void damage(json_t *json, const char *pointer, const char *value)
{
	struct str_list parts = { 0 };
	const char *last;

	str_list_split(&parts, pointer, "/");
	for (size_t i = 0; i + 1 < parts.n; i++)
		json = json_is_array(json) ? json_array_get(json, (size_t)atoi(parts.item[i])) :
					     json_object_get(json, parts.item[i]);
	assert_non_null(json);
	last = parts.item[parts.n - 1];
	if (!value)
		assert_int_equal(json_object_del(json, last), 0);
	else if (json_is_array(json))
		json_array_set_new(json, (size_t)atoi(last), json_loads(value, JSON_DECODE_ANY, NULL));
	else
		json_object_set_new(json, last, json_loads(value, JSON_DECODE_ANY, NULL));
	str_list_free(&parts);
}

static void json_refuses(const char *pointer, const char *value, const char *says)
{
	json_t *json = good_json();
	struct measurement m;
	char *error;

	damage(json, pointer, value);
	assert_int_equal(measurement_from_json(&m, json, "measurements[7]", &error), -1);
	if (strncmp(error, "measurements[7]", strlen("measurements[7]")) || !strstr(error, says))
		fail_msg("expected '%s' in: %s", says, error);
	assert_null(m.scenario);
	free(error);
	json_decref(json);
}

static void test_json_damage_is_named(void **state)
{
	(void)state;
	json_refuses("scenario", NULL, "\"scenario\" is missing");
	json_refuses("strategy", "5", "\"strategy\" is not a text");
	json_refuses("kernel", "\"\"", "one printable word");
	json_refuses("series", "\"a b\"", "one printable word");
	json_refuses("surprise", "1", "unknown member \"surprise\"");
	json_refuses("verdict", "\"fine\"", "unknown verdict \"fine\"");
	json_refuses("verdict", "\"panic\"", "\"reason\" is missing");
	json_refuses("params", "[]", "\"params\" is not an object");
	json_refuses("params/size", "-1", "measurements[7].params.size: negative");
	json_refuses("params/size", "64.0", "measurements[7].params.size: not a whole number");
	json_refuses("params/Size", "1", "not a name");
	json_refuses("counters/failures", "\"0\"", "counters.failures: not a whole number");
	json_refuses("counters/failures", "null", "counters.failures: not a whole number");
	json_refuses("histograms/call_latency", "[]", "call_latency: not an object");
	json_refuses("histograms/call_latency/unit", "\"s\"", "unit");
	json_refuses("histograms/call_latency/more", "1", "unknown member");
	json_refuses("histograms/call_latency/count", "-3", "call_latency.count: negative");
	json_refuses("histograms/call_latency/count", "4", "add up");
	json_refuses("histograms/call_latency/sum", "1", "sum");
	json_refuses("histograms/call_latency/buckets", "{}", "not an array");
	json_refuses("histograms/call_latency/buckets/1", "[1000,1003]", "buckets[1]: not [low");
	json_refuses("histograms/call_latency/buckets/1", "[1000,1003,-1]", "buckets[1]: negative");
	json_refuses("histograms/call_latency/buckets/1", "[90,90,1]", "not above the bucket before");
	json_refuses("histograms/call_latency/buckets/0/2", "3", "add up");
	json_refuses("histograms/call_latency/percentiles", NULL, "\"percentiles\" is missing");
	json_refuses("histograms/call_latency/percentiles/50", "101", "percentile 50");
	json_refuses("histograms/call_latency/percentiles/99", "1001", "percentile 99");
	json_refuses("histograms/call_latency/percentiles/42", "1", "percentile 42 is not");
	json_refuses("histograms/call_latency/percentiles/101", "1001", "\"101\" is no percentile");
	json_refuses("histograms/call_latency/percentiles/0", "100", "\"0\" is no percentile");
	json_refuses("histograms/call_latency/percentiles/mean", "1", "\"mean\" is no percentile");
	json_refuses("histograms/call_latency/percentiles", "[]", "not an object");
	json_refuses("defaults", "[]", "\"defaults\" is not an object");
	json_refuses("defaults/seed", "2", "measurements[7].defaults.seed: 2, but the default of seed is 1");
	json_refuses("defaults/seed", "-1", "measurements[7].defaults.seed: negative");
	json_refuses("defaults/size", "64", "measurements[7].defaults.size: stands among \"params\", too");
}

static void test_what_has_no_json_form(void **state)
{
	struct measurement m;
	char *error;

	(void)state;
	measurement_init(&m);
	parse_good(&m);
	assert_null(measurement_to_json(&m, &error));
	assert_non_null(strstr(error, "kernel"));
	free(error);
	m.kernel = xstrdup("6.12");
	m.series = xstrdup("none");
	measurement_set_counter(&m, "failures", (uint64_t)INT64_MAX + 1);
	assert_null(measurement_to_json(&m, &error));
	assert_non_null(strstr(error, "failures is above 9223372036854775807"));
	free(error);
	measurement_set_counter(&m, "failures", INT64_MAX);
	hist_add(measurement_add_hist(&m, "free_latency", "insn"), (uint64_t)1 << 62, 2);
	assert_null(measurement_to_json(&m, &error));
	assert_non_null(strstr(error, "free_latency: sum is above"));
	free(error);
	measurement_free(&m);
}

/* A console can hold anything; the reason must still become JSON. */
static void test_reason_of_any_bytes(void **state)
{
	struct measurement m;
	char *error;
	json_t *json;

	(void)state;
	measurement_init(&m);
	parse_good(&m);
	m.kernel = xstrdup("6.12");
	m.series = xstrdup("none");
	m.verdict = VERDICT_PANIC;
	m.reason = xstrdup("Kernel panic \xff\xfe");
	json = measurement_to_json(&m, &error);
	assert_string_equal(json_string_value(json_object_get(json, "reason")), "Kernel panic ??");
	json_decref(json);
	free(m.reason);
	m.reason = NULL;
	json = measurement_to_json(&m, &error);
	assert_non_null(json_object_get(json, "reason"));
	json_decref(json);
	measurement_free(&m);
}

static void test_verdict_names(void **state)
{
	(void)state;
	for (int v = VERDICT_OK; v <= VERDICT_INCOMPLETE; v++)
		assert_int_equal(verdict_from_name(verdict_name((enum verdict)v)), v);
	assert_int_equal(verdict_from_name("fine"), -1);
	assert_int_equal(verdict_from_name(""), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_good_text),
		cmocka_unit_test(test_plan_is_kept_and_must_agree),
		cmocka_unit_test(test_every_truncation_is_refused),
		cmocka_unit_test(test_every_changed_byte),
		cmocka_unit_test(test_damage_is_named),
		cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_too_many_names),
		cmocka_unit_test(test_json_is_as_documented),
		cmocka_unit_test(test_json_and_back),
		cmocka_unit_test(test_json_damage_is_named),
		cmocka_unit_test(test_what_has_no_json_form),
		cmocka_unit_test(test_reason_of_any_bytes),
		cmocka_unit_test(test_verdict_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
