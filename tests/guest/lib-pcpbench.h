/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the real pcpbench for tests, with its runs in a scratch folder. */
#ifndef LIB_PCPBENCH_H
#define LIB_PCPBENCH_H

#include <sys/types.h>

#include "result/result.h"

struct outcome {
	int status;
	char *out;	/* stdout */
	char *err;	/* stderr */
};

/* Arguments after the program's name, NULL-terminated. */
struct outcome pcpbench(const char *first, ...) __attribute__((sentinel));
void outcome_free(struct outcome *outcome);

/* The scratch folder's latest run; fails the test when it does not load. */
void load_latest(struct result *result);
/* Folder that runs go to; give it as --output. */
const char *scratch_runs(void);

/* Starts pcpbench in the background, for tests that interrupt it. */
pid_t pcpbench_start(const char *const *arguments);
/* How many QEMU processes work in @folder or below it. */
unsigned int qemu_count(const char *folder);

/* cmocka group fixtures: make and remove the scratch folder. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

#endif
