/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest's image is made of, for provenance. */
#ifndef INGREDIENT_H
#define INGREDIENT_H

#include <stddef.h>

#include "base/must-check.h"

struct ingredient {
	char *file;	/* its place in the guest; a library's own name */
	char *package, *version;
	char hash[65];
};

struct ingredient_list {
	struct ingredient *item;
	size_t n;
};

/* Adds @file, whose content is the host's @source. 0, or -1 after a message. */
MUST_CHECK int ingredient_list_add(struct ingredient_list *list, const char *file,
				   const char *source, const char *package, const char *version);
/* Adds all of @from. */
void ingredient_list_copy(struct ingredient_list *list, const struct ingredient_list *from);
void ingredient_list_free(struct ingredient_list *list);

#endif
