// SPDX-License-Identifier: GPL-2.0-only
#include "guest/deadlines.h"

#include <stddef.h>

#include "base/util.h"

/* Seconds of the clock that counts, all to be multiplied by the factor. */
#define BOOT_LIMIT	60.0
#define PROGRESS_LIMIT	30.0
#define PROGRESS_GRACE	4.0	/* as many times longer while guest time advances */
#define TOTAL_LIMIT	600.0
#define CRASH_GRACE	2.0	/* for the rest of an oops */

/*
 * Exact mode alone. An idle guest's clock jumps from timer to timer, so its
 * own time shows a stall within seconds, and after the same instruction on
 * every host.
 */
#define STALL_GUEST	600.0	/* guest seconds */
/* The last resort: a QEMU that is stopped, or whose disk does not answer, never ends. */
#define STARVED_LIMIT	3600.0	/* host seconds without one of QEMU */

static double clock_of(const struct guest_deadlines *d, const struct guest_moment *now)
{
	return d->exact ? now->own : now->host;
}

void guest_deadlines_start(struct guest_deadlines *d, bool exact, double factor,
			   const struct guest_moment *now)
{
	*d = (struct guest_deadlines){ .exact = exact, .factor = factor };
	d->started = d->moved = d->alive = clock_of(d, now);
}

void guest_deadlines_note(struct guest_deadlines *d, const struct guest_moment *now)
{
	double time = clock_of(d, now);

	if (now->moves != d->moves) {
		d->moves = now->moves;
		d->moved = d->alive = time;
		d->moved_guest_ns = now->guest_ns;
	}
	if (now->guest_ns != d->guest_ns) {
		d->guest_ns = now->guest_ns;
		d->alive = time;
	}
	if (now->crashed && !d->crashed)
		d->crashed = time;
}

/* Guest seconds since the last progress; 0 when its clock went back. */
static double stalled(const struct guest_deadlines *d, const struct guest_moment *now)
{
	if (now->guest_ns < d->moved_guest_ns)
		return 0;
	return (double)(now->guest_ns - d->moved_guest_ns) / 1e9;
}

bool guest_deadlines_over(const struct guest_deadlines *d, const struct guest_moment *now,
			  enum guest_end *why)
{
	double time = clock_of(d, now), f = d->factor;

	if (d->exact && now->starved > STARVED_LIMIT * f) {
		*why = GUEST_STARVED;
		return true;
	}
	if (d->crashed) {
		*why = GUEST_CRASHED;
		return time - d->crashed > CRASH_GRACE * f;
	}
	if (time - d->started > TOTAL_LIMIT * f) {
		*why = GUEST_OUT_OF_TIME;
		return true;
	}
	if (!now->hello) {
		*why = GUEST_NO_BOOT;
		return time - d->started > BOOT_LIMIT * f;
	}
	*why = GUEST_NO_PROGRESS;
	return time - d->alive > PROGRESS_LIMIT * f ||
	       time - d->moved > PROGRESS_LIMIT * PROGRESS_GRACE * f ||
	       (d->exact && stalled(d, now) > STALL_GUEST * f);
}

char *guest_deadlines_words(const struct guest_deadlines *d, enum guest_end why)
{
	const char *clock = d->exact ? "s of QEMU's own time" : "s";
	double f = d->factor;

	switch (why) {
	case GUEST_NO_BOOT:
		return xasprintf("%g %s to the agent's first word", BOOT_LIMIT * f, clock);
	case GUEST_OUT_OF_TIME:
		return xasprintf("%g %s in all", TOTAL_LIMIT * f, clock);
	case GUEST_STARVED:
		return xasprintf("%g s without any of QEMU's own", STARVED_LIMIT * f);
	case GUEST_NO_PROGRESS:
		if (d->exact)
			return xasprintf("%g %s without a sign of life, %g %s or %g s of the guest's without progress",
					 PROGRESS_LIMIT * f, clock,
					 PROGRESS_LIMIT * PROGRESS_GRACE * f, clock, STALL_GUEST * f);
		return xasprintf("%g %s without a sign of life, %g %s without progress",
				 PROGRESS_LIMIT * f, clock, PROGRESS_LIMIT * PROGRESS_GRACE * f,
				 clock);
	default:
		return NULL;
	}
}
