// SPDX-License-Identifier: GPL-2.0-only
/* The longest section with interrupts off. */
#include <linux/atomic.h>

#include "irqs-off.h"

static atomic64_t longest;

void pcpb_irqs_off_note(u64 start)
{
	s64 ticks = pcpb_ticks_between(start, pcpb_ticks());
	s64 most = atomic64_read(&longest);

	while (ticks > most && !atomic64_try_cmpxchg(&longest, &most, ticks))
		;
}

void pcpb_irqs_off_reset(void)
{
	atomic64_set(&longest, 0);
}

u64 pcpb_irqs_off_longest(void)
{
	return pcpb_ticks_to_unit(atomic64_read(&longest));
}
