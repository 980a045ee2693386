/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The longest section of a step in which it kept interrupts off: the whole
 * visit to a context, and a call of the strategy by the block layer. What a
 * strategy does with interrupts off inside of a call that was made with
 * interrupts on is not seen; no call is shorter than that.
 */
#ifndef PCPB_IRQS_OFF_H
#define PCPB_IRQS_OFF_H

#include "clock.h"

/* Any context, interrupts off since @start (ticks) at the latest. */
void pcpb_irqs_off_note(u64 start);

/* From now on; and in the unit of the results since then. */
void pcpb_irqs_off_reset(void);
u64 pcpb_irqs_off_longest(void);

#endif /* PCPB_IRQS_OFF_H */
