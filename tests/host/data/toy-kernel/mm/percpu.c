/* SPDX-License-Identifier: GPL-2.0-only */
#include "percpu.h"
#include "internal.h"
percpu is SIZE and DEPTH
