// SPDX-License-Identifier: GPL-2.0-only
/*
 * percpu_bench: measures strategies for getting percpu areas where nobody may
 * sleep. Everything is controlled through debugfs.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/module.h>

#include "clock.h"
#include "contract/text-format.h"
#include "control.h"
#include "recorder.h"
#include "result.h"
#include "run.h"
#include "trace-program.h"

/*
 * The kernel changes its clocksource one second after boot. What is timed
 * before and after that does not compare.
 */
#define STEADY_UPTIME_MS	1500

static char *unit = PCPB_UNIT_REALTIME;
module_param(unit, charp, 0444);
MODULE_PARM_DESC(unit, "of latencies: insn (raw TSC ticks, one per instruction in exact mode) or ns");

static void wait_for_steady_clock(void)
{
	s64 uptime = ktime_to_ms(ktime_get_boottime());

	if (uptime < STEADY_UPTIME_MS)
		msleep(STEADY_UPTIME_MS - uptime);
}

static int __init percpu_bench_init(void)
{
	int ret;

	ret = pcpb_clock_init(unit);
	if (ret)
		return ret;
	ret = pcpb_recorder_init();
	if (ret)
		return ret;
	wait_for_steady_clock();
	pcpb_contexts_init();
	ret = pcpb_control_init();
	if (ret) {
		pcpb_contexts_exit();
		pcpb_recorder_exit();
	}
	return ret;
}

static void __exit percpu_bench_exit(void)
{
	pcpb_control_exit();
	pcpb_run_abandon();
	pcpb_result_exit();
	pcpb_trace_exit();
	pcpb_contexts_exit();
	pcpb_recorder_exit();
}

module_init(percpu_bench_init);
module_exit(percpu_bench_exit);

MODULE_DESCRIPTION("Benchmark of per-CPU allocation strategies");
MODULE_LICENSE("GPL");
