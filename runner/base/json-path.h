/* SPDX-License-Identifier: GPL-2.0-only */
/* The place in a JSON text at which a parser gave up, in words that people can follow. */
#ifndef JSON_PATH_H
#define JSON_PATH_H

#include <stddef.h>

#include "base/must-check.h"

/*
 * The JSON path ("measurements[3].counters.failures") of the value that byte
 * @position of @text belongs to. @text must be well-formed up to there, as it
 * is in front of a parser's error. Never fails: what is nested deeper than 32
 * levels is named by its ancestor, and "" is the document itself. The caller
 * frees the path.
 */
MUST_CHECK char *json_path_at(const char *text, size_t position);

#endif
