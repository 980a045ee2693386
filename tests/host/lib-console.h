/* SPDX-License-Identifier: GPL-2.0-only */
/* A whole console judged at one go, as guest/judge.c does it piece by piece. */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

#include "guest/console.h"
#include "result/verdict.h"

/*
 * Judges @text (any bytes). VERDICT_OK, VERDICT_SPLAT (warning, oops that did
 * not end the guest, stall, lockup) or VERDICT_PANIC; *excerpt is the message
 * that decided, with the reason in brackets, to be freed, or NULL.
 */
enum verdict console_judge(const char *text, size_t length, char **excerpt);

#endif
