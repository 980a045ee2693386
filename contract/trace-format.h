/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trace as the host program hands it to the module (debugfs file `trace`):
 * a header, the classes of areas, then an operation per alloc and free in the
 * order of the trace. Little endian, as all machines are that this runs on.
 */
#ifndef PCPB_TRACE_FORMAT_H
#define PCPB_TRACE_FORMAT_H

#ifdef __KERNEL__
#include <linux/types.h>
typedef u32 pcpb_trace_u32;
typedef u64 pcpb_trace_u64;
#else
#include <stdint.h>
typedef uint32_t pcpb_trace_u32;
typedef uint64_t pcpb_trace_u64;
#endif

#define PCPB_TRACE_MAGIC	0x54504350u	/* "PCPT" */
#define PCPB_TRACE_VERSION	1
#define PCPB_TRACE_CLASSES_MAX	256
#define PCPB_TRACE_OPS_MAX	200000

struct pcpb_trace_header {
	pcpb_trace_u32 magic;
	pcpb_trace_u32 version;
	pcpb_trace_u64 id;	/* from the hash of all the rest: a step's word `trace` */
	pcpb_trace_u32 classes;
	pcpb_trace_u32 ops;
};

/* What areas were asked for; each (size, align) once. */
struct pcpb_trace_class {
	pcpb_trace_u32 size;	/* bytes of one CPU's part */
	pcpb_trace_u32 align;	/* bytes, a power of two */
};

/*
 * An operation: the free of the k-th alloc, counted from 0, or an alloc of a
 * class, whose caller could sleep or not.
 */
#define PCPB_TRACE_FREE		0x80000000u
#define PCPB_TRACE_MAY_SLEEP	0x40000000u
#define PCPB_TRACE_INDEX	0x3fffffffu

#endif /* PCPB_TRACE_FORMAT_H */
