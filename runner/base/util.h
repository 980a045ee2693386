/* SPDX-License-Identifier: GPL-2.0-only */
/* What nearly every file needs. A file that needs one of them alone includes that. */
#ifndef UTIL_H
#define UTIL_H

#include "base/alloc.h"
#include "base/grow.h"
#include "base/nearest.h"
#include "base/parse.h"
#include "base/str-list.h"

#endif
