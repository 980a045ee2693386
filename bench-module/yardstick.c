// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "clock.h"
#include "recorder.h"
#include "yardstick.h"

/*
 * Formatting numbers goes through enough code, data and branches to suffer
 * from a neighbour on the same core as an allocator does; a tight loop would
 * hardly notice. It takes no lock and no memory.
 */
static void work(void)
{
	char text[96];

	scnprintf(text, sizeof(text), "%llu %#x %-8s %d %s %5u",
		  0x123456789abcdefULL, 0xc0ffee, "yard", -12345, "stick", 678);
	/* or nobody would need the text */
	OPTIMIZER_HIDE_VAR(text[0]);
}

void pcpb_yardstick(void)
{
	u64 start, end;

	if (!pcpb_clock.mult)
		return;
	start = pcpb_ticks();
	work();
	end = pcpb_ticks();
	pcpb_record(PCPB_HIST_YARDSTICK, pcpb_ticks_between(start, end));
}
