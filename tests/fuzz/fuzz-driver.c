// SPDX-License-Identifier: GPL-2.0-only
/* The report of the agent's own driver. One that is refused leaves the measurement as it was. */
#include <stdlib.h>

#include "base/util.h"
#include "lib-fuzz.h"
#include "result/driver.h"

const unsigned int fuzz_runs = 25000;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct storm_issued issued = { .disks = 2 };
	struct measurement m;
	char *error = NULL;
	int failed;

	measurement_init(&m);
	m.scenario = xstrdup("churn");
	m.strategy = xstrdup("empty");
	m.context = xstrdup("irqs-off");
	measurement_set_counter(&m, "requests", 4);
	failed = driver_parse(&m, &issued, (const char *)data, size, &error);
	if ((failed != 0) != (error != NULL) || (failed && (m.counters != 1 || m.hists)))
		abort();
	for (size_t i = 0; i < m.hists; i++)
		if (hist_check(&m.hist[i].hist))
			abort();
	free(error);
	storm_issued_free(&issued);
	measurement_free(&m);
	return 0;
}
