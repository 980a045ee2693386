// SPDX-License-Identifier: GPL-2.0-only
/* Tells whether a step fits in this machine's memory. */
#include <linux/align.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>

#include "fit.h"
#include "request.h"

/* What an area can take from the allocator, with the hole before it. */
static u64 footprint(const struct pcpb_areas *areas)
{
	return (u64)ALIGN(areas->size, areas->align) * num_possible_cpus();
}

bool pcpb_fits(const struct pcpb_run *run, char *why, size_t size)
{
	u64 half = ((u64)si_mem_available() << PAGE_SHIFT) / 2;
	u64 area = footprint(&run->areas);
	u64 request = area + sizeof(struct pcpb_request);
	u64 holds = run->scenario->holds ? run->scenario->holds(&run->step) : 0;
	u64 rest = run->demand * request;

	if (run->strategy->has_marks)
		rest += run->areas.pool_high * area;
	if (holds * request + rest <= half)
		return true;
	if (holds && rest < half)
		snprintf(why, size,
			 "%llu live areas do not fit: %llu do, in half of the free memory (%llu MiB) on %u possible CPUs; make fewer or smaller areas, or give the guest more memory",
			 holds, div64_u64(half - rest, request), half >> 20,
			 num_possible_cpus());
	else
		snprintf(why, size,
			 "it needs %llu MiB on %u possible CPUs and half of the free memory is %llu MiB: make fewer or smaller areas, or give the guest more memory",
			 (holds * request + rest) >> 20, num_possible_cpus(),
			 half >> 20);
	return false;
}
