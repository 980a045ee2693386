// SPDX-License-Identifier: GPL-2.0-only
/* fio's job files, and its run. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "churn.h"

#define JOB_FILE	"/tmp/storm.fio"
#define OUTPUT_FILE	"/tmp/fio.out"
#define FIO_SECONDS	300	/* of guest time */
#define HEAD		32	/* bytes, more than a frame's first line */

/*
 * norandommap and no disk utilisation: fio would spend more on its own
 * bookkeeping than on a storm's few I/Os.
 */
#define GLOBAL	"[global]\nioengine=psync\ndirect=1\nrw=randread\nbs=4k\n" \
		"norandommap=1\nrandrepeat=1\ndisk_util=0\nallow_file_create=0\ncgroup_nodelete=1\n"

static FILE *open_text(char **text, size_t *length)
{
	FILE *out = open_memstream(text, length);

	if (!out)
		die("the guest has no memory left for fio's job file");
	fputs(GLOBAL, out);
	return out;
}

/* The jobs in the order that the seed says (Fisher and Yates), to be freed: fio starts them so. */
static unsigned int *job_order(const struct fio_storm *storm)
{
	unsigned int *order = xmalloc(storm->jobs * sizeof(*order));

	for (unsigned int i = 0; i < storm->jobs; i++) {
		unsigned int other = (unsigned int)(churn_draw(storm->seed, i) % (i + 1));

		order[i] = order[other];
		order[other] = i;
	}
	return order;
}

char *fio_job_file(const struct fio_storm *storm)
{
	char *text = NULL, name[16];
	size_t length;
	FILE *out = open_text(&text, &length);
	uint64_t first = churn_draw(storm->seed, UINT64_MAX) % storm->disks;
	unsigned int *order = job_order(storm);

	fprintf(out, "filename=");
	for (unsigned int i = 0; i < storm->disks; i++)
		fprintf(out, "%s/dev/nullb%u", i ? ":" : "",
			(unsigned int)((first + i) % storm->disks));
	fprintf(out, "\nfile_service_type=roundrobin:1\nnumber_ios=%lu\nrandseed=%lu\n",
		storm->ios_per_disk * storm->disks, storm->seed);
	for (unsigned int i = 0; i < storm->jobs; i++) {
		cgroup_job_name(order[i], name);
		fprintf(out, "[%s]\ncgroup=" STORM_CGROUP "/%s\n", name, name);
	}
	fclose(out);
	free(order);
	return text;
}

char *fio_neighbour_file(unsigned long seed)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_text(&text, &length);

	/* until it is stopped; flat out it would take a CPU from the storm */
	fprintf(out, "filename=/dev/nullb%d\ntime_based=1\nruntime=%d\nthinktime=%d\nrandseed=%lu\n",
		PCPB_NEIGHBOUR_DISK, FIO_SECONDS, NEIGHBOUR_THINK_US, seed);
	fprintf(out, "[" NEIGHBOUR "]\ncgroup=" STORM_CGROUP "/" NEIGHBOUR "\n");
	fclose(out);
	return text;
}

static int save_job_file(const char *text)
{
	int fd = open(JOB_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	close(fd);
	return write_file(JOB_FILE, text);
}

static void become_fio(void)
{
	int out = open(OUTPUT_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	if (out < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		_exit(127);
	execl(PCPB_GUEST_FIO, "fio", "--output-format=json+", "--eta=never", JOB_FILE, NULL);
	_exit(127);
}

pid_t fio_start(const char *jobs, char *why, size_t size)
{
	int error = save_job_file(jobs);
	pid_t pid;

	if (error) {
		snprintf(why, size, "cannot write " JOB_FILE ": %s", strerror(-error));
		return -1;
	}
	pid = fork();
	if (pid == 0)
		become_fio();
	if (pid < 0)
		snprintf(why, size, "cannot start fio: %s", strerror(errno));
	return pid;
}

void fio_kill(pid_t pid)
{
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* 0 when fio ended in time, by whatever status: the host judges its words. */
static int wait_for(pid_t pid)
{
	const struct timespec limit = { .tv_sec = FIO_SECONDS };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		pid_t done = waitpid(-1, NULL, WNOHANG);

		if (done == pid)
			return 0;
		if (done > 0)
			continue;
		if (sigtimedwait(&child, NULL, &limit) < 0 && errno == EAGAIN) {
			fio_kill(pid);
			return -1;
		}
	}
}

static void send_output(unsigned int step, const char *output, size_t length)
{
	char *payload = xmalloc(length + HEAD);
	int head = snprintf(payload, HEAD, PCPB_LINE_STEP " %u\n", step);

	memcpy(payload + head, output, length);
	frame_send_deflated(PCPB_FRAME_FIO, payload, (size_t)head + length);
	free(payload);
}

int fio_finish(pid_t pid, unsigned int step, char *why, size_t size)
{
	size_t length;
	char *output;

	if (wait_for(pid)) {
		snprintf(why, size, "fio did not end within %d s of guest time", FIO_SECONDS);
		return -1;
	}
	output = read_file(OUTPUT_FILE, &length);
	unlink(OUTPUT_FILE);
	if (!output) {
		snprintf(why, size, "fio left no output: %s", strerror(errno));
		return -1;
	}
	send_output(step, output, length);
	free(output);
	return 0;
}

int fio_run(unsigned int step, const char *jobs, char *why, size_t size)
{
	pid_t pid = fio_start(jobs, why, size);

	return pid < 0 ? -1 : fio_finish(pid, step, why, size);
}
