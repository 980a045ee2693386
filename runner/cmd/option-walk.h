/* SPDX-License-Identifier: GPL-2.0-only */
/* The options of a command as its struct argp has them, for whatever prints them. */
#ifndef OPTION_WALK_H
#define OPTION_WALK_H

#include <argp.h>

struct option_visitor {
	/* a heading above the options that follow; may be NULL */
	void (*heading)(void *arg, const char *text);
	void (*option)(void *arg, const struct argp_option *option);
	void *arg;
};

/* Visits what --help of @argp shows, its children's included, in the order of the tables. */
void option_walk(const struct argp *argp, const struct option_visitor *visitor);

/* The letter of @option, 0 when it has none. */
char option_letter(const struct argp_option *option);

#endif
