// SPDX-License-Identifier: GPL-2.0-only
/*
 * busted-context: gfp-nowait that comes back with interrupts on, as who sleeps
 * for memory does, although it says that it may be called with them off.
 */
#include <linux/irqflags.h>

#include "request.h"

static int busted_context_init(const struct pcpb_areas *areas)
{
	return pcpb_strategy_gfp_nowait.init(areas);
}

static unsigned long busted_context_exit(void)
{
	return pcpb_strategy_gfp_nowait.exit();
}

static void __percpu *busted_context_alloc(struct pcpb_request *request)
{
	void __percpu *area = pcpb_strategy_gfp_nowait.alloc(request);

	if (irqs_disabled())
		local_irq_enable();
	return area;
}

static void busted_context_free(void __percpu *area)
{
	pcpb_strategy_gfp_nowait.free(area);
}

static int busted_context_settle(void)
{
	return pcpb_strategy_gfp_nowait.settle();
}

/* Elsewhere it would break more than the check for it. */
const struct pcpb_strategy pcpb_strategy_busted_context = {
	.contexts	= PCPB_IN_TASK | PCPB_IN_IRQS_OFF,
	.init		= busted_context_init,
	.exit		= busted_context_exit,
	.alloc		= busted_context_alloc,
	.free		= busted_context_free,
	.settle		= busted_context_settle,
};
