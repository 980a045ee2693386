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

/* All guests of one guests_run(), and those of them that run now. */
struct supervisor {
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

static void tell_progress(const struct supervisor *s, const struct guest_outcome *outcome,
			  unsigned int steps_done)
{
	if (s->progress_fn)
		s->progress_fn(s->arg, (unsigned int)(outcome - s->outcome), steps_done);
}

/* -1 after a message when QEMU cannot be started. */
static int start_guest(struct supervisor *s, struct guest_watch *w, size_t i)
{
	guest_outcome_free(&s->outcome[i]);
	guest_judge(&s->outcome[i], "", 0, "", 0, GUEST_NOT_STARTED);
	if (guest_watch_start(w, &s->config[i], &s->outcome[i], s->factor) < 0)
		return -1;
	/* "not started" no longer holds. */
	free(s->outcome[i].reason);
	s->outcome[i].reason = NULL;
	return 0;
}

/* Fills the places that are free. -1 after a message when QEMU cannot be started. */
static int start_more(struct supervisor *s, unsigned int parallel)
{
	while (s->running < parallel && s->started < s->n) {
		if (start_guest(s, &s->watch[s->running], s->started))
			return -1;
		s->started++;
		s->running++;
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
static bool boot_again(struct supervisor *s, struct guest_watch *w)
{
	size_t i = (size_t)(w->outcome - s->outcome);
	const struct guest_config *config = &s->config[i];
	char *console, *kept;

	if (s->reboots[i] == BOOTS_MOST - 1 || !met_stale_breakpoint(config, w->outcome))
		return false;
	s->reboots[i]++;
	console = xasprintf("%s/console.log", config->dir);
	kept = xasprintf("%s/console-boot-%u.log", config->dir, s->reboots[i]);
	if (rename(console, kept))
		diag_warn("cannot keep %s: %s", console, strerror(errno));
	diag_warn("a guest met a breakpoint that was no longer there (a fault of QEMU's multi-threaded "
		  "TCG) and died while booting; it is booted once more");
	free(console);
	free(kept);
	return !start_guest(s, w, i);
}

static void look(struct supervisor *s)
{
	for (size_t i = 0; i < s->running;) {
		struct guest_watch *w = &s->watch[i];
		struct guest_outcome *outcome = w->outcome;
		unsigned int begun = w->steps_begun, ended = w->steps_ended;

		if (!guest_watch_poll(w)) {
			if (begun != w->steps_begun || ended != w->steps_ended)
				tell_progress(s, outcome, w->steps_ended);
			i++;
			continue;
		}
		if (boot_again(s, w))
			continue;
		tell_progress(s, outcome, w->steps_ended);
		*w = s->watch[--s->running];
	}
}

/* Until a guest ends, an interrupt comes, or it is time to look. */
static void wait_a_while(const struct supervisor *s, struct pollfd *fds)
{
	for (size_t i = 0; i < s->running; i++)
		fds[i] = (struct pollfd){ .fd = s->watch[i].pidfd, .events = POLLIN };
	fds[s->running] = (struct pollfd){ .fd = interrupt_fd(), .events = POLLIN };
	poll(fds, s->running + 1, LOOK_EVERY_MS);
}

static int supervise(struct supervisor *s, unsigned int parallel)
{
	struct pollfd *fds = xcalloc(parallel + 1, sizeof(*fds));
	int ret = 0;

	while (!ret && (s->running || s->started < s->n)) {
		ret = interrupt_requested() ? -1 : start_more(s, parallel);
		if (ret)
			break;
		wait_a_while(s, fds);
		look(s);
	}
	for (size_t i = 0; i < s->running; i++)
		guest_watch_stop(&s->watch[i], GUEST_INTERRUPTED);
	free(fds);
	return ret;
}

int guests_run(const struct guest_config *config, struct guest_outcome *outcome, size_t n,
	       unsigned int parallel, const struct guest_limits *limits,
	       guest_progress_fn progress_fn, void *arg)
{
	struct supervisor s = {
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
	s.watch = xcalloc(parallel, sizeof(*s.watch));
	s.reboots = xcalloc(n, sizeof(*s.reboots));
	ret = supervise(&s, parallel);
	free(s.reboots);
	free(s.watch);
	return ret;
}
