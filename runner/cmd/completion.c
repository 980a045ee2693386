// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/completion.h"

#include <string.h>

#include "cmd/commands.h"
#include "cmd/option-walk.h"
#include "output/format.h"

struct listing {
	FILE *out;
	const char *command;
};

static void put_names(void *arg, const struct argp_option *option)
{
	const struct listing *listing = arg;

	if (option->name)
		fprintf(listing->out, " --%s", option->name);
	if (option_letter(option))
		fprintf(listing->out, " -%c", option_letter(option));
}

static void put_value(void *arg, const struct argp_option *option)
{
	const struct listing *listing = arg;
	/* a value that may be left out stands behind "=" alone, as getopt_long() has it */
	const char *behind = option->flags & OPTION_ARG_OPTIONAL ? "=" : "";

	if (!option->arg || !option->name)
		return;
	fprintf(listing->out, "\t'%s --%s%s'", listing->command, option->name, behind);
	if (option_letter(option) && !*behind)
		fprintf(listing->out, " | '%s -%c'", listing->command, option_letter(option));
	fprintf(listing->out, ") echo '%s' ;;\n", option->arg);
}

static void walk(FILE *out, const struct subcommand *command,
		 void (*put)(void *arg, const struct argp_option *option))
{
	struct listing listing = { out, command->name };
	const struct option_visitor visitor = { NULL, put, &listing };

	option_walk(command->argp, &visitor);
}

static void begin(FILE *out, const char *comment, const char *function)
{
	fprintf(out, "# %s\n%s() {\n\tcase $1 in\n", comment, function);
}

static void end(FILE *out)
{
	fputs("\tesac\n}\n\n", out);
}

void completion_print(FILE *out)
{
	begin(out, "The options of command $1, and the commands where there is none.",
	      "_pcpbench_options");
	fputs("\t'') echo", out);
	for (const struct subcommand *c = subcommands; c->name; c++)
		fprintf(out, " %s", c->name);
	fputs(" --help --version ;;\n", out);
	for (const struct subcommand *c = subcommands; c->name; c++) {
		fprintf(out, "\t%s) echo", c->name);
		walk(out, c, put_names);
		fputs(" --help --usage ;;\n", out);
	}
	end(out);

	begin(out, "The placeholder of the value that \"COMMAND OPTION\" takes.", "_pcpbench_value");
	for (const struct subcommand *c = subcommands; c->name; c++)
		walk(out, c, put_value);
	end(out);

	begin(out, "The placeholders of the arguments of command $1.", "_pcpbench_arguments");
	for (const struct subcommand *c = subcommands; c->name; c++)
		if (c->argp->args_doc)
			fprintf(out, "\t%s) echo '%.*s' ;;\n", c->name,
				(int)strcspn(c->argp->args_doc, "\n"), c->argp->args_doc);
	end(out);

	fputs("# The values of --format.\n_pcpbench_formats() {\n\techo", out);
	for (size_t i = 0; i < FORMATS; i++)
		fprintf(out, " %s", formats[i].name);
	fputs("\n}\n\n", out);
}
