/* SPDX-License-Identifier: GPL-2.0-only */
/* A command's words before they are parsed: bad usage ends the program there. */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Puts the value of -o or --output into *output and the first word that is no
 * option into *argument; each stays as it is when the words have none.
 * @takes_value lists the @n other options whose next word is their value.
 * Returns false when the words only ask for help or the version. The words are
 * borrowed.
 */
bool words_look(int argc, char **argv, const char *const *takes_value, size_t n,
		const char **output, const char **argument);

#endif
