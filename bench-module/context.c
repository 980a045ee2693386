// SPDX-License-Identifier: GPL-2.0-only
/* The contexts that a strategy can be called in. */
#include <linux/irqflags.h>
#include <linux/preempt.h>

#include "percpu-bench.h"

static void call_in_task(void (*fn)(void *arg), void *arg)
{
	fn(arg);
}

static void call_preempt_off(void (*fn)(void *arg), void *arg)
{
	preempt_disable();
	fn(arg);
	preempt_enable();
}

static void call_irqs_off(void (*fn)(void *arg), void *arg)
{
	unsigned long flags;

	local_irq_save(flags);
	fn(arg);
	local_irq_restore(flags);
}

const struct pcpb_context pcpb_contexts[PCPB_CTX_COUNT] = {
	[PCPB_CTX_TASK]		= { "task",		call_in_task },
	[PCPB_CTX_PREEMPT_OFF]	= { "preempt-off",	call_preempt_off },
	[PCPB_CTX_IRQS_OFF]	= { "irqs-off",		call_irqs_off },
};
