// SPDX-License-Identifier: GPL-2.0-only
/* The module's result text; what is taken must survive JSON and back. */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "lib-fuzz.h"
#include "result/measurement.h"

const unsigned int fuzz_runs = 30000;

/* Kernel and series come from the runner. */
static void complete(struct measurement *m)
{
	m->kernel = xstrdup("6.12");
	m->series = xstrdup("percpu-pool");
}

static void round_trip(struct measurement *m)
{
	struct measurement back;
	json_t *json, *again;
	char *error = NULL;

	complete(m);
	json = measurement_to_json(m, &error);
	if (!json)
		abort();
	if (measurement_from_json(&back, json, "measurements[0]", &error))
		abort();
	again = measurement_to_json(&back, &error);
	if (!again || !json_equal(json, again))
		abort();
	json_decref(again);
	json_decref(json);
	measurement_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct measurement m;
	char *error = NULL;
	unsigned int line;

	measurement_init(&m);
	if (!measurement_parse_module_text(&m, (const char *)data, size, &error, &line))
		round_trip(&m);
	else if (!error || m.scenario || m.params || m.counters || m.hists)
		abort();
	free(error);
	measurement_free(&m);
	return 0;
}
