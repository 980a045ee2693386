// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench run */
#include <argp.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "cmd/commands.h"
#include "report/report.h"
#include "run/args.h"

struct settings {
	struct run_options options;
	struct format_choice choice;
};

static error_t take_print_option(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		settings->choice.format = &formats[FORMAT_markdown];
		state->child_inputs[0] = &settings->options;
		state->child_inputs[1] = &settings->choice;
		return 0;
	case ARGP_KEY_ARG:
		argp_failure(state, EXIT_CANNOT, 0, "unexpected argument: '%s'", arg);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &run_argp, 0, NULL, 0 },
	{ &format_argp, 0, "What is printed of it (as JSON: result.json):", 1 },
	{ 0 },
};

const struct argp cmd_run_argp = {
	NULL, take_print_option, NULL,
	"Builds kernel, module and image (cached), boots the guests of a workload, measures, and "
	"leaves result.json, report and plots in results/runs/<id>/.\v"
	"Exit status: 0 all measured, with pictures or without; 1 a splat or a broken rule; 2 could not "
	"measure, or incomplete. verdict.json in the run's folder says the same.",
	children, NULL, NULL,
};

/* What a program wants of a run is its result, to the byte. */
static int set_data(struct document *doc, const struct run *run)
{
	char *path = xasprintf("%s/result.json", run->dir), *text;
	size_t length;
	int ret = file_read(path, RESULT_MAX_BYTES, &text, &length);

	if (!ret)
		doc_set_data_text(doc, text);
	free(path);
	return ret;
}

static int print_result(const struct run *run, const struct format_choice *choice)
{
	unsigned int uses = format_uses(choice);
	const struct report_scope scope = {
		.is_whole = true, .has_pictures = !run->no_pictures, .dir = run->dir,
		.uses = uses & ~(unsigned int)USES_DATA,
	};
	struct document doc;
	int ret = 0;

	report_document(&doc, &run->result, &scope);
	if (uses & USES_DATA)
		ret = set_data(&doc, run);
	if (!ret)
		ret = document_print(&doc, choice);
	document_free(&doc);
	return ret;
}

int cmd_run(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct run run = { .options = &settings.options };
	int status = EXIT_CANNOT;

	run_options_init(&settings.options);
	if (!argp_parse(&cmd_run_argp, argc, argv, 0, NULL, &settings)) {
		status = run_make(&run);
		if (run.dir && !run.temp_dir && !interrupt_requested()) {
			diag_info("run folder: %s", run.dir);
			if (print_result(&run, &settings.choice))
				status = run_spoil(&run, "the tables could not be printed");
		}
	}
	run_free(&run);
	run_options_free(&settings.options);
	return status;
}
