// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "guest.h"

#include <poll.h>
#include <stdlib.h>

#include "diag.h"
#include "guest-watch.h"
#include "subprocess.h"

/*
 * How often the guests' files are looked at. A watch on them (inotify) would
 * wake us for every byte, because QEMU writes them byte by byte.
 */
#define LOOK_EVERY_MS	20

struct crew {
	const struct guest_config *config;
	struct guest_outcome *outcome;
	size_t n, started;
	struct guest_watch *watch;	/* those that run */
	size_t running;
	double factor;
	guest_progress_fn progress_fn;
	void *arg;
};

static void tell_progress(const struct crew *crew, const struct guest_outcome *outcome,
			  unsigned int steps_done)
{
	if (crew->progress_fn)
		crew->progress_fn(crew->arg, (unsigned int)(outcome - crew->outcome), steps_done);
}

/* Fills the places that are free. -1 after a message when QEMU cannot be started. */
static int start_more(struct crew *crew, unsigned int parallel)
{
	while (crew->running < parallel && crew->started < crew->n) {
		size_t i = crew->started;

		if (guest_watch_start(&crew->watch[crew->running], &crew->config[i],
				      &crew->outcome[i], crew->factor) < 0)
			return -1;
		/* "not started" no longer holds. */
		free(crew->outcome[i].reason);
		crew->outcome[i].reason = NULL;
		crew->started++;
		crew->running++;
	}
	return 0;
}

static void look(struct crew *crew)
{
	for (size_t i = 0; i < crew->running;) {
		struct guest_watch *w = &crew->watch[i];
		struct guest_outcome *outcome = w->outcome;
		unsigned int begun = w->steps_begun, ended = w->steps_ended;

		if (!guest_watch_poll(w)) {
			if (begun != w->steps_begun || ended != w->steps_ended)
				tell_progress(crew, outcome, w->steps_ended);
			i++;
			continue;
		}
		tell_progress(crew, outcome, w->steps_ended);
		*w = crew->watch[--crew->running];
	}
}

/* Until a guest ends, an interrupt comes, or it is time to look. */
static void wait_a_while(const struct crew *crew, struct pollfd *fds)
{
	for (size_t i = 0; i < crew->running; i++)
		fds[i] = (struct pollfd){ .fd = crew->watch[i].pidfd, .events = POLLIN };
	fds[crew->running] = (struct pollfd){ .fd = interrupt_fd(), .events = POLLIN };
	poll(fds, crew->running + 1, LOOK_EVERY_MS);
}

static int supervise(struct crew *crew, unsigned int parallel)
{
	struct pollfd *fds = xcalloc(parallel + 1, sizeof(*fds));
	int ret = 0;

	while (!ret && (crew->running || crew->started < crew->n)) {
		ret = interrupt_requested() ? -1 : start_more(crew, parallel);
		if (ret)
			break;
		wait_a_while(crew, fds);
		look(crew);
	}
	for (size_t i = 0; i < crew->running; i++)
		guest_watch_stop(&crew->watch[i], GUEST_INTERRUPTED);
	free(fds);
	return ret;
}

int guests_run(const struct guest_config *config, struct guest_outcome *outcome, size_t n,
	       unsigned int parallel, const struct guest_limits *limits,
	       guest_progress_fn progress_fn, void *arg)
{
	struct crew crew = {
		.config = config, .outcome = outcome, .n = n, .factor = limits->factor,
		.progress_fn = progress_fn, .arg = arg,
	};
	int ret;

	for (size_t i = 0; i < n; i++)
		guest_judge(&outcome[i], "", 0, "", 0, GUEST_NOT_STARTED);
	if (!program_exists(QEMU_PROGRAM)) {
		diag_error("cannot boot a guest: %s is not in PATH", QEMU_PROGRAM);
		diag_hint("install it: apt-get install qemu-system-x86");
		return -1;
	}
	if (!parallel)
		parallel = 1;
	crew.watch = xcalloc(parallel, sizeof(*crew.watch));
	ret = supervise(&crew, parallel);
	free(crew.watch);
	return ret;
}
