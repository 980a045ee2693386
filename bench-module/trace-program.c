// SPDX-License-Identifier: GPL-2.0-only
/* What the host sent is checked to the last operation before it is used. */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "error.h"
#include "tables.h"
#include "trace-program.h"

static void *kept;
static struct pcpb_trace the_trace;

static int bad_class(struct pcpb_trace *trace, struct pcpb_error *error)
{
	const struct pcpb_param *size = pcpb_find_param("area_size");
	const struct pcpb_param *align = pcpb_find_param("align");
	u32 i;

	for (i = 0; i < trace->classes; i++) {
		const struct pcpb_trace_class *class = &trace->class[i];

		if (!class->size || class->size > size->highest ||
		    class->align > align->highest ||
		    !is_power_of_2(class->align)) {
			pcpb_error_set(error, "class %u of the trace: size %u, align %u cannot be",
				       i, class->size, class->align);
			return -EINVAL;
		}
		trace->largest = max(trace->largest, class->size);
		trace->strictest = max(trace->strictest, class->align);
	}
	return 0;
}

/* Counts the op at @i into @trace; @freed has a bit per alloc. */
static bool take_op(struct pcpb_trace *trace, u32 i, unsigned long *freed,
		    u32 *live)
{
	u32 op = trace->op[i];
	u32 index = op & PCPB_TRACE_INDEX;

	if (op & PCPB_TRACE_FREE) {
		if (op & PCPB_TRACE_MAY_SLEEP || index >= trace->allocs ||
		    __test_and_set_bit(index, freed))
			return false;
		(*live)--;
		return true;
	}
	if (index >= trace->classes)
		return false;
	trace->allocs++;
	trace->may_sleep += !!(op & PCPB_TRACE_MAY_SLEEP);
	trace->live_peak = max(trace->live_peak, ++*live);
	return true;
}

static int bad_ops(struct pcpb_trace *trace, struct pcpb_error *error)
{
	unsigned long *freed;
	u32 i, live = 0;
	int ret = 0;

	freed = bitmap_zalloc(trace->ops, GFP_KERNEL);
	if (!freed) {
		pcpb_error_set(error, "no memory to check the trace");
		return -ENOMEM;
	}
	for (i = 0; i < trace->ops && !ret; i++) {
		if (take_op(trace, i, freed, &live))
			continue;
		pcpb_error_set(error,
			       "operation %u of the trace, 0x%08x, is no alloc of a class and no free of a live alloc",
			       i, trace->op[i]);
		ret = -EINVAL;
	}
	bitmap_free(freed);
	if (!ret && !trace->allocs) {
		pcpb_error_set(error, "the trace has no alloc");
		ret = -EINVAL;
	}
	return ret;
}

static int bad_header(const struct pcpb_trace_header *header, size_t length,
		      struct pcpb_error *error)
{
	size_t want = sizeof(*header);

	if (length < sizeof(*header) || header->magic != PCPB_TRACE_MAGIC ||
	    header->version != PCPB_TRACE_VERSION || !header->id) {
		pcpb_error_set(error, "not a trace of version %d",
			       PCPB_TRACE_VERSION);
		return -EINVAL;
	}
	if (!header->classes || header->classes > PCPB_TRACE_CLASSES_MAX ||
	    !header->ops || header->ops > PCPB_TRACE_OPS_MAX) {
		pcpb_error_set(error,
			       "a trace of %u classes and %u operations; at most %d and %d can be",
			       header->classes, header->ops,
			       PCPB_TRACE_CLASSES_MAX, PCPB_TRACE_OPS_MAX);
		return -EINVAL;
	}
	want += header->classes * sizeof(struct pcpb_trace_class);
	want += header->ops * sizeof(u32);
	if (length == want)
		return 0;
	pcpb_error_set(error, "the trace has %zu bytes and should have %zu: was it cut short?",
		       length, want);
	return -EINVAL;
}

int pcpb_trace_take(void *data, size_t length, struct pcpb_error *error)
{
	const struct pcpb_trace_header *header = data;
	struct pcpb_trace trace = { };
	int ret;

	ret = bad_header(header, length, error);
	if (!ret) {
		trace.id = header->id;
		trace.classes = header->classes;
		trace.ops = header->ops;
		trace.class = (const void *)(header + 1);
		trace.op = (const void *)(trace.class + trace.classes);
		ret = bad_class(&trace, error);
	}
	ret = ret ?: bad_ops(&trace, error);
	if (ret) {
		kvfree(data);
		return ret;
	}
	kvfree(kept);
	kept = data;
	the_trace = trace;
	return 0;
}

const struct pcpb_trace *pcpb_trace_find(u64 id)
{
	return kept && the_trace.id == id ? &the_trace : NULL;
}

void pcpb_trace_exit(void)
{
	kvfree(kept);
	kept = NULL;
}
