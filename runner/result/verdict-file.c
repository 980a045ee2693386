// SPDX-License-Identifier: GPL-2.0-only
#include "result/verdict-file.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"

#define VERDICT_SIZE_MAX	((size_t)16 << 20)

static json_t *read_verdict(const char *path)
{
	json_t *json;
	char *text;
	size_t length;

	if (file_read(path, VERDICT_SIZE_MAX, &text, &length))
		return NULL;
	json = json_loadb(text, length, 0, NULL);
	free(text);
	if (!json_is_object(json)) {
		diag_error("%s is no verdict", path);
		json_decref(json);
		return NULL;
	}
	return json;
}

static void raise_to(json_t *json, int status, const struct str_list *reasons)
{
	json_t *list = json_object_get(json, "reasons");

	if (!json_is_array(list)) {
		json_object_set_new(json, "reasons", json_array());
		list = json_object_get(json, "reasons");
	}
	for (size_t i = 0; i < reasons->n; i++)
		json_array_append_new(list, json_string(reasons->item[i]));
	json_object_set_new(json, "verdict",
			    json_string(status == EXIT_JUDGED ? "failed" : "incomplete"));
	json_object_set_new(json, "exit_status", json_integer(status));
}

int verdict_raise(const char *dir, int status, const struct str_list *reasons)
{
	char *path = xasprintf("%s/verdict.json", dir), *text = NULL;
	json_t *json = read_verdict(path);
	int ret = json ? 0 : -1;

	if (json && json_integer_value(json_object_get(json, "exit_status")) < status) {
		raise_to(json, status, reasons);
		text = json_dumps(json, JSON_INDENT(2));
		ret = file_write_atomic(path, text, strlen(text));
	}
	free(text);
	json_decref(json);
	free(path);
	return ret;
}
