// SPDX-License-Identifier: GPL-2.0-only
/* Reports over a small result: right figures, and words where there are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "lib-report.h"
#include "report/format.h"
#include "report/document.h"
#include "report/report.h"
#include "report/report.h"
#include "report/table.h"

#define EVIL "<script>alert('1')</script> & \"two\"\n| three"

static void fill_burst(struct result *r)
{
	struct measurement *m = make_measurement(r, "burst", "gfp-nowait", 1);

	measurement_set_counter(m, "attempts", 1000);
	measurement_set_counter(m, "failures", 250);
	measurement_set_counter(m, "failed", 250);
	measurement_set_counter(m, "bytes_held_idle", 0);
	measurement_set_counter(m, "bytes_held_peak", 1536);
	make_samples(m, "call_latency", 40, 1000);
	make_samples(m, "time_to_usable", 0, 750);
	m = make_measurement(r, "burst", "percpu-pool", 1);
	measurement_set_counter(m, "attempts", 1000);
	measurement_set_counter(m, "failures", 0);
	measurement_set_counter(m, "failed", 0);
	measurement_set_counter(m, "waiting", 0);
	measurement_set_counter(m, "bytes_held_idle", 2048);
	measurement_set_counter(m, "bytes_held_peak", 0);
	make_samples(m, "call_latency", 70, 990);
	make_samples(m, "call_latency", 100, 9);
	make_samples(m, "call_latency", 120, 1);
	make_samples(m, "time_to_usable", 0, 1000);
	make_verdict(make_measurement(r, "burst", "throttle-async", 1), VERDICT_SKIPPED, EVIL);
	make_samples(make_measurement(r, "burst", "empty", 1), "call_latency", 3, 50);
}

static void fill_rest(struct result *r)
{
	struct measurement *m = make_measurement(r, "storm", "percpu-pool", 1);

	measurement_set_counter(m, "accounted_ios", 512);
	measurement_set_counter(m, "unaccounted_ios", 0);
	measurement_set_counter(m, "ios_issued", 4096);
	measurement_set_counter(m, "misattributed_ios", 1);
	measurement_set_counter(m, "ios_unexplained", 0);
	measurement_add_hist(m, "call_latency", "insn");
	make_samples(m, "fio_clat", 2000000, 4096);
	make_verdict(make_measurement(r, "storm", "gfp-nowait", 1), VERDICT_INCOMPLETE,
		     "the run was interrupted");
	make_measurement(r, "conformance", "percpu-pool", 1);
	make_verdict(make_measurement(r, "conformance", "gfp-nowait", 1), VERDICT_FAILED,
		     "3 areas leaked");
	make_verdict(make_measurement(r, "conformance", "throttle-async", 1), VERDICT_UNSUPPORTED,
		     "frees may sleep");
}

static void make(struct result *r)
{
	result_init(r);
	r->id = xstrdup("a<b>&c");
	r->mode = xstrdup("exact");
	json_object_set_new(r->provenance, "compiler", json_string(EVIL));
	json_object_set_new(r->provenance, "overrides", json_array());
	json_object_set_new(r->provenance, "new_fact", json_integer(7));
	json_object_set_new(r->provenance, "boot_order", json_string("a line for each"));
	fill_burst(r);
	fill_rest(r);
	result_seal(r);
}

static const struct report_group *group_of(const struct report_model *model, const char *scenario)
{
	for (size_t g = 0; g < model->groups; g++)
		if (!strcmp(model->group[g].first->scenario, scenario))
			return &model->group[g];
	fail_msg("no group %s", scenario);
	return NULL;
}

static void test_burst_table(void **state)
{
	struct report_model model;
	const struct doc_table *t;
	struct document doc;
	struct result r;

	(void)state;
	make(&r);
	report_model_make(&model, &r);
	t = figures_of(&doc, group_of(&model, "burst"));
	/* in the order of strategies.def, the floor last */
	assert_int_equal(t->rows, 4);
	assert_string_equal(t->row[0].cell[0].text, "percpu-pool");
	assert_string_equal(t->row[1].cell[0].text, "throttle-async");
	assert_string_equal(t->row[2].cell[0].text, "gfp-nowait");
	assert_string_equal(t->row[3].cell[0].text, "empty (floor)");
	cell_is(t, "percpu-pool", "call p50 (insn)", "70");
	cell_is(t, "percpu-pool", "p99 (insn)", "70");
	cell_is(t, "percpu-pool", "p99.9 (insn)", "100");
	cell_is(t, "percpu-pool", "max (insn)", "120");
	cell_is(t, "percpu-pool", "failures", "0 of 1,000");
	cell_is(t, "percpu-pool", "time to usable p99 (insn)", "0");
	/* a burst has no I/O to be unaccounted */
	assert_false(has_column(t, "unaccounted I/O"));
	cell_is(t, "percpu-pool", "bytes held, idle / peak", "2 KiB / 0");
	cell_is(t, "gfp-nowait", "failures", "250 of 1,000 (25.0 %)");
	cell_is(t, "gfp-nowait", "time to usable p99 (insn)", "never");
	cell_is(t, "gfp-nowait", "bytes held, idle / peak", "0 / 1.5 KiB");
	/* 50 samples make a median, not a p99 */
	cell_is(t, "empty", "call p50 (insn)", "3");
	cell_is(t, "empty", "p99 (insn)", "too few");
	cell_is(t, "empty", "failures", "n/a");
	/* what was skipped is not zero anywhere */
	for (size_t c = 1; c < t->head->columns; c++)
		assert_string_equal(t->row[1].cell[c].text, "skipped");
	document_free(&doc);
	report_model_free(&model);
	result_free(&r);
}

