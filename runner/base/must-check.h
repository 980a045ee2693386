/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MUST_CHECK_H
#define MUST_CHECK_H

/*
 * Stands before a function whose result says whether it worked: the compiler
 * refuses a call that drops it.
 */
#define MUST_CHECK __attribute__((warn_unused_result))

#endif
