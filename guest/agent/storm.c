// SPDX-License-Identifier: GPL-2.0-only
/*
 * A storm: the module is armed, somebody makes the groups, the books are read,
 * the cgroups go away, the module is disarmed. The cgroups go first so that
 * groups whose request still waits are cancelled, as they were in blk-throttle.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"

static int book_jobs(struct books *books, unsigned int jobs)
{
	char name[16], cgroup[32];

	for (unsigned int job = 0; job < jobs; job++) {
		cgroup_job_name(job, name);
		snprintf(cgroup, sizeof(cgroup), STORM_CGROUP "/%s", name);
		/* fio never came to make it: the host sees that it is missing */
		if (books_read(books, name, cgroup, PCPB_BOOKS_AFTER) && errno != ENOENT)
			return -1;
	}
	return 0;
}

int storm_by_fio(unsigned int step, const char *line, struct books *books, char *why, size_t size)
{
	const struct fio_storm storm = {
		.jobs = (unsigned int)step_param(line, jobs),
		.disks = (unsigned int)step_param(line, disks),
		.ios_per_disk = step_param(line, ios_per_disk),
		.seed = step_param(line, seed),
	};
	char *jobs = fio_job_file(&storm);
	int failed = fio_run(step, jobs, why, size);

	free(jobs);
	if (!failed && book_jobs(books, storm.jobs)) {
		snprintf(why, size, "cannot read the books after the storm: %s", strerror(errno));
		failed = -1;
	}
	return failed;
}

/* The storm and the books around it. 0, or -1 with the reason in @why. */
static int run_storm(unsigned int step, const char *line, storm_driver drive, char *why,
		     size_t size)
{
	struct books books;
	int failed = books_open(&books, step, (unsigned int)step_param(line, disks));

	if (failed) {
		snprintf(why, size, "cannot read the books before the storm: %s", strerror(errno));
	} else {
		failed = drive(step, line, &books, why, size);
		if (!failed && books_send(&books)) {
			snprintf(why, size, "cannot read the books after the storm: %s",
				 strerror(errno));
			failed = -1;
		}
	}
	books_close(&books);
	return failed;
}

/* True when the step is armed; else it has ended already. */
static bool begin(unsigned int step, const char *line)
{
	int error = module_control(PCPB_VERB_BEGIN, line);
	char *text;

	if (!error)
		return true;
	if (error == -EOPNOTSUPP) {
		module_send_result(step);
		step_end(step, "ok", "%s", "");
		return false;
	}
	text = module_error();
	step_end(step, "failed", "the module refused to begin: %s (%s)", text, strerror(-error));
	free(text);
	return false;
}

void storm_step(unsigned int step, const char *line, storm_driver drive)
{
	char why[512] = "", removal[256] = "";
	int error, failed;

	if (cgroup_prepare_storm(why, sizeof(why)) || disks_prepare(line, why, sizeof(why))) {
		step_end(step, "failed", "%s", why);
		return;
	}
	if (!begin(step, line))
		return;
	failed = record_begin(why, sizeof(why)) ||
		 run_storm(step, line, drive, why, sizeof(why));
	if (cgroup_remove_storm((unsigned int)step_param(line, jobs), removal,
				sizeof(removal)) && !failed) {
		snprintf(why, sizeof(why), "%s", removal);
		failed = -1;
	}
	if (record_end(step, removal, sizeof(removal)) && !failed) {
		snprintf(why, sizeof(why), "%s", removal);
		failed = -1;
	}
	error = module_control(PCPB_VERB_END, "");
	if (!error)
		error = module_send_result(step);
	if (error && !failed) {
		snprintf(why, sizeof(why), "the module gave no result: %s", strerror(-error));
		failed = -1;
	}
	step_end(step, failed ? "failed" : "ok", "%s", why);
}
