/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Log-linear histogram layout, shared by the kernel module and the host
 * program, which therefore agree on every bucket.
 *
 * Values below 2^(PCPB_HIST_SUB_BITS + 1) have a bucket each. Above, every
 * power of two is cut into 2^PCPB_HIST_SUB_BITS equal buckets, so a bucket is
 * at most 1/128 of its low bound wide. The whole range of u64 is covered:
 * there is no value that cannot be recorded.
 *
 * Method: the log-linear buckets of HdrHistogram (G. Tene) and of fio's
 * stat.h.
 */
#ifndef PCPB_HIST_LAYOUT_H
#define PCPB_HIST_LAYOUT_H

#ifdef __KERNEL__
#include <linux/types.h>
typedef u64 pcpb_u64;
#else
#include <stdint.h>
typedef uint64_t pcpb_u64;
#endif

#define PCPB_HIST_SUB_BITS	7
#define PCPB_HIST_SUB		(1u << PCPB_HIST_SUB_BITS)
#define PCPB_HIST_BUCKETS	((64 - PCPB_HIST_SUB_BITS + 1) * PCPB_HIST_SUB)

/* Any context, no locks: the index of the bucket that holds @value. */
static inline unsigned int pcpb_hist_index(pcpb_u64 value)
{
	unsigned int shift;

	if (value < 2 * PCPB_HIST_SUB)
		return (unsigned int)value;
	shift = 63 - PCPB_HIST_SUB_BITS - (unsigned int)__builtin_clzll(value);
	return (shift << PCPB_HIST_SUB_BITS) + (unsigned int)(value >> shift);
}

/* The smallest value of bucket @index. */
static inline pcpb_u64 pcpb_hist_low(unsigned int index)
{
	unsigned int shift;

	if (index < 2 * PCPB_HIST_SUB)
		return index;
	shift = (index >> PCPB_HIST_SUB_BITS) - 1;
	return (pcpb_u64)(index - (shift << PCPB_HIST_SUB_BITS)) << shift;
}

/* The largest value of bucket @index. */
static inline pcpb_u64 pcpb_hist_high(unsigned int index)
{
	unsigned int shift = 0;

	if (index >= 2 * PCPB_HIST_SUB)
		shift = (index >> PCPB_HIST_SUB_BITS) - 1;
	return pcpb_hist_low(index) + (((pcpb_u64)1 << shift) - 1);
}

#endif /* PCPB_HIST_LAYOUT_H */
