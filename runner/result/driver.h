/* SPDX-License-Identifier: GPL-2.0-only */
/* The report of the guest agent's own storm driver on its work. */
#ifndef DRIVER_RESULT_H
#define DRIVER_RESULT_H

#include <stddef.h>

#include "base/must-check.h"
#include "result/measurement.h"
#include "result/storm-books.h"

/*
 * Reads @text, a DRIVER frame after its "step N" line (docs/protocol.md):
 * its counters and histograms go to @m, whose scenario, strategy and context
 * it must agree with, and what it issued goes to @issued, whose disks are
 * set. 0; or -1 with the reason in *error (to be freed), @m untouched and
 * @issued to be freed all the same.
 */
MUST_CHECK int driver_parse(struct measurement *m, struct storm_issued *issued, const char *text,
			    size_t length, char **error);

/*
 * Adds to @m, the measurement of a churn with its parameters, all that is
 * known of it besides the module's result: the driver's counters and
 * histograms, what storm_balance() gives, and when the step has a neighbour
 *
 *   fio_clat		completion latencies of the neighbour, unit @unit
 *   neighbour_ios	its I/Os, which are among ios_issued
 *
 * @fio_text is its output, NULL when there is none. 0 when everything that the
 * step asks for was done and the books balance; -1 with the reason in *error
 * (to be freed): the step has failed.
 */
MUST_CHECK int churn_evaluate(struct measurement *m, const char *unit, const char *driver_text,
			      size_t driver_length, const char *fio_text, size_t fio_length,
			      const char *iostat_text, size_t iostat_length, char **error);

#endif
