/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clock, and the pauses between timed operations.
 *
 * Time is the TSC. In exact mode one tick is one executed instruction, and the
 * unit is "insn"; on a real clock ticks are converted, and it is "ns".
 */
#ifndef PCPB_CLOCK_H
#define PCPB_CLOCK_H

#include <linux/compiler.h>
#include <linux/math64.h>
#include <linux/types.h>
#include <asm/msr.h>

struct pcpb_clock {
	const char *unit;	/* "insn" or "ns" */
	u32 mult, shift;	/* ticks to unit; mult 0: leave as they are */
};

extern struct pcpb_clock pcpb_clock;

/* @unit: "insn" or "ns". Once, before anything is timed. 0 or -EINVAL, -ENODEV. */
int pcpb_clock_init(const char *unit);

/* Ticks, any context. Nothing of the timed code moves across it. */
static __always_inline u64 pcpb_ticks(void)
{
	u64 ticks;

	barrier();
	ticks = rdtsc_ordered();
	barrier();
	return ticks;
}

/* Any context. The difference of two readings in the unit of the results. */
static __always_inline u64 pcpb_ticks_to_unit(u64 ticks)
{
	if (!pcpb_clock.mult)
		return ticks;
	return mul_u64_u32_shr(ticks, pcpb_clock.mult, pcpb_clock.shift);
}

/* From @start to @end; 0 when another CPU's clock is a little behind. */
static __always_inline u64 pcpb_ticks_between(u64 start, u64 end)
{
	return likely(end > start) ? end - start : 0;
}

/*
 * Any context. The @n-th number of the sequence that @seed starts, below
 * @limit (> 0). Without a state, so that CPUs need not share one.
 */
u32 pcpb_draw(u32 seed, u64 n, u32 limit);

/*
 * Any context. 1 to @most PAUSE instructions, none when @most is 0. A virtual
 * CPU that shares its host thread ends its turn there; without such a point
 * the length of its turn, and with it every tail, is an accident.
 */
void pcpb_pause(u32 seed, u64 n, u32 most);

u64 pcpb_ns_to_ticks(u64 ns);

/*
 * Until the clock says @due, in ticks. May sleep, as far as it gives the CPU
 * away whenever somebody else wants it; but it does not leave the end to a
 * timer, since the guest's timers go off with the tick. 0 or -EINTR.
 */
int pcpb_wait_until(u64 due);

/* The same for a part of a timer tick, to the nanosecond, the @n-th that @seed draws. */
int pcpb_wait_for_phase(u32 seed, u64 n);

#endif /* PCPB_CLOCK_H */
