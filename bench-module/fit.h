/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells whether a step fits in this machine's memory. */
#ifndef PCPB_FIT_H
#define PCPB_FIT_H

#include "run.h"

/*
 * Running out of memory would kill the guest's only process, so a step that
 * wants most of what is there is not begun: false, and @why says how much it
 * wants or, of areas that stay, how many would fit. run->demand and run->areas
 * are set. May sleep.
 */
bool pcpb_fits(const struct pcpb_run *run, char *why, size_t size);

#endif /* PCPB_FIT_H */
