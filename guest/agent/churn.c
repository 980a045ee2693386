// SPDX-License-Identifier: GPL-2.0-only
/*
 * A churn as a step: the neighbour before it, the driver's run, and what goes
 * to the host. fio is the neighbour, and only that: its jobs start too slowly
 * to be the storm.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "agent.h"
#include "churn.h"

#define NEIGHBOUR_CGROUP	STORM_CGROUP "/" NEIGHBOUR
#define NEIGHBOUR_TRIES		10000
#define NEIGHBOUR_WAIT_NS	1000000

static bool neighbour_reads(void)
{
	char *stat = cgroup_io_stat(NEIGHBOUR_CGROUP, NULL);
	bool reads = stat && strstr(stat, " rios=");

	free(stat);
	return reads;
}

/* Starts the neighbour and waits for its first read. Its pid, or -1 with the reason. */
static pid_t start_neighbour(unsigned long seed, char *why, size_t size)
{
	const struct timespec wait = { .tv_nsec = NEIGHBOUR_WAIT_NS };
	char *jobs = fio_neighbour_file(seed);
	pid_t pid = fio_start(jobs, why, size);

	free(jobs);
	if (pid < 0)
		return -1;
	for (int i = 0; i < NEIGHBOUR_TRIES; i++) {
		if (neighbour_reads())
			return pid;
		nanosleep(&wait, NULL);
	}
	fio_kill(pid);
	snprintf(why, size, "fio's job %s did not begin to read", NEIGHBOUR);
	return -1;
}

static int stop_neighbour(pid_t pid, unsigned int step, char *why, size_t size)
{
	kill(pid, SIGINT);
	return fio_finish(pid, step, why, size);
}

/* The driver's word: the form of a module's result, then a line for every cgroup. */
static void send_report(const struct churn *churn, unsigned int step, const char *line)
{
	char *strategy = step_value(line, "strategy"), *context = step_value(line, "context");
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		die("the guest has no memory left for the driver's report");
	fprintf(out, RESULT_HEAD("churn") PCPB_RESULT_VERDICT " ok\n", step, strategy, context);
	churn_report(churn, bench_unit(), out);
	fclose(out);
	frame_send_deflated(PCPB_FRAME_DRIVER, text, length);
	free(text);
	free(strategy);
	free(context);
}

static int book(struct books *books, const struct churn *churn, bool neighbour)
{
	char name[16];

	for (unsigned int cgroup = 0; cgroup < churn->step.cgroups; cgroup++) {
		cgroup_job_name(cgroup, name);
		books_add(books, name, PCPB_BOOKS_AFTER, churn->stat + cgroup * churn->stat_room);
	}
	return neighbour ? books_read(books, NEIGHBOUR, NEIGHBOUR_CGROUP, PCPB_BOOKS_AFTER) : 0;
}

static int run_beside_neighbour(struct churn *churn, unsigned int step, bool neighbour, char *why,
				size_t size)
{
	pid_t pid = neighbour ? start_neighbour(churn->step.seed, why, size) : 0;
	int failed;

	if (pid < 0)
		return -1;
	failed = churn_run(churn);
	if (failed)
		snprintf(why, size, "%s", churn->why);
	if (neighbour && stop_neighbour(pid, step, failed ? churn->why : why,
					failed ? sizeof(churn->why) : size))
		failed = -1;
	return failed;
}

static struct churn_step read_step(const char *line)
{
	struct churn_step step = {
		.cgroups = (unsigned int)step_param(line, jobs),
		.disks = (unsigned int)step_param(line, disks),
		.in_flight = (unsigned int)step_param(line, in_flight),
		.ios_per_disk = step_param(line, ios_per_disk),
		.seed = step_param(line, seed),
		.rate = step_param(line, rate),
		.pause = step_param(line, pause),
		.poisson = step_param(line, poisson),
	};

	if (step.in_flight > step.cgroups)
		step.in_flight = step.cgroups;
	return step;
}

int storm_by_churn(unsigned int step, const char *line, struct books *books, char *why, size_t size)
{
	struct churn churn = { .step = read_step(line) };
	bool neighbour = step_param(line, neighbour);
	int failed = churn_open(&churn);

	if (failed) {
		snprintf(why, size, "%s", churn.why);
	} else {
		failed = run_beside_neighbour(&churn, step, neighbour, why, size);
		if (!failed)
			send_report(&churn, step, line);
		if (!failed && book(books, &churn, neighbour)) {
			snprintf(why, size, "cannot read the neighbour's books: %s",
				 strerror(errno));
			failed = -1;
		}
	}
	churn_close(&churn);
	return failed;
}
