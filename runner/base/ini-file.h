/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INI_FILE_H
#define INI_FILE_H

/* A key of a section, in @line (from 1); NULL when it was taken, else what is wrong, to be freed. */
typedef char *(*ini_take_fn)(void *arg, const char *section, const char *key, const char *value,
			     unsigned int line);

/*
 * Reads the INI file @path with inih and gives each key to @take, in order.
 * Keys before the first section, sections without keys, keys that are set
 * twice and lines that are too long are refused. -1 after a message with file,
 * line and reason; @what is the word for such a file ("workload").
 */
int ini_file_read(const char *path, const char *what, ini_take_fn take, void *arg);

#endif
