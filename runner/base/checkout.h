/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CHECKOUT_H
#define CHECKOUT_H

/*
 * The folder with patches/, bench-module/, workloads/ and all else that a run is made of: what
 * PCPBENCH_ROOT names; else share/pcpbench beside the bin/ of an installed program; else the
 * checkout that this program was built in, which is the folder above runner/. Never NULL. Static
 * storage, not for threads.
 */
const char *checkout_root(void);

/*
 * The folder that gets the run folders unless --output names another: results/runs of the
 * checkout, and of an installed program that of the current folder. Static storage, as above.
 */
const char *checkout_runs(void);

#endif
