// SPDX-License-Identifier: GPL-2.0-only
/* The result of a finished step as text. */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kref.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/vmalloc.h>
#include <asm/tsc.h>

#include "contract/text-format.h"
#include "recorder.h"
#include "result.h"
#include "tables.h"

struct pcpb_result {
	struct kref ref;
	size_t length;
	char text[];
};

static const char * const verdict_names[] = {
#define PCPB_VERDICT(id, name, class, figures, said_by) \
	[PCPB_##id] = name,
#include "contract/verdicts.def"
#undef PCPB_VERDICT
};

static const char * const counter_names[PCPB_COUNTERS] = {
	[PCPB_REQUESTS]		= "requests",
	[PCPB_SERVED]		= "served",
	[PCPB_FAILED]		= "failed",
	[PCPB_CANCELLED]	= "cancelled",
	[PCPB_WAITING]		= "waiting",
	[PCPB_ATTEMPTS]		= "attempts",
	[PCPB_FAILURES]		= "failures",
	[PCPB_FREED]		= "freed",
	[PCPB_ACCOUNTED_IOS]	= "accounted_ios",
	[PCPB_UNACCOUNTED_IOS]	= "unaccounted_ios",
};

static const char * const hist_names[PCPB_HIST_SCRATCH] = {
	[PCPB_HIST_CALL]	= "call_latency",
	[PCPB_HIST_FREE]	= "free_latency",
	[PCPB_HIST_USABLE]	= "time_to_usable",
	[PCPB_HIST_REFILL]	= "refill_time",
	[PCPB_HIST_CLOCK]	= "clock",
	[PCPB_HIST_RECORDER]	= "recorder",
	[PCPB_HIST_YARDSTICK]	= "yardstick",
};

static DEFINE_MUTEX(last_lock);
static struct pcpb_result *last;

/* Too big for a stack; the caller of pcpb_result_make() is alone. */
static struct pcpb_hist merged;

/* A text of which only the length is known while result is NULL. */
struct writer {
	struct pcpb_result *result;
	size_t length, room;
};

static __printf(2, 3)
void emit(struct writer *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (w->result)
		vscnprintf(w->result->text + w->length, w->room - w->length,
			   format, args);
	va_end(args);
	va_start(args, format);
	w->length += vsnprintf(NULL, 0, format, args);
	va_end(args);
}

static void emit_hist(struct writer *w, enum pcpb_hist_id id)
{
	unsigned int i;

	pcpb_recorder_merge(id, &merged);
	if (id > PCPB_HIST_USABLE && !merged.count)
		return;
	emit(w, PCPB_RESULT_HIST " %s %s %llu %llu %llu %llu\n",
	     hist_names[id], pcpb_clock.unit, merged.count, merged.count ? merged.min : 0,
	     merged.max, merged.sum);
	for (i = 0; i < PCPB_HIST_BUCKETS; i++)
		if (merged.bucket[i])
			emit(w, PCPB_RESULT_BUCKET " %llu %llu %llu\n",
			     pcpb_hist_low(i), pcpb_hist_high(i),
			     merged.bucket[i]);
	emit(w, PCPB_RESULT_HIST_END "\n");
}

#define COUNTER PCPB_RESULT_COUNTER " "

static void emit_counters(struct writer *w, struct pcpb_run *run)
{
	u64 area_bytes = run->areas.size * num_possible_cpus();
	u64 peak = atomic64_read(&run->peak);
	unsigned int i;

	if (run->step.strategy->strategy->shares_area)
		peak = min_t(u64, peak, run->areas.size);

	for (i = 0; i < PCPB_COUNTERS; i++)
		emit(w, COUNTER "%s %lld\n", counter_names[i],
		     atomic64_read(&run->counter[i]));
	emit(w, COUNTER "bytes_held_idle %llu\n", run->bytes_held_idle);
	emit(w, COUNTER "bytes_held_peak %llu\n", peak * num_possible_cpus());
	emit(w, COUNTER "area_bytes %llu\n", area_bytes);
	for (i = 0; i < run->extras; i++)
		emit(w, COUNTER "%s %llu\n", run->extra[i].name,
		     run->extra[i].value);
	emit(w, COUNTER "tsc_khz %u\n", tsc_khz);
	emit(w, COUNTER "cpus_online %u\n", num_online_cpus());
	emit(w, COUNTER "cpus_possible %u\n", num_possible_cpus());
}

static void emit_result(struct writer *w, struct pcpb_run *run)
{
	const struct pcpb_param *param;
	unsigned int i;

	emit(w,
	     PCPB_RESULT_HEAD "\n" PCPB_KEY_SCENARIO " %s\n"
	     PCPB_KEY_STRATEGY " %s\n" PCPB_KEY_CONTEXT " %s\n",
	     run->step.scenario->name, run->step.strategy->name,
	     run->context->name);
	emit(w, PCPB_RESULT_VERDICT " %s\n", verdict_names[run->verdict]);
	if (run->verdict != PCPB_VERDICT_OK)
		emit(w, PCPB_RESULT_REASON " %s\n", run->reason);
	/* A parameter that the step's line does not name is not this step's. */
	for (param = pcpb_params; param->name; param++)
		if (run->step.named & BIT_ULL(param - pcpb_params))
			emit(w, PCPB_RESULT_PARAM " %s %llu\n", param->name,
			     pcpb_param_get(&run->step, param));
	if (run->verdict == PCPB_VERDICT_OK ||
	    run->verdict == PCPB_VERDICT_FAILED) {
		emit_counters(w, run);
		for (i = 0; i < PCPB_HIST_SCRATCH; i++)
			emit_hist(w, i);
	}
	emit(w, PCPB_RESULT_END "\n");
}

static void release(struct kref *ref)
{
	vfree(container_of(ref, struct pcpb_result, ref));
}

struct pcpb_result *pcpb_result_get(void)
{
	struct pcpb_result *result;

	mutex_lock(&last_lock);
	result = last;
	if (result)
		kref_get(&result->ref);
	mutex_unlock(&last_lock);
	return result;
}

void pcpb_result_put(struct pcpb_result *result)
{
	if (result)
		kref_put(&result->ref, release);
}

const char *pcpb_result_text(const struct pcpb_result *result, size_t *length)
{
	*length = result->length;
	return result->text;
}

static void replace_last(struct pcpb_result *result)
{
	struct pcpb_result *old;

	mutex_lock(&last_lock);
	old = last;
	last = result;
	mutex_unlock(&last_lock);
	pcpb_result_put(old);
}

int pcpb_result_make(struct pcpb_run *run)
{
	struct writer w = { };

	emit_result(&w, run);
	w.room = w.length + 1;
	w.result = vmalloc(sizeof(*w.result) + w.room);
	if (!w.result)
		return -ENOMEM;
	w.length = 0;
	emit_result(&w, run);
	kref_init(&w.result->ref);
	w.result->length = w.length;
	replace_last(w.result);
	return 0;
}

void pcpb_result_exit(void)
{
	replace_last(NULL);
}
