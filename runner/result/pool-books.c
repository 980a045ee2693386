// SPDX-License-Identifier: GPL-2.0-only
#include "result/pool-books.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "contract/guest-format.h"

/* The block layer's: a strategy's own pool has its counts in the module's result. */
#define OWNER	"blkg_"

enum rule { AT_FIRST, AT_LAST, MEANWHILE };

static const struct {
	const char *name;
	enum rule rule;
} column[] = {
#define PCPB_POOL_COUNT(name, rule) { name, rule },
#include "result/pool-counts.def"
#undef PCPB_POOL_COUNT
};

static bool is_counter_name(const char *name)
{
	for (; *name; name++)
		if (!islower(*name) && !isdigit(*name) && *name != '_')
			return false;
	return true;
}

static size_t find_column(const char *name)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(column) && strcmp(column[i].name, name))
		i++;
	return i;
}

static struct pool_count *find_count(struct pool_books *pools, const char *name, size_t which)
{
	struct pool_count *count = pools->count;

	for (; count < pools->count + pools->n; count++)
		if (count->column == which && !strcmp(count->name, name))
			return count;
	if (pools->n == POOL_BOOKS_MAX)
		return NULL;
	pools->n++;
	*count = (struct pool_count){ .column = which };
	snprintf(count->name, sizeof(count->name), "%s", name);
	return count;
}

int pool_books_read(struct pool_books *pools, const char *line)
{
	char when[8], name[32], what[16], number[24];
	struct pool_count *count;
	uint64_t value;
	size_t which;
	int used = 0;

	if (sscanf(line, PCPB_BOOKS_POOL " %7[a-z] %31[!-~] %15[a-z] %23[0-9]%n", when, name, what, number,
		   &used) != 4 || line[used] || !parse_u64(number, INT64_MAX, &value))
		return -1;
	if (strcmp(when, PCPB_BOOKS_BEFORE) && strcmp(when, PCPB_BOOKS_AFTER))
		return -1;
	which = find_column(what);
	if (which == ARRAY_SIZE(column) || strncmp(name, OWNER, strlen(OWNER)) ||
	    !is_counter_name(name))
		return 0;
	count = find_count(pools, name, which);
	if (!count)
		return -1;
	count->value[!strcmp(when, PCPB_BOOKS_AFTER)] = value;
	return 0;
}

void pool_books_count(const struct pool_books *pools, struct measurement *m)
{
	for (size_t i = 0; i < pools->n; i++) {
		const struct pool_count *count = &pools->count[i];
		uint64_t before = count->value[0], after = count->value[1];
		enum rule rule = column[count->column].rule;
		char *name = xasprintf("%s_%s", count->name, column[count->column].name);

		/* one that was emptied meanwhile began anew */
		measurement_set_counter(m, name, rule == AT_FIRST ? before :
					rule == AT_LAST || after < before ? after : after - before);
		free(name);
	}
}
