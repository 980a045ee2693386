// SPDX-License-Identifier: GPL-2.0-only
/*
 * lib/test_vmalloc.c's pcpu_alloc_test as a step: the module runs it while it
 * is loaded, refuses to stay, and leaves its figures in the kernel's log.
 *
 * It draws two random numbers for each area. A guest that was just booted has
 * no entropy, and each number costs it ten thousand instructions then, as much
 * as the area: the generator is given entropy first, as any machine's has.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <unistd.h>

#include "agent.h"

#define MODULE		"/test_vmalloc.ko"
#define TEST		"pcpu_alloc_test"
#define TEST_BIT	128	/* of it in run_test_mask */
#define AREAS		35000	/* that it takes and then gives back, in the same order */
#define LOG_MAX		(1u << 20)
#define ENTROPY_BYTES	64	/* the generator wants 256 bits */

/* syslog(2)'s; glibc has no names for them. */
#define SYSLOG_ACTION_READ_ALL		3
#define SYSLOG_ACTION_SIZE_BUFFER	10

struct figures {
	unsigned int passed, failed;
	unsigned long long usec;	/* of one repetition */
	unsigned long cycles;		/* of all of them */
};

/* The same in every guest, so that the sizes are, too. 0 or -errno. */
static int give_entropy(void)
{
	char room[sizeof(struct rand_pool_info) + ENTROPY_BYTES] = { 0 };
	struct rand_pool_info info = { .entropy_count = ENTROPY_BYTES * 8,
				       .buf_size = ENTROPY_BYTES };
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC), error;

	if (fd < 0)
		return -errno;
	memcpy(room, &info, sizeof(info));
	error = ioctl(fd, RNDADDENTROPY, room) ? -errno : 0;
	close(fd);
	return error;
}

/* The kernel's log, to be freed; NULL with errno. */
static char *kernel_log(void)
{
	int size = klogctl(SYSLOG_ACTION_SIZE_BUFFER, NULL, 0), length;
	char *text;

	if (size < 0)
		return NULL;
	if (size > (int)LOG_MAX)
		size = LOG_MAX;
	text = xmalloc((size_t)size + 1);
	length = klogctl(SYSLOG_ACTION_READ_ALL, text, size);
	if (length < 0) {
		free(text);
		return NULL;
	}
	text[length] = '\0';
	return text;
}

/* What follows the last @start in @text, or NULL. */
static const char *after_last(const char *text, const char *start)
{
	const char *found = NULL;

	while ((text = strstr(text, start)))
		found = text += strlen(start);
	return found;
}

/* An earlier step's figures stand before those of this one. */
static int find_figures(struct figures *figures, const char *log)
{
	const char *summary = after_last(log, "Summary: " TEST " ");
	const char *cycles = after_last(log, "All test took worker0=");

	if (!summary || !cycles || cycles < summary ||
	    sscanf(summary, "passed: %u failed: %u repeat: %*u loops: %*u avg: %llu usec",
		   &figures->passed, &figures->failed, &figures->usec) != 3 ||
	    sscanf(cycles, "%lu cycles", &figures->cycles) != 1)
		return -1;
	return 0;
}

static void send_figures(unsigned int step, const char *line, const struct figures *figures)
{
	char *strategy = step_value(line, "strategy"), *context = step_value(line, "context");
	bool good = figures->passed && !figures->failed;

	frame_sendf(PCPB_FRAME_RESULT,
		    RESULT_HEAD("vmalloc-test") PCPB_RESULT_VERDICT " %s\n%s" COUNTER "tests_passed %u\n" COUNTER "tests_failed %u\n"
		    COUNTER "test_areas %lu\n" COUNTER "test_cycles %lu\n"
		    COUNTER "test_usec %llu\n" PCPB_RESULT_END "\n",
		    step, strategy, context, good ? "ok" : "failed",
		    good ? "" : PCPB_RESULT_REASON " " TEST " could not have all of its areas\n",
		    figures->passed, figures->failed, (unsigned long)AREAS * (figures->passed + figures->failed),
		    figures->cycles, figures->usec * (figures->passed + figures->failed));
	free(strategy);
	free(context);
}

void vmalloc_test_step(unsigned int step, const char *line)
{
	struct figures figures = { 0 };
	char parameters[64], *log;
	int error;

	error = give_entropy();
	if (error) {
		step_end(step, "failed", "cannot seed the kernel's random numbers: %s",
			 strerror(-error));
		return;
	}
	snprintf(parameters, sizeof(parameters), "nr_threads=1 run_test_mask=%d test_repeat_count=%lu",
		 TEST_BIT, step_param(line, rounds));
	error = module_load(MODULE, parameters);
	if (error != -EAGAIN) {
		step_end(step, "skipped", "this kernel has no test_vmalloc module that runs: %s",
			 error ? strerror(-error) : "it stayed");
		return;
	}
	log = kernel_log();
	if (!log)
		step_end(step, "failed", "cannot read the kernel's log: %s", strerror(errno));
	else if (find_figures(&figures, log))
		step_end(step, "failed", "test_vmalloc left no figures of " TEST " in the kernel's log");
	else
		send_figures(step, line, &figures);
	if (figures.passed || figures.failed)
		step_end(step, "ok", "%s", "");
	free(log);
}
