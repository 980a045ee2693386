// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/needs.h"

#include <stdlib.h>
#include <string.h>

#include "base/fsutil.h"
#include "base/util.h"

#define PATCH_MAX	(16u << 20)

static const struct {
	const char *strategy, *symbol, *since, *reason;
} needs[] = {
#define PCPB_NEEDS(strategy, symbol, since, reason) { strategy, symbol, since, reason },
#include "contract/needs.def"
#undef PCPB_NEEDS
};

static bool text_exports(const char *text, const char *symbol)
{
	char *line = xasprintf("\n+EXPORT_SYMBOL_GPL(%s)", symbol);
	bool found = strstr(text, line);

	free(line);
	return found;
}

static bool series_exports(const struct series *series, const char *symbol)
{
	bool found = false;

	for (size_t i = 0; i < series->patches.n && !found; i++) {
		char *text;
		size_t length;

		if (file_read(series->patches.item[i], PATCH_MAX, &text, &length))
			continue;
		found = text_exports(text, symbol);
		free(text);
	}
	return found;
}

const char *kernel_lacks(const char *version, const struct series *series, const char *strategy)
{
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		if (strcmp(needs[i].strategy, strategy))
			continue;
		if (*needs[i].since && strverscmp(version, needs[i].since) >= 0)
			continue;
		if (!series || !series_exports(series, needs[i].symbol))
			return needs[i].reason;
	}
	return NULL;
}
