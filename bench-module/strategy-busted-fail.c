// SPDX-License-Identifier: GPL-2.0-only
/* busted-fail: gfp-nowait that gives no area to one call in fail_one_in. */
#include <linux/atomic.h>

#include "percpu-bench.h"

static u64 one_in;
static atomic64_t calls;

static int busted_fail_init(const struct pcpb_areas *areas)
{
	one_in = areas->fail_one_in;
	atomic64_set(&calls, 0);
	return pcpb_strategy_gfp_nowait.init(areas);
}

static unsigned long busted_fail_exit(void)
{
	return pcpb_strategy_gfp_nowait.exit();
}

static void __percpu *busted_fail_alloc(struct pcpb_request *request)
{
	if (one_in && !(atomic64_inc_return(&calls) % one_in))
		return NULL;
	return pcpb_strategy_gfp_nowait.alloc(request);
}

static void busted_fail_free(void __percpu *area)
{
	pcpb_strategy_gfp_nowait.free(area);
}

static int busted_fail_settle(void)
{
	return pcpb_strategy_gfp_nowait.settle();
}

const struct pcpb_strategy pcpb_strategy_busted_fail = {
	.contexts	= PCPB_IN_LOCKING,
	.init		= busted_fail_init,
	.exit		= busted_fail_exit,
	.alloc		= busted_fail_alloc,
	.free		= busted_fail_free,
	.settle		= busted_fail_settle,
};
