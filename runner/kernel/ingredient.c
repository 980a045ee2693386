// SPDX-License-Identifier: GPL-2.0-only
#include "ingredient.h"

#include <stdlib.h>

#include "fsutil.h"
#include "util.h"

int ingredient_list_add(struct ingredient_list *list, const char *file, const char *source,
		    const char *package, const char *version)
{
	struct ingredient *new;

	list->item = xrealloc_array(list->item, list->n + 1, sizeof(*list->item));
	new = &list->item[list->n];
	if (sha256_file(source, new->hash))
		return -1;
	new->file = xstrdup(file);
	new->package = xstrdup(package);
	new->version = xstrdup(version);
	list->n++;
	return 0;
}

void ingredient_list_free(struct ingredient_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->item[i].file);
		free(list->item[i].package);
		free(list->item[i].version);
	}
	free(list->item);
	*list = (struct ingredient_list){ 0 };
}
