/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arrays that grow by one item at a time:
 *
 *	struct list { struct thing *item; size_t n; };
 *
 *	GROW(list->item, list->n);
 *	list->item[list->n++] = thing;
 *
 * The room of such an array is the power of two that holds its items, so no
 * field has to remember it: n items cost at most 2n moves in total. That holds
 * for every array that began as NULL with no items and grew through GROW()
 * alone; items may be dropped from its end. The array is freed with free().
 */
#ifndef GROW_H
#define GROW_H

#include <stddef.h>

#include "base/must-check.h"

/*
 * Makes room for the item at index @n of the array @item, which has @n items; may
 * move the array.
 */
#define GROW(item, n) ((item) = grow_array((item), (n), sizeof(*(item))))

/* For GROW() alone. Never NULL: without memory the program ends. */
MUST_CHECK void *grow_array(void *item, size_t n, size_t size);

#endif
