/* SPDX-License-Identifier: GPL-2.0-only */
#include "blk.h"
genhd is SECTOR
