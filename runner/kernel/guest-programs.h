/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The programs of a guest: static, built from pinned sources in the cache, so
 * that no library of the host is in them. FIO=path in the environment stands for
 * a static fio of the user's own.
 */
#ifndef GUEST_PROGRAMS_H
#define GUEST_PROGRAMS_H

#include <stdbool.h>

#include "base/must-check.h"
#include "kernel/ingredient.h"

struct guest_programs {
	char *agent, *fio, *perf;	/* paths; perf may be NULL */
	/* the programs, then the libraries that are linked into them */
	struct ingredient_list from;
};

/* Builds what is not in the cache yet; 0, or -1 after a message. */
MUST_CHECK int guest_programs_build(struct guest_programs *programs, const char *root, bool perf);
void guest_programs_free(struct guest_programs *programs);

#endif
