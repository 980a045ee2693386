// SPDX-License-Identifier: GPL-2.0-only
/* Latency recorder. */
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/irqflags.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "clock.h"
#include "recorder.h"

struct recorder_cpu {
	struct pcpb_hist hist[PCPB_HIST_COUNT];
};

/* An array, not a percpu area: the percpu allocator is what is measured. */
static struct recorder_cpu *recorder[NR_CPUS] __read_mostly;

int pcpb_recorder_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		recorder[cpu] = vzalloc_node(sizeof(*recorder[cpu]),
					     cpu_to_node(cpu));
		if (!recorder[cpu]) {
			pcpb_recorder_exit();
			return -ENOMEM;
		}
	}
	pcpb_recorder_reset();
	return 0;
}

void pcpb_recorder_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		vfree(recorder[cpu]);
		recorder[cpu] = NULL;
	}
}

void pcpb_recorder_reset(void)
{
	int cpu, id;

	for_each_possible_cpu(cpu) {
		memset(recorder[cpu], 0, sizeof(*recorder[cpu]));
		for (id = 0; id < PCPB_HIST_COUNT; id++)
			recorder[cpu]->hist[id].min = U64_MAX;
	}
}

void pcpb_record(enum pcpb_hist_id id, u64 ticks)
{
	u64 value = pcpb_ticks_to_unit(ticks);
	unsigned long flags;
	struct pcpb_hist *hist;

	/*
	 * An interrupt that records too must not come in the middle. Saving
	 * the flags costs less than six atomic operations would.
	 */
	local_irq_save(flags);
	hist = &recorder[smp_processor_id()]->hist[id];
	/* or the compiler works out every field's address from the start */
	OPTIMIZER_HIDE_VAR(hist);
	hist->bucket[pcpb_hist_index(value)]++;
	hist->sum += value;
	if (value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	local_irq_restore(flags);
}

void pcpb_recorder_merge(enum pcpb_hist_id id, struct pcpb_hist *into)
{
	const struct pcpb_hist *hist;
	int cpu, i;

	memset(into, 0, sizeof(*into));
	into->min = U64_MAX;
	for_each_possible_cpu(cpu) {
		hist = &recorder[cpu]->hist[id];
		into->sum += hist->sum;
		into->min = min(into->min, hist->min);
		into->max = max(into->max, hist->max);
		for (i = 0; i < PCPB_HIST_BUCKETS; i++)
			into->bucket[i] += hist->bucket[i];
	}
	for (i = 0; i < PCPB_HIST_BUCKETS; i++)
		into->count += into->bucket[i];
}
