/* SPDX-License-Identifier: GPL-2.0-only */
#include "blk.h"
#include "percpu.h"
bio is SECTOR and SIZE