static void test_storm_table(void **state)
{
	struct report_model model;
	const struct doc_table *t;
	struct document doc;
	struct result r;

	(void)state;
	make(&r);
	report_model_make(&model, &r);
	t = figures_of(&doc, group_of(&model, "storm"));
	cell_is(t, "percpu-pool", "unaccounted I/O", "0 of 512");
	cell_is(t, "percpu-pool", "misattributed I/O", "1 of 4,096 (0.024 %)");
	cell_is(t, "percpu-pool", "issued", "4,096");
	cell_is(t, "percpu-pool", "fio p99 (insn)", "2.00 M");
	cell_is(t, "percpu-pool", "call p50 (insn)", "no samples");
	cell_is(t, "percpu-pool", "max (insn)", "no samples");
	for (size_t c = 1; c < t->head->columns; c++)
		assert_string_equal(t->row[1].cell[c].text, "incomplete");
	document_free(&doc);
	document_init(&doc, "report", "checks");
	report_add_untimed(&doc, &model);
	t = &doc.element[1].table;
	assert_int_equal(t->rows, 3);
	assert_string_equal(t->row[0].cell[2].text, "ok");
	assert_string_equal(t->row[1].cell[2].text, "unsupported");
	assert_string_equal(t->row[1].cell[3].text, "frees may sleep");
	assert_string_equal(t->row[2].cell[2].text, "failed");
	assert_string_equal(t->row[2].cell[3].text, "3 areas leaked");
	document_free(&doc);
	report_model_free(&model);
	result_free(&r);
}

static void test_markdown(void **state)
{
	struct result r;
	char *text;

	(void)state;
	make(&r);
	text = written_report(&r, true, true, FORMAT_markdown);
	text_has(text, "Mode exact: ");
	text_has(text, "](plots/burst-irqs-off-512-b-4-cpus-histogram.svg)");
	/* a run that is not whole says so before any figure */
	text_has(text, "## Not ok");
	assert_true(strstr(text, "## Not ok") < strstr(text, "## Summary"));
	text_has(text,
		 "- incomplete: the run was interrupted (storm gfp-nowait irqs-off 512 B seed 1)");
	text_has(text, "- failed: 3 areas leaked (conformance gfp-nowait");
	text_has(text, "- unsupported: frees may sleep");
	/* what broke stands above what could not be run */
	assert_true(strstr(text, "- failed: ") < strstr(text, "- skipped: "));
	text_has(text, "burst, percpu-pool: none of 1,000 calls failed; p99 of time to usable: at once.");
	text_has(text, "burst, gfp-nowait: 250 of 1,000 calls failed (25.0 %); p99 of time to usable: never.");
	text_has(text, "1 of 4,096 (0.024 %) over 1 storm; all of it was charged to an ancestor");
	text_has(text, "scenario churn: not part of this workload");
	text_has(text, "### burst · irqs-off · 512 B · 4 CPUs");
	text_has(text, "### Without latencies");
	text_has(text, "| new_fact | 7 |");
	assert_null(strstr(text, "a line for each"));
	text_has(text, "| overrides | none |");
	assert_null(strstr(text, "<script>"));
	text_has(text, "&lt;script>alert('1')&lt;/script> &amp; \"two\" \\| three");
	free(text);
	result_free(&r);
}

/* A row of the table that Markdown shows has as many cells as its head. */
static void test_markdown_tables_are_rectangular(void **state)
{
	struct str_list lines = { 0 };
	size_t bars = 0, rows = 0;
	struct result r;
	char *text;

	(void)state;
	make(&r);
	text = written_report(&r, true, true, FORMAT_markdown);
	str_list_split(&lines, text, "\n");
	for (size_t i = 0; i < lines.n; i++) {
		size_t n = 0;

		if (*lines.item[i] != '|') {
			bars = 0;
			continue;
		}
		for (const char *c = lines.item[i]; *c; c++)
			n += *c == '|' && (c == lines.item[i] || c[-1] != '\\');
		if (bars && n != bars)
			fail_msg("%zu bars instead of %zu: %s", n, bars, lines.item[i]);
		bars = n;
		rows++;
	}
	assert_true(rows > 15);
	str_list_free(&lines);
	free(text);
	result_free(&r);
}

