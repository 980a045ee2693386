// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/man-page.h"

#include <stdbool.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/option-walk.h"

/* Writes the @n bytes at @text so that roff prints them as they are, and `words` in bold. */
static void put_text(FILE *out, const char *text, size_t n)
{
	bool bold = false, line_start = true;

	for (size_t i = 0; i < n; i++) {
		switch (text[i]) {
		case '`':
			bold = !bold;
			fputs(bold ? "\\fB" : "\\fR", out);
			break;
		case '\\':
			fputs("\\e", out);
			break;
		case '-':
			fputs("\\-", out);
			break;
		case '~':
			fputs("\\(ti", out);
			break;
		case '^':
			fputs("\\(ha", out);
			break;
		case '\'':
			fputs("\\(aq", out);
			break;
		case '.':
			/* at the start of a line it would be a request */
			fputs(line_start ? "\\&." : ".", out);
			break;
		default:
			putc(text[i], out);
		}
		line_start = text[i] == '\n';
	}
}

/* Paragraphs of @n bytes: an empty line begins another one, a newline another line. */
static void put_paragraphs(FILE *out, const char *text, size_t n)
{
	const char *end = text + n;

	while (text < end) {
		size_t line = 0;

		while (text + line < end && text[line] != '\n')
			line++;
		put_text(out, text, line);
		putc('\n', out);
		text += line;
		if (text < end)
			text++;
		if (text < end && *text == '\n') {
			fputs(".PP\n", out);
			text++;
		} else if (text < end) {
			fputs(".br\n", out);
		}
	}
}

static void put_string(FILE *out, const char *text)
{
	put_text(out, text, strlen(text));
}

static void put_heading(void *arg, const char *text)
{
	FILE *out = arg;

	fputs(".PP\n", out);
	put_string(out, text);
	putc('\n', out);
}

/* "-w, --workload=NAME|FILE" or "--perf[=stat|record]" */
static void put_option(void *arg, const struct argp_option *option)
{
	char letter = option_letter(option);
	FILE *out = arg;

	fputs(".TP\n", out);
	if (letter)
		fprintf(out, "\\fB\\-%c\\fR%s", letter, option->name ? ", " : "");
	if (option->name) {
		fputs("\\fB\\-\\-", out);
		put_string(out, option->name);
		fputs("\\fR", out);
	}
	if (option->arg) {
		bool optional = option->flags & OPTION_ARG_OPTIONAL;

		fputs(optional ? "[=\\fI" : option->name ? "=\\fI" : " \\fI", out);
		put_string(out, option->arg);
		fputs(optional ? "\\fR]" : "\\fR", out);
	}
	putc('\n', out);
	if (option->doc)
		put_string(out, option->doc);
	putc('\n', out);
}

/* A line for each way to call @command. */
static void put_synopsis(FILE *out, const struct subcommand *command)
{
	const char *args = command->argp->args_doc ? command->argp->args_doc : "";

	for (bool first = true; first || *args; first = false) {
		size_t length = strcspn(args, "\n");

		fputs(first ? ".PP\n\\fBpcpbench " : ".br\n\\fBpcpbench ", out);
		put_string(out, command->name);
		fputs("\\fR [\\fIOPTION\\fR...]", out);
		if (length)
			fputs(" \\fI", out);
		put_text(out, args, length);
		fputs(length ? "\\fR\n" : "\n", out);
		args += length + (args[length] == '\n');
	}
}

static void put_command(FILE *out, const struct subcommand *command)
{
	const struct option_visitor visitor = { put_heading, put_option, out };
	const char *doc = command->argp->doc ? command->argp->doc : command->summary;
	size_t before = strcspn(doc, "\v");

	fputs(".SS ", out);
	put_string(out, command->name);
	putc('\n', out);
	put_synopsis(out, command);
	fputs(".PP\n", out);
	put_paragraphs(out, doc, before);
	option_walk(command->argp, &visitor);
	if (doc[before]) {
		fputs(".PP\n", out);
		put_paragraphs(out, doc + before + 1, strlen(doc + before + 1));
	}
}

void man_page_print(FILE *out)
{
	fputs(".SH COMMANDS\n", out);
	for (const struct subcommand *c = subcommands; c->name; c++)
		put_command(out, c);
}
