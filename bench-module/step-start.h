/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PCPB_STEP_START_H
#define PCPB_STEP_START_H

/*
 * Waits until the guest is as it is before every step, so that in exact mode a
 * step measures the same whatever came before it: a longer command to read, a
 * larger module, one more parameter in the table. To be called in task context
 * before anything of the step is done; sleeps up to 80 ms. Nothing in real
 * time, where no two steps begin alike. 0, -EINTR or -ENOMEM.
 */
int pcpb_step_start(void);

#endif /* PCPB_STEP_START_H */
