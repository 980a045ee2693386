// SPDX-License-Identifier: GPL-2.0-only
#include "output/format.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"

const struct format formats[FORMATS] = {
#define FORMAT(name, uses, what) { #name, what, uses, name##_write },
#include "output/formats.def"
#undef FORMAT
};

/* The format called @name, or NULL. */
static const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (!strcmp(name, formats[i].name))
			return &formats[i];
	return NULL;
}

/* The options of this table are the same in every command, so their keys are above all others'. */
enum { OPT_FORMAT = 4096, OPT_MARKDOWN, OPT_CSV, OPT_KTAP, OPT_JUNIT, OPT_GITHUB };

static const struct argp_option option_list[] = {
	{ "format", OPT_FORMAT, "NAME", 0,
	  "print in this format: "
#define FORMAT(name, uses, what) #name ", "
#include "output/formats.def"
#undef FORMAT
	  "in every command the same", 0 },
	{ "json", 'J', NULL, 0, "print JSON", 0 },
	{ "markdown", OPT_MARKDOWN, NULL, 0, "print Markdown", 0 },
	{ "csv", OPT_CSV, NULL, 0, "print raw numbers as CSV", 0 },
	{ "cover-letter", 'l', NULL, 0,
	  "print plain text of 72 columns, for a patch posting (--format=letter)", 0 },
	{ "ktap", OPT_KTAP, NULL, 0, "print KTAP", 0 },
	{ "junit", OPT_JUNIT, NULL, 0, "print JUnit XML", 0 },
	{ "github", OPT_GITHUB, NULL, 0,
	  "print workflow annotations, too (to stderr beside any other format but text), and append "
	  "a summary to $GITHUB_STEP_SUMMARY", 0 },
	{ 0 },
};

static error_t refuse(const char *name, struct argp_state *state)
{
	const char *names[FORMATS + 1] = { 0 };
	struct str_list list = { 0 };
	const char *near;
	char *joined;

	for (size_t i = 0; i < FORMATS; i++) {
		names[i] = formats[i].name;
		str_list_add(&list, formats[i].name);
	}
	near = nearest_name(name, names);
	joined = str_list_join(&list, ", ");
	argp_failure(state, EXIT_CANNOT, 0, "there is no format '%s': %s%s%s%s", name, joined,
		     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	free(joined);
	str_list_free(&list);
	return EINVAL;
}

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct format_choice *choice = state->input;

	switch (key) {
	case OPT_FORMAT:
		if (!format_find(arg))
			return refuse(arg, state);
		choice->format = format_find(arg);
		return 0;
	case 'J':
		choice->format = &formats[FORMAT_json];
		return 0;
	case OPT_MARKDOWN:
		choice->format = &formats[FORMAT_markdown];
		return 0;
	case OPT_CSV:
		choice->format = &formats[FORMAT_csv];
		return 0;
	case 'l':
		choice->format = &formats[FORMAT_letter];
		return 0;
	case OPT_KTAP:
		choice->format = &formats[FORMAT_ktap];
		return 0;
	case OPT_JUNIT:
		choice->format = &formats[FORMAT_junit];
		return 0;
	case OPT_GITHUB:
		choice->github = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp format_argp = { option_list, take_option, NULL, NULL, NULL, NULL, NULL };

const struct argp_child format_children[] = { { &format_argp, 0, NULL, 0 }, { 0 } };

unsigned int format_uses(const struct format_choice *choice)
{
	return choice->format->uses | (choice->github ? USES_CHECKS : 0);
}

bool format_uses_elements(unsigned int uses)
{
	return !(uses & (USES_DATA | USES_RECORDS)) || uses & USES_CHECKS;
}

int document_print(const struct document *doc, const struct format_choice *choice)
{
	const struct format *format = choice->format;
	int ret = format->write(stdout, doc);

	/* GitHub reads both; a program that reads a format from stdout must not find them in it */
	if (choice->github && format != &formats[FORMAT_github] &&
	    github_tell(format == &formats[FORMAT_text] ? stdout : stderr, doc))
		ret = -1;
	if (fflush(stdout) || ferror(stdout))
		return diag_error("cannot write to stdout");
	return ret;
}

int document_save(const struct document *doc, const struct format *format, const char *path)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	int ret = -1;

	if (out) {
		ret = format->write(out, doc);
		fclose(out);
	}
	if (!ret)
		ret = file_write_atomic(path, text, length);
	free(text);
	return ret;
}
