// SPDX-License-Identifier: GPL-2.0-only
/*
 * One step, from its line to its result.
 *
 * One step exists at a time: the_run. It changes hands like this:
 *
 *   the writer of control               threads, workers and interrupts of the step
 *   ---------------------               -------------------------------------------
 *   control_lock (a mutex) {
 *     set_up           alone
 *     start            warms up  --->   requests: counter, live, peak are atomics;
 *     scenario->run    ------------->   the recorder is this CPU's own, with
 *         waits for all that it began   interrupts off; the rest of the_run is
 *     finish           settles, then    read, or written by one thread at a time
 *                      alone again
 *   }
 *
 * A storm's step comes in two commands, each under control_lock: "begin" ends
 * with armed set, and "end" goes on with finish. In between requests come from
 * the block layer (storm-policy.c), and no other step begins, because each
 * command looks at armed first. armed is written under control_lock, or at
 * module unload, when the files are gone. progress is read at any time.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "audit.h"
#include "fit.h"
#include "irqs-off.h"
#include "pairs.h"
#include "percpu-memory.h"
#include "recorder.h"
#include "request.h"
#include "result.h"
#include "run.h"
#include "step-start.h"
#include "tables.h"
#include "worker-time.h"

static struct pcpb_run the_run;
static bool armed;
static atomic64_t progress;

u64 pcpb_run_progress_read(void)
{
	return atomic64_read(&progress);
}

void pcpb_run_progress(void)
{
	atomic64_inc(&progress);
}

void pcpb_run_extra(struct pcpb_run *run, const char *name, u64 value)
{
	if (WARN_ON_ONCE(run->extras == PCPB_EXTRAS))
		return;
	run->extra[run->extras].name = name;
	run->extra[run->extras].value = value;
	run->extras++;
}

void pcpb_run_fail(struct pcpb_run *run, const char *format, ...)
{
	va_list args;

	if (run->verdict != PCPB_VERDICT_OK)
		return;
	run->verdict = PCPB_VERDICT_FAILED;
	va_start(args, format);
	vscnprintf(run->reason, sizeof(run->reason), format, args);
	va_end(args);
}

int pcpb_run_settle(struct pcpb_run *run)
{
	int ret = 0;

	if (run->strategy->settle)
		ret = run->strategy->settle();
	if (ret == -ETIMEDOUT)
		pcpb_run_fail(run,
			      "the strategy did not come to rest: requests or a refill still wait for memory");
	return ret;
}

/* Numbers of a seed's sequence that pauses never come to. */
#define PHASES	BIT_ULL(62)
#define CHOICES	BIT_ULL(63)

int pcpb_run_rest(struct pcpb_run *run)
{
	int ret = pcpb_run_settle(run);

	return ret ?: pcpb_wait_for_phase(run->step.seed,
					  PHASES + run->rests++);
}

u32 pcpb_run_choose(struct pcpb_run *run, u32 limit)
{
	return pcpb_draw(run->step.seed, CHOICES + run->choices++, limit);
}

static __printf(3, 4)
void cannot_run(struct pcpb_run *run, enum pcpb_verdict verdict,
		const char *format, ...)
{
	va_list args;

	run->verdict = verdict;
	va_start(args, format);
	vscnprintf(run->reason, sizeof(run->reason), format, args);
	va_end(args);
}

static u64 areas_to_bytes(struct pcpb_run *run, u64 areas)
{
	return areas * run->areas.size * num_possible_cpus();
}

static void check_legal(struct pcpb_run *run)
{
	const struct pcpb_strategy *strategy = run->strategy;
	const struct pcpb_scenario *scenario = run->scenario;
	const char *reason;

	if (strategy->missing) {
		cannot_run(run, PCPB_VERDICT_SKIPPED, "%s", strategy->missing);
		return;
	}
	if (!(strategy->contexts & BIT(run->step.context))) {
		cannot_run(run, PCPB_VERDICT_UNSUPPORTED,
			   "%s may not be called in context %s",
			   run->step.strategy->name, run->context->name);
		return;
	}
	reason = pcpb_context_missing(run->step.context);
	if (reason) {
		cannot_run(run, PCPB_VERDICT_SKIPPED, "%s", reason);
		return;
	}
	if (!(scenario->contexts & BIT(run->step.context))) {
		cannot_run(run, PCPB_VERDICT_UNSUPPORTED,
			   "scenario %s does not exist in context %s",
			   run->step.scenario->name, run->context->name);
		return;
	}
	reason = scenario->unsupported ? scenario->unsupported(&run->step) :
					 NULL;
	if (reason)
		cannot_run(run, PCPB_VERDICT_UNSUPPORTED, "%s", reason);
}

