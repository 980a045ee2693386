/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel sources in the cache, as they came. */
#ifndef KERNEL_SOURCE_H
#define KERNEL_SOURCE_H

#include <stdbool.h>

struct kernel_source {
	char *dir;	/* the unpacked tree; hard-linked into builds, never written to */
	char *hash;	/* of the tarball, or of the tree's files */
	char *version;	/* "6.12" */
};

/* The version that NULL means. */

/*
 * Finds what @request names (struct kernel_request: a version, a tarball, a
 * tree, or NULL) and unpacks or copies it into the cache. -1 after a message.
 */
int kernel_source_get(struct kernel_source *source, const char *request);
void kernel_source_free(struct kernel_source *source);

/* Does @word look like "6.12", not like a path? */
bool kernel_is_version(const char *word);
/* "6.12" from a tree's Makefile, to be freed, or NULL when it is not a kernel's. */
char *kernel_tree_version(const char *tree);
/* Debian's tarball for @version; to be freed. */
char *kernel_debian_tarball(const char *version);

/*
 * Is the file @relative left out of the cache? Drivers and architectures that
 * no guest has are more than half of a kernel's sources.
 */
bool kernel_source_omits(const char *relative);

#endif
