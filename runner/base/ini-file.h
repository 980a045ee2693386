/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INI_FILE_H
#define INI_FILE_H

#include "base/must-check.h"

/*
 * Takes one key of a section, which stands in @line (from 1). Returns NULL, or what is
 * wrong with it as the end of a message that begins with file and line;
 * ini_file_read() frees that.
 */
typedef char *(*ini_take_fn)(void *arg, const char *section, const char *key, const char *value,
			     unsigned int line);

/*
 * Reads the INI file @path with inih and gives each key to @take, in order.
 * Keys before the first section, sections without keys, keys that are set
 * twice and lines that are too long are refused. Returns 0, or -1 after a message
 * with file, line and reason; @what is the word for such a file ("workload").
 */
MUST_CHECK int ini_file_read(const char *path, const char *what, ini_take_fn take, void *arg);

#endif
