/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers in texts that are not trusted. All return false, and set nothing, when
 * the text is wrong.
 */
#ifndef PARSE_H
#define PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/must-check.h"

/* @s is an unsigned decimal number of at most @max and nothing else: no sign, no blanks. */
MUST_CHECK bool parse_u64(const char *s, uint64_t max, uint64_t *value);
/* "0.2 %" or "0.002": a share from 0 to 1e6, without a unit. */
MUST_CHECK bool parse_share(const char *s, double *share);

#endif
