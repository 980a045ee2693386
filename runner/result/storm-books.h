/* SPDX-License-Identifier: GPL-2.0-only */
/* The books of a storm: I/Os issued against I/Os charged. */
#ifndef STORM_BOOKS_H
#define STORM_BOOKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "result/measurement.h"

/* Most I/Os of one cgroup on one disk; it keeps the totals over all of them within 63 bits. */
#define STORM_IOS_MAX	(1ull << 36)

/* The I/Os that were issued in a cgroup, on each disk. */
struct storm_cgroup {
	char *name;
	uint64_t *ios;
};

struct storm_issued {
	uint64_t disks;		/* of the step: set it first */
	struct storm_cgroup *cgroup;
	size_t n;
};

/* A new cgroup; its I/Os, one number per disk, all 0 at first. */
uint64_t *storm_issued_add(struct storm_issued *issued, const char *name);
void storm_issued_free(struct storm_issued *issued);

/*
 * Holds @text, an IOSTAT frame after its "step N" line, against @issued, and
 * adds to @m
 *
 *   ios_issued		I/Os issued
 *   ios_own		of those, charged to the cgroup that they were issued in
 *   misattributed_ios	issued in a cgroup on a disk, but not charged to it;
 *			per cgroup and disk, so that one's surplus never hides
 *			another's loss
 *   cgroups_misattributed	cgroups with at least one of those
 *   ios_ancestors	charged to the parent "storm" itself or to the root
 *   ios_unexplained	misattributed but at no ancestor, at an ancestor but
 *			missed by no cgroup, or in a cgroup beyond what was
 *			issued there; 0 when the books balance
 *   percpu_bytes_…	what the guest's percpu areas took
 *   blkg_…		what the block layer's own pools did (pool-books.h)
 *
 * 0 when the books balance. Otherwise -1 with the reason in *error (to be
 * freed). When the books cannot be read the counters are absent, never 0.
 */
MUST_CHECK int storm_balance(struct measurement *m, const struct storm_issued *issued,
			     const char *text, size_t length, char **error);

/* Always -1, for the reason that it puts into *error. */
int storm_error(char **error, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
