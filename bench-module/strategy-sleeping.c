// SPDX-License-Identifier: GPL-2.0-only
/*
 * sleeping: alloc_percpu() as everybody calls it who may sleep. The reference:
 * what an area costs where nothing is scarce but time.
 */
#include <linux/gfp.h>

#include "request.h"

static int sleeping_init(const struct pcpb_areas *areas)
{
	return 0;	/* each request says what it wants */
}

static unsigned long sleeping_exit(void)
{
	return 0;	/* it keeps nothing */
}

static void __percpu *sleeping_alloc(struct pcpb_request *request)
{
	return __alloc_percpu_gfp(request->size, request->align,
				  GFP_KERNEL | __GFP_NOWARN);
}

static void sleeping_free(void __percpu *area)
{
	free_percpu(area);
}

const struct pcpb_strategy pcpb_strategy_sleeping = {
	.contexts	= PCPB_IN_TASK,
	.any_size	= true,
	.init		= sleeping_init,
	.exit		= sleeping_exit,
	.alloc		= sleeping_alloc,
	.free		= sleeping_free,
};
