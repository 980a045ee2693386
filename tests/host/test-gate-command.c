// SPDX-License-Identifier: GPL-2.0-only
/* `pcpbench gate` as its users call it: what it prints and writes, and how its verdict leaves. */
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
#include "base/subprocess.h"
#include "cmd/commands.h"
#include "lib-capture.h"
#include "lib-report.h"
#include "lib-scratch.h"

static const char plain_rules[] =
	"[failures]\nmetric = failures\nrelative = 0\n"
	"[work]\nmetric = call_latency?mean call_latency?p50\nrelative = 0.2 %\nabsolute = 1\n"
	"minimum_count = 100\n";

static char *read_text(const char *name)
{
	char *text;
	size_t length;

	assert_int_equal(file_read(scratch(name), 1 << 20, &text, &length), 0);
	return text;
}

/* `pcpbench gate` over two files of the scratch folder; what it prints, to be freed. */
static char *run_gate(int status, const char *options, const char *baseline, const char *result)
{
	char *first = xstrdup(scratch(baseline)), *second = xstrdup(scratch(result));
	char *dir = xstrdup(scratch("out")), *rules = xstrdup(scratch("gate.conf"));
	char *words = xasprintf("--baseline %s %s -o %s --rules %s %s", first, second, dir, rules,
				options);
	char *text = command_output("pcpbench gate", cmd_gate, status, words);

	free(words);
	free(rules);
	free(dir);
	free(second);
	free(first);
	return text;
}

static void write_exact(const char *name, uint64_t latency)
{
	struct result r;

	make_seeds(&r, name, 8, latency, 5);
	assert_int_equal(result_write(&r, scratch(name)), 0);
	result_free(&r);
}

static void verdict_is(const char *verdict, int status)
{
	char *text = read_text("out/verdict.json");
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "schema")),
			    "pcpbench-verdict/1");
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), verdict);
	assert_int_equal(json_integer_value(json_object_get(json, "exit_status")), status);
	json_decref(json);
	free(text);
}

static void test_outputs(void **state)
{
	char *text;

	(void)state;
	scratch_write("gate.conf", plain_rules);
	write_exact("old.json", 1000);
	write_exact("slow.json", 1100);
	write_exact("fast.json", 900);
	text = run_gate(EXIT_JUDGED, "", "old.json", "slow.json");
	text_has(text, "gate: regression");
	text_has(text, "call_latency p50: 1,003 to 1,103, ");
	text_has(text, "(rule [work])");
	free(text);
	verdict_is("regression", EXIT_JUDGED);
	text = read_text("out/junit.xml");
	text_has(text, "tests=\"3\" failures=\"2\" errors=\"0\"");
	text_has(text, "<failure type=\"regression\" message=\"1,0");
	free(text);
	text = read_text("out/gate.ktap");
	text_has(text, "KTAP version 1\n1..3\n");
	text_has(text, "not ok ");
	free(text);
	text = read_text("out/gate.md");
	text_has(text, "## pcpbench gate: regression");
	free(text);

	text = run_gate(EXIT_GOOD, "", "old.json", "fast.json");
	text_has(text, "gate: pass");
	text_has(text, "the new baseline, if this is meant to stay: cp ");
	free(text);
	verdict_is("pass", EXIT_GOOD);
}

/* Each form by its option is the file of that form. */
static void form_is_file(const char *option, const char *file)
{
	char *printed = run_gate(EXIT_JUDGED, option, "old.json", "slow.json");
	char *path = xasprintf("out/%s", file), *written = read_text(path);

	assert_string_equal(printed, written);
	free(written);
	free(path);
	free(printed);
}

static void test_forms(void **state)
{
	char *command;

	(void)state;
	scratch_write("gate.conf", plain_rules);
	write_exact("old.json", 1000);
	write_exact("slow.json", 1100);
	form_is_file("--json", "verdict.json");
	form_is_file("--ktap", "gate.ktap");
	form_is_file("--junit", "junit.xml");
	form_is_file("--markdown", "gate.md");
	if (!program_exists("xmllint"))
		return;
	command = xasprintf("xmllint --noout %s", scratch("out/junit.xml"));
	assert_int_equal(system(command), 0);
	free(command);
}

