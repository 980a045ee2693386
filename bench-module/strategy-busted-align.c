// SPDX-License-Identifier: GPL-2.0-only
/* busted-align: gfp-nowait whose areas have half of the alignment that was asked for. */
#include <linux/gfp.h>

#include "request.h"

static size_t off;

static int busted_align_init(const struct pcpb_areas *areas)
{
	off = areas->align / 2;
	return pcpb_strategy_gfp_nowait.init(areas);
}

static unsigned long busted_align_exit(void)
{
	return pcpb_strategy_gfp_nowait.exit();
}

static void __percpu *busted_align_alloc(struct pcpb_request *request)
{
	void __percpu *area;

	area = __alloc_percpu_gfp(request->size + off, request->align,
				  GFP_NOWAIT | __GFP_NOWARN);
	return area ? area + off : NULL;
}

static void busted_align_free(void __percpu *area)
{
	pcpb_strategy_gfp_nowait.free(area - off);
}

static int busted_align_settle(void)
{
	return pcpb_strategy_gfp_nowait.settle();
}

static const char *busted_align_unsupported(const struct pcpb_areas *areas)
{
	return areas->align < 2 ? "areas of align 1 cannot be misaligned" : NULL;
}

const struct pcpb_strategy pcpb_strategy_busted_align = {
	.contexts	= PCPB_IN_LOCKING,
	.unsupported	= busted_align_unsupported,
	.init		= busted_align_init,
	.exit		= busted_align_exit,
	.alloc		= busted_align_alloc,
	.free		= busted_align_free,
	.settle		= busted_align_settle,
};
