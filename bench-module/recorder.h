/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Latency recorder: log-linear histograms (hist-layout.h), one set per CPU,
 * all memory taken when the module is loaded. Nothing is ever dropped: every
 * u64 has a bucket, and count, sum, minimum and maximum are exact.
 */
#ifndef PCPB_RECORDER_H
#define PCPB_RECORDER_H

#include "contract/hist-layout.h"

/* Which histogram a sample goes to. Names: result.c. */
enum pcpb_hist_id {
	PCPB_HIST_CALL,
	PCPB_HIST_FREE,
	PCPB_HIST_USABLE,
	PCPB_HIST_REFILL,	/* of scenario burst-depth alone */
	/* of scenario floor alone: */
	PCPB_HIST_CLOCK,
	PCPB_HIST_RECORDER,
	PCPB_HIST_YARDSTICK,	/* in real time alone */
	PCPB_HIST_SCRATCH,	/* in no result: what the recorder is timed on */
	PCPB_HIST_COUNT,
};

struct pcpb_hist {
	u64 count;		/* of a merged one: every sample is in a bucket */
	u64 sum, min, max;	/* min is U64_MAX while it is empty */
	u64 bucket[PCPB_HIST_BUCKETS];
};

/* May sleep. 0 or -ENOMEM. */
int pcpb_recorder_init(void);
void pcpb_recorder_exit(void);

/* Empties every histogram. Nobody may be recording. */
void pcpb_recorder_reset(void);

/*
 * Records @ticks of the clock. Any context, but an NMI only when it did not
 * interrupt another one that records; never sleeps, allocates or waits.
 */
void pcpb_record(enum pcpb_hist_id id, u64 ticks);

/* Adds up histogram @id of all CPUs. Nobody may be recording. */
void pcpb_recorder_merge(enum pcpb_hist_id id, struct pcpb_hist *into);

#endif /* PCPB_RECORDER_H */
