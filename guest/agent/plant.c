// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

static void panic(void)
{
	write_file("/proc/sysrq-trigger", "c");
	wait_for_ever();
}

void plant(const char *fault)
{
	if (!strcmp(fault, "panic")) {
		panic();
	} else if (!strcmp(fault, "garbage")) {
		frame_send_broken();
		panic();
	} else if (!strcmp(fault, "oops") || !strcmp(fault, "splat")) {
		if (module_plant(fault))
			die("the module could not plant '%s'", fault);
	} else if (!strcmp(fault, "hang")) {
		heartbeat_stop();
		wait_for_ever();
	} else if (!strcmp(fault, "stall")) {
		wait_for_ever();
	} else if (!strcmp(fault, "exit")) {
		leave(LEAVE_GOOD);
	} else {
		die("pcpbench.plant=%s: there are panic, oops, splat, hang, stall, exit, garbage", fault);
	}
}
