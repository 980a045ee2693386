/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who does not trust a strategy's own books asks the allocator: the audit
 * follows every percpu area of the step's size through the kernel's events
 * percpu_alloc_percpu and percpu_free_percpu.
 */
#ifndef PCPB_AUDIT_H
#define PCPB_AUDIT_H

#include <linux/types.h>

/*
 * Before the strategy's init: follows areas of @size bytes and a little more
 * (a strategy may add a header), @most of them at a time. May sleep. 0,
 * -ENOMEM, or -ENODEV when the kernel does not have the events.
 */
int pcpb_audit_begin(size_t size, u64 most);

/* In between, any context: areas that are allocated and not freed yet. */
u64 pcpb_audit_live(void);

/*
 * After the strategy's exit. May sleep. *@taken: areas that were allocated;
 * *@lost: those of them that were never freed; *@missed: areas that there was
 * no room to follow.
 */
void pcpb_audit_end(u64 *taken, u64 *lost, u64 *missed);

#endif /* PCPB_AUDIT_H */
