// SPDX-License-Identifier: GPL-2.0-only
#include "lib-hist.h"

#include <stdlib.h>

#include "contract/hist-layout.h"

void hist_add(struct hist *h, uint64_t value, uint64_t count)
{
	unsigned int index = pcpb_hist_index(value);
	struct hist one;

	if (!count)
		return;
	hist_init(&one, h->unit);
	one.count = count;
	one.min = one.max = value;
	one.sum = (unsigned __int128)value * count;
	if (!hist_append_bucket(&one, pcpb_hist_low(index), pcpb_hist_high(index), count) ||
	    !hist_merge(h, &one))
		abort();
	hist_free(&one);
}
