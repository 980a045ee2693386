// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "guest/guest.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/subprocess.h"
#include "guest/watch.h"

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
	unsigned int *reboots;		/* per guest: boots beyond its first */
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

/* -1 after a message when QEMU cannot be started. */
static int start_guest(struct crew *crew, struct guest_watch *w, size_t i)
{
	guest_outcome_free(&crew->outcome[i]);
	guest_judge(&crew->outcome[i], "", 0, "", 0, GUEST_NOT_STARTED);
	if (guest_watch_start(w, &crew->config[i], &crew->outcome[i], crew->factor) < 0)
		return -1;
	/* "not started" no longer holds. */
	free(crew->outcome[i].reason);
	crew->outcome[i].reason = NULL;
	return 0;
}

/* Fills the places that are free. -1 after a message when QEMU cannot be started. */
static int start_more(struct crew *crew, unsigned int parallel)
{
	while (crew->running < parallel && crew->started < crew->n) {
		if (start_guest(crew, &crew->watch[crew->running], crew->started))
			return -1;
		crew->started++;
		crew->running++;
	}
	return 0;
}

/*
 * With a thread for each CPU, QEMU's TCG can execute a breakpoint that the
 * kernel, patching its code while it boots, has just replaced: "int3" before
 * the agent's first word. It is rare, and says nothing of what is measured.
 */
static bool met_stale_breakpoint(const struct guest_config *config,
				 const struct guest_outcome *outcome)
{
	return config->accel == ACCEL_MTTCG && outcome->boot_seconds < 0 && outcome->reason &&
	       strstr(outcome->reason, "int3");
}

/* Boots of one guest at the most: with 8 CPUs on a busy host one in five may meet it. */
#define BOOTS_MOST	4

/* True when the guest that ended in @w runs there once more. */
static bool boot_again(struct crew *crew, struct guest_watch *w)
{
	size_t i = (size_t)(w->outcome - crew->outcome);
	const struct guest_config *config = &crew->config[i];
	char *console, *kept;

	if (crew->reboots[i] == BOOTS_MOST - 1 || !met_stale_breakpoint(config, w->outcome))
		return false;
	crew->reboots[i]++;
	console = xasprintf("%s/console.log", config->dir);
	kept = xasprintf("%s/console-boot-%u.log", config->dir, crew->reboots[i]);
	if (rename(console, kept))
		diag_warn("cannot keep %s: %s", console, strerror(errno));
	diag_warn("a guest met a breakpoint that was no longer there (a fault of QEMU's multi-threaded "
		  "TCG) and died while booting; it is booted once more");
	free(console);
	free(kept);
	return !start_guest(crew, w, i);
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
		if (boot_again(crew, w))
			continue;
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
	crew.reboots = xcalloc(n, sizeof(*crew.reboots));
	ret = supervise(&crew, parallel);
	free(crew.reboots);
	free(crew.watch);
	return ret;
}
