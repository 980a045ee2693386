// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole storm: fio's output, then the books, which start at the last line
 * "disks N". One that passes has a sound histogram and balanced books.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "lib-fuzz.h"
#include "result/fio.h"

const unsigned int fuzz_runs = 2000;

static size_t start_of_books(const uint8_t *data, size_t size)
{
	static const char word[] = "\ndisks ";
	size_t length = sizeof(word) - 1;

	for (size_t at = size < length ? 0 : size - length + 1; at; at--)
		if (!memcmp(data + at - 1, word, length))
			return at;
	return size;
}

static void check(const struct measurement *m, int failed, const char *error)
{
	const struct hist *clat = measurement_hist(m, "fio_clat");
	uint64_t jobs, own;

	if ((failed != 0) != (error != NULL) || (clat && hist_check(clat)))
		abort();
	if (failed)
		return;
	if (!clat || !measurement_counter(m, "fio_jobs", &jobs) || jobs != 3 ||
	    !measurement_counter(m, "ios_own", &own) || own > 12)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t fio = start_of_books(data, size);
	struct measurement m;
	char *error = NULL;
	int failed;

	measurement_init(&m);
	measurement_set_param(&m, "jobs", 3);
	measurement_set_param(&m, "disks", 2);
	measurement_set_param(&m, "ios_per_disk", 2);
	failed = storm_evaluate(&m, "insn", (const char *)data, fio, (const char *)data + fio,
				size - fio, &error);
	check(&m, failed, error);
	free(error);
	measurement_free(&m);
	return 0;
}
