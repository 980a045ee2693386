// SPDX-License-Identifier: GPL-2.0-only
/*
 * The percpu allocator's events (PCPB_ARG_RECORD) while a storm lasts and its
 * cgroups go, as tracefs shows them, to the host. Nothing is judged here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>

#include "agent.h"

#define TRACEFS		"/sys/kernel/tracing"
#define EVENTS		TRACEFS "/events/percpu/"
#define BUFFER_KB	"4096"	/* of each CPU: some 30,000 events */

/* Block groups of a cgroup that is gone are freed a grace period and a work item later. */
#define FREES_NS	500000000

static bool wanted, running;

void record_want(void)
{
	wanted = true;
}

/* Pointers as they are: hashed ones may be the same for two areas. */
static int set_up(void)
{
	static const char *const settings[][2] = {
		{ TRACEFS "/options/hash-ptr", "0" },
		{ TRACEFS "/trace_clock", "global" },
		{ TRACEFS "/buffer_size_kb", BUFFER_KB },
		{ TRACEFS "/trace", "" },
		{ EVENTS "percpu_alloc_percpu/enable", "1" },
		{ EVENTS "percpu_alloc_percpu_fail/enable", "1" },
		{ EVENTS "percpu_free_percpu/enable", "1" },
		{ TRACEFS "/tracing_on", "1" },
	};
	int error = 0;

	if (mount("tracefs", TRACEFS, "tracefs", 0, NULL) && errno != EBUSY)
		return -errno;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && !error; i++)
		error = write_file(settings[i][0], settings[i][1]);
	return error;
}

int record_begin(char *why, size_t size)
{
	int error = wanted ? set_up() : 0;

	running = wanted && !error;
	if (error)
		snprintf(why, size, "cannot record the percpu events: %s", strerror(-error));
	return error ? -1 : 0;
}

int record_end(unsigned int step, char *why, size_t size)
{
	const struct timespec frees = { .tv_nsec = FREES_NS };
	char head[32], *text, *payload;
	size_t length, head_length;

	if (!running)
		return 0;
	running = false;
	nanosleep(&frees, NULL);
	write_file(TRACEFS "/tracing_on", "0");
	text = read_file(TRACEFS "/trace", &length);
	if (!text) {
		snprintf(why, size, "cannot read what was recorded: %s", strerror(errno));
		return -1;
	}
	head_length = (size_t)snprintf(head, sizeof(head), PCPB_LINE_STEP " %u\n", step);
	if (length > PCPB_FRAME_MAX - head_length) {
		snprintf(why, size, "the recording has %zu bytes, more than a frame takes: make the storm smaller",
			 length);
		free(text);
		return -1;
	}
	payload = xmalloc(head_length + length);
	memcpy(payload, head, head_length);
	memcpy(payload + head_length, text, length);
	frame_send_deflated(PCPB_FRAME_TRACE, payload, head_length + length);
	free(payload);
	free(text);
	return 0;
}
