// SPDX-License-Identifier: GPL-2.0-only
/* Every command takes every format, and its exit status is the same in all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "calibrate/document.h"
#include "cmd/commands.h"
#include "lib-capture.h"
#include "lib-hist.h"
#include "lib-report.h"
#include "lib-scratch.h"
#include "output/format.h"
#include "result/result.h"

/* What tells an output of this format from any other. */
static const char *const signs[FORMATS] = {
	[FORMAT_html] = "<!DOCTYPE html>\n", [FORMAT_junit] = "<?xml ",
	[FORMAT_ktap] = "KTAP version 1\n1..", [FORMAT_json] = "",
};

/* Calls @command with each format between @before and @after; the status must be @status. */
static void every_format(const char *name, int (*command)(int argc, char **argv), int status,
			 const char *before, const char *after)
{
	for (size_t i = 0; i < FORMATS; i++) {
		char *words = xasprintf("%s --format=%s %s", before, formats[i].name, after);
		char *text = command_output(name, command, status, words);

		if (!*text)
			fail_msg("%s in format %s: nothing", name, formats[i].name);
		if (signs[i] && strncmp(text, signs[i], strlen(signs[i])))
			fail_msg("%s in format %s: %.60s", name, formats[i].name, text);
		if (i == FORMAT_json) {
			json_t *json = json_loads(text, 0, NULL);

			assert_non_null(json);
			json_decref(json);
		}
		free(text);
		free(words);
	}
}

/* An option that is older than --format prints the same as that. */
static void same_as(const char *name, int (*command)(int argc, char **argv), int status,
		    const char *option, const char *format, const char *after)
{
	char *first = xasprintf("%s %s", option, after);
	char *second = xasprintf("--format=%s %s", format, after);
	char *a = command_output(name, command, status, first);
	char *b = command_output(name, command, status, second);

	assert_string_equal(a, b);
	free(a);
	free(b);
	free(first);
	free(second);
}

static void prepare(void)
{
	struct result r;

	make_seeds(&r, "a", 8, 100, 3);
	assert_int_equal(result_write(&r, scratch("a.json")), 0);
	result_free(&r);
	make_seeds(&r, "b", 8, 110, 3);
	make_verdict(make_measurement(&r, "burst", "objpool", 1), VERDICT_SKIPPED, "no objpool");
	make_verdict(make_measurement(&r, "burst", "percpu-pool", 1), VERDICT_FAILED, "3 areas leaked");
	result_seal(&r);
	assert_int_equal(result_write(&r, scratch("b.json")), 0);
	result_free(&r);
	scratch_write("gate.conf", "[work]\nmetric = call_latency?*\nmode = exact\nrelative = 1 %\n");
}

static char *paths(const char *words)
{
	char *a = xstrdup(scratch("a.json")), *text = xasprintf("%s %s %s", words, a, scratch("b.json"));

	free(a);
	return text;
}

static void test_compare(void **state)
{
	char *words = paths("");

	(void)state;
	every_format("pcpbench compare", cmd_compare, EXIT_CANNOT, "", words);
	same_as("pcpbench compare", cmd_compare, EXIT_CANNOT, "--json", "json", words);
	same_as("pcpbench compare", cmd_compare, EXIT_CANNOT, "--csv", "csv", words);
	same_as("pcpbench compare", cmd_compare, EXIT_CANNOT, "--markdown", "markdown", words);
	free(words);
}

static void test_gate(void **state)
{
	char *rules = xstrdup(scratch("gate.conf")), *dir = xstrdup(scratch("gate"));
	char *options = xasprintf("--rules %s -o %s --baseline", rules, dir), *words = paths(options);

	(void)state;
	every_format("pcpbench gate", cmd_gate, EXIT_JUDGED, "", words);
	same_as("pcpbench gate", cmd_gate, EXIT_JUDGED, "--junit", "junit", words);
	same_as("pcpbench gate", cmd_gate, EXIT_JUDGED, "--ktap", "ktap", words);
	same_as("pcpbench gate", cmd_gate, EXIT_JUDGED, "--github", "github", words);
	free(words);
	free(options);
	free(rules);
	free(dir);
}

static void test_report(void **state)
{
	char *path = xstrdup(scratch("b.json"));

	(void)state;
	/* pictures are no part of this */
	setenv("PATH", "/nonexistent", 1);
	every_format("pcpbench report", cmd_report, EXIT_CANNOT, "", path);
	same_as("pcpbench report", cmd_report, EXIT_CANNOT, "--cover-letter", "letter", path);
	same_as("pcpbench report", cmd_report, EXIT_CANNOT, "--json", "json", path);
	free(path);
}

