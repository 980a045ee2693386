/* SPDX-License-Identifier: GPL-2.0-only */
/* One step being run: its state, its books, its verdict. */
#ifndef PCPB_RUN_H
#define PCPB_RUN_H

#include <linux/atomic.h>
#include <linux/compiler_attributes.h>

#include "clock.h"
#include "error.h"
#include "percpu-bench.h"

/* Names: result.c. */
enum pcpb_counter {
	PCPB_REQUESTS,
	PCPB_SERVED,
	PCPB_FAILED,
	PCPB_CANCELLED,
	PCPB_WAITING,
	PCPB_ATTEMPTS,
	PCPB_FAILURES,
	PCPB_FREED,
	PCPB_ACCOUNTED_IOS,
	PCPB_UNACCOUNTED_IOS,
	PCPB_COUNTERS,
};

/* PCPB_VERDICT_OK, ...: the module uses those whose said_by is MODULE. */
enum pcpb_verdict {
#define PCPB_VERDICT(id, name, class, figures, said_by) PCPB_##id,
#include "contract/verdicts.def"
#undef PCPB_VERDICT
};

/* A counter that only some scenarios have. */
struct pcpb_extra {
	const char *name;
	u64 value;
};

#define PCPB_EXTRAS	32

struct pcpb_run {
	struct pcpb_step step;
	const struct pcpb_strategy *strategy;
	const struct pcpb_scenario *scenario;
	const struct pcpb_context *context;
	/* Where areas are given back: the same, or task where free is illegal. */
	const struct pcpb_context *free_context;
	struct pcpb_areas areas;
	u64 demand;		/* of the scenario, in areas */

	bool recording;		/* false during warm-up */
	bool ending;		/* a request given up now was still waiting */
	atomic64_t counter[PCPB_COUNTERS];
	atomic64_t live;	/* areas in the hands of requests */
	atomic64_t live_bytes;	/* of one CPU's parts of these */
	atomic64_t peak;	/* the same, live and cached, at most */
	atomic64_t pauses;	/* place in the sequence of pauses */
	u64 rests, choices;	/* those in the sequences of phases and of choices */
	u64 bytes_held_idle;
	u64 allocator_bytes;	/* what the percpu allocator held before the step */
	u64 worker_ns;		/* of all workers, when the recording began */
	struct pcpb_extra extra[PCPB_EXTRAS];
	unsigned int extras;

	enum pcpb_verdict verdict;
	char reason[256];
};

/*
 * Runs @step from end to end and makes its result. May sleep. 0, -ENOMEM or
 * -EINTR; @error says why then, and no result is made.
 */
int pcpb_run_step(const struct pcpb_step *step, struct pcpb_error *error);

/*
 * The same in two halves, for a scenario that something outside drives.
 * -EBUSY, -EINVAL when there is one, or none, between begin and end;
 * -EOPNOTSUPP when the step cannot run here: its result is made already.
 */
int pcpb_run_begin(const struct pcpb_step *step, struct pcpb_error *error);
int pcpb_run_end(struct pcpb_error *error);

/* Disarms what is armed, without a result. For module unload. May sleep. */
void pcpb_run_abandon(void);

/* A number that grows while a step gets on. Any context. */
u64 pcpb_run_progress_read(void);
void pcpb_run_progress(void);

/* Any context. */
static inline void pcpb_run_count(struct pcpb_run *run,
				  enum pcpb_counter counter)
{
	atomic64_inc(&run->counter[counter]);
}

/* Any context. True when a request may be ended in the context of the step. */
static inline bool pcpb_run_frees_here(const struct pcpb_run *run)
{
	return run->free_context == run->context;
}

/* The pause after a timed operation. Any context. */
static inline void pcpb_run_pause(struct pcpb_run *run)
{
	pcpb_pause(run->step.seed, atomic64_inc_return(&run->pauses),
		   run->step.pause);
}

/*
 * Lets the strategy come to rest. May sleep. 0 or -EINTR, or -ETIMEDOUT after
 * the verdict was set to failed.
 */
int pcpb_run_settle(struct pcpb_run *run);

/*
 * The same, and then waits for a seeded part of a timer tick: a strategy that
 * sleeps to come to rest wakes up with a tick, and what follows would meet the
 * next one at the same place with every seed. By the step's own thread only.
 */
int pcpb_run_rest(struct pcpb_run *run);

/*
 * A seeded choice below @limit (> 0): the order of operations, where a scenario
 * leaves it open. By the step's own thread only.
 */
u32 pcpb_run_choose(struct pcpb_run *run, u32 limit);

/* Adds a counter of this scenario's own. @name is not copied. */
void pcpb_run_extra(struct pcpb_run *run, const char *name, u64 value);

/* The step broke a rule. The first reason stays. */
__printf(2, 3)
void pcpb_run_fail(struct pcpb_run *run, const char *format, ...);

#endif /* PCPB_RUN_H */
