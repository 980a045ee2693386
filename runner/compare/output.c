// SPDX-License-Identifier: GPL-2.0-only
#include "compare/output.h"

#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "compare/document.h"
#include "compare/plot-shift.h"

enum { OPT_ALL = 512, OPT_PLOTS, OPT_FILTER, OPT_SORT, OPT_RELEVANT };

static const struct argp_option option_list[] = {
	{ "all", OPT_ALL, NULL, 0, "a line of its own for metrics that are equal everywhere, too", 0 },
	{ "filter", OPT_FILTER, "PATTERN", 0,
	  "only lines of whose 'measurement: metric' PATTERN (with *, ?, [...]) is a part; may be "
	  "given again; the statistics stay those of all", 0 },
	{ "sort", OPT_SORT, "change|result", 0,
	  "the largest change first, or in the order of the result (default)", 0 },
	{ "relevant", OPT_RELEVANT, "SHARE", 0,
	  "name changes smaller than SHARE (1 % or 0.01) in one line, whatever they claim", 0 },
	{ "plots", OPT_PLOTS, "DIR", 0,
	  "draw new over old at every quantile into DIR/shift, which is replaced", 0 },
	{ 0 },
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct compare_output *output = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		output->choice.format = &formats[FORMAT_text];
		state->child_inputs[0] = &output->choice;
		return 0;
	case OPT_ALL:
		output->view.all = true;
		return 0;
	case OPT_FILTER:
		str_list_add(&output->view.filter, arg);
		return 0;
	case OPT_SORT:
		output->view.by_change = !strcmp(arg, "change");
		if (!output->view.by_change && strcmp(arg, "result"))
			argp_error(state, "--sort takes change or result, not '%s'", arg);
		return 0;
	case OPT_RELEVANT:
		if (!parse_share(arg, &output->view.relevant))
			argp_error(state, "--relevant takes a share such as 1 %% or 0.01, not '%s'", arg);
		return 0;
	case OPT_PLOTS:
		output->plots = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp compare_output_argp = {
	option_list, take_option, NULL, NULL, format_children, NULL, NULL,
};

void compare_output_free(struct compare_output *output)
{
	str_list_free(&output->view.filter);
}

static int print_all(const struct comparison *c, size_t n, const struct compare_output *output)
{
	struct document doc;
	int status = EXIT_GOOD;

	compare_document(&doc, c, n, &output->view, format_uses(&output->choice), output->command);
	if (document_print(&doc, &output->choice))
		status = EXIT_CANNOT;
	document_free(&doc);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < c[i].refused.n && k < 3; k++)
			diag_error("could not compare: %s", c[i].refused.item[k]);
		if (c[i].refused.n)
			status = EXIT_CANNOT;
	}
	return status;
}

int compare_sides_print(const struct compare_sides *all, const struct compare_output *output)
{
	size_t n = all->sides - 1;
	struct comparison *c = xcalloc(n, sizeof(*c));
	int status;

	for (size_t i = 0; i < n; i++)
		compare_make(&c[i], &all->side[0], &all->side[i + 1]);
	status = print_all(c, n, output);
	if (output->plots && shift_plots_write(c, n, output->plots, checkout_root()))
		status = EXIT_CANNOT;
	for (size_t i = 0; i < n; i++)
		comparison_free(&c[i]);
	free(c);
	return status;
}

char *command_text(int argc, char **argv)
{
	struct str_list words = { 0 };
	char *command;

	for (int i = 0; i < argc; i++)
		str_list_add(&words, argv[i]);
	command = str_list_join(&words, " ");
	str_list_free(&words);
	return command;
}
