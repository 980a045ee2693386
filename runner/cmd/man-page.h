/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MAN_PAGE_H
#define MAN_PAGE_H

#include <stdio.h>

/*
 * Prints the section COMMANDS of the man page in roff: every command with its texts and options.
 * The other sections are docs/pcpbench.1.in, and the Makefile puts the two together.
 */
void man_page_print(FILE *out);

#endif
