/* SPDX-License-Identifier: GPL-2.0-only */
/* A host made busy on purpose: what must not change a result in exact mode. */
#ifndef HOST_LOAD_H
#define HOST_LOAD_H

struct host_load;

/* A thread that spins for every online core, until host_load_stop(). NULL when none could start. */
struct host_load *host_load_start(void);
/* How many of them spin. */
unsigned int host_load_threads(const struct host_load *load);
void host_load_stop(struct host_load *load);

#endif
