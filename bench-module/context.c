// SPDX-License-Identifier: GPL-2.0-only
/* The contexts that a strategy can be called in. */
#include <linux/bottom_half.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kconfig.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

#include "context-nmi.h"
#include "irqs-off.h"
#include "percpu-bench.h"

static bool no_nmi;

/* What is to be done where a tasklet or an irq_work has only itself to go by. */
struct errand {
	struct tasklet_struct tasklet;
	struct irq_work irq_work;
	void (*fn)(void *arg);
	void *arg;
};

static void pcpb_call_in_task(void (*fn)(void *arg), void *arg)
{
	fn(arg);
}

static void pcpb_call_in_preempt_off(void (*fn)(void *arg), void *arg)
{
	preempt_disable();
	fn(arg);
	preempt_enable();
}

static void run_tasklet(struct tasklet_struct *tasklet)
{
	struct errand *errand = container_of(tasklet, struct errand, tasklet);

	errand->fn(errand->arg);
}

/* A softirq that is raised with bottom halves off runs when they are back on. */
static void pcpb_call_in_softirq(void (*fn)(void *arg), void *arg)
{
	struct errand errand = { .fn = fn, .arg = arg };

	tasklet_setup(&errand.tasklet, run_tasklet);
	local_bh_disable();
	tasklet_schedule(&errand.tasklet);
	local_bh_enable();
	/* it may have been left to ksoftirqd */
	tasklet_kill(&errand.tasklet);
}

static void run_irq_work(struct irq_work *irq_work)
{
	struct errand *errand = container_of(irq_work, struct errand, irq_work);
	u64 start = pcpb_ticks();

	errand->fn(errand->arg);
	pcpb_irqs_off_note(start);
}

/*
 * An interrupt that this CPU sends to itself; of the kind that PREEMPT_RT runs
 * in a thread, as it does with nearly all of them, so that strategies may take
 * a spinlock_t there. That kernel itself does not have this context.
 */
static void pcpb_call_in_hardirq(void (*fn)(void *arg), void *arg)
{
	struct errand errand = {
		.irq_work = IRQ_WORK_INIT(run_irq_work),
		.fn = fn,
		.arg = arg,
	};

	irq_work_queue(&errand.irq_work);
	irq_work_sync(&errand.irq_work);
}

/*
 * As under a queue's lock when the block layer makes a group: a spinlock_t,
 * below which others of its kind may be taken. A raw one would forbid that.
 */
static void pcpb_call_in_irqs_off(void (*fn)(void *arg), void *arg)
{
	spinlock_t lock;	/* this caller's: nobody else waits for it */
	u64 start;

	spin_lock_init(&lock);
	spin_lock_irq(&lock);
	start = pcpb_ticks();
	fn(arg);
	pcpb_irqs_off_note(start);
	spin_unlock_irq(&lock);
}

static bool inside_task(void)
{
	return in_task() && !irqs_disabled();
}

/* Only kernels that can be preempted everywhere keep account of it. */
static bool inside_preempt_off(void)
{
	return in_task() && !preemptible() && !irqs_disabled();
}

static bool inside_softirq(void)
{
	return in_serving_softirq() && !in_hardirq() && !in_nmi();
}

static bool inside_hardirq(void)
{
	return in_hardirq() && !in_nmi();
}

static bool inside_irqs_off(void)
{
	/* there the lock is held, and interrupts are on */
	return in_task() && (IS_ENABLED(CONFIG_PREEMPT_RT) || irqs_disabled());
}

static bool inside_nmi(void)
{
	return in_nmi();
}

const struct pcpb_context pcpb_contexts[PCPB_CTX_COUNT] = {
#define PCPB_CONTEXT(id, symbol, name, lock, lock_rt, what) \
	[PCPB_CTX_##id] = { name, pcpb_call_in_##symbol, inside_##symbol },
#include "contract/contexts.def"
#undef PCPB_CONTEXT
};

void pcpb_contexts_init(void)
{
	no_nmi = pcpb_nmi_init();
}

void pcpb_contexts_exit(void)
{
	if (!no_nmi)
		pcpb_nmi_exit();
}

const char *pcpb_context_missing(enum pcpb_context_id context)
{
	if (context == PCPB_CTX_NMI && no_nmi)
		return "an NMI that a CPU sends to itself does not arrive on this machine";
	if (context == PCPB_CTX_HARDIRQ && IS_ENABLED(CONFIG_PREEMPT_RT))
		return "PREEMPT_RT runs this interrupt in a thread";
	return NULL;
}
