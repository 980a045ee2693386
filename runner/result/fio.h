/* SPDX-License-Identifier: GPL-2.0-only */
/* What fio says of a storm. */
#ifndef FIO_RESULT_H
#define FIO_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "result/measurement.h"
#include "stats/hist.h"

struct fio_job {
	char *name;		/* of its section, and of its cgroup */
	int error;		/* errno of its first failure; 0 when there was none */
	uint64_t ios;		/* reads and writes that it issued */
};

/* fio's json+ output. */
struct fio_result {
	struct fio_job *job;
	size_t jobs;
	/*
	 * Completion latencies of the reads of all jobs, in fio's own buckets,
	 * which are up to 1/64 of their low bound wide. count, min and max are
	 * exact. sum is the total over jobs of mean x N, rounded for each job:
	 * fio prints six decimals, so it is exact up to some 500,000 I/Os per job.
	 */
	struct hist clat;
};

/*
 * Reads @text: messages of fio, then its JSON. @unit is that of a guest's
 * nanosecond: "ns", or "insn" in exact mode. 0; or -1 with the reason in *error
 * (to be freed) and @fio empty. A job that failed is not an error here.
 */
MUST_CHECK int fio_parse(struct fio_result *fio, const char *unit, const char *text, size_t length,
			 char **error);
void fio_result_free(struct fio_result *fio);

/*
 * Adds to @m, a storm's measurement with its parameters, what fio and io.stat
 * say of it (FIO and IOSTAT frames after their "step N" line):
 *
 *   fio_clat		histogram of completion latencies, unit @unit
 *   fio_jobs		jobs that ran
 *   ios_issued		I/Os that the jobs issued
 *   ios_own, …		what storm_balance() in storm-books.h gives
 *
 * 0 when fio did all that the step asked for and the books balance. Otherwise
 * -1 with the reason in *error (to be freed): the step has failed. What could
 * not be found out is then absent from @m, never 0.
 */
MUST_CHECK int storm_evaluate(struct measurement *m, const char *unit, const char *fio_text,
			      size_t fio_length, const char *iostat_text, size_t iostat_length,
			      char **error);

#endif
