/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When a guest has to go. A guest in exact mode is a function of its inputs,
 * and so is its verdict: what counts is QEMU's own time (own-time.h) and the
 * guest's, never the host's clock. A guest in real time has the host's clock.
 */
#ifndef GUEST_DEADLINES_H
#define GUEST_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/must-check.h"
#include "guest/guest.h"

/* What is known of a guest at one moment. */
struct guest_moment {
	double host;		/* seconds of the host's clock */
	double own;		/* seconds of QEMU's own time */
	double starved;		/* host seconds in which QEMU could not run at all */
	uint64_t guest_ns;	/* its uptime, by its last heartbeat */
	uint64_t moves;		/* signs of progress so far */
	bool hello, crashed;
};

/* Times are seconds of the clock that counts. */
struct guest_deadlines {
	bool exact;
	double factor;
	double started, moved, alive, crashed;	/* crashed is 0 until it did */
	uint64_t moves, guest_ns;		/* as of moved and alive */
	uint64_t moved_guest_ns;
};

void guest_deadlines_start(struct guest_deadlines *d, bool exact, double factor,
			   const struct guest_moment *now);
/* The caller passes every moment that it looks at, the last one too. */
void guest_deadlines_note(struct guest_deadlines *d, const struct guest_moment *now);
/* True when the guest has to go; *why is then set. */
bool guest_deadlines_over(const struct guest_deadlines *d, const struct guest_moment *now,
			  enum guest_end *why);
/* The limit that @why is about, for people; NULL when it is about none. To be freed. */
MUST_CHECK char *guest_deadlines_words(const struct guest_deadlines *d, enum guest_end why);

#endif
