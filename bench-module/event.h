/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel events that are not exported by name. */
#ifndef PCPB_EVENT_H
#define PCPB_EVENT_H

struct tracepoint;

/*
 * Calls @probe from event @name of the kernel itself until pcpb_event_unprobe().
 * @probe takes a void * that is NULL, then what the event passes. May sleep.
 * 0; -ENODEV when the kernel has no such event; -ENOMEM.
 */
int pcpb_event_probe(const char *name, void *probe, struct tracepoint **event);

/* Returns when no CPU is in @probe any more. May sleep. */
void pcpb_event_unprobe(struct tracepoint *event, void *probe);

#endif /* PCPB_EVENT_H */
