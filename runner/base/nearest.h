/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEAREST_H
#define NEAREST_H

/*
 * The item of @names (NULL-terminated) that is nearest to @word by edit
 * distance, for "did you mean"; borrowed. NULL when none has at least half of
 * the word right.
 */
const char *nearest_name(const char *word, const char *const *names);

#endif
