/* SPDX-License-Identifier: GPL-2.0-only */
/* Damage to input, drawn from a seed, so that what a fuzzer finds can be found again. */
#ifndef LIB_MUTATE_H
#define LIB_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * @data of @length bytes with one to four changes: flipped bits, cuts, pieces
 * repeated, moved or overwritten, numbers replaced by ones that break parsers.
 * In memory of exactly *@new_length bytes, to be freed. *@seed is drawn on.
 */
unsigned char *mutate(const unsigned char *data, size_t length, uint64_t *seed, size_t *new_length);

#endif