static void test_html(void **state)
{
	struct result r;
	char *text;

	(void)state;
	make(&r);
	text = written_report(&r, true, false, FORMAT_html);
	text_has(text, "There are no pictures");
	text_has(text, "<td>250 of 1,000 (25.0 %)</td>");
	text_has(text, "<td class=\"word\">skipped</td>");
	/* a finding, not a figure that is missing */
	text_has(text, "<td>never</td>");
	text_has(text, "<td>0</td>");
	text_has(text, "incomplete: the run was interrupted");
	text_has(text,
		 "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;two&quot; | three");
	text_has(text, "<td>a&lt;b&gt;&amp;c</td>");
	assert_null(strstr(text, "<script"));
	text_has(text, "default-src 'none'");
	free(text);
	result_free(&r);
}

/* json_t of "groups.0.rows.1…" */
static json_t *at(json_t *json, const char *path)
{
	struct str_list words = { 0 };
	uint64_t index;

	str_list_split(&words, path, "/");
	for (size_t i = 0; i < words.n; i++)
		json = parse_u64(words.item[i], 1000, &index) ?
			json_array_get(json, index) : json_object_get(json, words.item[i]);
	str_list_free(&words);
	if (!json)
		fail_msg("%s is not there", path);
	return json;
}

static json_int_t number_at(json_t *json, const char *path)
{
	return json_integer_value(at(json, path));
}

static const char *text_at(json_t *json, const char *path)
{
	return json_string_value(at(json, path));
}

static void test_json(void **state)
{
	struct report_model model;
	struct result r;
	json_t *json;

	(void)state;
	make(&r);
	report_model_make(&model, &r);
	json = report_json(&model);
	assert_string_equal(text_at(json, "digest"), r.digest);
	assert_string_equal(text_at(json, "groups/0/rows/0/strategy"), "percpu-pool");
	assert_int_equal(number_at(json, "groups/0/params/area_size"), 512);
	assert_null(json_object_get(at(json, "groups/0/params"), "seed"));
	assert_int_equal(number_at(json, "groups/0/rows/0/histograms/call_latency/p99.9"), 100);
	/* 0 is a number; what is not known is null, or says why */
	assert_true(json_is_integer(at(json, "groups/0/rows/0/counters/failures")));
	assert_true(json_is_integer(at(json, "groups/0/rows/0/histograms/time_to_usable/p99")));
	assert_string_equal(text_at(json, "groups/0/rows/2/histograms/time_to_usable/p99"), "never");
	assert_int_equal(number_at(json, "groups/0/rows/2/histograms/time_to_usable/never"), 250);
	assert_true(json_is_null(at(json, "groups/0/rows/3/histograms/call_latency/p99")));
	assert_true(json_is_null(at(json, "groups/1/rows/0/histograms/call_latency/max")));
	assert_string_equal(text_at(json, "groups/0/rows/1/verdict"), "skipped");
	assert_string_equal(text_at(json, "groups/0/rows/1/reason"), EVIL);
	assert_int_equal(json_object_size(at(json, "groups/0/rows/1/histograms")), 0);
	assert_int_equal(json_object_size(at(json, "groups/0/rows/1/counters")), 0);
	json_decref(json);
	report_model_free(&model);
	result_free(&r);
}

/* For a mail: no line of more than 72 columns, no verdict left out, the command at the end. */
static void test_letter(void **state)
{
	struct result r;
	char *text;

	(void)state;
	make(&r);
	json_array_append_new(json_object_get(r.provenance, "overrides"),
			      json_string("burst.count=1000"));
	text = written_report(&r, false, false, FORMAT_letter);
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");

		assert_in_range(n, 0, 72);
		line += n + (line[n] == '\n');
	}
	text_has(text, "percpu-pool throttle-async     gfp-nowait");
	text_has(text, "  calls that failed                      0        skipped            250");
	text_has(text, "  time to usable, p99                    0        skipped          never");
	text_has(text, "  charged to an ancestor                 1     incomplete");
	text_has(text, "3 areas leaked");
	text_has(text, "--set burst.count=1000\n");
	free(text);
	result_free(&r);
}

