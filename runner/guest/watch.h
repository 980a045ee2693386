/* SPDX-License-Identifier: GPL-2.0-only */
/* One running guest: started, followed, held to its limits, stopped, judged. */
#ifndef GUEST_WATCH_H
#define GUEST_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/must-check.h"
#include "guest/deadlines.h"
#include "guest/judge.h"
#include "guest/own-time.h"

struct followed_file {
	char *path;
	int fd;			/* -1 until QEMU has made it */
	size_t offset;
};

struct guest_watch {
	const struct guest_config *config;
	struct guest_outcome *outcome;
	pid_t pid;
	int pidfd;		/* readable when QEMU has ended */
	struct followed_file console, frames;
	struct guest_evidence evidence;
	unsigned int steps_begun, steps_ended;	/* valid after the end, too */
	double started;		/* host seconds */
	struct guest_deadlines deadlines;
	struct own_time own;
	struct host_wait_watch wait;
};

/* Monotonic host time in seconds. */
double host_seconds(void);

/*
 * Starts the guest of @config, which is to be judged into @outcome. -1 after
 * a message when it cannot be started; nothing is to be cleaned up then.
 */
MUST_CHECK int guest_watch_start(struct guest_watch *w, const struct guest_config *config,
				 struct guest_outcome *outcome, double factor);
/*
 * Reads what is new and compares with the limits. True when the guest has
 * ended, by itself or because of a limit: it was judged, @w is done with.
 */
bool guest_watch_poll(struct guest_watch *w);
/* Stops the guest and judges it by @end; @w is done with. */
void guest_watch_stop(struct guest_watch *w, enum guest_end end);

#endif
