// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench compare-series: runs a workload on kernels of several series and compares them. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "cmd/commands.h"
#include "compare/each-patch.h"
#include "compare/output.h"
#include "compare/sides.h"
#include "kernel/build.h"
#include "kernel/folder-hold.h"
#include "kernel/series.h"
#include "kernel/source.h"
#include "result/verdict-file.h"
#include "run/args.h"

enum { OPT_EACH = 1024 };

struct settings {
	struct run_options options;
	struct compare_output output;
	bool each_patch;
};

static const struct argp_option option_list[] = {
	{ "each-patch", OPT_EACH, NULL, 0,
	  "measure after every patch of one series, and show where a figure moved", 0 },
	{ 0 },
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->output;
		state->child_inputs[1] = &settings->options;
		return 0;
	case OPT_EACH:
		settings->each_patch = true;
		return 0;
	case ARGP_KEY_ARG:
		str_list_add(&settings->options.series, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = {
	{ &compare_output_argp, 0, "What is printed:", 1 },
	{ &run_argp, 0, "What is measured, as in `pcpbench run`:", 2 },
	{ 0 },
};

const struct argp cmd_compare_series_argp = {
	option_list, take_option, "A B [MORE...]\n--each-patch [SERIES]",
	"Runs a workload on a kernel of each series (percpu-pool, none, or a folder with a file "
	"'series') and compares the later ones with A, as `compare --by series` does. Pictures of "
	"new over old at every quantile go into the run folder.\v"
	"In real time the boots of all series take turns.\n\n"
	"Exit status: 0 measured and compared, whether or not it differs; 1 a splat or a broken "
	"rule; 2 could not measure or compare all of it (what could is printed).",
	children, NULL, NULL,
};

static int check_usage(const struct settings *settings)
{
	size_t n = settings->options.series.n;

	if (!settings->each_patch && n < 2) {
		diag_error("compare-series takes at least two series, A and B");
		diag_hint("`pcpbench compare-series none percpu-pool` compares the kernel as it is with the series in patches/");
		return -1;
	}
	if (settings->each_patch && (n > 1 || settings->options.kernels.n > 1))
		return diag_error("--each-patch takes one series and one kernel");
	return 0;
}

/* The worse of two statuses, in what a caller must know: a whole that lacks a part is no answer. */
static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int compare_run(struct run *run, struct compare_output *output)
{
	struct compare_sides sides;
	int status = EXIT_CANNOT;

	if (!output->plots)
		output->plots = run->dir;
	compare_sides_borrow(&sides, &run->result);
	if (!compare_sides_split(&sides, BY_SERIES, run->target[0].kernel.series))
		status = compare_sides_print(&sides, output);
	compare_sides_free(&sides);
	return status;
}

/* The run's own verdict stands beside what is said here of the whole, and must not contradict it. */
static int leave_verdict(const struct run *run, int status)
{
	struct str_list reasons = { 0 };
	int ret;

	str_list_add(&reasons, "a part of the comparison could not be made or printed");
	ret = verdict_raise(run->dir, status, &reasons);
	str_list_free(&reasons);
	return ret ? EXIT_CANNOT : EXIT_GOOD;
}

static int run_and(struct settings *settings,
		   int (*evaluate)(struct run *run, struct settings *settings, void *arg), void *arg)
{
	struct run run = { .options = &settings->options };
	int status = run_make(&run);

	if (run.dir && !run.temp_dir) {
		diag_info("run folder: %s", run.dir);
		status = worse(status, evaluate(&run, settings, arg));
		status = worse(status, leave_verdict(&run, status));
	}
	run_free(&run);
	return status;
}

static int evaluate_sides(struct run *run, struct settings *settings, void *arg)
{
	(void)arg;
	return compare_run(run, &settings->output);
}

/* True when kernel, module and image of @folder are built, and so in the cache for the run. */
static bool can_build(const struct settings *settings, char *folder)
{
	struct run_options options = settings->options;
	struct run run = { .options = &options, .root = checkout_root() };
	bool good;

	options.series = (struct str_list){ .item = &folder, .n = 1 };
	good = !run_build(&run);
	run_targets_free(&run);
	return good;
}

/* Step @i of @series: a folder below @scratch, or "none". NULL after a message; to be freed. */
static char *step_folder(const struct series *series, const char *scratch, size_t i)
{
	char *folder;

	if (!i)
		return xstrdup("none");
	folder = xasprintf("%s/%s-%zu", scratch, series->name, i);
	if (!series_cut(series, i, folder))
		return folder;
	free(folder);
	return NULL;
}

static struct patch_step *add_step(struct patch_steps *steps, const struct series *series,
				   const char *folder)
{
	struct patch_step *step;
	size_t i = steps->n;

	GROW(steps->step, i);
	step = &steps->step[steps->n++];
	*step = (struct patch_step){
		.series = i ? xstrdup(strrchr(folder, '/') + 1) : xstrdup(folder),
		.subject = i ? series_subject(series, i - 1) : xstrdup("(the kernel without the series)"),
	};
	return step;
}

/* Builds every step; those that can be are what is run. -1 after a message. */
static int build_steps(struct settings *settings, struct patch_steps *steps,
		       const struct series *series, const char *scratch)
{
	struct str_list good = { 0 };

	for (size_t i = 0; i <= series->patches.n; i++) {
		char *folder = step_folder(series, scratch, i);
		struct patch_step *step;

		if (!folder)
			break;
		step = add_step(steps, series, folder);
		diag_info("patch %zu of %zu: %s", i, series->patches.n, step->subject);
		if (can_build(settings, folder))
			str_list_add(&good, folder);
		else
			step->failure = xstrdup("the kernel, its module or image cannot be built (see above)");
		free(folder);
		if (interrupt_requested())
			break;
	}
	str_list_free(&settings->options.series);
	settings->options.series = good;
	if (interrupt_requested() || steps->n <= series->patches.n)
		return -1;
	if (good.n < 2)
		return diag_error("fewer than two steps of the series can be built: nothing to compare");
	return 0;
}

/* Neighbours of @sides compared, each at the place of the later one's step. */
static void compare_neighbours(struct comparison *comparison, const struct patch_steps *steps,
			       const struct compare_sides *sides)
{
	for (size_t i = 1; i < sides->sides; i++)
		for (size_t s = 0; s < steps->n; s++)
			if (!strcmp(steps->step[s].series, sides->side[i].word))
				compare_make(&comparison[s], &sides->side[i - 1], &sides->side[i]);
}

static bool has_good(const struct result *result, const char *series)
{
	for (size_t i = 0; i < result->measurements; i++)
		if (!strcmp(result->measurement[i].series, series) &&
		    result->measurement[i].verdict == VERDICT_OK)
			return true;
	return false;
}

/* A kernel that gave not one good figure is named, and its neighbours are compared without it. */
static void drop_dead(struct compare_sides *sides, struct patch_steps *steps,
		      const struct result *result)
{
	size_t kept = 0;

	for (size_t i = 0; i < sides->sides; i++) {
		struct compare_side side = sides->side[i];

		if (has_good(result, side.word)) {
			sides->side[kept++] = side;
			continue;
		}
		for (size_t s = 0; s < steps->n; s++)
			if (!strcmp(steps->step[s].series, side.word))
				steps->step[s].failure = xstrdup("no guest of this kernel got through (see the run folder)");
		free(side.label);
		free(side.result);
	}
	sides->sides = kept;
}

static int print_steps(const struct patch_steps *steps, const struct comparison *comparison,
		       const struct compare_output *output)
{
	struct patch_table table;
	struct document doc;
	int status = EXIT_GOOD;

	patch_table_make(&table, steps, comparison);
	patch_document(&doc, &table, output->view.all, format_uses(&output->choice));
	if (document_print(&doc, &output->choice))
		status = EXIT_CANNOT;
	document_free(&doc);
	for (size_t i = 0; i < steps->n; i++)
		if (steps->step[i].failure)
			status = EXIT_CANNOT;
	if (table.refused.n)
		status = EXIT_CANNOT;
	patch_table_free(&table);
	return status;
}

static int evaluate_steps(struct run *run, struct settings *settings, void *arg)
{
	struct patch_steps *steps = arg;
	struct comparison *comparison = xcalloc(steps->n, sizeof(*comparison));
	struct compare_sides sides;
	int status = EXIT_CANNOT;

	compare_sides_borrow(&sides, &run->result);
	if (!compare_sides_split(&sides, BY_SERIES, run->target[0].kernel.series)) {
		drop_dead(&sides, steps, &run->result);
		compare_neighbours(comparison, steps, &sides);
		status = print_steps(steps, comparison, &settings->output);
	}
	for (size_t i = 0; i < steps->n; i++)
		comparison_free(&comparison[i]);
	free(comparison);
	compare_sides_free(&sides);
	return status;
}

/* The series that --each-patch names. */
static int load_series(struct series *series, const struct run_options *options)
{
	const char *word = options->series.n ? options->series.item[0] : SERIES_OWN;
	const char *kernel = options->kernels.n ? options->kernels.item[0] : NULL;
	char *folder, *slash, *version;
	int ret = -1;

	if (!strcmp(word, "none"))
		return diag_error("the series 'none' has no patches to go through");
	version = kernel_source_version(kernel);
	if (!version)
		return -1;
	folder = strcmp(word, SERIES_OWN) ? xstrdup(word) :
					    xasprintf("%s/patches/%s", checkout_root(), version);
	while ((slash = strrchr(folder, '/')) && slash != folder && !slash[1])
		*slash = '\0';
	if (strcmp(word, SERIES_OWN) || !series_check_version(checkout_root(), version))
		ret = series_load(series, folder, strcmp(word, SERIES_OWN) && slash ? slash + 1 : word);
	free(version);
	free(folder);
	return ret;
}

static int each_patch(struct settings *settings)
{
	struct patch_steps steps = { 0 };
	struct series series;
	char *scratch;
	int status = EXIT_CANNOT;

	if (load_series(&series, &settings->options))
		return EXIT_CANNOT;
	scratch = scratch_folder_make("each-patch");
	if (scratch && !build_steps(settings, &steps, &series, scratch))
		status = run_and(settings, evaluate_steps, &steps);
	if (scratch)
		discard_tree(scratch);
	free(scratch);
	patch_steps_free(&steps);
	series_free(&series);
	return status;
}

int cmd_compare_series(int argc, char **argv)
{
	struct settings settings = { 0 };
	char *command = command_text(argc, argv);
	int status = EXIT_CANNOT;

	run_options_init(&settings.options);
	settings.output.command = command;
	if (!argp_parse(&cmd_compare_series_argp, argc, argv, 0, NULL, &settings) &&
	    !check_usage(&settings))
		status = settings.each_patch ? each_patch(&settings) :
					       run_and(&settings, evaluate_sides, NULL);
	run_options_free(&settings.options);
	compare_output_free(&settings.output);
	free(command);
	return status;
}
