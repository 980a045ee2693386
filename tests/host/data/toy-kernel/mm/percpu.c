/* SPDX-License-Identifier: GPL-2.0-only */
#include "internal.h"
#include "percpu.h"
percpu is SIZE and DEPTH
