/* SPDX-License-Identifier: GPL-2.0-only */
/* Draws pictures with gnuplot: scripts in plot/, data and settings from here. */
#ifndef GNUPLOT_H
#define GNUPLOT_H

#include <stddef.h>

#include "base/must-check.h"
#include "base/text.h"

struct gnuplot_picture {
	char *name;		/* file name without .svg or .png */
	const char *script;	/* in plot/, without .gp; static */
	char *settings;		/* gnuplot's -e, without name and data */
	char *data;
};

/*
 * Draws @n pictures as @folder/NAME.svg and .png, with the data that gnuplot
 * read in @folder/data/. @folder is replaced as a whole, or left as it was. -1
 * after a message.
 */
MUST_CHECK int gnuplot_draw(const struct gnuplot_picture *picture, size_t n, const char *folder,
			    const char *root);
/* The same without a message: -1 with the reason in *why, else NULL; to be freed. */
MUST_CHECK int gnuplot_try(const struct gnuplot_picture *picture, size_t n, const char *folder,
			   const char *root, char **why);
/* Tries whether gnuplot can draw here: NULL, or the reason why not, which the caller frees. */
const char *gnuplot_fault(void);
void gnuplot_pictures_free(struct gnuplot_picture *picture, size_t n);

/*
 * @text as a gnuplot string of at most @max characters. A result is foreign
 * text, and gnuplot's strings can run programs: only what is harmless in any
 * kind of quotes passes.
 */
void gnuplot_put_string(struct text *out, const char *text, size_t max);

#endif
