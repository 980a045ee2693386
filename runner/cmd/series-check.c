// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench series-check: proves each patch of a series. */
#include <argp.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "cmd/command-verdict.h"
#include "cmd/commands.h"
#include "kernel/build.h"
#include "output/format.h"
#include "run/series-check.h"

struct settings {
	const char *kernel;	/* NULL: every version in patches/ */
	const char *folder;	/* NULL: the version's own series */
	struct format_choice choice;
};

static const struct argp_option option_list[] = {
	{ "kernel", 'k', "VERSION|TARBALL|TREE", 0, "only this kernel (default: every one in patches/)", 0 },
	{ "series", 'p', "DIR", 0, "a series of your own (default: patches/VERSION)", 0 },
	{ "output", 'o', "DIR", 0,
	  "folder that gets series-check/verdict.json (default: results/runs)", 0 },
	{ 0 },
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		settings->choice.format = &formats[FORMAT_text];
		state->child_inputs[0] = &settings->choice;
		return 0;
	case 'k':
		settings->kernel = arg;
		return 0;
	case 'p':
		settings->folder = arg;
		return 0;
	case 'o':
		/* taken before the words are parsed, for bad usage, too, has a verdict */
		return 0;
	case ARGP_KEY_ARG:
		argp_failure(state, EXIT_CANNOT, 0, "unexpected argument: '%s'", arg);
		return EXIT_CANNOT;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp cmd_series_check_argp = {
	option_list, take_option, NULL,
	"Applies, builds and boots a series patch by patch, and holds each against checkpatch.pl --strict, "
	"W=1 and sparse. Some minutes per patch; builds are cached.\v"
	"Exit status: 0 every patch is good; 1 one is not; 2 something could not be checked.",
	format_children, NULL, NULL,
};

static const char *const answer_words[] = {
	[ANSWER_NOT_RUN] = "not run",
	[ANSWER_GOOD] = "good",
	[ANSWER_BAD] = "BAD",
};

static const struct doc_outcome answer_outcomes[] = {
	[ANSWER_NOT_RUN] = { MARK_UNKNOWN, "not run", "not run" },
	[ANSWER_GOOD] = { MARK_GOOD, "good", "good" },
	[ANSWER_BAD] = { MARK_BAD, "BAD", "bad patch" },
};

/* A patch: its answers in one line, what is complained of in others. */
static void add_patch(struct document *doc, const struct series_row *row)
{
	struct str_list answers = { 0 };
	char *joined, *complaints = str_list_join(&row->complaints, "; ");

	for (int t = 0; t < SERIES_TESTS; t++) {
		str_list_addf(&answers, "%s: %s", series_test_names[t],
			      answer_words[row->answer[t]]);
		doc_check(doc, &answer_outcomes[row->answer[t]], row->patch, series_test_names[t],
			  row->answer[t] == ANSWER_BAD ? complaints : answer_words[row->answer[t]],
			  NULL);
	}
	joined = str_list_join(&answers, ", ");
	doc_line(doc, 2, "%s", row->patch);
	doc_line(doc, 4, "%s", joined);
	for (size_t c = 0; c < row->complaints.n; c++)
		doc_line(doc, 6, "%s", row->complaints.item[c]);
	free(joined);
	free(complaints);
	str_list_free(&answers);
}

static void add_series(struct document *doc, const struct series_report *report)
{
	char *title = xasprintf("Linux %s, series %s", report->kernel, report->name);

	doc_heading(doc, 2, title);
	for (size_t i = 0; i < report->rows; i++)
		add_patch(doc, &report->row[i]);
	free(title);
}

static json_t *report_json(const struct series_report *report)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < report->rows; i++) {
		const struct series_row *row = &report->row[i];
		json_t *object = json_object(), *complaints = json_array();

		json_object_set_new(object, "patch", json_string(row->patch));
		for (int t = 0; t < SERIES_TESTS; t++)
			json_object_set_new(object, series_test_names[t],
					    json_string(answer_words[row->answer[t]]));
		for (size_t c = 0; c < row->complaints.n; c++)
			json_array_append_new(complaints, json_string(row->complaints.item[c]));
		json_object_set_new(object, "complaints", complaints);
		json_array_append_new(rows, object);
	}
	return json_pack("{ss ss so}", "kernel", report->kernel, "series", report->name, "patches",
			 rows);
}

/* The worse of two: a bad patch outweighs one that could not be checked. */
static int worse(int a, int b)
{
	if (a == EXIT_JUDGED || b == EXIT_JUDGED)
		return EXIT_JUDGED;
	return a > b ? a : b;
}

/* Exit status by all answers, and each that is not good as a reason. */
static int judge(const struct series_report *report, struct str_list *reasons)
{
	static const int status_of[] = {
		[ANSWER_NOT_RUN] = EXIT_CANNOT, [ANSWER_GOOD] = EXIT_GOOD, [ANSWER_BAD] = EXIT_JUDGED,
	};
	int status = EXIT_GOOD;

	for (size_t i = 0; i < report->rows; i++)
		for (int t = 0; t < SERIES_TESTS; t++) {
			enum series_answer answer = report->row[i].answer[t];

			status = worse(status, status_of[answer]);
			if (answer != ANSWER_GOOD)
				str_list_addf(reasons, "Linux %s, %s: %s: %s", report->kernel,
					      report->row[i].patch, series_test_names[t],
					      answer_words[answer]);
		}
	return status;
}

/* Checks each series of @kernels, and tells of it in @doc. The worst status of all. */
static int check_all(const struct settings *settings, const struct str_list *kernels,
		     struct document *doc, struct str_list *reasons)
{
	json_t *all = json_array();
	int status = EXIT_GOOD;

	for (size_t i = 0; i < kernels->n; i++) {
		struct series_report report;

		if (series_check(&report, checkout_root(), kernels->item[i], settings->folder)) {
			status = worse(status, EXIT_CANNOT);
		} else {
			status = worse(status, judge(&report, reasons));
			json_array_append_new(all, report_json(&report));
			add_series(doc, &report);
		}
		series_report_free(&report);
	}
	doc_set_data(doc, all, JSON_INDENT(2));
	return status;
}

int cmd_series_check(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct str_list kernels = { 0 };
	struct document doc;
	int status;
	struct command_verdict verdict = {
		.command = "series-check", .about = "each patch of the series",
		.word = { "good", "bad", "could not judge" },
	};

	command_verdict_begin(&verdict, argc, argv);
	if (argp_parse(&cmd_series_check_argp, argc, argv, 0, NULL, &settings))
		return command_verdict_end(&verdict, EXIT_CANNOT);
	if (settings.kernel)
		str_list_add(&kernels, settings.kernel);
	else if (settings.folder)
		str_list_add(&kernels, KERNEL_DEFAULT);
	else
		series_versions(&kernels, checkout_root());
	document_init(&doc, "series-check", "Each patch of a series");
	status = check_all(&settings, &kernels, &doc, &verdict.reasons);
	if (document_print(&doc, &settings.choice))
		status = EXIT_CANNOT;
	document_free(&doc);
	str_list_free(&kernels);
	return command_verdict_end(&verdict, status);
}
