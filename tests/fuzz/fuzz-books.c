// SPDX-License-Identifier: GPL-2.0-only
/* io.stat's books against three jobs that read two disks twice each. */
#include <stdlib.h>

#include "lib-fuzz.h"
#include "result/storm-books.h"

const unsigned int fuzz_runs = 25000;

static uint64_t counter(const struct measurement *m, const char *name)
{
	uint64_t value;

	if (!measurement_counter(m, name, &value))
		abort();
	return value;
}

/* In books that balance, an I/O that is not in its own cgroup is at an ancestor. */
static void check_balanced(const struct measurement *m)
{
	if (counter(m, "ios_issued") != 12 || counter(m, "ios_unexplained") ||
	    counter(m, "misattributed_ios") != counter(m, "ios_ancestors") ||
	    counter(m, "ios_own") + counter(m, "misattributed_ios") != 12)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "j0000", "j0001", "j0002" };
	struct storm_issued issued = { .disks = 2 };
	struct measurement m;
	char *error = NULL;
	int failed;

	measurement_init(&m);
	for (int i = 0; i < 3; i++) {
		uint64_t *ios = storm_issued_add(&issued, names[i]);

		ios[0] = ios[1] = 2;
	}
	failed = storm_balance(&m, &issued, (const char *)data, size, &error);
	if ((failed != 0) != (error != NULL))
		abort();
	if (!failed)
		check_balanced(&m);
	free(error);
	storm_issued_free(&issued);
	measurement_free(&m);
	return 0;
}
