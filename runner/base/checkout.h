/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CHECKOUT_H
#define CHECKOUT_H

/*
 * The checkout that this program was built in (the folder above runner/), or
 * what PCPBENCH_ROOT names; never NULL. Static storage, not for threads.
 */
const char *checkout_root(void);

#endif
