/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROGRAM_FILES_H
#define PROGRAM_FILES_H

#include "util.h"

/*
 * What the program @name needs to run in a guest: the program first, then every
 * shared library under the name by which the loader looks for it. 0, or -1
 * after a message that says what is missing.
 */
int program_files(struct str_list *files, const char *name);

#endif
