// SPDX-License-Identifier: GPL-2.0-only
#include "compare/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "compare/forms.h"
#include "compare/plot-shift.h"

enum { OPT_MARKDOWN = 512, OPT_CSV, OPT_JSON, OPT_ALL, OPT_PLOTS, OPT_FILTER, OPT_SORT,
       OPT_RELEVANT };

static const struct argp_option option_list[] = {
	{ "all", OPT_ALL, NULL, 0, "a line of its own for metrics that are equal everywhere, too", 0 },
	{ "filter", OPT_FILTER, "PATTERN", 0,
	  "only lines of whose 'measurement: metric' PATTERN (with *, ?, [...]) is a part; may be "
	  "given again; the statistics stay those of all", 0 },
	{ "sort", OPT_SORT, "change|result", 0,
	  "the largest change first, or in the order of the result (default)", 0 },
	{ "relevant", OPT_RELEVANT, "SHARE", 0,
	  "name changes smaller than SHARE (1 % or 0.01) in one line, whatever they claim", 0 },
	{ "markdown", OPT_MARKDOWN, NULL, 0, "print Markdown", 0 },
	{ "csv", OPT_CSV, NULL, 0, "print raw numbers as CSV", 0 },
	{ "json", OPT_JSON, NULL, 0, "print raw numbers as JSON", 0 },
	{ "cover-letter", 'l', NULL, 0, "print plain text of 72 columns, for a patch posting", 0 },
	{ "plots", OPT_PLOTS, "DIR", 0,
	  "draw new over old at every quantile into DIR/shift, which is replaced", 0 },
	{ 0 },
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct compare_output *output = state->input;

	switch (key) {
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
	case OPT_MARKDOWN:
		output->form = FORM_MARKDOWN;
		return 0;
	case OPT_CSV:
		output->form = FORM_CSV;
		return 0;
	case OPT_JSON:
		output->form = FORM_JSON;
		return 0;
	case 'l':
		output->form = FORM_LETTER;
		return 0;
	case OPT_PLOTS:
		output->plots = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp compare_output_argp = { option_list, take_option, NULL, NULL, NULL, NULL, NULL };

void compare_output_free(struct compare_output *output)
{
	str_list_free(&output->view.filter);
}

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
}

static void print_one(const struct comparison *c, const struct compare_output *output, bool first)
{
	struct compare_table table;

	if (output->form == FORM_CSV) {
		compare_print_csv(stdout, c, &output->view, first);
		return;
	}
	compare_table_make(&table, c, &output->view);
	if (!first)
		putchar('\n');
	if (output->form == FORM_MARKDOWN)
		compare_print_markdown(stdout, &table);
	else if (output->form == FORM_LETTER)
		compare_print_letter(stdout, c, &table, output->command);
	else
		compare_print_text(stdout, &table, wants_colour());
	compare_table_free(&table);
}

static void print_json(json_t *comparisons)
{
	json_t *all = json_pack("{s:s, s:O}", "schema", "pcpbench-comparison/1", "comparisons",
				comparisons);

	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

static int print_all(const struct comparison *c, size_t n, const struct compare_output *output)
{
	json_t *array = json_array();
	int status = EXIT_GOOD;

	for (size_t i = 0; i < n; i++) {
		if (output->form == FORM_JSON)
			json_array_append_new(array, compare_to_json(&c[i], &output->view));
		else
			print_one(&c[i], output, !i);
		for (size_t k = 0; k < c[i].refused.n && k < 3; k++)
			diag_error("could not compare: %s", c[i].refused.item[k]);
		if (c[i].refused.n)
			status = EXIT_CANNOT;
	}
	if (output->form == FORM_JSON)
		print_json(array);
	json_decref(array);
	if (fflush(stdout) || ferror(stdout)) {
		diag_error("cannot write to stdout");
		return EXIT_CANNOT;
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