static void check_areas(struct pcpb_run *run)
{
	const char *reason;

	if (!run->strategy->unsupported)
		return;
	reason = run->strategy->unsupported(&run->areas);
	if (reason)
		cannot_run(run, PCPB_VERDICT_UNSUPPORTED, "%s", reason);
}

static const struct pcpb_context *where_to_free(struct pcpb_run *run)
{
	unsigned int frees_in = run->strategy->frees_in;

	if (!frees_in || frees_in & BIT(run->step.context))
		return run->context;
	return &pcpb_contexts[PCPB_CTX_TASK];
}

static void set_up(struct pcpb_run *run, const struct pcpb_step *step)
{
	u64 high;

	memset(run, 0, sizeof(*run));
	run->step = *step;
	run->strategy = step->strategy->strategy;
	run->scenario = step->scenario->scenario;
	run->context = &pcpb_contexts[step->context];
	run->free_context = where_to_free(run);
	pcpb_recorder_reset();

	check_legal(run);
	if (run->verdict != PCPB_VERDICT_OK)
		return;
	run->demand = run->scenario->demand(step);
	/* a cache that is smaller than the demand fails by construction */
	high = step->pool_high ?: max(run->demand, step->pool_low);
	run->areas.size = step->size;
	run->areas.align = step->align;
	run->areas.added_insns = step->added_insns;
	run->areas.fail_one_in = step->fail_one_in;
	run->areas.more_areas = step->more_areas;
	run->areas.pool_high = high;
	run->areas.pool_low = step->pool_low ?: (high + 1) / 2;
	check_areas(run);
	if (run->verdict == PCPB_VERDICT_OK &&
	    !pcpb_fits(run, run->reason, sizeof(run->reason)))
		run->verdict = PCPB_VERDICT_UNSUPPORTED;
}

static void check_books(struct pcpb_run *run)
{
	u64 asked = atomic64_read(&run->counter[PCPB_REQUESTS]);
	u64 ended = atomic64_read(&run->counter[PCPB_SERVED]) +
		    atomic64_read(&run->counter[PCPB_FAILED]) +
		    atomic64_read(&run->counter[PCPB_CANCELLED]) +
		    atomic64_read(&run->counter[PCPB_WAITING]);
	s64 live = atomic64_read(&run->live);

	if (live)
		pcpb_run_fail(run, "%lld areas were never given back", live);
	if (asked != ended)
		pcpb_run_fail(run, "%llu requests, but %llu served, failed, cancelled or waiting",
			      asked, ended);
}

static int begin_audit(struct pcpb_run *run, struct pcpb_error *error)
{
	int ret;

	/* the allocator's other users get some room too */
	ret = pcpb_audit_begin(run->areas.size,
			       2 * (run->demand + run->areas.pool_high) + 1024);
	if (ret == -ENODEV)
		pcpb_error_set(error,
			       "leaks cannot be looked for: the kernel lacks the events percpu_alloc_percpu and percpu_free_percpu (CONFIG_TRACEPOINTS)");
	return ret;
}

static void end_audit(struct pcpb_run *run)
{
	u64 taken, lost, missed;

	pcpb_audit_end(&taken, &lost, &missed);
	pcpb_run_extra(run, "areas_taken", taken);
	if (lost)
		pcpb_run_fail(run,
			      "%llu of the %llu areas taken from the allocator were never freed",
			      lost, taken);
	if (missed)
		pcpb_run_fail(run,
			      "%llu areas too many at a time to be followed: a leak may hide there",
			      missed);
}

/* Nothing of the step is left after this. */
static void tear_down(struct pcpb_run *run)
{
	unsigned long lost = run->strategy->exit();

	if (lost)
		pcpb_run_fail(run, "the strategy lost %lu areas", lost);
	check_books(run);
	if (run->scenario->audited)
		end_audit(run);
}

static int warm_up(struct pcpb_run *run)
{
	int ret;

	ret = pcpb_pairs(run, run->step.warmup);
	if (ret)
		return ret;
	ret = pcpb_run_rest(run);
	atomic64_set(&run->peak, 0);
	pcpb_irqs_off_reset();
	run->worker_ns = pcpb_worker_ns();
	run->recording = true;
	return ret;
}

static int start(struct pcpb_run *run, struct pcpb_error *error)
{
	int ret = pcpb_step_start();

	if (ret)
		return ret;
	if (run->scenario->audited) {
		ret = begin_audit(run, error);
		if (ret)
			return ret;
	}
	run->allocator_bytes = pcpb_percpu_bytes();
	ret = run->strategy->init(&run->areas);
	if (ret) {
		if (run->scenario->audited)
			end_audit(run);
		return ret;
	}
	ret = warm_up(run);
	if (ret == -ETIMEDOUT)
		return 0;	/* the verdict says so */
	if (ret)
		tear_down(run);
	return ret;
}