/* A column has a name that is whole, and something below it. */
static void test_letter_columns(void **state)
{
	static const char *const strategies[] = { "percpu-pool", "throttle-async", "gfp-nowait",
						  "empty" };
	struct result r;
	char *text;

	(void)state;
	result_init(&r);
	r.mode = xstrdup("exact");
	for (size_t i = 0; i < ARRAY_SIZE(strategies); i++)
		make_samples(make_measurement(&r, "pair", strategies[i], 1), "call_latency", 60,
			     100);
	text = written_report(&r, false, false, FORMAT_letter);
	text_has(text, "gfp-nowait\n");
	/* the floor would stand alone in a table of figures that say nothing of it */
	assert_null(strstr(text, "empty"));
	free(text);
	result_free(&r);

	result_init(&r);
	r.mode = xstrdup("exact");
	for (uint64_t high = 64; high <= 128; high += 64) {
		struct measurement *m = make_measurement(&r, "pair", "a-strategy-of-long-name", 1);

		measurement_set_param(m, "pool_high", high);
		measurement_set_param(m, "blkg_low_water_mark", high);
		make_samples(m, "call_latency", 60, 100);
	}
	text = written_report(&r, false, false, FORMAT_letter);
	text_has(text, " a-strategy-of- a-strategy-of-\n");
	text_has(text, "   pool_high=64  pool_high=128\n");
	text_has(text, " blkg_low_water blkg_low_water\n");
	text_has(text, "       _mark=64      _mark=128\n");
	free(text);
	result_free(&r);

	/* where no design runs, its name would tell nobody anything */
	result_init(&r);
	r.mode = xstrdup("exact");
	for (uint64_t pool = 0; pool <= 1; pool++) {
		struct measurement *m = make_measurement(&r, "storm", "empty", 1);

		measurement_set_param(m, "blkg_pool", pool);
		measurement_set_counter(m, "ios_issued", 100);
		make_samples(m, "fio_clat", 60, 100);
	}
	text = written_report(&r, false, false, FORMAT_letter);
	text_has(text, "    blkg_pool=0    blkg_pool=1\n");
	assert_null(strstr(text, "empty"));
	free(text);
	result_free(&r);
}

/* No link leads to a picture that was not drawn. */
static void test_without_pictures(void **state)
{
	struct result r;
	char *text;

	(void)state;
	make(&r);
	text = written_report(&r, true, false, FORMAT_markdown);
	text_has(text, "There are no pictures");
	assert_null(strstr(text, "](plots/"));
	free(text);
	result_free(&r);
}

/* A result without anything says so, in every form. */
static void test_nothing_measured(void **state)
{
	struct report_model model;
	struct result r;
	json_t *json;
	char *text;

	(void)state;
	result_init(&r);
	text = written_report(&r, true, true, FORMAT_markdown);
	text_has(text, "Nothing was measured.");
	free(text);
	report_model_make(&model, &r);
	json = report_json(&model);
	assert_int_equal(json_array_size(at(json, "groups")), 0);
	json_decref(json);
	report_model_free(&model);
	result_free(&r);
}

static void test_figures(void **state)
{
	(void)state;
	assert_string_equal(format_count(0).text, "0");
	assert_string_equal(format_count(999).text, "999");
	assert_string_equal(format_count(1000).text, "1,000");
	assert_string_equal(format_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
	assert_string_equal(format_latency(999, "ns").text, "999 ns");
	assert_string_equal(format_latency(1000, "ns").text, "1.00 µs");
	assert_string_equal(format_latency(999499, "ns").text, "999 µs");
	assert_string_equal(format_latency(999500, "ns").text, "1.00 ms");
	assert_string_equal(format_latency(UINT64_MAX, "ns").text, "18446744074 s");
	assert_string_equal(format_latency(99999, "insn").text, "99,999");
	assert_string_equal(format_latency(100000, "insn").text, "0.10 M");
	assert_string_equal(format_latency(12345678, "insn").text, "12.3 M");
	assert_string_equal(format_bytes(0).text, "0");
	assert_string_equal(format_bytes(1023).text, "1023 B");
	assert_string_equal(format_bytes(1024).text, "1 KiB");
	assert_string_equal(format_bytes(1536).text, "1.5 KiB");
	/* never 0 % or 100 % unless it is exactly that */
	assert_string_equal(format_share(0, 10).text, "0 %");
	assert_string_equal(format_share(10, 10).text, "100 %");
	assert_string_equal(format_share(1, 1000000000).text, "< 0.001 %");
	assert_string_equal(format_share(999999, 1000000).text, "> 99.9 %");
	assert_string_equal(format_share(0, 0).text, "0 %");
	assert_string_equal(format_share(1, 200).text, "0.5 %");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst_table),
		cmocka_unit_test(test_storm_table),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_markdown_tables_are_rectangular),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_letter),
		cmocka_unit_test(test_letter_columns),
		cmocka_unit_test(test_without_pictures),
		cmocka_unit_test(test_nothing_measured),
		cmocka_unit_test(test_figures),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
