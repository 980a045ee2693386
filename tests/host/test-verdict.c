// SPDX-License-Identifier: GPL-2.0-only
/* The verdict of a run folder after what came behind the run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "cmd/command-verdict.h"
#include "cmd/commands.h"
#include "lib-capture.h"
#include "lib-command-verdict.h"
#include "lib-scratch.h"
#include "result/verdict-file.h"

static void raised(const char *before, int status, const char *verdict, int expected, size_t reasons)
{
	char *reason = (char *)"the digest is another one", *dir = xstrdup(scratch("."));
	const struct str_list list = { &reason, 1 };
	json_t *json;

	scratch_write("verdict.json", before);
	assert_int_equal(verdict_raise(dir, status, &list), 0);
	json = json_load_file(scratch("verdict.json"), 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), verdict);
	assert_int_equal(json_integer_value(json_object_get(json, "exit_status")), expected);
	assert_int_equal(json_array_size(json_object_get(json, "reasons")), reasons);
	assert_string_equal(json_string_value(json_object_get(json, "run")), "x");
	json_decref(json);
	free(dir);
}

static void test_raise(void **state)
{
	static const char good[] = "{\"run\": \"x\", \"verdict\": \"good\", \"exit_status\": 0, \"reasons\": []}";
	static const char bad[] = "{\"run\": \"x\", \"verdict\": \"incomplete\", \"exit_status\": 2, "
				  "\"reasons\": [\"panic\"]}";
	const struct str_list none = { 0 };
	char *dir = xstrdup(scratch("."));

	(void)state;
	raised(good, EXIT_GOOD, "good", EXIT_GOOD, 0);
	raised(good, EXIT_JUDGED, "failed", EXIT_JUDGED, 1);
	raised(good, EXIT_CANNOT, "incomplete", EXIT_CANNOT, 1);
	raised(bad, EXIT_JUDGED, "incomplete", EXIT_CANNOT, 1);
	capture_stderr_start();
	scratch_write("verdict.json", "[]");
	assert_int_equal(verdict_raise(dir, EXIT_CANNOT, &none), -1);
	assert_int_equal(verdict_raise("/nowhere", EXIT_CANNOT, &none), -1);
	free(capture_stderr_end());
	free(dir);
}

/* Each command that judges leaves a verdict where it could not, and takes an old one's place. */
static void test_could_not_judge(void **state)
{
	static const struct {
		const char *command, *words, *reason;
		int (*run)(int argc, char **argv);
	} trials[] = {
		{ "verify", "/nowhere/result.json", "/nowhere/result.json", cmd_verify },
		{ "verify", "bad.json", "bad.json", cmd_verify },
		{ "series-check", "--kernel /nowhere/linux", "/nowhere/linux", cmd_series_check },
		{ "calibrate", "/nowhere/result.json", "/nowhere/result.json", cmd_calibrate },
		{ "calibrate", "--mode exact /nowhere/result.json", "takes no RESULT", cmd_calibrate },
	};
	char *runs = xstrdup(scratch("runs"));

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++) {
		char *name = xasprintf("pcpbench %s", trials[i].command);
		char *words = xasprintf("%s%s -o %s", trials[i].words,
					trials[i].run == cmd_calibrate ? " --limits none" : "", runs);

		capture_stderr_start();
		free(command_output(name, trials[i].run, EXIT_CANNOT, words));
		free(capture_stderr_end());
		command_verdict_is(trials[i].command, "could not judge", EXIT_CANNOT,
				   trials[i].reason);
		free(words);
		free(name);
	}
	free(runs);
}

/* A command that is stopped, or that bad usage ends, leaves a verdict; help leaves none. */
static void test_from_the_start(void **state)
{
	char *runs = xstrdup(scratch("runs"));
	char *words[] = { (char *)"verify", (char *)"-o", runs, (char *)"--nonsense", NULL };
	struct command_verdict verdict = {
		.command = "verify", .about = "x", .word = { "identical", "different", "could not judge" },
	};

	(void)state;
	command_verdict_begin(&verdict, 4, words);
	command_verdict_is("verify", "could not judge", EXIT_CANNOT, "did not come to an end");
	capture_stderr_start();
	diag_error("a rule is broken, as it was in the stored result");
	free(capture_stderr_end());
	assert_int_equal(command_verdict_end(&verdict, EXIT_GOOD), EXIT_GOOD);
	command_verdict_is("verify", "identical", EXIT_GOOD, NULL);
	words[3] = (char *)"--help";
	command_verdict_begin(&verdict, 4, words);
	command_verdict_is("verify", "identical", EXIT_GOOD, NULL);
	assert_int_equal(command_verdict_end(&verdict, EXIT_GOOD), EXIT_GOOD);
	free(runs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_raise),
		cmocka_unit_test(test_could_not_judge),
		cmocka_unit_test(test_from_the_start),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
