// SPDX-License-Identifier: GPL-2.0-only
#include "result/counters.h"

#include <stddef.h>
#include <string.h>

const struct counter_info counter_info[] = {
#define PCPB_COUNTER(name, kind, rule, better, of, words) \
	{ name, kind, rule, better, of, words },
#include "contract/counters.def"
#undef PCPB_COUNTER
	{ 0 },
};

const struct counter_info *counter_find(const char *name)
{
	/* asked for every counter that is added up: most names differ in their first letter */
	for (const struct counter_info *info = counter_info; info->name; info++)
		if (*name == *info->name && !strcmp(info->name, name))
			return info;
	return NULL;
}

uint64_t sum_at_most(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

uint64_t counter_together(const char *name, uint64_t a, uint64_t b)
{
	const struct counter_info *info = counter_find(name);

	if (info && info->rule == SMALLEST)
		return a < b ? a : b;
	if (info && info->rule == LARGEST)
		return a > b ? a : b;
	return sum_at_most(a, b);
}
