// SPDX-License-Identifier: GPL-2.0-only
/* A guest's console. However it is cut, it is judged the same. */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "guest/console.h"
#include "host/lib-console.h"
#include "lib-fuzz.h"

const unsigned int fuzz_runs = 15000;

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* The verdict of a console that comes in pieces. */
static char *excerpt_of_pieces(const uint8_t *data, size_t size, size_t piece)
{
	struct console_scan scan;
	const char *found;
	char *copy;

	console_scan_init(&scan);
	for (size_t at = 0; at < size; at += piece)
		console_scan_feed(&scan, (const char *)data + at,
				  size - at < piece ? size - at : piece);
	console_scan_finish(&scan);
	found = console_scan_excerpt(&scan);
	if ((scan.last && !is_printable(scan.last)) ||
	    (found != NULL) != (scan.worst > CONSOLE_CLEAN))
		abort();
	copy = found ? xstrdup(found) : NULL;
	console_scan_free(&scan);
	return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *whole, *pieces = excerpt_of_pieces(data, size, 5);
	enum verdict verdict = console_judge((const char *)data, size, &whole);

	if ((whole == NULL) != (verdict == VERDICT_OK) || (whole == NULL) != (pieces == NULL))
		abort();
	if (whole && (strcmp(whole, pieces) || !is_printable(whole)))
		abort();
	free(whole);
	free(pieces);
	return 0;
}
