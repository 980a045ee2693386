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

#include "exit-status.h"
#include "lib-capture.h"
#include "lib-scratch.h"
#include "verdict-file.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_raise),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