/* Without its programs doctor is quick, and has something to complain of. */
static void test_doctor(void **state)
{
	char *text;

	(void)state;
	setenv("PATH", "/nonexistent", 1);
	setenv("XDG_CACHE_HOME", scratch("cache"), 1);
	every_format("pcpbench doctor", cmd_doctor, EXIT_CANNOT, "", "");
	text = command_output("pcpbench doctor", cmd_doctor, EXIT_CANNOT, "--format=ktap");
	text_has(text, "\nnot ok 1 this machine: ");
	free(text);
}

static void test_list(void **state)
{
	(void)state;
	every_format("pcpbench list", cmd_list, EXIT_GOOD, "", "");
	same_as("pcpbench list", cmd_list, EXIT_GOOD, "--json", "json", "");
}

static void test_merge(void **state)
{
	char *part = xstrdup(scratch("a.json"));
	char *words = xasprintf("-o %s %s", scratch("merged.json"), part);

	(void)state;
	every_format("pcpbench merge", cmd_merge, EXIT_GOOD, "", words);
	free(words);
	free(part);
}

/* Twenty-four boots that differ by little: enough to calibrate by, which takes seconds. */
static void test_calibrate(void **state)
{
	struct gate_rules rules;
	struct calibration c;
	struct result r;

	(void)state;
	make_result(&r, "boots", "realtime");
	for (uint64_t boot = 1; boot <= 24; boot++) {
		struct measurement *m = make_measurement(&r, "pair", "gfp-nowait", 1);

		measurement_set_param(m, "boot", boot);
		hist_add(measurement_add_hist(m, "call_latency", "ns"), 10000 + boot % 5, 2000);
	}
	result_seal(&r);
	scratch_write("medians.conf", "[medians]\nmetric = call_latency?p50\nmode = realtime\n"
		      "relative = 5 %\nabsolute = 5\n[canary]\nstrategy = busted-slow\nbase = gfp-nowait\n");
	assert_int_equal(gate_rules_load(&rules, scratch("medians.conf")), 0);
	assert_int_equal(calibrate(&c, &r, &rules), 0);
	for (size_t i = 0; i < FORMATS; i++) {
		struct document doc;
		char *text;

		calibration_document(&doc, &c, &rules);
		text = written_document(&doc, (enum format_id)i);
		if (!*text || (signs[i] && strncmp(text, signs[i], strlen(signs[i]))))
			fail_msg("calibrate in format %s: %.60s", formats[i].name, text);
		free(text);
	}
	calibration_free(&c);
	gate_rules_free(&rules);
	result_free(&r);
}

static bool has_option(const struct argp *argp, const char *name)
{
	for (const struct argp_option *o = argp->options; o && (o->name || o->key || o->doc); o++)
		if (o->name && !strcmp(o->name, name))
			return true;
	for (const struct argp_child *c = argp->children; c && c->argp; c++)
		if (has_option(c->argp, name))
			return true;
	return false;
}

/* Those that need guests to print anything take the same options as the others. */
static void test_options_everywhere(void **state)
{
	static const char *const names[] = { "format", "json", "csv", "markdown", "cover-letter" };

	(void)state;
	for (const struct subcommand *c = subcommands; c->name; c++)
		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			/* a console and an explanation are no tables */
			if (!has_option(c->argp, names[i]) && strcmp(c->name, "shell") &&
			    strcmp(c->name, "help"))
				fail_msg("%s has no --%s", c->name, names[i]);
}

/* What `pcpbench list --format=@name` says; to be freed. */
static char *refused(const char *name)
{
	char *command = xasprintf("%s list --format=%s 2>%s", getenv("PCPBENCH"), name,
				  scratch("refused"));
	int status = system(command);
	char *text;

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_CANNOT);
	assert_int_equal(file_read(scratch("refused"), 1 << 16, &text, &(size_t){ 0 }), 0);
	free(command);
	return text;
}

static void test_unknown_format(void **state)
{
	char *text = refused("markdwon");

	(void)state;
	text_has(text, "there is no format 'markdwon'");
	text_has(text, "did you mean 'markdown'?");
	for (size_t i = 0; i < FORMATS; i++)
		text_has(text, formats[i].name);
	free(text);
	text = refused("");
	text_has(text, "there is no format ''");
	assert_null(strstr(text, "did you mean"));
	free(text);
}

static int set_up(void **state)
{
	if (scratch_make(state))
		return -1;
	prepare();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_gate),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_calibrate),
		cmocka_unit_test(test_options_everywhere),
		cmocka_unit_test(test_unknown_format),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_doctor),
	};

	argp_err_exit_status = EXIT_CANNOT;
	return cmocka_run_group_tests_name("formats", tests, set_up, scratch_remove);
}
