// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proof of life while a step runs: the host can tell a slow guest from a dead
 * one. It wakes at every whole 500 ms of the guest's clock, whenever it began, and
 * reads one number. That disturbs a measurement as a timer tick does, in exact
 * mode at the same instruction of every run; a call that it interrupts shows in
 * the tail, not in the median.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "agent.h"

#define PERIOD_NS 500000000

static atomic_int current_step = -1;
static atomic_bool silent;

static void wait_for_beat(void)
{
	struct timespec next;

	clock_gettime(CLOCK_MONOTONIC, &next);
	next.tv_nsec += PERIOD_NS - next.tv_nsec % PERIOD_NS;
	if (next.tv_nsec == 1000000000) {
		next.tv_sec++;
		next.tv_nsec = 0;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
}

static void *beat(void *arg)
{
	(void)arg;
	for (;;) {
		struct timespec now;
		int step;

		wait_for_beat();
		step = atomic_load(&current_step);
		if (step < 0 || atomic_load(&silent))
			continue;
		clock_gettime(CLOCK_MONOTONIC, &now);
		frame_sendf(PCPB_FRAME_HEARTBEAT, PCPB_LINE_UPTIME " %llu\n" PCPB_LINE_STEP " %d\n"
			    PCPB_LINE_PROGRESS " %llu\n",
			    now.tv_sec * 1000000000ull + (unsigned long long)now.tv_nsec, step,
			    module_progress());
	}
	return NULL;
}

void heartbeat_start(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	if (pthread_create(&thread, &attr, beat, NULL))
		die("cannot start the heartbeat thread");
	pthread_attr_destroy(&attr);
}

void heartbeat_step(int step)
{
	atomic_store(&current_step, step);
}

void heartbeat_stop(void)
{
	atomic_store(&silent, true);
}
