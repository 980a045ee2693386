// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"

const struct subcommand subcommands[] = {
#define COMMAND(id, name_, summary_) \
	{ .name = name_, .run = cmd_##id, .argp = &cmd_##id##_argp, .summary = summary_ },
#include "cmd/commands.def"
#undef COMMAND
	{ 0 },
};

const struct subcommand *subcommand_find(const char *name)
{
	const char *names[ARRAY_SIZE(subcommands)] = { 0 };
	const char *near;

	for (size_t i = 0; subcommands[i].name; i++) {
		if (!strcmp(name, subcommands[i].name))
			return &subcommands[i];
		names[i] = subcommands[i].name;
	}
	near = nearest_name(name, names);
	diag_error("there is no command '%s'", name);
	if (near)
		diag_hint("did you mean '%s'?", near);
	return NULL;
}

int subcommand_run(const struct subcommand *command, int argc, char **argv)
{
	/* argp takes the program's name for its messages from the first word */
	char *title = xasprintf("pcpbench %s", command->name);
	char **words = xcalloc((size_t)argc + 2, sizeof(*words));
	int status;

	words[0] = title;
	memcpy(words + 1, argv, (size_t)argc * sizeof(*argv));
	status = command->run(argc + 1, words);
	free(words);
	free(title);
	return status;
}

void usage_print(FILE *out)
{
	fputs("Usage: pcpbench COMMAND [OPTION...]\n\n"
	      "Measures per-CPU allocation strategies of the Linux kernel in QEMU guests.\n\n",
	      out);
	for (const struct subcommand *c = subcommands; c->name; c++)
		fprintf(out, "  %-14s %s\n", c->name, c->summary);
	fputs("\n`pcpbench help COMMAND` explains each. Exit status: 0 good, 1 a judged failure,\n"
	      "2 could not judge.\n",
	      out);
}
