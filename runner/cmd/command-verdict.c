// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/command-verdict.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "cmd/words.h"

/* A reason may hold bytes that are no text. */
static void add_reason(json_t *list, const char *reason)
{
	json_t *text = json_string(reason);

	json_array_append_new(list, text ? text : json_string("a reason that is not UTF-8"));
}

static int leave(const struct command_verdict *verdict, int status, const struct str_list *reasons)
{
	char *path = xasprintf("%s/verdict.json", verdict->dir), *text, *line;
	json_t *list = json_array(), *all;
	int ret = make_dirs(verdict->dir);

	for (size_t i = 0; i < reasons->n; i++)
		add_reason(list, reasons->item[i]);
	all = json_pack("{ss ss ss ss si so}", "schema", "pcpbench-verdict/1", "command",
			verdict->command, "about", verdict->about, "verdict",
			verdict->word[status], "exit_status", status, "reasons", list);
	text = json_dumps(all, JSON_INDENT(2));
	line = xasprintf("%s\n", text);
	if (!ret)
		ret = file_write_atomic(path, line, strlen(line));
	free(line);
	free(text);
	json_decref(all);
	free(path);
	return ret;
}

void command_verdict_begin(struct command_verdict *verdict, int argc, char **argv)
{
	const char *output = NULL, *argument = NULL;
	struct str_list reasons = { 0 };

	if (!words_look(argc, argv, NULL, 0, &output, &argument))
		return;
	verdict->dir = output ? xasprintf("%s/%s", output, verdict->command) :
				xasprintf("%s/%s", checkout_runs(), verdict->command);
	str_list_addf(&reasons, "%s did not come to an end: bad usage, or it was stopped",
		      verdict->command);
	leave(verdict, EXIT_CANNOT, &reasons);
	str_list_free(&reasons);
	diag_collect(&verdict->reasons);
}

int command_verdict_end(struct command_verdict *verdict, int status)
{
	diag_collect(NULL);
	/* what is good needs no reason, whatever was told on the way: a broken rule made again */
	if (status == EXIT_GOOD)
		str_list_free(&verdict->reasons);
	if (verdict->dir && leave(verdict, status, &verdict->reasons))
		status = EXIT_CANNOT;
	str_list_free(&verdict->reasons);
	free(verdict->dir);
	verdict->dir = NULL;
	return status;
}
