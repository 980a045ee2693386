/* SPDX-License-Identifier: GPL-2.0-only */
/* Which strategies a kernel cannot do, told from its version and its patches: nothing is built. */
#ifndef KERNEL_NEEDS_H
#define KERNEL_NEEDS_H

#include "kernel/series.h"

/*
 * Why Linux @version with the patches of @series (NULL: none) lacks what
 * @strategy needs, in the words of the module's result; NULL when it has all.
 * A patch that cannot be read exports nothing.
 */
const char *kernel_lacks(const char *version, const struct series *series, const char *strategy);

#endif
