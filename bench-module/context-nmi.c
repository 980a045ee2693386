// SPDX-License-Identifier: GPL-2.0-only
/*
 * Context nmi: a CPU sends itself a non-maskable interrupt and waits for it
 * with interrupts off. So the NMI interrupts nothing of this module but that
 * wait: the recorder and the request's books need not be safe against it, only
 * the strategy under test, and whatever lock other CPUs hold.
 */
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/processor.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/nmi.h>
#include <asm/tsc.h>

#include "clock.h"
#include "context-nmi.h"
#include "irqs-off.h"

/* An NMI that did not come by then is not coming. */
#define PROBE_MS	100

struct errand {
	void (*fn)(void *arg);
	void *arg;
	bool done;
};

/* What each CPU's next NMI is for. An array: percpu memory is what is measured. */
static struct errand *errand_of[NR_CPUS];

static int run_errand(unsigned int type, struct pt_regs *regs)
{
	struct errand **mine = &errand_of[smp_processor_id()];
	struct errand *errand = *mine;
	u64 start;

	if (!errand)
		return NMI_DONE;
	*mine = NULL;
	start = pcpb_ticks();
	errand->fn(errand->arg);
	pcpb_irqs_off_note(start);
	WRITE_ONCE(errand->done, true);
	return NMI_HANDLED;
}

/* Interrupts are off: this CPU's NMI is all that can change what is its own. */
static void send_to_self(struct errand *errand)
{
	int cpu = smp_processor_id();

	WRITE_ONCE(errand_of[cpu], errand);
	apic->send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
}

void pcpb_call_in_nmi(void (*fn)(void *arg), void *arg)
{
	struct errand errand = { .fn = fn, .arg = arg };
	unsigned long flags;

	local_irq_save(flags);
	send_to_self(&errand);
	while (!READ_ONCE(errand.done))
		cpu_relax();
	local_irq_restore(flags);
}

static void do_nothing(void *arg)
{
}

static bool probe(void)
{
	const u64 limit = (u64)tsc_khz * PROBE_MS;
	struct errand errand = { .fn = do_nothing };
	unsigned long flags;
	u64 start;

	local_irq_save(flags);
	start = pcpb_ticks();
	send_to_self(&errand);
	while (!READ_ONCE(errand.done) &&
	       pcpb_ticks_between(start, pcpb_ticks()) < limit)
		cpu_relax();
	WRITE_ONCE(errand_of[smp_processor_id()], NULL);
	local_irq_restore(flags);
	return errand.done;
}

int pcpb_nmi_init(void)
{
	int ret;

	ret = register_nmi_handler(NMI_LOCAL, run_errand, 0, "percpu_bench");
	if (ret)
		return ret;
	if (probe())
		return 0;
	pcpb_nmi_exit();
	return -ENODEV;
}

void pcpb_nmi_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "percpu_bench");
}
