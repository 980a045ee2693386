/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells in what the provenances of two results differ. */
#ifndef PROVENANCE_H
#define PROVENANCE_H

#include "base/must-check.h"
#include "base/util.h"
#include "result/result.h"

/* The purpose for which two results are held against each other. */
enum provenance_use {
	TO_COMPARE,	/* they may be of different workloads */
	TO_MERGE,	/* they are parts of one run */
	/*
	 * One is judged by the other: only what is not under test counts. The kernel, its patches
	 * and configuration and the bench module are; the rest of the guest's image, compiler,
	 * QEMU, workload and host are not, and where one of them differs, a figure may have
	 * moved for its sake.
	 */
	TO_JUDGE,
};

/*
 * Adds a line to @list for every part of the provenance that may move figures
 * and differs: "compiler: OLD gcc 12, NEW gcc 13". The host's CPU counts in
 * real time only, the workload's name and overrides among parts of a run only.
 * Of the guest's image each file that differs is named, with its package, version and
 * hash, where both results say what is in theirs. @a_name and @b_name stand for the results.
 */
void provenance_differences(struct str_list *list, const struct result *a, const char *a_name,
			    const struct result *b, const char *b_name, enum provenance_use use);

/* The "pcpbench run ..." that makes the measurements of @r again, as far as they say; to be freed. */
MUST_CHECK char *provenance_command(const struct result *r);

#endif
