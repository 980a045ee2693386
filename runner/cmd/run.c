// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench run */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "cmd/commands.h"
#include "report/report.h"
#include "run/args.h"

enum { OPT_JSON = 512 };

struct settings {
	struct run_options options;
	bool json;
};

static const struct argp_option print_options[] = {
	{ "json", OPT_JSON, NULL, 0, "print result.json instead of the table", 0 },
	{ 0 },
};

static error_t take_print_option(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->options;
		return 0;
	case OPT_JSON:
		settings->json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_failure(state, EXIT_CANNOT, 0, "unexpected argument: '%s'", arg);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &run_argp, 0, NULL, 0 }, { 0 } };

const struct argp cmd_run_argp = {
	print_options, take_print_option, NULL,
	"Builds kernel, module and image (cached), boots the guests of a workload, measures, and "
	"leaves result.json, report and plots in results/runs/<id>/.\v"
	"Exit status: 0 all measured, with pictures or without; 1 a splat or a broken rule; 2 could not "
	"measure, or incomplete. verdict.json in the run's folder says the same.",
	children, NULL, NULL,
};

static int print_result(const struct run *run, bool json)
{
	if (json) {
		char *path = xasprintf("%s/result.json", run->dir), *text;
		size_t length;

		if (file_read(path, RESULT_MAX_BYTES, &text, &length)) {
			free(path);
			return -1;
		}
		fwrite(text, 1, length, stdout);
		free(text);
		free(path);
	} else {
		char *text = report_markdown(&run->result, !run->no_pictures);

		fputs(text, stdout);
		free(text);
	}
	if (fflush(stdout))
		return diag_error("cannot write to stdout");
	return 0;
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
			if (print_result(&run, settings.json))
				status = run_spoil(&run, "the tables could not be printed");
		}
	}
	run_free(&run);
	run_options_free(&settings.options);
	return status;
}
