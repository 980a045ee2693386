// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ingredient.h"

#include <stdlib.h>
#include <string.h>

#include "base/fsutil.h"
#include "base/util.h"

static struct ingredient *add(struct ingredient_list *list, const char *file, const char *package,
			      const char *version)
{
	struct ingredient *new;

	GROW(list->item, list->n);
	new = &list->item[list->n++];
	new->file = xstrdup(file);
	new->package = xstrdup(package);
	new->version = xstrdup(version);
	return new;
}

int ingredient_list_add(struct ingredient_list *list, const char *file, const char *source,
			const char *package, const char *version)
{
	return sha256_file(source, add(list, file, package, version)->hash);
}

void ingredient_list_copy(struct ingredient_list *list, const struct ingredient_list *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct ingredient *one = &from->item[i];
		struct ingredient *new = add(list, one->file, one->package, one->version);

		memcpy(new->hash, one->hash, sizeof(new->hash));
	}
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
