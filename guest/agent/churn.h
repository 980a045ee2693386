/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The agent's own storm driver. Every cgroup of a churn is born, reads each
 * disk from a process of its own, is read out and removed, by one of as many
 * workers as cgroups may live at a time. What happens is only written down
 * meanwhile, into memory that is there beforehand, and reckoned up afterwards.
 *
 * Times are TSC ticks; in exact mode one tick is one executed instruction.
 */
#ifndef CHURN_H
#define CHURN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "contract/hist-layout.h"

#define CHURN_BLOCK	4096	/* bytes of a read */
#define CHURN_WHY	256

/* What the step asks for: contract/params.def. */
struct churn_step {
	unsigned int cgroups, disks, in_flight;
	unsigned long ios_per_disk, seed, rate, pause;
	bool poisson;
};

/* The same moment on both clocks. */
struct churn_moment {
	uint64_t ns;		/* CLOCK_MONOTONIC */
	uint64_t ticks;
};

/* First read of a cgroup on a disk. */
struct churn_first {
	uint64_t start, end;
};

struct churn {
	struct churn_step step;
	int *disk;		/* file descriptors */
	uint64_t disk_blocks;	/* of the smallest */
	int parent;		/* directory of the storm's cgroup */

	/* per cgroup */
	uint64_t *due;		/* ns from the first arrival; NULL when flat out */
	uint64_t *begun;	/* ticks */
	char *stat;		/* io.stat, stat_room bytes each, ends with a NUL */
	size_t stat_room;
	/* per cgroup and disk, disks of a cgroup side by side */
	struct churn_first *first;
	uint32_t *issued;

	struct churn_moment start, end;
	uint64_t lead_ns;	/* from start to the first arrival */
	atomic_uint next;	/* cgroup that nobody has taken yet */
	atomic_uint live, live_peak;
	atomic_bool failed;
	char why[CHURN_WHY];	/* of the first failure */
};

/* churn-schedule.c: no state; the same numbers on every machine. */

/* The @n-th of the numbers that @seed starts; all 64 bits are random. */
uint64_t churn_draw(uint64_t seed, uint64_t n);
/* -ln(u) in units of 2^-32, u being (@random / 2^11 + 1) / 2^53, so 0 < u <= 1. */
uint64_t churn_exponential(uint64_t random);
/* When each of @n cgroups is due, ns from the start, the first at 0; rate > 0. */
void churn_schedule(const struct churn_step *step, uint64_t *due, unsigned int n);

/* churn-clock.c */

/* Ticks, ordered after what was done before. */
static inline uint64_t churn_ticks(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

void churn_moment(struct churn_moment *moment);
/* Between the two moments of @churn the clocks are taken to run evenly. */
uint64_t churn_ns_to_ticks(const struct churn *churn, uint64_t ns);
uint64_t churn_ticks_to_ns(const struct churn *churn, uint64_t ticks);
void churn_sleep_until(uint64_t ns);

/* churn-child.c */

/* What a cgroup's own process is given, and what it leaves. */
struct churn_child {
	struct churn *churn;
	unsigned int cgroup;
	char *buffer;		/* CHURN_BLOCK bytes, aligned to as many */
	int error, error_disk;	/* errno of a read that failed; 0 */
};

/*
 * Starts a process in the cgroup whose directory is @dir, on @stack: it does
 * the reads and is gone. It shares all memory and files with the caller, who
 * must wait for it (__WALL). Its pid, or -errno.
 */
int churn_child_start(struct churn_child *child, int dir, char *stack, size_t stack_size);

/* churn-run.c: all cgroups, from first to last. 0, or -1 with churn->why. */
int churn_run(struct churn *churn);

/*
 * churn-memory.c: the disks, the storm's cgroup, and all memory, present, that
 * churn->step needs; die()s without memory. 0, or -1 with churn->why.
 */
int churn_open(struct churn *churn);
void churn_close(struct churn *churn);

/* churn-report.c: counters, histograms and what was issued, as the DRIVER frame has them. */
void churn_report(const struct churn *churn, const char *unit, FILE *out);

#endif
