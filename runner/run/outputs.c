// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a run leaves, and what becomes of its verdict where it cannot be left. The
 * verdict is about measurements and their record. Pictures are neither: they can
 * be drawn from result.json at any time, so a run without them is as good, and
 * says so in its notes.
 */
#include <stdlib.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/subprocess.h"
#include "report/report.h"
#include "run/run.h"

int run_spoil(struct run *run, const char *reason)
{
	str_list_add(&run->reasons, reason);
	/* a folder that was never begun has no verdict either */
	if ((run->temp_dir || run->dir) && run_write_verdict(run, EXIT_CANNOT))
		diag_hint("verdict.json still says what it said before");
	return EXIT_CANNOT;
}

static int write_result(const struct run *run)
{
	char *path = xasprintf("%s/result.json", run->temp_dir);
	int failed = result_write(&run->result, path) || run_write_recordings(run);

	free(path);
	return failed;
}

/* The tables; the pictures, where they can be had; neither for who wants to leave. */
static int write_report(struct run *run)
{
	int failed;

	if (interrupt_requested())
		return 0;
	free(run->no_pictures);
	progress(0, 0, "drawing the report");
	failed = report_write(&run->result, run->temp_dir, run->root, &run->no_pictures);
	progress_end();
	if (interrupt_requested()) {
		str_list_add(&run->reasons, "interrupted while drawing the report");
		return -1;
	}
	/* what the tables lacked is told already */
	if (run->no_pictures && !failed) {
		diag_warn("no pictures were drawn: %s", run->no_pictures);
		diag_hint("`pcpbench report` draws them from the stored result, once it can");
	}
	if (failed)
		str_list_add(&run->reasons, "report.md or report.html could not be written");
	return failed;
}

int run_store(struct run *run, int status)
{
	if (write_result(run))
		return EXIT_CANNOT;
	/* where the disk is full, this is what a later verdict finds no room to replace */
	str_list_add(&run->reasons, "the run's folder was not finished");
	if (run_write_verdict(run, EXIT_CANNOT))
		return EXIT_CANNOT;
	free(run->reasons.item[--run->reasons.n]);
	/* a report that can't be written must not cost the measurements */
	if (write_report(run))
		status = EXIT_CANNOT;
	if (run_write_verdict(run, status))
		status = EXIT_CANNOT;
	if (run_dir_publish(run))
		return run_spoil(run, "the run's folder could not be completed");
	return status;
}
