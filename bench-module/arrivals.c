// SPDX-License-Identifier: GPL-2.0-only
/* When the arrivals of an open loop are due. */
#include <linux/bitops.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "arrivals.h"
#include "clock.h"

#define FRACTION_BITS	16
/* ln(2), with FRACTION_BITS behind the point */
#define LN2		45426

/*
 * -ln(@draw / 2^32) with FRACTION_BITS behind the point, for @draw > 0. The
 * whole part of the binary logarithm is the place of the highest bit; each
 * squaring of the mantissa yields one more bit of the rest (Knuth, The Art of
 * Computer Programming, volume 1, section 1.2.2, exercise 25).
 */
static u64 minus_ln(u32 draw)
{
	unsigned int whole = fls(draw) - 1, bit;
	u64 mantissa = (u64)draw << (31 - whole);	/* 1 to 2, 31 bits behind the point */
	u64 log2 = (u64)whole << FRACTION_BITS;

	for (bit = FRACTION_BITS; bit > 0; bit--) {
		mantissa = mantissa * mantissa >> 31;
		if (mantissa >> 32) {
			mantissa >>= 1;
			log2 += BIT_ULL(bit - 1);
		}
	}
	return ((32ull << FRACTION_BITS) - log2) * LN2 >> FRACTION_BITS;
}

u64 pcpb_arrivals_next(struct pcpb_arrivals *arrivals)
{
	u64 gap = div64_u64(NSEC_PER_SEC * arrivals->batch, arrivals->rate);
	u32 draw;

	if (arrivals->made++ % arrivals->batch)
		return arrivals->at;
	if (arrivals->poisson) {
		/* the inverse of the exponential distribution; 0 has no logarithm */
		draw = 1 + pcpb_draw(arrivals->seed, arrivals->made, U32_MAX);
		gap = mul_u64_u64_shr(gap, minus_ln(draw), FRACTION_BITS);
	}
	arrivals->at += gap;
	return arrivals->at;
}
