/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_HIST_H
#define LIB_HIST_H

#include "stats/hist.h"

/* Adds @count observations of @value in the bucket that the module would count them in. */
void hist_add(struct hist *h, uint64_t value, uint64_t count);

#endif
