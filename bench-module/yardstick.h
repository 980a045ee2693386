/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fixed piece of work, timed between operations where time is real: how fast
 * was the machine just then? A host whose cores are shared changes its speed
 * by a factor of two from second to second.
 */
#ifndef PCPB_YARDSTICK_H
#define PCPB_YARDSTICK_H

/*
 * Does the work and records its time. Any context, with the recorder's limits
 * for NMIs. Nothing where instructions are counted: there is no speed there.
 */
void pcpb_yardstick(void);

#endif /* PCPB_YARDSTICK_H */
