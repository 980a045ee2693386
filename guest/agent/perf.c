// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf(1) around a step: `perf stat` counts events of the whole guest, `perf
 * record` samples its CPUs by a timer. perf is started first and waits; its
 * control pipe turns it on just before the step and off just after, so that
 * neither its start nor its report is in what it saw.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"

#define PERF		PCPB_GUEST_PERF
#define DATA_FILE	"/tmp/perf.data"
#define TEXT_FILE	"/tmp/perf.txt"
#define MESSAGES	"/tmp/perf.messages"
#define ACK		"ack\n"
#define HEAD		32	/* bytes, more than a frame's first line */

/* A guest without a counter of that kind says "<not supported>". */
#define EVENTS	"percpu:*,workqueue:*,block:*,sched:*," \
		"context-switches,cpu-migrations,page-faults,cpu-clock,task-clock," \
		"cycles,instructions,cache-misses,branch-misses"
/*
 * Time goes by the guest's tick of 4 ms; what the designs differ in is seen at
 * every single one of these events.
 */
#define SAMPLED	"cpu-clock:I,percpu:percpu_alloc_percpu,percpu:percpu_alloc_percpu_fail," \
		"percpu:percpu_free_percpu,workqueue:workqueue_execute_start"

static const char *const stat_words[] = {
	PERF, "stat", "-a", "-x,", "-o", TEXT_FILE, "-e", EVENTS, "-D", "-1", NULL,
};
static const char *const record_words[] = {
	PERF, "record", "-a", "-g", "-e", SAMPLED, "-c", "1", "-o", DATA_FILE, "-D", "-1",
	"--max-size=15M", NULL,
};
static const char *const report_words[] = {
	PERF, "report", "-i", DATA_FILE, "--stdio", "--no-children", "-g", "caller,0.5,callee",
	"--sort", "comm,symbol", "--percent-limit", "0.5", NULL,
};

static pid_t perf = -1;
static int control = -1, answer = -1;

static void __attribute__((noreturn))
become_perf(const char *const words[], const char *extra, const char *output)
{
	const char *argv[24];
	char *const env[] = { "PATH=/usr/bin", "HOME=/tmp", "LC_ALL=C", NULL };
	int out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int messages = open(MESSAGES, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	size_t n = 0;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	while (words[n]) {
		argv[n] = words[n];
		n++;
	}
	if (extra)
		argv[n++] = extra;
	argv[n] = NULL;
	if (out < 0 || messages < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(messages, STDERR_FILENO) < 0)
		_exit(127);
	execve(PERF, (char *const *)argv, env);
	_exit(127);
}

static void say_why(unsigned int step, const char *what)
{
	char *said = read_file(MESSAGES, NULL);

	frame_sendf(PCPB_FRAME_LOG, "step %u: perf %s: %.400s", step, what,
		    said && *said ? said : "it said nothing");
	free(said);
}

/* Tells perf to @what and waits until it has. */
static int command(const char *what)
{
	char said[sizeof(ACK)];
	size_t got = 0;

	if (write(control, what, strlen(what)) < 0)
		return -1;
	/* perf ends each answer with a NUL, too */
	while (got < sizeof(ACK)) {
		ssize_t n = read(answer, said + got, sizeof(said) - got);

		if (n <= 0)
			return -1;
		got += (size_t)n;
	}
	return memcmp(said, ACK, strlen(ACK)) ? -1 : 0;
}

static void end_perf(int signal)
{
	kill(perf, signal);
	while (waitpid(perf, NULL, 0) < 0 && errno == EINTR)
		;
	close(control);
	close(answer);
	perf = -1;
}

bool perf_begin(unsigned int step, enum perf_kind kind)
{
	int to[2], from[2];
	char extra[48];

	if (kind == PERF_NONE)
		return false;
	/* by default samples become rarer where they take long, which depends on what is sampled */
	write_file("/proc/sys/kernel/perf_cpu_time_max_percent", "0");
	if (pipe(to) || pipe(from))
		die("cannot make perf's pipes: %s", strerror(errno));
	perf = fork();
	if (perf == 0) {
		close(to[1]);
		close(from[0]);
		snprintf(extra, sizeof(extra), "--control=fd:%d,%d", to[0], from[1]);
		become_perf(kind == PERF_STAT ? stat_words : record_words, extra, "/dev/null");
	}
	close(to[0]);
	close(from[1]);
	if (perf < 0)
		die("cannot start perf: %s", strerror(errno));
	control = to[1];
	answer = from[0];
	fcntl(control, F_SETFD, FD_CLOEXEC);
	fcntl(answer, F_SETFD, FD_CLOEXEC);
	if (!command("enable\n"))
		return true;
	end_perf(SIGKILL);
	say_why(step, "did not start");
	return false;
}

static void send_file(unsigned int step, enum pcpb_frame_type type, const char *path)
{
	size_t length;
	char *text = read_file(path, &length), *payload;
	int head;

	unlink(path);
	if (!text) {
		frame_sendf(PCPB_FRAME_LOG, "step %u: perf left no %s", step, path);
		return;
	}
	payload = xmalloc(length + HEAD);
	head = snprintf(payload, HEAD, PCPB_LINE_STEP " %u\n", step);
	memcpy(payload + head, text, length);
	frame_send_deflated(type, payload, (size_t)head + length);
	free(payload);
	free(text);
}

/* The text is made here, where the symbols of kernel and module are at hand. */
static void write_report(unsigned int step)
{
	int status = -1;

	perf = fork();
	if (perf == 0)
		become_perf(report_words, NULL, TEXT_FILE);
	if (perf > 0)
		waitpid(perf, &status, 0);
	perf = -1;
	if (status)
		say_why(step, "report failed");
}

void perf_end(unsigned int step, enum perf_kind kind)
{
	int disabled = command("disable\n");

	end_perf(SIGINT);
	if (disabled)
		say_why(step, "ended before the step did");
	if (kind == PERF_STAT) {
		send_file(step, PCPB_FRAME_PERF_STAT, TEXT_FILE);
		return;
	}
	write_report(step);
	send_file(step, PCPB_FRAME_PERF_REPORT, TEXT_FILE);
	send_file(step, PCPB_FRAME_PERF_DATA, DATA_FILE);
}
