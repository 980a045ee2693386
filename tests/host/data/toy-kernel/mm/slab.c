/* SPDX-License-Identifier: GPL-2.0-only */
#include "internal.h"
slab is DEPTH and MAGIC
