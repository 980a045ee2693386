/* SPDX-License-Identifier: GPL-2.0-only */
/* Files: whole reads with a bound, atomic writes, trees, hashes. */
#ifndef FSUTIL_H
#define FSUTIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must-check.h"

/*
 * Functions that return int return 0, or -1 after a message that names the file
 * and the reason; what they would have returned through a pointer is not set then.
 */

/*
 * The whole of a file of at most @max bytes, with a NUL added that @length does
 * not count. The caller frees *data.
 */
MUST_CHECK int file_read(const char *path, size_t max, char **data, size_t *length);
/* Writes a file in the same folder, syncs it and renames it: @path is never half a file. */
MUST_CHECK int file_write_atomic(const char *path, const void *data, size_t length);
/* Copies content and permissions; @to is replaced. */
MUST_CHECK int file_copy(const char *from, const char *to);
/* Makes @path and the folders above it that are missing. */
MUST_CHECK int make_dirs(const char *path);
/* Removes @path and all below it; a missing one is fine. Never follows links. */
MUST_CHECK int remove_tree(const char *path);
/* The same for a scratch folder: one that stays costs a message and nothing else. */
void discard_tree(const char *path);
/* False as well when a folder above may not be read. */
bool file_exists(const char *path);

/* SHA-256 in lower-case hexadecimal with a NUL. */
void sha256_hex(const void *data, size_t length, char hex[65]);
/* The same in pieces; sha256_end() frees what sha256_begin() returned. */
MUST_CHECK struct sha256 *sha256_begin(void);
void sha256_add(struct sha256 *sha, const void *data, size_t length);
void sha256_end(struct sha256 *sha, char hex[65]);
MUST_CHECK int sha256_file(const char *path, char hex[65]);
/*
 * The hash of the sorted names and the contents below the folder @path, without
 * those that @skip (NULL: none) is true for.
 */
MUST_CHECK int sha256_tree(const char *path, bool (*skip)(const char *relative), char hex[65]);

#endif
