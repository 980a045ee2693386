// SPDX-License-Identifier: GPL-2.0-only
/*
 * gfp-nowait: what upstream does since 3.18. The allocator serves atomic
 * requests from pages that are populated already, and populates more from a
 * work item of its own.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/sched/signal.h>

#include "request.h"

static int gfp_nowait_init(const struct pcpb_areas *areas)
{
	return 0;	/* each request says what it wants */
}

static unsigned long gfp_nowait_exit(void)
{
	return 0;	/* it keeps nothing */
}

static void __percpu *gfp_nowait_alloc(struct pcpb_request *request)
{
	return __alloc_percpu_gfp(request->size, request->align,
				  GFP_NOWAIT | __GFP_NOWARN);
}

static void gfp_nowait_free(void __percpu *area)
{
	free_percpu(area);
}

/* The allocator's work item cannot be waited for, so it is given time. */
static int gfp_nowait_settle(void)
{
	msleep_interruptible(10);
	return signal_pending(current) ? -EINTR : 0;
}

const struct pcpb_strategy pcpb_strategy_gfp_nowait = {
	.contexts	= PCPB_IN_LOCKING,
	.any_size	= true,
	.init		= gfp_nowait_init,
	.exit		= gfp_nowait_exit,
	.alloc		= gfp_nowait_alloc,
	.free		= gfp_nowait_free,
	.settle		= gfp_nowait_settle,
};
