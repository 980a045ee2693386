/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the real pcpbench for tests, with its runs in a scratch folder. */
#ifndef LIB_PCPBENCH_H
#define LIB_PCPBENCH_H

#include <sys/types.h>

#include "base/util.h"
#include "result/result.h"

struct outcome {
	int status;
	char *out;	/* stdout */
	char *err;	/* stderr */
};

/* Arguments after the program's name, NULL-terminated. */
struct outcome pcpbench(const char *first, ...) __attribute__((sentinel));
/* `pcpbench run` of @workload on all @kernels, whose guests run at once. */
struct outcome run_on_kernels(const char *workload, const struct str_list *kernels);
void outcome_free(struct outcome *outcome);

/* The scratch folder's latest run; fails the test when it does not load. */
void load_latest(struct result *result);
/* Folder that runs go to; give it as --output. */
const char *scratch_runs(void);

/*
 * Starts pcpbench in the background; what it says goes to stderr, or replaces
 * file @log. Its process, to be waited for; -1 after a message.
 */
pid_t pcpbench_start(const char *const *arguments, const char *log);
/*
 * Appends the versions in $KERNELS to @kernels, or all that have a series; fails the test when
 * there is none.
 */
void kernels_under_test(struct str_list *kernels);
bool is_under_test(const char *kernel);

/* How many QEMU processes work in @folder or below it. */
unsigned int qemu_count(const char *folder);

/* cmocka group fixtures: make and remove the scratch folder. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

#endif
