// SPDX-License-Identifier: GPL-2.0-only
#include "lib-console.h"

#include "base/util.h"

enum verdict console_judge(const char *text, size_t length, char **excerpt)
{
	struct console_scan scan;
	enum verdict verdict;
	const char *found;

	console_scan_init(&scan);
	console_scan_feed(&scan, text, length);
	console_scan_finish(&scan);
	found = console_scan_excerpt(&scan);
	*excerpt = found ? xstrdup(found) : NULL;
	verdict = scan.worst == CONSOLE_PANIC ? VERDICT_PANIC :
		  scan.worst == CONSOLE_CLEAN ? VERDICT_OK : VERDICT_SPLAT;
	console_scan_free(&scan);
	return verdict;
}
