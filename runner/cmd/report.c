// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench report: tables and pictures of a stored result, made again. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "cmd/commands.h"
#include "report/report.h"

struct options {
	const char *run;	/* NULL: the latest */
	struct format_choice choice;
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options->choice.format = &formats[FORMAT_markdown];
		state->child_inputs[0] = &options->choice;
		return 0;
	case ARGP_KEY_ARG:
		if (options->run)
			argp_error(state, "one RUN at a time: '%s' is too much", arg);
		options->run = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp cmd_report_argp = {
	NULL, take_option, "[RUN]",
	"Makes report.md, report.html and plots/ of a stored result again, beside its "
	"result.json, and prints the tables.\v"
	"RUN is a run folder or a result.json; without it, results/runs/latest.\n"
	"Exit status: 0 all of it; 2 something could not be read, drawn or written.", format_children, NULL, NULL,
};

/* The folder of @run, which may be the result file itself; to be freed. */
static char *folder_of(const char *run)
{
	const char *slash = strrchr(run, '/');
	struct stat st;

	if (!stat(run, &st) && S_ISDIR(st.st_mode))
		return xstrdup(run);
	if (!slash)
		return xstrdup(".");
	return slash == run ? xstrdup("/") : xstrndup(run, (size_t)(slash - run));
}

static int print_tables(const struct result *r, const struct format_choice *choice)
{
	const struct report_scope scope = { .uses = format_uses(choice) };
	struct document doc;
	int ret;

	report_document(&doc, r, &scope);
	ret = document_print(&doc, choice);
	document_free(&doc);
	return ret;
}

int cmd_report(int argc, char **argv)
{
	struct options options = { 0 };
	struct result result;
	char *run, *dir, *no_pictures;
	int ret;

	argp_parse(&cmd_report_argp, argc, argv, 0, NULL, &options);
	run = options.run ? xstrdup(options.run) :
			    xasprintf("%s/latest", checkout_runs());
	if (result_load(&result, run)) {
		if (!options.run)
			diag_hint("without RUN the latest run is taken; `pcpbench run` makes one");
		free(run);
		return EXIT_CANNOT;
	}
	dir = folder_of(run);
	ret = report_write(&result, dir, checkout_root(), &no_pictures);
	if (!ret)
		diag_info("wrote report.md%s in %s",
			  no_pictures ? " and report.html" : ", report.html and plots/", dir);
	/* here the pictures are what was asked for; what the tables lacked is told already */
	if (no_pictures && !ret)
		ret = diag_error("no pictures were drawn: %s", no_pictures);
	free(no_pictures);
	if (print_tables(&result, &options.choice))
		ret = -1;
	result_free(&result);
	free(dir);
	free(run);
	return ret ? EXIT_CANNOT : EXIT_GOOD;
}
