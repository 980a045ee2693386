/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much time a process had, whatever else the host did: what all of its
 * threads ran, and what they slept of their own will. What it waited for a
 * CPU or a disk, or was stopped, is the host's doing and does not count.
 */
#ifndef OWN_TIME_H
#define OWN_TIME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct own_time {
	pid_t pid;
	uint64_t ran_ns;	/* of all threads, those that have ended too */
	double slept, starved;	/* host seconds, see own_time_look() */
	double looked;		/* host seconds of the last look */
};

void own_time_start(struct own_time *t, pid_t pid, double now);
/*
 * Looks again, @now being host seconds. The time since the last look is added
 * to t->slept when nothing was run in it and every thread sleeps now. When
 * nothing was run and a thread wants to, or is stopped, it is added to
 * t->starved, which else is set to 0. What exceeds a second between two looks
 * is not added: then it was the one who looks that did not run.
 */
void own_time_look(struct own_time *t, double now);
/* Ran and slept, in seconds. */
double own_time_seconds(const struct own_time *t);

/* The state letter in the text of a /proc/PID/stat, 0 when it is no such text. */
char task_stat_state(const char *text);

#endif
