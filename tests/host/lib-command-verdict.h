/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the verdict that a judging command left, when it was called with -o runs
 * in the scratch folder.
 */
#ifndef LIB_COMMAND_VERDICT_H
#define LIB_COMMAND_VERDICT_H

/* runs/@command/verdict.json; @reason is part of its first one, NULL: it has none. */
void command_verdict_is(const char *command, const char *word, int status, const char *reason);

#endif
