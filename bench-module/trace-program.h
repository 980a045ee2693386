/* SPDX-License-Identifier: GPL-2.0-only */
/* The trace that scenario `trace` replays: taken from the host, checked, kept. */
#ifndef PCPB_TRACE_PROGRAM_H
#define PCPB_TRACE_PROGRAM_H

#include <linux/types.h>

#include "contract/trace-format.h"

struct pcpb_error;

struct pcpb_trace {
	u64 id;
	u32 ops, allocs, classes;
	u32 live_peak;		/* allocs that are live at a time, at most */
	u32 may_sleep;		/* allocs whose caller could sleep */
	u32 largest, strictest;	/* bytes: size and alignment that serve every alloc */
	const struct pcpb_trace_class *class;
	const u32 *op;
};

/*
 * Takes @length bytes at @data, which were kvmalloc()ed and are owned then,
 * good or bad, in place of what was there. Nothing of them is trusted. May
 * sleep; the caller keeps steps from running meanwhile. 0, -EINVAL or -ENOMEM,
 * told in @error.
 */
int pcpb_trace_take(void *data, size_t length, struct pcpb_error *error);

/* The trace of that id, or NULL. Valid until the next is taken. */
const struct pcpb_trace *pcpb_trace_find(u64 id);

/* When the module is unloaded. May sleep. */
void pcpb_trace_exit(void);

/* More bytes than this are no trace. */
#define PCPB_TRACE_BYTES_MAX						\
	(sizeof(struct pcpb_trace_header) +				\
	 PCPB_TRACE_CLASSES_MAX * sizeof(struct pcpb_trace_class) +	\
	 PCPB_TRACE_OPS_MAX * sizeof(u32))

#endif /* PCPB_TRACE_PROGRAM_H */
