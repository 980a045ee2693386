/* SPDX-License-Identifier: GPL-2.0-only */
/* Areas of seeded random sizes and alignments. */
#ifndef PCPB_MIXED_SIZES_H
#define PCPB_MIXED_SIZES_H

#include "percpu-bench.h"

/*
 * Any context. The @n-th size and alignment, in bytes, of the step's
 * sequence: sizes are uniform from 1 to step->size, alignments uniform among
 * the powers of two from 2 to step->align (at least 2). With 1024 and 2048
 * these are the areas of the kernel's own pcpu_alloc_test, lib/test_vmalloc.c.
 */
void pcpb_mixed_size(const struct pcpb_step *step, u64 n, u32 *size,
		     u32 *align);

/* Why the step's strategy cannot serve requests of different sizes, or NULL. */
const char *pcpb_mixed_unsupported(const struct pcpb_step *step);

#endif /* PCPB_MIXED_SIZES_H */
