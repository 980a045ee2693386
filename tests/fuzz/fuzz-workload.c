// SPDX-License-Identifier: GPL-2.0-only
/* A workload file, and the plan that is made of one that is taken. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib-fuzz.h"
#include "workload/plan.h"

const unsigned int fuzz_runs = 6000;

/* A plan that takes longer to make than a test may. */
#define STEPS_MAX	5000

static size_t times(size_t product, const struct value_list *list)
{
	return product * (list->n < STEPS_MAX ? list->n : STEPS_MAX);
}

static size_t steps_of(const struct workload_section *s)
{
	size_t all = 0, guests = 1;

	for (int p = 0; p < GUEST_PARAM_COUNT && s->own_guest; p++)
		guests = times(guests, &s->guest[p]);
	for (size_t i = 0; i < s->strategies.n; i++) {
		size_t n = 1;

		for (int p = 0; p < PARAM_COUNT; p++)
			if (param_belongs((enum param_id)p, s->scenario, s->strategies.item[i]))
				n = times(n, &s->param[p]);
		all += n;
	}
	return all * guests * s->contexts.n;
}

/* Every combination is a step, and every step has its line. */
static void plan_it(const struct workload *workload)
{
	size_t expected = 0;
	struct plan plan;

	for (size_t i = 0; i < workload->sections; i++)
		expected += steps_of(&workload->section[i]);
	if (expected > STEPS_MAX)
		return;
	plan_make(&plan, workload);
	if (plan.steps != expected)
		abort();
	for (size_t i = 0; i < plan.guests; i++)
		free(plan_guest_text(&plan.guest[i]));
	plan_free(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("workload", MFD_CLOEXEC);
	struct workload workload;
	char path[32];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!workload_load(&workload, ".", path, NULL)) {
		plan_it(&workload);
		workload_free(&workload);
	} else if (workload.section || workload.path) {
		abort();
	}
	close(fd);
	return 0;
}
