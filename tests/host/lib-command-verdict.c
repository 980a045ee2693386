// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/util.h"
#include "lib-command-verdict.h"
#include "lib-scratch.h"

void command_verdict_is(const char *command, const char *word, int status, const char *reason)
{
	char *name = xasprintf("runs/%s/verdict.json", command);
	json_t *json = json_load_file(scratch(name), 0, NULL), *reasons;
	const char *first;

	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "schema")),
			    "pcpbench-verdict/1");
	assert_string_equal(json_string_value(json_object_get(json, "command")), command);
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), word);
	assert_int_equal(json_integer_value(json_object_get(json, "exit_status")), status);
	reasons = json_object_get(json, "reasons");
	first = json_string_value(json_array_get(reasons, 0));
	assert_int_equal(json_array_size(reasons) > 0, reason != NULL);
	if (reason && (!first || !strstr(first, reason)))
		fail_msg("%s says '%s', expected '%s'", name, first ? first : "", reason);
	json_decref(json);
	free(name);
}
