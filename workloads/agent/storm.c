// SPDX-License-Identifier: GPL-2.0-only
/*
 * A storm: the module is armed, fio makes the groups, the books are read, the
 * cgroups go away, the module is disarmed. The cgroups go first so that groups
 * whose request still waits are cancelled, as they were in blk-throttle.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "agent.h"

struct books {
	FILE *out;
	char *text;
	size_t length;
};

/* io.stat of @cgroup as the books want it: a head line, then each line after a blank. */
static int book(struct books *books, const char *name, const char *cgroup, const char *moment)
{
	char *text = cgroup_io_stat(cgroup, NULL);

	if (!text)
		return -1;
	fprintf(books->out, "cgroup %s %s\n", name, moment);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		fprintf(books->out, " %s\n", line);
	free(text);
	return 0;
}

static int book_ancestors(struct books *books, const char *moment)
{
	return book(books, "root", "", moment) || book(books, STORM_CGROUP, STORM_CGROUP, moment);
}

static int open_books(struct books *books, unsigned int step, const struct fio_storm *storm)
{
	struct stat st;

	*books = (struct books){ 0 };
	if (stat("/dev/nullb0", &st))
		return -1;
	books->out = open_memstream(&books->text, &books->length);
	if (!books->out)
		return -1;
	fprintf(books->out, "step %u\ndisks %u\nfirst %u:%u\n", step, storm->disks,
		major(st.st_rdev), minor(st.st_rdev));
	return book_ancestors(books, "before");
}

static int book_jobs(struct books *books, unsigned int jobs)
{
	char name[16], cgroup[32];

	for (unsigned int job = 0; job < jobs; job++) {
		cgroup_job_name(job, name);
		snprintf(cgroup, sizeof(cgroup), STORM_CGROUP "/%s", name);
		/* fio never came to make it: the host sees that it is missing */
		if (book(books, name, cgroup, "after") && errno != ENOENT)
			return -1;
	}
	return 0;
}

static void send_fio(unsigned int step, const char *output, size_t length)
{
	char *payload = xmalloc(length + 32);
	int head = snprintf(payload, 32, "step %u\n", step);

	memcpy(payload + head, output, length);
	frame_send_deflated(PCPB_FRAME_FIO, payload, (size_t)head + length);
	free(payload);
}

/* fio's run and the books around it. 0, or -1 with the reason in @why. */
static int run_storm(unsigned int step, const struct fio_storm *storm, char *why, size_t size)
{
	struct books books;
	char *output = NULL;
	size_t length;
	int failed = open_books(&books, step, storm);

	if (failed)
		snprintf(why, size, "cannot read the books before the storm: %s", strerror(errno));
	if (!failed) {
		output = fio_run(storm, &length, why, size);
		failed = !output;
	}
	if (output)
		send_fio(step, output, length);
	free(output);
	if (!failed && (book_jobs(&books, storm->jobs) || book_ancestors(&books, "after"))) {
		snprintf(why, size, "cannot read the books after the storm: %s", strerror(errno));
		failed = -1;
	}
	if (books.out)
		fclose(books.out);
	if (!failed)
		frame_send_deflated(PCPB_FRAME_IOSTAT, books.text, books.length);
	free(books.text);
	return failed;
}

void storm_step(unsigned int step, const char *line)
{
	const struct fio_storm storm = {
		.jobs = (unsigned int)step_number(line, "jobs"),
		.disks = (unsigned int)step_number(line, "disks"),
		.ios_per_disk = step_number(line, "ios_per_disk"),
		.seed = step_number(line, "seed"),
	};
	char why[512] = "", removal[256] = "";
	int error, failed;

	if (cgroup_prepare_storm(why, sizeof(why))) {
		step_end(step, "failed", "%s", why);
		return;
	}
	error = module_control("begin", line);
	if (error == -EOPNOTSUPP) {
		module_send_result(step);
		step_end(step, "ok", "%s", "");
		return;
	}
	if (error) {
		char *text = module_error();

		step_end(step, "failed", "the module refused to begin: %s (%s)", text,
			 strerror(-error));
		free(text);
		return;
	}
	failed = run_storm(step, &storm, why, sizeof(why));
	if (cgroup_remove_storm(storm.jobs, removal, sizeof(removal)) && !failed) {
		snprintf(why, sizeof(why), "%s", removal);
		failed = -1;
	}
	error = module_control("end", "");
	if (!error)
		error = module_send_result(step);
	if (error && !failed) {
		snprintf(why, sizeof(why), "the module gave no result: %s", strerror(-error));
		failed = -1;
	}
	step_end(step, failed ? "failed" : "ok", "%s", why);
}
