// SPDX-License-Identifier: GPL-2.0-only
/* Fault injection, which proves that the host judges a failing guest rightly. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

static void inject_panic(void)
{
	write_file("/proc/sysrq-trigger", "c");
	wait_for_ever();
}

static void inject_garbage(void)
{
	frame_send_broken();
	inject_panic();
}

static void inject_hang(void)
{
	heartbeat_stop();
	wait_for_ever();
}

static void inject_stall(void)
{
	wait_for_ever();
}

static void inject_exit(void)
{
	leave(PCPB_EXIT_GOOD);
}

static void inject_by_module(const char *name)
{
	if (module_fault(name))
		die("the module could not inject '%s'", name);
}

void fault_inject(const char *name)
{
#define PCPB_AGENT_FAULT(fault, symbol, what)	\
	if (!strcmp(name, fault)) {		\
		inject_##symbol();		\
		return;				\
	}
#define PCPB_MODULE_FAULT(fault, symbol, what)	\
	if (!strcmp(name, fault)) {		\
		inject_by_module(name);		\
		return;				\
	}
#include "contract/faults.def"
#undef PCPB_AGENT_FAULT
#undef PCPB_MODULE_FAULT
	die(PCPB_ARG_FAULT "=%s: contract/faults.def has no such fault", name);
}