static void test_github(void **state)
{
	json_t *json;
	char *text;

	(void)state;
	scratch_write("gate.conf", plain_rules);
	scratch_write("summary", "before\n");
	write_exact("old.json", 1000);
	write_exact("slow.json", 1100);
	setenv("GITHUB_STEP_SUMMARY", scratch("summary"), 1);
	text = run_gate(EXIT_JUDGED, "--github", "old.json", "slow.json");
	unsetenv("GITHUB_STEP_SUMMARY");
	text_has(text, "::error title=regression::burst");
	text_has(text, " %25 (rule");
	free(text);
	text = read_text("summary");
	text_has(text, "before\n## pcpbench gate: regression");
	free(text);
	/* detected; and what a program reads from stdout has no annotations in it */
	setenv("GITHUB_ACTIONS", "true", 1);
	text = run_gate(EXIT_JUDGED, "", "old.json", "slow.json");
	text_has(text, "::error title=regression::burst");
	free(text);
	capture_stderr_start();
	text = run_gate(EXIT_JUDGED, "--json", "old.json", "slow.json");
	unsetenv("GITHUB_ACTIONS");
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	json_decref(json);
	free(text);
	text = capture_stderr_end();
	text_has(text, "::error title=regression::burst");
	free(text);
}

/* make and a pipe lose the exit status; verdict.json has it. */
static void test_through_make_and_a_pipe(void **state)
{
	static const char program[] = "build/tests/pcpbench";
	char *dir = xstrdup(scratch(".")), *makefile, *command;
	int status;

	(void)state;
	if (!file_exists(program)) {
		free(dir);
		print_message("# skipped: %s is not built\n", program);
		skip();
	}
	scratch_write("gate.conf", plain_rules);
	write_exact("old.json", 1000);
	write_exact("slow.json", 1100);
	makefile = xasprintf("gate:\n\t@%s gate -b %s/old.json %s/slow.json --rules %s/gate.conf -o %s/out\n",
			     program, dir, dir, dir, dir);
	scratch_write("mk", makefile);
	command = xasprintf("MAKEFLAGS= make -f %s/mk gate >%s/stdout 2>&1", dir, dir);
	status = system(command);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	verdict_is("regression", EXIT_JUDGED);
	free(command);
	command = xasprintf("%s gate -b %s/slow.json %s/old.json --rules %s/gate.conf -o %s/out "
			    "2>%s/stdout | cat >%s/stdout", program, dir, dir, dir, dir, dir, dir);
	assert_int_equal(system(command), 0);
	verdict_is("pass", EXIT_GOOD);
	free(command);
	free(makefile);
	free(dir);
}

static void test_bad_files(void **state)
{
	char *message;

	(void)state;
	scratch_write("gate.conf", plain_rules);
	write_exact("old.json", 1000);
	scratch_write("bad.json", "{\"schema\": \"pcpbench-result/1\"");
	capture_stderr_start();
	free(run_gate(EXIT_CANNOT, "", "old.json", "bad.json"));
	free(run_gate(EXIT_CANNOT, "", "none.json", "old.json"));
	scratch_write("gate.conf", "");
	free(run_gate(EXIT_CANNOT, "", "old.json", "old.json"));
	message = capture_stderr_end();
	text_has(message, "bad.json is truncated");
	text_has(message, "none.json");
	text_has(message, "has no rule");
	free(message);
}

static void verdict_says(const char *part)
{
	char *text = read_text("out/verdict.json");

	text_has(text, part);
	free(text);
}

/* A missing baseline is found before minutes of measuring. The folder says so, and no pass stays in it. */
static void test_check_baseline(void **state)
{
	char *said;

	(void)state;
	scratch_write("gate.conf", plain_rules);
	write_exact("old.json", 1000);
	free(run_gate(EXIT_GOOD, "", "old.json", "old.json"));
	free(run_gate(EXIT_GOOD, "--check-baseline", "old.json", "never-measured.json"));
	verdict_is("could not judge", EXIT_CANNOT);
	verdict_says("did not come to an end");
	capture_stderr_start();
	free(run_gate(EXIT_CANNOT, "--check-baseline", "none.json", "never-measured.json"));
	said = capture_stderr_end();
	text_has(said, "BASELINE=");
	free(said);
	verdict_is("could not judge", EXIT_CANNOT);
	verdict_says("no baseline to judge by");
}

