/* SPDX-License-Identifier: GPL-2.0-only */
/* What really differs between two source trees, whatever a patch says about itself. */
#ifndef TREE_CHANGES_H
#define TREE_CHANGES_H

#include <stdbool.h>

#include "base/must-check.h"
#include "base/util.h"

enum file_change {
	FILE_SAME,
	FILE_CONTENT,	/* both are plain files with other content, and nothing else differs */
	FILE_OTHER,	/* one is missing, or they differ in kind, mode or a link's target */
};

/* The file @name of the trees @a and @b. */
enum file_change tree_file_change(const char *a, const char *b, const char *name);

/*
 * The files that @to does not have as @from has them, sorted: changed, gone,
 * new. Hard links to one file are not read. -1 after a message.
 */
MUST_CHECK int tree_changes(struct str_list *changed, const char *from, const char *to);

/* True when @name is in the sorted @list. */
bool changes_have(const struct str_list *list, const char *name);

#endif
