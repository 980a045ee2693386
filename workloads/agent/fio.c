// SPDX-License-Identifier: GPL-2.0-only
/* fio's job file of a storm, and fio's run. */
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

#define JOB_FILE	"/tmp/storm.fio"
#define OUTPUT_FILE	"/tmp/fio.out"
#define FIO_SECONDS	300	/* of guest time */

static void write_disks(FILE *out, unsigned int disks)
{
	for (unsigned int disk = 0; disk < disks; disk++)
		fprintf(out, "%s/dev/nullb%u", disk ? ":" : "", disk);
}

char *fio_job_file(const struct fio_storm *storm)
{
	char *text = NULL, name[16];
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		die("the guest has no memory left for fio's job file");
	/*
	 * norandommap and no disk utilisation: fio would spend more on its own
	 * bookkeeping than on a storm's few I/Os.
	 */
	fprintf(out, "[global]\nioengine=psync\ndirect=1\nrw=randread\nbs=4k\nfilename=");
	write_disks(out, storm->disks);
	fprintf(out, "\nfile_service_type=roundrobin:1\nnumber_ios=%lu\nrandseed=%lu\n",
		storm->ios_per_disk * storm->disks, storm->seed);
	fprintf(out, "norandommap=1\nrandrepeat=1\ndisk_util=0\nallow_file_create=0\ncgroup_nodelete=1\n");
	for (unsigned int job = 0; job < storm->jobs; job++) {
		cgroup_job_name(job, name);
		fprintf(out, "[%s]\ncgroup=" STORM_CGROUP "/%s\n", name, name);
	}
	fclose(out);
	return text;
}

static int save_job_file(const struct fio_storm *storm)
{
	char *text = fio_job_file(storm);
	int fd = open(JOB_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int error = fd < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	if (!error)
		error = write_file(JOB_FILE, text);
	free(text);
	return error;
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
	execl("/usr/bin/fio", "fio", "--output-format=json+", "--eta=never", JOB_FILE, NULL);
	_exit(127);
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
			kill(-pid, SIGKILL);
			waitpid(pid, NULL, 0);
			return -1;
		}
	}
}

char *fio_run(const struct fio_storm *storm, size_t *length, char *why, size_t size)
{
	int error = save_job_file(storm);
	char *output;
	pid_t pid;

	if (error) {
		snprintf(why, size, "cannot write " JOB_FILE ": %s", strerror(-error));
		return NULL;
	}
	pid = fork();
	if (pid == 0)
		become_fio();
	if (pid < 0) {
		snprintf(why, size, "cannot start fio: %s", strerror(errno));
		return NULL;
	}
	if (wait_for(pid)) {
		snprintf(why, size, "fio did not end within %d s of guest time", FIO_SECONDS);
		return NULL;
	}
	output = read_file(OUTPUT_FILE, length);
	if (!output)
		snprintf(why, size, "fio left no output: %s", strerror(errno));
	unlink(OUTPUT_FILE);
	return output;
}
