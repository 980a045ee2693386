// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench compare: what differs between results, and what of it means anything. */
#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "compare-forms.h"
#include "compare.h"
#include "diag.h"
#include "exit-status.h"

enum { OPT_BY = 256, OPT_BASE, OPT_MARKDOWN, OPT_CSV, OPT_JSON, OPT_ALL };
enum form { FORM_TEXT, FORM_MARKDOWN, FORM_CSV, FORM_JSON, FORM_LETTER };

struct options {
	struct str_list argument;
	enum dimension by;
	const char *base;
	enum form form;
	bool all;
};

static const struct argp_option option_list[] = {
	{ "by", OPT_BY, "strategy|series|kernel", 0,
	  "compare what one result (or the list of files that follows) holds of each", 0 },
	{ "base", OPT_BASE, "NAME", 0, "with --by: the one that others are compared with "
	  "(default: the first of the result)", 0 },
	{ "all", OPT_ALL, NULL, 0, "a line of its own for metrics that are equal everywhere, too", 0 },
	{ "markdown", OPT_MARKDOWN, NULL, 0, "print Markdown", 0 },
	{ "csv", OPT_CSV, NULL, 0, "print raw numbers as CSV", 0 },
	{ "json", OPT_JSON, NULL, 0, "print raw numbers as JSON", 0 },
	{ "cover-letter", 'l', NULL, 0, "print plain text of 72 columns, for a patch posting", 0 },
	{ 0 },
};

static error_t take_by(struct options *options, const char *word, struct argp_state *state)
{
	static const struct {
		const char *word;
		enum dimension by;
	} words[] = { { "strategy", BY_STRATEGY }, { "series", BY_SERIES }, { "kernel", BY_KERNEL } };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i].word)) {
			options->by = words[i].by;
			return 0;
		}
	argp_failure(state, EXIT_CANNOT, 0, "--by takes strategy, series or kernel, not '%s'", word);
	return EINVAL;
}

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case OPT_BY:
		return take_by(options, arg, state);
	case OPT_BASE:
		options->base = arg;
		return 0;
	case OPT_ALL:
		options->all = true;
		return 0;
	case OPT_MARKDOWN:
		options->form = FORM_MARKDOWN;
		return 0;
	case OPT_CSV:
		options->form = FORM_CSV;
		return 0;
	case OPT_JSON:
		options->form = FORM_JSON;
		return 0;
	case 'l':
		options->form = FORM_LETTER;
		return 0;
	case ARGP_KEY_ARG:
		str_list_add(&options->argument, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	option_list, take_option, "OLD NEW [MORE...]\n--by strategy|series|kernel RESULT",
	"Holds results against each other: one line per metric with old, new, change, interval and "
	"claim; ~ where nothing can be claimed, with the smallest change that would have shown.\v"
	"OLD, NEW and MORE are run folders or result files; each of NEW and MORE is compared with "
	"OLD. A side of several runs is a list with commas: OLD1,OLD2,OLD3 NEW1,NEW2,NEW3 (in real "
	"time each run counts as one).\n\n"
	"Exit status: 0 compared, whether or not it differs; 2 something could not be compared "
	"(it is named; the rest is printed).", NULL, NULL, NULL,
};

/* All results of the command, and the sides that borrow them. */
struct input {
	struct result *result;
	size_t results;
	struct compare_side *side;
	size_t sides;
};

static struct compare_side *add_side(struct input *input, const char *label)
{
	struct compare_side *side;

	input->side = xrealloc_array(input->side, input->sides + 1, sizeof(*input->side));
	side = &input->side[input->sides++];
	*side = (struct compare_side){ .label = xstrdup(label) };
	return side;
}

static const char *file_label(size_t i)
{
	static const char *const labels[] = { "OLD", "NEW" };
	static char more[32];

	if (i < ARRAY_SIZE(labels))
		return labels[i];
	snprintf(more, sizeof(more), "NEW%zu", i);
	return more;
}

/* The results of all @paths, @of[i] of them for side @i. */
static int load_sides(struct input *input, const struct str_list *paths, const size_t *of,
		      size_t sides)
{
	input->result = xcalloc(paths->n + 1, sizeof(*input->result));
	if (result_load_all(input->result, (const char *const *)paths->item, paths->n))
		return -1;
	input->results = paths->n;
	for (size_t i = 0, next = 0; i < sides; i++) {
		struct compare_side *side = add_side(input, file_label(i));

		side->results = of[i];
		side->result = xcalloc(of[i] + 1, sizeof(const struct result *));
		for (size_t k = 0; k < of[i]; k++)
			side->result[k] = &input->result[next++];
	}
	return 0;
}

static int load_input(struct input *input, const struct str_list *arguments)
{
	size_t *of = xcalloc(arguments->n + 1, sizeof(*of));
	struct str_list paths = { 0 };
	int ret = 0;

	for (size_t i = 0; i < arguments->n && !ret; i++) {
		size_t before = paths.n;

		result_paths(&paths, arguments->item[i]);
		of[i] = paths.n - before;
		if (!of[i])
			ret = diag_error("'%s' names no result", arguments->item[i]);
	}
	if (!ret)
		ret = load_sides(input, &paths, of, arguments->n);
	str_list_free(&paths);
	free(of);
	return ret;
}

static const char *word_of(const struct measurement *m, enum dimension by)
{
	return by == BY_STRATEGY ? m->strategy : by == BY_SERIES ? m->series : m->kernel;
}

