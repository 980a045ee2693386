/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CANONICAL_JSON_H
#define CANONICAL_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "base/must-check.h"

/*
 * What json_dumps(@json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY)
 * gives, byte for byte, in a fifth of the time: a result is mostly integers,
 * and jansson prints each through snprintf(). The caller frees the text;
 * *length does not count its NUL. NULL when a string in it is not UTF-8.
 */
MUST_CHECK char *canonical_json(const json_t *json, size_t *length);

#endif
