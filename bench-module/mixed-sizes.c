// SPDX-License-Identifier: GPL-2.0-only
/* Areas of seeded random sizes and alignments. */
#include <linux/log2.h>
#include <linux/minmax.h>

#include "clock.h"
#include "mixed-sizes.h"

void pcpb_mixed_size(const struct pcpb_step *step, u64 n, u32 *size,
		     u32 *align)
{
	u32 powers = max(ilog2(step->align), 1);

	*size = 1 + pcpb_draw(step->seed, 2 * n, step->size);
	*align = 2u << pcpb_draw(step->seed, 2 * n + 1, powers);
}

/*
 * A cache of areas has one size. A caller of many sizes would need a cache for
 * each, or one of the largest: figures of either would be the caller's choice,
 * not the design's.
 */
const char *pcpb_mixed_unsupported(const struct pcpb_step *step)
{
	if (step->strategy->strategy->any_size)
		return NULL;
	return "its cache holds areas of one size and alignment, and mixed=1 asks for many";
}
