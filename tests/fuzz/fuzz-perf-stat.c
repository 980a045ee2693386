// SPDX-License-Identifier: GPL-2.0-only
/* perf stat's text: taken whole or not at all, and what is taken can be written down. */
#include <stdlib.h>

#include "lib-fuzz.h"
#include "result/perf-stat.h"

const unsigned int fuzz_runs = 30000;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str_list absent = { 0 };
	struct measurement m;
	unsigned int line;
	char *error;

	measurement_init(&m);
	if (perf_stat_parse(&m, &absent, (const char *)data, size, &error, &line)) {
		if (!error || m.counters || absent.n)
			abort();
	} else if (error || !(m.counters + absent.n)) {
		abort();
	}
	for (size_t i = 0; i < m.counters; i++)
		if (m.counter[i].value > MEASUREMENT_NUMBER_MAX)
			abort();
	free(error);
	str_list_free(&absent);
	measurement_free(&m);
	return 0;
}