/* An earlier pass must not outlive a gate that could not judge, however it ended. */
static void test_stale_verdict(void **state)
{
	static const char program[] = "build/tests/pcpbench";
	static const struct {
		const char *baseline, *result, *options, *says;
	} trials[] = {
		{ "old.json", "bad.json", "", "truncated" }, { "none.json", "old.json", "", "none.json" },
		{ "old.json", "none.json", "", "none.json" },
		{ "old.json", "old.json", "--rules /nowhere", "/nowhere" },
	};
	char *dir = xstrdup(scratch(".")), *command;

	(void)state;
	scratch_write("gate.conf", plain_rules);
	write_exact("old.json", 1000);
	scratch_write("bad.json", "{\"schema\": \"pcpbench-result/1\"");
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++) {
		free(run_gate(EXIT_GOOD, "", "old.json", "old.json"));
		verdict_is("pass", EXIT_GOOD);
		capture_stderr_start();
		free(run_gate(EXIT_CANNOT, trials[i].options, trials[i].baseline, trials[i].result));
		free(capture_stderr_end());
		verdict_is("could not judge", EXIT_CANNOT);
		verdict_says(trials[i].says);
		assert_false(file_exists(scratch("out/gate.md")));
	}
	/* no baseline, and words that end the program before it begins */
	free(run_gate(EXIT_GOOD, "", "old.json", "old.json"));
	if (!file_exists(program)) {
		free(dir);
		print_message("# skipped: %s is not built\n", program);
		skip();
	}
	command = xasprintf("%s gate -o %s/out %s/old.json 2>%s/stdout", program, dir, dir, dir);
	assert_int_equal(WEXITSTATUS(system(command)), EXIT_CANNOT);
	verdict_is("could not judge", EXIT_CANNOT);
	verdict_says("gate needs --baseline FILE");
	free(command);
	free(run_gate(EXIT_GOOD, "", "old.json", "old.json"));
	command = xasprintf("%s gate --bogus %s/old.json --output=%s/out 2>%s/stdout", program, dir,
			    dir, dir);
	assert_int_equal(WEXITSTATUS(system(command)), EXIT_CANNOT);
	verdict_is("could not judge", EXIT_CANNOT);
	free(command);
	/* and help is no verdict */
	free(run_gate(EXIT_GOOD, "", "old.json", "old.json"));
	command = xasprintf("%s gate --help -o %s/out >%s/stdout", program, dir, dir);
	assert_int_equal(system(command), 0);
	verdict_is("pass", EXIT_GOOD);
	free(command);
	free(dir);
}

static void write_image(const char *name, uint64_t latency, const char *image)
{
	struct result r;

	make_seeds(&r, name, 8, latency, 5);
	json_object_set_new(r.provenance, "image_hash", json_string(image));
	assert_int_equal(result_write(&r, scratch(name)), 0);
	result_free(&r);
}

static void test_provenance_in_the_files(void **state)
{
	char *text;

	(void)state;
	scratch_write("gate.conf", plain_rules);
	write_image("old.json", 1000, "one");
	write_image("new.json", 1100, "other");
	free(run_gate(EXIT_CANNOT, "", "old.json", "new.json"));
	verdict_is("could not judge", EXIT_CANNOT);
	verdict_says("\"ingredients\"");
	verdict_says("guest image: baseline one, result other");
	verdict_says("1,103, +9.97 % (rule [work]); not put down to the strategy, for this differs, too: guest image");
	text = read_text("out/gate.md");
	text_has(text, "guest image: baseline one, result other");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outputs),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_github),
		cmocka_unit_test(test_through_make_and_a_pipe),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_check_baseline),
		cmocka_unit_test(test_stale_verdict),
		cmocka_unit_test(test_provenance_in_the_files),
	};

	unsetenv("GITHUB_ACTIONS");
	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
