/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads of a step, each on a CPU of its own. */
#ifndef PCPB_THREADS_H
#define PCPB_THREADS_H

#include <linux/atomic.h>
#include <linux/types.h>

struct pcpb_run;

struct pcpb_threads {
	struct pcpb_run *run;
	unsigned int n;		/* at most one for each online CPU */
	atomic_t warm, done;	/* threads that have come to each point */
	void *own;		/* the scenario's */
};

/*
 * The number of threads that a step's word @threads means on this machine: all
 * online CPUs for 0, never more. Any context.
 */
unsigned int pcpb_threads_most(u64 threads);

/*
 * Runs @work(@threads, index) in threads->n threads, index 0 on the first online
 * CPU and so on, let go within a timer tick in a seeded order, and returns when
 * every one has returned. Sleeps. 0, the first error of one, or -ENOMEM; when
 * not all threads could be made, threads->n says how many ran.
 * A CPU that goes offline leaves its thread to the others.
 */
int pcpb_threads_run(struct pcpb_threads *threads,
		     int (*work)(struct pcpb_threads *threads,
				 unsigned int index));

/*
 * Allocates one area and frees it, each in the step's context; in the books
 * when @counted. Task context; sleeps while a queued request is served.
 */
void pcpb_threads_pair(struct pcpb_run *run, bool counted);

/*
 * For @work: pairs while others warm up, then @n of them that are recorded,
 * then more until the last has finished, so that nobody measures an empty
 * machine. 0 or -errno. May sleep between pairs.
 */
int pcpb_threads_pairs(struct pcpb_threads *threads, unsigned int index, u64 n);

#endif /* PCPB_THREADS_H */
