// SPDX-License-Identifier: GPL-2.0-only
/* A request for one area: its timing and its books. */
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/string.h>

#include "clock.h"
#include "irqs-off.h"
#include "recorder.h"
#include "request.h"
#include "run.h"

static void count(struct pcpb_request *request, enum pcpb_counter counter)
{
	if (request->counted)
		pcpb_run_count(request->run, counter);
}

/* What is in use and what is cached both occupy memory at this moment. */
static void note_held(struct pcpb_run *run, s64 live_bytes)
{
	s64 held = live_bytes, peak = atomic64_read(&run->peak);

	if (run->strategy->idle)
		held += run->strategy->idle() * run->areas.size;
	while (held > peak && !atomic64_try_cmpxchg(&run->peak, &peak, held))
		;
}

static void served(struct pcpb_request *request, void __percpu *area,
		   u64 ticks)
{
	struct pcpb_run *run = request->run;

	atomic64_inc(&run->live);
	note_held(run, atomic64_add_return(request->size, &run->live_bytes));
	count(request, PCPB_SERVED);
	if (request->counted)
		pcpb_record(PCPB_HIST_USABLE, ticks);
	/* pairs with pcpb_request_area(): last, the owner may use it at once */
	smp_store_release(&request->area, area);
}

/* @since: where the time to usable counts from; 0 for an area that is there at once. */
static bool call_strategy(struct pcpb_request *request, u64 since)
{
	void __percpu *(*alloc)(struct pcpb_request *request);
	void __percpu *area;
	u64 start, end;

	alloc = request->run->strategy->alloc;
	start = pcpb_ticks();
	area = alloc(request);
	end = pcpb_ticks();

	/* a caller of the block layer's has no context of this module around it */
	if (irqs_disabled())
		pcpb_irqs_off_note(start);
	pcpb_run_progress();
	count(request, PCPB_ATTEMPTS);
	if (request->counted)
		pcpb_record(PCPB_HIST_CALL, pcpb_ticks_between(start, end));
	if (area)
		served(request, area,
		       since ? pcpb_ticks_between(since, end) : 0);
	else if (!request->queued)
		count(request, PCPB_FAILURES);
	return area;
}

static void begin(struct pcpb_request *request, struct pcpb_run *run,
		  bool counted)
{
	request->run = run;
	INIT_LIST_HEAD(&request->link);
	request->area = NULL;
	request->queued = false;
	request->counted = counted;
	request->size = run->areas.size;
	request->align = run->areas.align;
	count(request, PCPB_REQUESTS);
}

bool pcpb_request_start(struct pcpb_request *request, struct pcpb_run *run)
{
	begin(request, run, run->recording);
	request->asked = pcpb_ticks();
	return call_strategy(request, 0);
}

bool pcpb_request_start_uncounted(struct pcpb_request *request,
				  struct pcpb_run *run)
{
	begin(request, run, false);
	request->asked = pcpb_ticks();
	return call_strategy(request, 0);
}

bool pcpb_request_start_due(struct pcpb_request *request, struct pcpb_run *run,
			    u64 due)
{
	begin(request, run, run->recording);
	request->asked = due;
	return call_strategy(request, due);
}

bool pcpb_request_start_sized(struct pcpb_request *request,
			      struct pcpb_run *run, u32 size, u32 align)
{
	begin(request, run, run->recording);
	if (run->strategy->any_size) {
		request->size = size;
		request->align = align;
	}
	request->asked = pcpb_ticks();
	return call_strategy(request, 0);
}

bool pcpb_request_retry(struct pcpb_request *request)
{
	return call_strategy(request, request->asked);
}

void pcpb_request_give(struct pcpb_request *request, void __percpu *area)
{
	served(request, area,
	       pcpb_ticks_between(request->asked, pcpb_ticks()));
}

static void give_back(struct pcpb_request *request, void __percpu *area)
{
	void (*free)(void __percpu *area) = request->run->strategy->free;
	u64 start, end;

	start = pcpb_ticks();
	free(area);
	end = pcpb_ticks();

	if (request->counted)
		pcpb_record(PCPB_HIST_FREE, pcpb_ticks_between(start, end));
	count(request, PCPB_FREED);
	atomic64_dec(&request->run->live);
	atomic64_sub(request->size, &request->run->live_bytes);
}

void pcpb_request_end(struct pcpb_request *request)
{
	struct pcpb_run *run = request->run;
	void __percpu *area = pcpb_request_area(request);

	if (!area && request->queued) {
		if (run->strategy->cancel(request)) {
			count(request, run->ending ? PCPB_WAITING :
						     PCPB_CANCELLED);
			return;
		}
		area = pcpb_request_area(request);
	}
	if (area)
		give_back(request, area);
	else
		count(request, PCPB_FAILED);
	request->area = NULL;
}
