/* SPDX-License-Identifier: GPL-2.0-only */
/* A command's words before they are parsed: bad usage ends the program there. */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What -o or --output names goes to *output, the first word that is no option to
 * *argument; both stay as they are without any. @takes_value are the @n other options
 * whose next word is their value. False when the words only ask for help or the version.
 */
bool words_look(int argc, char **argv, const char *const *takes_value, size_t n,
		const char **output, const char **argument);

#endif
