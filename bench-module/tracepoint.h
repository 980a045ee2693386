/* SPDX-License-Identifier: GPL-2.0-only */
/* Probes on tracepoints of the kernel that are not exported by name. */
#ifndef PCPB_TRACEPOINT_H
#define PCPB_TRACEPOINT_H

struct tracepoint;

/*
 * Calls @probe at the kernel's tracepoint @name until pcpb_tracepoint_unprobe().
 * @probe takes a void * that is NULL, then what the tracepoint passes, and runs
 * in the context of whoever passes it. May sleep. 0 with the tracepoint in
 * *@found; -ENODEV when the kernel has none of that name; -ENOMEM.
 */
int pcpb_tracepoint_probe(const char *name, void *probe,
			  struct tracepoint **found);

/* Returns when no CPU is in @probe any more. May sleep. */
void pcpb_tracepoint_unprobe(struct tracepoint *tracepoint, void *probe);

#endif /* PCPB_TRACEPOINT_H */
