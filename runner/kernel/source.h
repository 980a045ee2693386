/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel sources in the cache, as they came. */
#ifndef KERNEL_SOURCE_H
#define KERNEL_SOURCE_H

#include <stdbool.h>

#include "base/must-check.h"

struct kernel_source {
	char *dir;	/* the unpacked tree; hard-linked into builds, never written to */
	char *hash;	/* of the tarball, or of the tree's files */
	char *version;	/* "6.12" */
	char *commit;	/* of a tree that is a git repository: kernel_tree_commit(); else NULL */
};

/*
 * Finds what @request names (struct kernel_request: a version, a tarball, a
 * tree, or NULL) and unpacks or copies it into the cache. -1 after a message.
 */
MUST_CHECK int kernel_source_get(struct kernel_source *source, const char *request);
void kernel_source_free(struct kernel_source *source);

/* True when @word looks like "6.12", or "6.12.117" as reports print it, and not like a path. */
bool kernel_is_version(const char *word);
/* "6.12" of what struct kernel_request calls source, unpacked if need be; to be freed, NULL after a message. */
MUST_CHECK char *kernel_source_version(const char *request);
/* The same without unpacking; NULL when only that would tell. */
MUST_CHECK char *kernel_named_version(const char *request);
/* 0 when the sources in @tree are the release @wanted, "6.12.117" or, any of them, "6.12"; else -1 after a message. */
MUST_CHECK int kernel_check_release(const char *tree, const char *wanted);
/*
 * "v6.12-3-g0123456789ab 0123…cdef clean" of a tree that is the top of a git
 * repository: description, commit, and "dirty" when a file is not as in the
 * commit. NULL for another folder; to be freed.
 */
MUST_CHECK char *kernel_tree_commit(const char *tree);
/* "6.12" from a tree's Makefile, to be freed, or NULL when it is not a kernel's. */
MUST_CHECK char *kernel_tree_version(const char *tree);
/* Debian's tarball for @version; to be freed. */
MUST_CHECK char *kernel_debian_tarball(const char *version);

/*
 * Is the file @relative left out of the cache? Drivers and architectures that
 * no guest has are more than half of a kernel's sources.
 */
bool kernel_source_omits(const char *relative);

#endif
