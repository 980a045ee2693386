// SPDX-License-Identifier: GPL-2.0-only
/* The clock, and the pauses between timed operations. */
#include <linux/clocksource.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <asm/tsc.h>

#include "clock.h"
#include "contract/text-format.h"

/* An end that is farther away than FAR_NS is not looked for closely. */
#define FAR_NS	(2 * NSEC_PER_USEC)
#define LOOPS	200	/* between two readings of the clock: less than 1 us */
#define ROUNDS	20	/* between two PAUSEs */

struct pcpb_clock pcpb_clock __read_mostly;

int pcpb_clock_init(const char *unit)
{
	if (!tsc_khz || check_tsc_unstable()) {
		pr_err("percpu_bench: this machine has no TSC that can be trusted (tsc=reliable vouches for it)\n");
		return -ENODEV;
	}
	if (!strcmp(unit, PCPB_UNIT_EXACT)) {
		pcpb_clock.unit = PCPB_UNIT_EXACT;
		return 0;
	}
	if (!strcmp(unit, PCPB_UNIT_REALTIME)) {
		pcpb_clock.unit = PCPB_UNIT_REALTIME;
		/* 600 s: the longest time that converts without overflow */
		clocks_calc_mult_shift(&pcpb_clock.mult, &pcpb_clock.shift,
				       tsc_khz, NSEC_PER_MSEC, 600 * MSEC_PER_SEC);
		return 0;
	}
	pr_err("percpu_bench: unit=%s is unknown; the valid ones are insn and ns\n",
	       unit);
	return -EINVAL;
}

u32 pcpb_draw(u32 seed, u64 n, u32 limit)
{
	return reciprocal_scale(jhash_2words(lower_32_bits(n), upper_32_bits(n),
					     seed), limit);
}

void pcpb_pause(u32 seed, u64 n, u32 most)
{
	u32 left;

	if (!most)
		return;
	for (left = 1 + pcpb_draw(seed, n, most); left; left--)
		cpu_relax();
}

u64 pcpb_ns_to_ticks(u64 ns)
{
	return mul_u64_u32_div(ns, tsc_khz, USEC_PER_SEC);
}

static void spin(u32 loops)
{
	while (loops--)
		barrier();
}

/* Few readings of the clock and few PAUSEs: QEMU's host takes long for each. */
int pcpb_wait_until(u64 due)
{
	u64 now = pcpb_ticks(), far = pcpb_ns_to_ticks(FAR_NS);
	u32 round;

	while (now < due) {
		for (round = 0; now + far < due && round < ROUNDS; round++) {
			spin(LOOPS);
			now = pcpb_ticks();
		}
		while (now + far >= due && now < due)
			now = pcpb_ticks();
		cpu_relax();
		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
	return 0;
}

int pcpb_wait_for_phase(u32 seed, u64 n)
{
	return pcpb_wait_until(pcpb_ticks() +
			       pcpb_ns_to_ticks(1 + pcpb_draw(seed, n, TICK_NSEC)));
}
