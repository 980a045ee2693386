/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A request for one area, from the first call of the strategy until the area
 * is given back or the request is given up. All timing and all books of a
 * step are kept here, the same way for every strategy and scenario.
 */
#ifndef PCPB_REQUEST_H
#define PCPB_REQUEST_H

#include <linux/list.h>

#include "percpu-bench.h"

struct pcpb_request {
	struct pcpb_run *run;
	struct list_head link;	/* the strategy's, while queued */
	void __percpu *area;	/* NULL until served */
	u32 size, align;	/* bytes; the step's areas' unless the strategy takes any_size */
	u64 asked;		/* ticks: just before the first call, or when due */
	bool queued;		/* set by a strategy that serves it later */
	bool counted;		/* false during warm-up */
};

/*
 * Makes @request and calls the strategy once. To be called in the context of
 * the step. True when it has its area now; else request->queued tells whether
 * it is still to come.
 */
bool pcpb_request_start(struct pcpb_request *request, struct pcpb_run *run);

/* The same for a request that leaves no trace in the results: load, warm-up. */
bool pcpb_request_start_uncounted(struct pcpb_request *request,
				  struct pcpb_run *run);

/*
 * The same for a request that was due at @due (ticks): its time to usable
 * counts from there, so that a stall is not hidden from those behind it.
 */
bool pcpb_request_start_due(struct pcpb_request *request, struct pcpb_run *run,
			    u64 due);

/*
 * The same for an area of its own @size and @align, in bytes, which are never
 * above those of the step. A strategy without any_size gives one of the step's.
 */
bool pcpb_request_start_sized(struct pcpb_request *request,
			      struct pcpb_run *run, u32 size, u32 align);

/*
 * Calls the strategy again for a request that failed. Same context and result
 * as above. The caller keeps two CPUs from doing this at the same time.
 */
bool pcpb_request_retry(struct pcpb_request *request);

/*
 * For strategies: hands @area to a queued request. Any context, under the lock
 * that the strategy's cancel() takes, so that the request cannot go away.
 */
void pcpb_request_give(struct pcpb_request *request, void __percpu *area);

/*
 * Ends @request: cancels it when it is queued, frees its area when it has one.
 * Where the strategy frees: in run->free_context, or in task context. The
 * request may be reused or freed after.
 */
void pcpb_request_end(struct pcpb_request *request);

/* Any context: the area, with everything written to it before; or NULL. */
static inline void __percpu *pcpb_request_area(struct pcpb_request *request)
{
	/* pairs with the release in served() */
	return smp_load_acquire(&request->area);
}

#endif /* PCPB_REQUEST_H */
