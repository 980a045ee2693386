// SPDX-License-Identifier: GPL-2.0-only
/*
 * busted-dirty: gfp-nowait whose areas are not zero in their last byte, on the
 * last possible CPU alone. A cache that clears what it takes back for all CPUs
 * but one would give such areas.
 */
#include <linux/cpumask.h>

#include "request.h"

static int busted_dirty_init(const struct pcpb_areas *areas)
{
	return pcpb_strategy_gfp_nowait.init(areas);
}

static unsigned long busted_dirty_exit(void)
{
	return pcpb_strategy_gfp_nowait.exit();
}

static void __percpu *busted_dirty_alloc(struct pcpb_request *request)
{
	void __percpu *area = pcpb_strategy_gfp_nowait.alloc(request);
	u8 *part;

	if (area) {
		part = per_cpu_ptr(area, cpumask_last(cpu_possible_mask));
		part[request->size - 1] = 1;
	}
	return area;
}

static void busted_dirty_free(void __percpu *area)
{
	pcpb_strategy_gfp_nowait.free(area);
}

static int busted_dirty_settle(void)
{
	return pcpb_strategy_gfp_nowait.settle();
}

const struct pcpb_strategy pcpb_strategy_busted_dirty = {
	.contexts	= PCPB_IN_LOCKING,
	.init		= busted_dirty_init,
	.exit		= busted_dirty_exit,
	.alloc		= busted_dirty_alloc,
	.free		= busted_dirty_free,
	.settle		= busted_dirty_settle,
};
