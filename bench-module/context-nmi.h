/* SPDX-License-Identifier: GPL-2.0-only */
/* Context nmi, whose call takes a handler that has to be registered. */
#ifndef PCPB_CONTEXT_NMI_H
#define PCPB_CONTEXT_NMI_H

/*
 * Registers the handler and sends this CPU one NMI to see that it comes. May
 * sleep. 0, -ENODEV when it did not come, or another -errno; nothing is
 * registered then.
 */
int pcpb_nmi_init(void);
void pcpb_nmi_exit(void);

/* Runs @fn in an NMI on this CPU. Any context but NMI; after pcpb_nmi_init(). */
void pcpb_call_in_nmi(void (*fn)(void *arg), void *arg);

#endif /* PCPB_CONTEXT_NMI_H */
