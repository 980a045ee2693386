/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads of a step, each on a CPU of its own. */
#ifndef PCPB_CREW_H
#define PCPB_CREW_H

#include <linux/atomic.h>
#include <linux/types.h>

struct pcpb_run;

struct pcpb_crew {
	struct pcpb_run *run;
	unsigned int size;	/* threads */
	/* How many have come to each point; any order of them is the caller's. */
	atomic_t warm, done;
	void *own;		/* the scenario's */
};

/* The threads that @threads of a step's words means on this machine. */
unsigned int pcpb_crew_size(u64 threads);

/*
 * Runs @work(@crew, index) in crew->size threads, index 0 on the first online
 * CPU and so on, let go within a timer tick in a seeded order, and returns when
 * every one has returned: 0, the first error of one, or -ENOMEM when there is
 * none to run. Sleeps.
 * A CPU that goes offline leaves its thread to the others.
 */
int pcpb_crew_run(struct pcpb_crew *crew,
		  int (*work)(struct pcpb_crew *crew, unsigned int index));

/* One pair in the step's context. May sleep in between. */
void pcpb_crew_pair(struct pcpb_run *run, bool counted);

/*
 * For @work: pairs while others warm up, then @n of them that are recorded,
 * then more until the last has finished, so that nobody measures an empty
 * machine. 0 or -errno. May sleep between pairs.
 */
int pcpb_crew_pairs(struct pcpb_crew *crew, unsigned int index, u64 n);

#endif /* PCPB_CREW_H */
