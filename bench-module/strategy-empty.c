// SPDX-License-Identifier: GPL-2.0-only
/*
 * empty: an operation that does nothing. What it costs is what the harness
 * costs, and it is reported, not subtracted.
 */
#include <linux/errno.h>
#include <linux/gfp.h>

#include "percpu-bench.h"

static void __percpu *the_area;

static int empty_init(const struct pcpb_areas *areas)
{
	the_area = __alloc_percpu_gfp(areas->size, areas->align,
				      GFP_KERNEL | __GFP_NOWARN);
	return the_area ? 0 : -ENOMEM;
}

static unsigned long empty_exit(void)
{
	free_percpu(the_area);
	the_area = NULL;
	return 0;
}

static void __percpu *empty_alloc(struct pcpb_request *request)
{
	return the_area;
}

static void empty_free(void __percpu *area)
{
}

const struct pcpb_strategy pcpb_strategy_empty = {
	.contexts	= PCPB_IN_ALL,
	.shares_area	= true,
	.any_size	= true,
	.init		= empty_init,
	.exit		= empty_exit,
	.alloc		= empty_alloc,
	.free		= empty_free,
};
