// SPDX-License-Identifier: GPL-2.0-only
/* The clock, and the pauses between timed operations. */
#include <linux/clocksource.h>
#include <linux/hrtimer.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <asm/tsc.h>

#include "clock.h"

struct pcpb_clock pcpb_clock __read_mostly;

int pcpb_clock_init(const char *unit)
{
	if (!tsc_khz || check_tsc_unstable()) {
		pr_err("percpu_bench: this machine has no TSC that can be trusted (tsc=reliable vouches for it)\n");
		return -ENODEV;
	}
	if (!strcmp(unit, "insn")) {
		pcpb_clock.unit = "insn";
		return 0;
	}
	if (!strcmp(unit, "ns")) {
		pcpb_clock.unit = "ns";
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

int pcpb_sleep_to_phase(u32 seed, u64 n)
{
	ktime_t part = 1 + pcpb_draw(seed, n, TICK_NSEC);

	set_current_state(TASK_INTERRUPTIBLE);
	schedule_hrtimeout_range(&part, 0, HRTIMER_MODE_REL);
	return signal_pending(current) ? -EINTR : 0;
}
