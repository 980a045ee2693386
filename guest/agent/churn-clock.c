// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two clocks: the TSC, which is what is measured with, and the kernel's, by
 * which one can sleep. The kernel's idea of the TSC's frequency is a little
 * off in exact mode, so the ratio is measured, from start to end.
 */
#include <errno.h>
#include <time.h>

#include "churn.h"

#define NS_PER_S	1000000000u
#define TRIES		8

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* The closest of some pairs: an interrupt may come between the two readings. */
void churn_moment(struct churn_moment *moment)
{
	uint64_t closest = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = churn_ticks(), ns = now_ns(), after = churn_ticks();

		if (after - before >= closest)
			continue;
		closest = after - before;
		*moment = (struct churn_moment){ ns, before + closest / 2 };
	}
}

static uint64_t scale(uint64_t value, uint64_t to, uint64_t from)
{
	return from ? (uint64_t)((unsigned __int128)value * to / from) : value;
}

uint64_t churn_ns_to_ticks(const struct churn *churn, uint64_t ns)
{
	return scale(ns, churn->end.ticks - churn->start.ticks, churn->end.ns - churn->start.ns);
}

uint64_t churn_ticks_to_ns(const struct churn *churn, uint64_t ticks)
{
	return scale(ticks, churn->end.ns - churn->start.ns, churn->end.ticks - churn->start.ticks);
}

void churn_sleep_until(uint64_t ns)
{
	const struct timespec when = {
		.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR)
		;
}
