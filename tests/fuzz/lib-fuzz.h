/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fuzzer is a file with these two, in libFuzzer's form. With clang it can be
 * linked with -fsanitize=fuzzer instead of lib-fuzz.c, whose main() does for
 * gcc what a test needs of it.
 */
#ifndef LIB_FUZZ_H
#define LIB_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * Parses @data of @size bytes, which are in memory of just that size; 0.
 * abort() when what the parser promises does not hold.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Damaged inputs that take some two seconds under the sanitizers. */
extern const unsigned int fuzz_runs;

#endif
