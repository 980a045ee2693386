/* SPDX-License-Identifier: GPL-2.0-only */
/* Files: whole reads with a bound, atomic writes, trees, hashes. */
#ifndef FSUTIL_H
#define FSUTIL_H

#include <stddef.h>
#include <stdbool.h>

/* All return 0, or -1 after a message that names the file and the reason. */
int file_read(const char *path, size_t max, char **data, size_t *length);	/* NUL added */
/* Temporary name in the same folder, fsync, rename: never half a file. */
int file_write_atomic(const char *path, const void *data, size_t length);
int file_copy(const char *from, const char *to);
int make_dirs(const char *path);
/* @path and all below it; a missing one is fine. Never follows links. */
int remove_tree(const char *path);
bool file_exists(const char *path);

/* Lower-case hex SHA-256 into @hex[65]. */
void sha256_hex(const void *data, size_t length, char hex[65]);
/* The same in pieces. */
struct sha256 *sha256_begin(void);
void sha256_add(struct sha256 *sha, const void *data, size_t length);
void sha256_end(struct sha256 *sha, char hex[65]);
int sha256_file(const char *path, char hex[65]);
/* Of a whole folder: sorted relative names and contents; ignores what git ignores in name (.o, .ko, .cmd, …) through @skip (may be NULL). */
int sha256_tree(const char *path, bool (*skip)(const char *relative), char hex[65]);

#endif
