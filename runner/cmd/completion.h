/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPLETION_H
#define COMPLETION_H

#include <stdio.h>

/*
 * Prints bash functions that tell of each command its options, the placeholders of their values
 * and those of its arguments, and the names of the output formats. What a placeholder stands for is up to runner/completion.bash,
 * which the Makefile puts behind them.
 */
void completion_print(FILE *out);

#endif
