/* SPDX-License-Identifier: GPL-2.0-only */
#include "table.h"
vmscan is a table
