/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HOST_TSC_H
#define HOST_TSC_H

/*
 * Frequency of this host's time stamp counter in kHz, measured once against
 * CLOCK_MONOTONIC_RAW (takes some 50 ms, good to 0.01 %); 0 where there is
 * none.
 */
unsigned int host_tsc_khz(void);

#endif