/* The strategies, series or kernels of all results in their order, the base first. */
static int list_words(struct str_list *words, const struct input *input,
		      const struct options *options)
{
	char *joined;

	for (size_t f = 0; f < input->results; f++)
		for (size_t i = 0; i < input->result[f].measurements; i++) {
			const char *word = word_of(&input->result[f].measurement[i], options->by);

			if (!str_list_has(words, word))
				str_list_add(words, word);
		}
	for (size_t i = 0; options->base && i < words->n; i++)
		if (!strcmp(words->item[i], options->base)) {
			char *base = words->item[i];

			memmove(words->item + 1, words->item, i * sizeof(*words->item));
			words->item[0] = base;
			break;
		}
	joined = str_list_join(words, ", ");
	if (options->base && (!words->n || strcmp(words->item[0], options->base)))
		diag_error("there is no '%s' to compare with; there are: %s", options->base, joined);
	else if (words->n < 2)
		diag_error("the result has only %s: there is nothing to compare it with",
			   words->n ? joined : "no measurements");
	free(joined);
	return words->n < 2 || (options->base && strcmp(words->item[0], options->base)) ? -1 : 0;
}

/* A side for each strategy, series or kernel instead of the one side of the file. */
static int split_side(struct input *input, const struct options *options)
{
	struct str_list words = { 0 };
	struct compare_side all = input->side[0];
	int ret = list_words(&words, input, options);

	input->sides = 0;
	for (size_t i = 0; i < words.n && !ret; i++) {
		struct compare_side *side = add_side(input, words.item[i]);

		side->by = options->by;
		side->word = side->label;
		side->results = all.results;
		side->result = xcalloc(all.results, sizeof(const struct result *));
		memcpy(side->result, all.result, all.results * sizeof(const struct result *));
	}
	free(all.label);
	free(all.result);
	str_list_free(&words);
	return ret;
}

static void free_input(struct input *input)
{
	for (size_t i = 0; i < input->sides; i++) {
		free(input->side[i].label);
		free(input->side[i].result);
	}
	for (size_t i = 0; i < input->results; i++)
		result_free(&input->result[i]);
	free(input->side);
	free(input->result);
}

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
}

static void print_one(const struct comparison *c, const struct options *options,
		      const char *command, bool first)
{
	struct compare_table table;

	if (options->form == FORM_CSV) {
		compare_print_csv(stdout, c, first);
		return;
	}
	compare_table_make(&table, c, options->all);
	if (!first)
		putchar('\n');
	if (options->form == FORM_MARKDOWN)
		compare_print_markdown(stdout, &table);
	else if (options->form == FORM_LETTER)
		compare_print_letter(stdout, c, &table, command);
	else
		compare_print_text(stdout, &table, wants_colour());
	compare_table_free(&table);
}

/* Compares every later side with the first; EXIT_CANNOT when a part could not be. */
static int compare_sides(const struct input *input, const struct options *options,
			 const char *command)
{
	json_t *array = json_array();
	int status = EXIT_GOOD;

	for (size_t i = 1; i < input->sides; i++) {
		struct comparison c;

		compare_make(&c, &input->side[0], &input->side[i]);
		if (options->form == FORM_JSON)
			json_array_append_new(array, compare_to_json(&c));
		else
			print_one(&c, options, command, i == 1);
		for (size_t k = 0; k < c.refused.n && k < 3; k++)
			diag_error("could not compare: %s", c.refused.item[k]);
		if (c.refused.n)
			status = EXIT_CANNOT;
		comparison_free(&c);
	}
	if (options->form == FORM_JSON) {
		json_t *all = json_pack("{s:s, s:O}", "schema", "pcpbench-comparison/1",
					"comparisons", array);

		json_dumpf(all, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(all);
	}
	json_decref(array);
	if (fflush(stdout) || ferror(stdout)) {
		diag_error("cannot write to stdout");
		return EXIT_CANNOT;
	}
	return status;
}

static int check_usage(const struct options *options)
{
	size_t wanted = options->by == BY_FILE ? 2 : 1;

	if (options->argument.n < wanted || (options->by != BY_FILE && options->argument.n > 1)) {
		diag_error(wanted == 2 ? "compare takes at least two results, OLD and NEW" :
					 "--by takes one result (or several with commas between)");
		diag_hint("`pcpbench compare --help` explains");
		return -1;
	}
	if (options->base && options->by == BY_FILE) {
		diag_error("--base goes with --by");
		return -1;
	}
	return 0;
}

static char *command_of(int argc, char **argv)
{
	struct str_list words = { 0 };
	char *command;

	for (int i = 0; i < argc; i++)
		str_list_add(&words, argv[i]);
	command = str_list_join(&words, " ");
	str_list_free(&words);
	return command;
}

int cmd_compare(int argc, char **argv)
{
	struct options options = { 0 };
	struct input input = { 0 };
	char *command = command_of(argc, argv);
	int status = EXIT_CANNOT;

	if (!argp_parse(&argp, argc, argv, 0, NULL, &options) && !check_usage(&options) &&
	    !load_input(&input, &options.argument) &&
	    (options.by == BY_FILE || !split_side(&input, &options)))
		status = compare_sides(&input, &options, command);
	free_input(&input);
	str_list_free(&options.argument);
	free(command);
	return status;
}