/* The strategy is settled: its caches are full, its worker sleeps. */
static void note_idle(struct pcpb_run *run)
{
	unsigned long idle = 0;

	pcpb_run_extra(run, "longest_irqs_off", pcpb_irqs_off_longest());
	pcpb_run_extra(run, "worker_cpu_ns", pcpb_worker_ns() - run->worker_ns);
	pcpb_run_extra(run, "allocator_bytes_before", run->allocator_bytes);
	pcpb_run_extra(run, "allocator_bytes_idle", pcpb_percpu_bytes());

	if (run->strategy->idle)
		idle = run->strategy->idle();
	run->bytes_held_idle = areas_to_bytes(run, idle);
	if (run->strategy->has_marks) {
		pcpb_run_extra(run, "pool_low_used", run->areas.pool_low);
		pcpb_run_extra(run, "pool_high_used", run->areas.pool_high);
	}
}

static int finish(struct pcpb_run *run)
{
	int ret = pcpb_run_settle(run);

	note_idle(run);
	tear_down(run);
	return ret == -EINTR ? ret : pcpb_result_make(run);
}

static int explain(int ret, const struct pcpb_step *step,
		   struct pcpb_error *error)
{
	/* a broken rule is a result, not an error */
	switch (ret) {
	case 0:
		break;
	case -EINTR:
		pcpb_error_set(error, "%s of %s was interrupted by a signal; it has no result",
			       step->scenario->name, step->strategy->name);
		break;
	case -ENOMEM:
		pcpb_error_set(error,
			       "%s of %s: no memory to set it up; lower count or size, or give the guest more memory",
			       step->scenario->name, step->strategy->name);
		break;
	default:
		if (!error->text[0])
			pcpb_error_set(error, "%s of %s failed with error %d",
				       step->scenario->name,
				       step->strategy->name, ret);
	}
	return ret;
}

int pcpb_run_step(const struct pcpb_step *step, struct pcpb_error *error)
{
	struct pcpb_run *run = &the_run;
	int ret;

	if (armed) {
		pcpb_error_set(error, "a storm is armed; write end first");
		return -EBUSY;
	}
	if (!step->scenario->scenario->run) {
		pcpb_error_set(error, "scenario %s is driven from outside: use begin and end",
			       step->scenario->name);
		return -EINVAL;
	}
	set_up(run, step);
	if (run->verdict != PCPB_VERDICT_OK)
		return explain(pcpb_result_make(run), step, error);
	ret = start(run, error);
	if (ret)
		return explain(ret, step, error);
	if (run->verdict == PCPB_VERDICT_OK)
		ret = run->scenario->run(run);
	if (ret && ret != -ETIMEDOUT) {
		tear_down(run);
		return explain(ret, step, error);
	}
	return explain(finish(run), step, error);
}

int pcpb_run_begin(const struct pcpb_step *step, struct pcpb_error *error)
{
	struct pcpb_run *run = &the_run;
	int ret;

	if (armed) {
		pcpb_error_set(error, "a storm is armed already; write end first");
		return -EBUSY;
	}
	if (!step->scenario->scenario->begin) {
		pcpb_error_set(error, "scenario %s needs nothing from outside: use run",
			       step->scenario->name);
		return -EINVAL;
	}
	set_up(run, step);
	if (run->verdict != PCPB_VERDICT_OK) {
		pcpb_error_set(error, "%s of %s cannot run: %s",
			       step->scenario->name, step->strategy->name,
			       run->reason);
		return pcpb_result_make(run) ?: -EOPNOTSUPP;
	}
	ret = start(run, error);
	if (ret)
		return explain(ret, step, error);
	ret = run->scenario->begin(run, error);
	if (ret) {
		tear_down(run);
		return explain(ret, step, error);
	}
	armed = true;
	return 0;
}

int pcpb_run_end(struct pcpb_error *error)
{
	struct pcpb_run *run = &the_run;

	if (!armed) {
		pcpb_error_set(error, "no storm is armed; write begin first");
		return -EINVAL;
	}
	armed = false;
	run->ending = true;
	run->scenario->end(run);
	return explain(finish(run), &run->step, error);
}

void pcpb_run_abandon(void)
{
	struct pcpb_run *run = &the_run;

	if (!armed)
		return;
	armed = false;
	run->ending = true;
	run->scenario->end(run);
	tear_down(run);
}
