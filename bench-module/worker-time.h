/* SPDX-License-Identifier: GPL-2.0-only */
/* What refills cost on the side: CPU time of the kernel's workqueue threads. */
#ifndef PCPB_WORKER_TIME_H
#define PCPB_WORKER_TIME_H

#include <linux/types.h>

/*
 * ns of CPU time that all workqueue threads alive have used so far. A thread
 * that runs at this moment is counted up to its last tick. Any context but NMI.
 */
u64 pcpb_worker_ns(void);

#endif /* PCPB_WORKER_TIME_H */
