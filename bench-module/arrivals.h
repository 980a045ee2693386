/* SPDX-License-Identifier: GPL-2.0-only */
/* When the arrivals of an open loop are due. */
#ifndef PCPB_ARRIVALS_H
#define PCPB_ARRIVALS_H

#include <linux/types.h>

struct pcpb_arrivals {
	u64 rate;	/* arrivals per second */
	u64 batch;	/* so many come at the same moment */
	bool poisson;	/* seeded, else at equal intervals */
	u32 seed;
	u64 made;	/* arrivals so far */
	u64 at;		/* ns: when the last of them was due */
};

/* ns from the beginning to when the next arrival is due. Any context. */
u64 pcpb_arrivals_next(struct pcpb_arrivals *arrivals);

#endif /* PCPB_ARRIVALS_H */
