// SPDX-License-Identifier: GPL-2.0-only
/* result.json: written, loaded, held against its schema, refused when damaged. Runs in the checkout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/canonical-json.h"
#include "base/fsutil.h"
#include "base/util.h"
#include "lib-capture.h"
#include "lib-hist.h"
#include "lib-schema-check.h"
#include "result/own-params.h"
#include "result/result.h"

static char *dir;	/* a temporary folder */

static int set_up(void **state)
{
	static char template[] = "/tmp/pcpbench-test-XXXXXX";

	(void)state;
	dir = mkdtemp(template);
	return dir ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return remove_tree(dir);
}

static void fill(struct measurement *m, const char *strategy, uint64_t seed, uint64_t values)
{
	struct hist *h;

	m->scenario = xstrdup("burst");
	m->strategy = xstrdup(strategy);
	m->context = xstrdup("irqs-off");
	m->kernel = xstrdup("6.12");
	m->series = xstrdup("percpu-pool");
	measurement_set_param(m, "seed", seed);
	measurement_set_param(m, "cpus", 2);
	own_params_complete(m);
	measurement_set_counter(m, "failures", 5);
	h = measurement_add_hist(m, "call_latency", "insn");
	for (uint64_t i = 0; i < values; i++)
		hist_add(h, 70 + i * i, 1 + i % 3);
}

static void make(struct result *r)
{
	struct measurement *m;

	result_init(r);
	r->id = xstrdup("20260101-000000");
	r->mode = xstrdup("exact");
	json_object_set_new(r->provenance, "pcpbench", json_string("0.1"));
	json_object_set_new(r->provenance, "overrides", json_pack("[s]", "seed=1"));
	json_object_set_new(r->provenance, "parallel", json_integer(2));
	fill(result_add(r), "percpu-pool", 1, 200);
	fill(result_add(r), "percpu-pool", 2, 1);
	m = result_add(r);
	fill(m, "gfp-nowait", 1, 0);
	m->verdict = VERDICT_SKIPPED;
	m->reason = xstrdup("this kernel lacks it");
	result_seal(r);
}

