/* SPDX-License-Identifier: GPL-2.0-only */
/* What `compare` and `compare-series` print, and the options that choose it. */
#ifndef COMPARE_OUTPUT_H
#define COMPARE_OUTPUT_H

#include <argp.h>

#include "compare/sides.h"
#include "compare/view.h"
#include "output/format.h"

struct compare_output {
	struct format_choice choice;
	struct compare_view view;	/* its filter is to be freed with compare_output_free() */
	const char *plots;	/* folder that gets shift plots, or NULL */
	const char *command;	/* this one, for a cover letter */
};

/*
 * --all, --filter, --sort, --relevant, --plots and those of format_argp; its input is a
 * compare_output.
 */
extern const struct argp compare_output_argp;
void compare_output_free(struct compare_output *output);

/*
 * Compares every later side with the first and prints it. EXIT_CANNOT after a
 * message when a part could not be compared, printed or drawn, else EXIT_GOOD.
 */
MUST_CHECK int compare_sides_print(const struct compare_sides *all,
				   const struct compare_output *output);

/* The words of a command line, as a text to be freed. */
MUST_CHECK char *command_text(int argc, char **argv);

#endif
