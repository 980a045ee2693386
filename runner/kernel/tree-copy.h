/* SPDX-License-Identifier: GPL-2.0-only */
/* Copies of source trees: by hard links where nothing writes in place. */
#ifndef TREE_COPY_H
#define TREE_COPY_H

#include <stdbool.h>

#include "base/must-check.h"

enum tree_copy_how {
	TREE_LINK,	/* files are hard links: for what is only ever replaced */
	TREE_COPY,	/* files are copies with the same mode and times */
};

struct tree_copy {
	const char *from, *to;
	enum tree_copy_how how;
	bool keep_existing;	/* files that @to has are left alone; else that is an error */
	/* When set: true for a relative name (a folder's, too) that is left out. */
	bool (*skip)(const char *relative, const void *arg);
	const void *arg;
};

/* @to is made if need be. 0, or -1 after a message or an interrupt. */
MUST_CHECK int tree_copy(const struct tree_copy *job);

#endif