static char *path_of(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

/* The text of a good result. */
static char *good_text(void)
{
	struct result r;
	char *path = path_of("good.json"), *text;
	size_t length;

	make(&r);
	assert_int_equal(result_write(&r, path), 0);
	assert_int_equal(file_read(path, 1 << 20, &text, &length), 0);
	result_free(&r);
	free(path);
	return text;
}

static json_t *load_schema(void)
{
	json_error_t error;
	json_t *schema = json_load_file("results/schema.json", JSON_REJECT_DUPLICATES, &error);

	if (!schema)
		fail_msg("results/schema.json, line %d: %s", error.line, error.text);
	return schema;
}

static void test_write_and_load(void **state)
{
	struct result r, again;
	char *path = path_of("result.json"), *copy = path_of("copy.json"), *a, *b;
	size_t la, lb;

	(void)state;
	make(&r);
	assert_int_equal(strncmp(r.digest, "sha256:", 7), 0);
	assert_int_equal(strlen(r.digest), 71);
	assert_int_equal(result_write(&r, path), 0);
	assert_int_equal(result_load(&again, path), 0);
	assert_string_equal(again.digest, r.digest);
	assert_string_equal(again.id, r.id);
	assert_string_equal(again.mode, "exact");
	assert_true(json_equal(again.provenance, r.provenance));
	assert_int_equal(again.measurements, 3);
	assert_string_equal(again.measurement[2].reason, "this kernel lacks it");
	/* what was loaded is written the same, byte by byte */
	assert_int_equal(result_write(&again, copy), 0);
	assert_int_equal(file_read(path, 1 << 20, &a, &la), 0);
	assert_int_equal(file_read(copy, 1 << 20, &b, &lb), 0);
	assert_int_equal(la, lb);
	assert_memory_equal(a, b, la);
	free(a);
	free(b);
	result_free(&again);
	/* a run folder stands for its result.json */
	assert_int_equal(result_load(&again, dir), 0);
	assert_string_equal(again.digest, r.digest);
	result_free(&again);
	result_free(&r);
	free(path);
	free(copy);
}

static void test_digest_is_of_the_measurements_alone(void **state)
{
	/* sha256 of "[]", from sha256sum */
	const char *empty = "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";
	struct result a, b;

	(void)state;
	result_init(&a);
	result_seal(&a);
	assert_string_equal(a.digest, empty);
	result_free(&a);
	make(&a);
	make(&b);
	free(b.id);
	b.id = xstrdup("another run");
	json_object_set_new(b.provenance, "host_cpu", json_string("another host"));
	result_seal(&b);
	assert_string_equal(a.digest, b.digest);
	measurement_set_counter(&b.measurement[0], "failures", 6);
	result_seal(&b);
	assert_string_not_equal(a.digest, b.digest);
	result_free(&a);
	result_free(&b);
}

static void test_produced_result_fits_the_schema(void **state)
{
	json_t *schema = load_schema(), *json;
	char *text = good_text(), *wrong;

	(void)state;
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	wrong = schema_check(schema, json);
	if (wrong)
		fail_msg("%s", wrong);
	json_decref(json);
	json_decref(schema);
	free(text);
}

/* @text with @old replaced by @new. */
static char *replaced(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);

	if (!at)
		fail_msg("'%s' is not in the text", old);
	return xasprintf("%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

/* Loads @text as a file: it must be refused, the message naming the file and @says. */
static void refuses_text(const char *text, size_t length, const char *says)
{
	char *path = path_of("damaged.json"), *said;
	struct result r;

	assert_int_equal(file_write_atomic(path, text, length), 0);
	capture_stderr_start();
	assert_int_equal(result_load(&r, path), -1);
	said = capture_stderr_end();
	if (!strstr(said, "damaged.json") || !strstr(said, says))
		fail_msg("expected '%s' in: %s", says, said);
	assert_null(r.id);
	assert_int_equal(r.measurements, 0);
	free(said);
	free(path);
}

static void refuses(const char *old, const char *new, const char *says)
{
	char *good = good_text(), *text = replaced(good, old, new);

	refuses_text(text, strlen(text), says);
	free(text);
	free(good);
}

/* The schema must refuse the same damage, at the same place, unless only a loader can see it. */
static void schema_refuses(const char *old, const char *new, const char *says)
{
	char *good = good_text(), *text = replaced(good, old, new), *wrong;
	json_t *schema = load_schema(), *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	wrong = schema_check(schema, json);
	if (!wrong || !strstr(wrong, says))
		fail_msg("expected '%s' in: %s", says, wrong ? wrong : "(valid)");
	free(wrong);
	json_decref(json);
	json_decref(schema);
	free(text);
	free(good);
}

static void refuses_both(const char *old, const char *new, const char *says, const char *schema_says)
{
	refuses(old, new, says);
	schema_refuses(old, new, schema_says);
}

static void test_damage_is_named(void **state)
{
	(void)state;
	refuses_both("pcpbench-result/2", "other/1", "not a pcpbench result", "schema");
	refuses_both("pcpbench-result/2", "pcpbench-result/x", "not a pcpbench result", "schema");
	refuses_both("\"mode\": \"exact\"", "\"mode\": \"fast\"", "mode: neither", "mode");
	refuses_both("\"mode\": \"exact\",", "", "\"mode\" is missing", "\"mode\" is missing");
	refuses_both("\"mode\"", "\"model\"", "\"mode\" is missing", "mode");
	refuses_both("\"mode\"", "\"extra\": 1, \"mode\"", "unknown member \"extra\"", "\"extra\"");
	refuses_both("\"id\": \"20260101-000000\"", "\"id\": \"\"", "id: not a text", "id");
	refuses_both("sha256:", "sha255:", "digest", "digest");
	refuses_both("\"parallel\": 2", "\"parallel\": {}", "provenance.parallel", "provenance.parallel");
	refuses_both("\"failures\":5", "\"failures\":-5",
		     "measurements[0].counters.failures: negative", "measurements[0].counters.failures");
	refuses_both("\"failures\":5", "\"failures\":5.0",
		     "measurements[0].counters.failures: not a whole", "measurements[0].counters.failures");
	refuses_both("\"max\":", "\"mox\":", "measurements[0].histograms.call_latency",
		     "measurements[0].histograms.call_latency");
	refuses_both("[[70,70,1]", "[[70,70,0]", "call_latency.buckets[0]", "call_latency.buckets[0]");
	refuses_both("[[70,70,1]", "[[70,70]", "call_latency.buckets[0]", "call_latency.buckets[0]");
	refuses_both("\"verdict\":\"ok\"", "\"verdict\":\"hang\"", "\"reason\" is missing",
		     "measurements[0]");
	refuses_both("\"kernel\":\"6.12\"", "\"kernel\":\"6 12\"", "\"kernel\"", "kernel");
}

/* Consistency that a schema cannot express. */
static void test_contradictions_are_named(void **state)
{
	(void)state;
	refuses("[[70,70,1]", "[[70,70,2]", "measurements[0].histograms.call_latency: the bucket "
		"counts do not add up");
	refuses("\"cpus\":2,\"seed\":2", "\"cpus\":2",
		"measurements[1]: the same as measurements[0]: scenario=burst strategy=percpu-pool");
	refuses("\"failures\":5", "\"failures\":6", "digest: sha256:");
	refuses("this kernel lacks it", "this kernel has it", "digest: sha256:");
	refuses("\"99.99\":null", "\"99.99\":1", "percentile 99.99");
	refuses("\"id\"", "\"schema\": \"pcpbench-result/2\", \"id\"", "schema");
}

static void test_not_json_is_placed(void **state)
{
	(void)state;
	refuses("\"failures\":5", "\"failures\":NaN", "measurements[0].counters.failures");
	refuses("\"failures\":5", "\"failures\":99999999999999999999",
		"measurements[0].counters.failures: too big integer");
	refuses("\"failures\":5", "\"failures\":1e999", "measurements[0].counters.failures");
	refuses("[[70,70,1]", "[[70,Infinity,1]", "measurements[0].histograms.call_latency.buckets[0][1]");
	refuses("\"failures\":5", "\"failures\":5,\"failures\":5", "measurements[0].counters.failures");
	refuses_text("GIF89a", 6, "not a result");
	refuses_text("[]", 2, "not a pcpbench result");
	refuses_text("{}", 2, "not a pcpbench result");
}

static void test_future_schema_says_which_program(void **state)
{
	char *good = good_text(), *text;

	(void)state;
	text = replaced(good, "pcpbench-result/2", "pcpbench-result/3");
	free(good);
	good = replaced(text, "\"pcpbench\": \"0.1\"", "\"pcpbench\": \"7.3\"");
	refuses_text(good, strlen(good), "written by pcpbench 7.3");
	free(text);
	free(good);
}

static void test_every_truncation_is_refused(void **state)
{
	char *good = good_text(), *said;
	struct result r;

	(void)state;
	refuses_text(good, 0, "truncated");
	refuses_text(good, strlen(good) / 2, "truncated");
	capture_stderr_start();
	for (size_t length = 0; length + 2 < strlen(good); length += 7)
		assert_int_equal(result_parse(&r, "cut", good, length), -1);
	said = capture_stderr_end();
	free(said);
	free(good);
}

static void test_missing_and_too_large(void **state)
{
	char *path = path_of("large.json"), *said;
	struct result r;

	(void)state;
	capture_stderr_start();
	assert_int_equal(result_load(&r, "/nonexistent/result.json"), -1);
	assert_int_equal(file_write_atomic(path, "", 0), 0);
	assert_int_equal(truncate(path, (64 << 20) + 1), 0);
	assert_int_equal(result_load(&r, path), -1);
	said = capture_stderr_end();
	assert_non_null(strstr(said, "/nonexistent/result.json"));
	assert_non_null(strstr(said, "larger than the 67108864 bytes"));
	free(said);
	unlink(path);
	free(path);
}

static void test_what_cannot_be_written(void **state)
{
	struct result r;
	char *path = path_of("never.json"), *said;

	(void)state;
	make(&r);
	free(r.measurement[1].kernel);
	r.measurement[1].kernel = NULL;
	result_seal(&r);
	assert_string_equal(r.digest, "");
	capture_stderr_start();
	assert_int_equal(result_write(&r, path), -1);
	said = capture_stderr_end();
	assert_non_null(strstr(said, "measurements[1]: kernel"));
	assert_false(file_exists(path));
	free(said);
	free(path);
	result_free(&r);
}

/* Measures processor time, so that other work of the machine does not count. */
static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* CPU time to load @measurements; the least of three, as others may use the machine. */
static double time_to_load(uint64_t measurements)
{
	char *path = path_of("large.json");
	double least = 1e9;
	struct result r;

	result_init(&r);
	r.id = xstrdup("large");
	r.mode = xstrdup("exact");
	for (uint64_t seed = 1; seed <= measurements; seed++)
		fill(result_add(&r), "percpu-pool", seed, 400);
	assert_int_equal(result_write(&r, path), 0);
	result_free(&r);
	for (int i = 0; i < 3; i++) {
		double begin = seconds(), took;

		assert_int_equal(result_load(&r, path), 0);
		took = seconds() - begin;
		least = took < least ? took : least;
		result_free(&r);
	}
	free(path);
	return least;
}

/* Ten times as much may take ten times as long, but not a hundred times. */
static void test_load_time_is_linear(void **state)
{
	double few = time_to_load(40), many = time_to_load(400);

	(void)state;
	if (many > 30 * few)
		fail_msg("40 measurements load in %.4f s, 400 in %.4f s", few, many);
}

/* The validator itself: what it does not know, it must not let pass. */
static void validator(const char *schema_text, const char *json_text, const char *says)
{
	json_t *schema = json_loads(schema_text, 0, NULL);
	json_t *json = json_loads(json_text, JSON_DECODE_ANY, NULL);
	char *wrong;

	assert_non_null(schema);
	assert_non_null(json);
	wrong = schema_check(schema, json);
	if (!says ? wrong != NULL : !wrong || !strstr(wrong, says))
		fail_msg("%s with %s: expected %s, got %s", schema_text, json_text,
			 says ? says : "valid", wrong ? wrong : "valid");
	free(wrong);
	json_decref(schema);
	json_decref(json);
}

static void test_validator_refuses_what_it_does_not_know(void **state)
{
	(void)state;
	validator("{\"multipleOf\": 2}", "2", "unknown keyword \"multipleOf\"");
	validator("{\"Type\": \"string\"}", "2", "unknown keyword");
	/* even where the value never leads to */
	validator("{\"properties\": {\"a\": {\"iff\": 1}}}", "{}", "#/properties/a: unknown keyword");
	validator("{\"$defs\": {\"a\": {\"format\": \"x\"}}}", "1", "#/$defs/a: unknown keyword");
	validator("{\"anyOf\": [{}, {\"oneOf\": []}]}", "1", "unknown keyword \"oneOf\"");
	validator("{\"items\": {\"not\": {}}}", "[]", "unknown keyword \"not\"");
	validator("{\"additionalProperties\": {\"x\": 1}}", "{}", "unknown keyword \"x\"");
	validator("{\"$ref\": \"#/$defs/none\"}", "1", "malformed");
	validator("{\"required\": \"a\"}", "{}", "malformed");
	validator("{\"minimum\": \"1\"}", "0", "malformed");
	validator("{\"$defs\": {\"a\": {\"$ref\": \"#/$defs/a\"}}, \"$ref\": \"#/$defs/a\"}", "1",
		  "nested too deeply");
}

static void test_validator_known_answers(void **state)
{
	(void)state;
	validator("{\"type\": \"integer\"}", "1", NULL);
	validator("{\"type\": \"integer\"}", "1.5", "type");
	validator("{\"type\": [\"integer\", \"null\"]}", "null", NULL);
	validator("{\"type\": [\"integer\", \"null\"]}", "\"\"", "type");
	validator("{\"const\": \"a\"}", "\"b\"", "constant");
	validator("{\"enum\": [1, 2]}", "3", "enumeration");
	validator("{\"minimum\": 0, \"maximum\": 2}", "2", NULL);
	validator("{\"minimum\": 0}", "-1", "minimum");
	validator("{\"maximum\": 2}", "3", "maximum");
	validator("{\"minLength\": 1}", "\"\"", "short");
	validator("{\"pattern\": \"^a+$\"}", "\"aab\"", "match");
	validator("{\"minItems\": 1}", "[]", "few");
	validator("{\"maxItems\": 1}", "[1, 2]", "many");
	validator("{\"required\": [\"a\"]}", "{\"b\": 1}", "\"a\" is missing");
	validator("{\"properties\": {\"a\": {\"type\": \"null\"}}}", "{\"a\": 1}", "a: ");
	validator("{\"properties\": {\"a\": {}}, \"additionalProperties\": false}", "{\"a\": 1}", NULL);
	validator("{\"additionalProperties\": false}", "{\"a\": 1}", "unknown member");
	validator("{\"additionalProperties\": {\"type\": \"null\"}}", "{\"a\": 1}", "a: ");
	validator("{\"propertyNames\": {\"pattern\": \"^a$\"}}", "{\"b\": 1}", "match");
	validator("{\"items\": {\"type\": \"null\"}}", "[null, 1]", "[1]: ");
	validator("{\"prefixItems\": [{\"type\": \"null\"}], \"items\": {\"type\": \"integer\"}}",
		  "[null, 1]", NULL);
	validator("{\"prefixItems\": [{\"type\": \"null\"}]}", "[1]", "[0]: ");
	validator("{\"anyOf\": [{\"type\": \"null\"}, {\"const\": 1}]}", "1", NULL);
	validator("{\"anyOf\": [{\"type\": \"null\"}, {\"const\": 1}]}", "2", "alternatives");
}

/* The digest's own writer must not differ from jansson by a byte. */
static void test_canonical_form_is_that_of_jansson(void **state)
{
	static const char *const texts[] = {
		"{}", "[]", "{\"b\": [1, -2, [], {}], \"a\": \"x\", \"aa\": null, \"B\": true}",
		"[0, -1, 9223372036854775807, -9223372036854775808, 10, 1.5, 1e300]",
		"\"a\\u0000b\"", "\"\\\" \\\\ \\n \\u0001 \\u007f / \u00b5s \u4e16\"",
		"{\"\\\"k\\n\": 1, \"\u00e9\": 2, \"\": 3}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		json_t *json = json_loads(texts[i], JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		char *theirs, *ours;
		size_t length;

		assert_non_null(json);
		theirs = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
		ours = canonical_json(json, &length);
		assert_string_equal(ours, theirs);
		assert_int_equal(length, strlen(theirs));
		free(ours);
		free(theirs);
		json_decref(json);
	}
}

static void test_many_at_once(void **state)
{
	char *good = path_of("many.json"), *bad = path_of("missing.json"), *message;
	const char *const all[] = { good, good, good, good, good }, *const one[] = { good, bad };
	struct result r[5];

	(void)state;
	make(&r[0]);
	assert_int_equal(result_write(&r[0], good), 0);
	result_free(&r[0]);
	assert_int_equal(result_load_all(r, all, 5), 0);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(r[i].digest, r[0].digest);
		assert_int_equal(r[i].measurements, 3);
	}
	for (size_t i = 0; i < 5; i++)
		result_free(&r[i]);
	capture_stderr_start();
	assert_int_equal(result_load_all(r, one, 2), -1);
	message = capture_stderr_end();
	assert_non_null(strstr(message, "missing.json"));
	assert_int_equal(r[0].measurements, 0);
	free(message);
	free(good);
	free(bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_and_load),
		cmocka_unit_test(test_digest_is_of_the_measurements_alone),
		cmocka_unit_test(test_produced_result_fits_the_schema),
		cmocka_unit_test(test_damage_is_named),
		cmocka_unit_test(test_contradictions_are_named),
		cmocka_unit_test(test_not_json_is_placed),
		cmocka_unit_test(test_future_schema_says_which_program),
		cmocka_unit_test(test_every_truncation_is_refused),
		cmocka_unit_test(test_missing_and_too_large),
		cmocka_unit_test(test_what_cannot_be_written),
		cmocka_unit_test(test_load_time_is_linear),
		cmocka_unit_test(test_validator_refuses_what_it_does_not_know),
		cmocka_unit_test(test_validator_known_answers),
		cmocka_unit_test(test_canonical_form_is_that_of_jansson),
		cmocka_unit_test(test_many_at_once),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
