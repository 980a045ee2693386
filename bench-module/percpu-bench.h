/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a strategy, a context and a scenario are, and the step that combines
 * one of each. Everything else in the module is behind a header of its own.
 */
#ifndef PERCPU_BENCH_H
#define PERCPU_BENCH_H

#include <linux/bits.h>
#include <linux/kconfig.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct pcpb_error;
struct pcpb_step;
struct pcpb_request;
struct pcpb_run;

/* Where a call is made, in the order of contexts.def: PCPB_CTX_TASK, ... */
enum pcpb_context_id {
#define PCPB_CONTEXT(id, symbol, name, lock, lock_rt, what) PCPB_CTX_##id,
#include "contract/contexts.def"
#undef PCPB_CONTEXT
	PCPB_CTX_COUNT,
};

/*
 * Sets of contexts. PCPB_IN_LOCKING is for what takes a spinlock_t, as the
 * percpu allocator does. On PREEMPT_RT that lock sleeps: a softirq is a thread
 * there, and the holder of a spinlock_t has interrupts on, but with preemption
 * off, or in a hard interrupt, it must not be taken.
 */
enum {
#define PCPB_CONTEXT(id, symbol, name, lock, lock_rt, what) \
	PCPB_IN_##id = BIT(PCPB_CTX_##id),
#include "contract/contexts.def"
#undef PCPB_CONTEXT
	PCPB_IN_ALL = GENMASK(PCPB_CTX_COUNT - 1, 0),
	PCPB_IN_LOCKING = 0
#define PCPB_CONTEXT(id, symbol, name, lock, lock_rt, what) \
		| (IS_ENABLED(CONFIG_PREEMPT_RT) ? (lock_rt) : (lock)) * PCPB_IN_##id
#include "contract/contexts.def"
#undef PCPB_CONTEXT
};

struct pcpb_context {
	const char *name;
	/*
	 * Runs @fn once in this context and returns when it has returned.
	 * Called in task context; may sleep outside of @fn.
	 */
	void (*call)(void (*fn)(void *arg), void *arg);
	/* Any context: true in this one, as far as the kernel keeps account. */
	bool (*inside)(void);
};

extern const struct pcpb_context pcpb_contexts[PCPB_CTX_COUNT];

/*
 * When the module is loaded, and unloaded. May sleep. A context that this
 * machine cannot have is no error.
 */
void pcpb_contexts_init(void);
void pcpb_contexts_exit(void);

/* Why this machine cannot have a context, or NULL. */
const char *pcpb_context_missing(enum pcpb_context_id context);

/* What the areas of a step look like, and how many a cache should hold. */
struct pcpb_areas {
	size_t size;		/* bytes of one CPU's part */
	size_t align;		/* bytes, a power of two */
	unsigned int pool_low;	/* areas; never above pool_high */
	unsigned int pool_high;
	/* how wrong busted-slow, busted-fail and busted-memory are */
	u64 added_insns;
	u64 fail_one_in;
	u64 more_areas;		/* percent */
};

/*
 * A strategy. One step uses one strategy at a time, so it may keep its state
 * in static variables.
 */
struct pcpb_strategy {
	/* Why this kernel cannot have it; every op is NULL then. Else NULL. */
	const char *missing;
	unsigned int contexts;	/* PCPB_IN_*: where alloc is legal */
	unsigned int frees_in;	/* where free and cancel are; 0: in all of these */
	bool shares_area;	/* the same area for everybody: a floor, no rival */
	bool has_marks;		/* caches areas->pool_high areas */
	bool any_size;		/* gives request->size, not the one size of its areas */
	bool frees_later;	/* what is given back may be neither idle nor freed yet */
	/* Why it cannot give such areas, or keep so many, or NULL. Optional. */
	const char *(*unsupported)(const struct pcpb_areas *areas);

	/* Gets ready, caches filled. May sleep. 0, -ENOMEM or -EINTR. */
	int (*init)(const struct pcpb_areas *areas);
	/*
	 * Gives everything back. May sleep. Returns how many areas are lost:
	 * those that it took for itself and could not give back.
	 */
	unsigned long (*exit)(void);
	/*
	 * In any of @contexts: an area that is zero on every possible CPU, or
	 * NULL. NULL with request->queued set: the area comes later, through
	 * pcpb_request_give(). NULL without it: the call failed.
	 */
	void __percpu *(*alloc)(struct pcpb_request *request);
	/*
	 * For a queued request, in any of @frees_in: true when it was still
	 * waiting and is forgotten now, false when it was served. No area is
	 * given to it afterwards. NULL when nothing is ever queued.
	 */
	bool (*cancel)(struct pcpb_request *request);
	/* In any of @frees_in. */
	void (*free)(void __percpu *area);
	/*
	 * Sleeps until everything queued is served, caches are full and the
	 * worker is idle. 0, -EINTR, or -ETIMEDOUT when that does not happen.
	 * NULL when there is nothing to wait for.
	 */
	int (*settle)(void);
	/* Areas cached and unused at this moment, any context. NULL for none. */
	unsigned long (*idle)(void);
};

struct pcpb_strategy_entry {
	const char *name;
	const struct pcpb_strategy *strategy;
};

/*
 * A step: the words of its line, and the default of every parameter that it
 * does not name. Fields in the order of params.def.
 */
struct pcpb_step {
	const struct pcpb_scenario_entry *scenario;
	const struct pcpb_strategy_entry *strategy;
	enum pcpb_context_id context;
	u64 named;	/* bit by place in params.def: those that the line names */
#define PCPB_PARAM(name, field, unit, lowest, highest, preset, owners, what) u64 field;
#include "contract/params.def"
#undef PCPB_PARAM
};

struct pcpb_scenario {
	unsigned int contexts;	/* PCPB_IN_*: where it makes sense */
	bool audited;		/* a leak is looked for in the allocator itself */
	/* Why this step makes no sense, or NULL. Optional. */
	const char *(*unsupported)(const struct pcpb_step *step);
	/*
	 * The most areas that can be asked for before a refill worker gets to
	 * run: caches are made for that, and it must fit in memory.
	 */
	u64 (*demand)(const struct pcpb_step *step);
	/* Areas that it keeps for itself meanwhile. Optional. */
	u64 (*holds)(const struct pcpb_step *step);

	/*
	 * All in task context with the strategy initialised; may sleep.
	 * 0 or -errno; a broken rule is told with pcpb_run_fail() instead.
	 * run: the whole scenario. Or, when something outside drives it:
	 * begin arms it, or says why not in @error; end disarms it.
	 */
	int (*run)(struct pcpb_run *run);
	int (*begin)(struct pcpb_run *run, struct pcpb_error *error);
	void (*end)(struct pcpb_run *run);
};

struct pcpb_scenario_entry {
	const char *name;
	const struct pcpb_scenario *scenario;
};

/* Every strategy and scenario that the tables name, by its symbol. */
#define PCPB_STRATEGY(name, symbol, class, summary) \
	extern const struct pcpb_strategy pcpb_strategy_##symbol;
#include "contract/strategies.def"
#undef PCPB_STRATEGY

#define PCPB_SCENARIO(name, symbol, runs, summary) \
	extern const struct pcpb_scenario pcpb_scenario_##symbol;
#include "contract/scenarios.def"
#undef PCPB_SCENARIO

#endif /* PERCPU_BENCH_H */
