// SPDX-License-Identifier: GPL-2.0-only
/*
 * busted-slow: gfp-nowait and a known number of instructions more. A suite that
 * cannot tell the two apart measures nothing.
 */
#include "percpu-bench.h"

static u64 added;

static int busted_slow_init(const struct pcpb_areas *areas)
{
	added = areas->added_insns;
	return pcpb_strategy_gfp_nowait.init(areas);
}

static unsigned long busted_slow_exit(void)
{
	return pcpb_strategy_gfp_nowait.exit();
}

/* Two instructions a turn; the test before and after them is in every call. */
static void burn(u64 insns)
{
	u64 turns = insns / 2;

	if (turns)
		asm volatile("1: dec %0\n\tjnz 1b" : "+r" (turns) : : "cc");
	if (insns % 2)
		asm volatile("nop");
}

static void __percpu *busted_slow_alloc(struct pcpb_request *request)
{
	burn(added);
	return pcpb_strategy_gfp_nowait.alloc(request);
}

static void busted_slow_free(void __percpu *area)
{
	pcpb_strategy_gfp_nowait.free(area);
}

static int busted_slow_settle(void)
{
	return pcpb_strategy_gfp_nowait.settle();
}

const struct pcpb_strategy pcpb_strategy_busted_slow = {
	.contexts	= PCPB_IN_LOCKING,
	.init		= busted_slow_init,
	.exit		= busted_slow_exit,
	.alloc		= busted_slow_alloc,
	.free		= busted_slow_free,
	.settle		= busted_slow_settle,
};
