/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a guest's CPUs stood in the host's run queues. In real time that is
 * time which the guest's clock counts and the guest did not have, so a boot
 * with much of it is contaminated. Seen from outside, the guest has no part in it:
 * /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst).
 */
#ifndef HOST_WAIT_H
#define HOST_WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HOST_WAIT_CPUS	64	/* most that a guest has */

/* A boot's, in nanoseconds of host time, all its CPUs added up. */
struct host_wait {
	uint64_t waited;	/* could have run, and was not let */
	uint64_t ran;
	bool known;
};

/*
 * First two numbers of a schedstat line, "RAN WAITED SLICES". False when it is
 * no such text; *ran and *waited are then untouched.
 */
bool schedstat_parse(const char *text, uint64_t *ran, uint64_t *waited);

/*
 * Reads @name of thread @tid of @pid into @text[0..size-1], NUL added. False
 * when that can't be: threads come and go, which is no error.
 */
bool task_read(pid_t pid, pid_t tid, const char *name, char *text, size_t size);

/* The threads of a QEMU that are CPUs, and what was read of each. */
struct host_wait_watch {
	pid_t pid;
	unsigned int cpus, found;
	struct vcpu_thread {
		pid_t tid;
		uint64_t waited, ran;			/* as last read */
		uint64_t waited_before, ran_before;	/* when the measurement began */
	} thread[HOST_WAIT_CPUS];
};

/* To follow the @cpus CPUs of QEMU @pid, whose threads must have names (debug-threads=on). */
void host_wait_start(struct host_wait_watch *w, pid_t pid, unsigned int cpus);
/* Reads all again; what is gone keeps its last figures. Does not block. */
void host_wait_look(struct host_wait_watch *w);
/* What was read last was before the measurement. */
void host_wait_begin(struct host_wait_watch *w);
/* Between host_wait_begin() and the last look; not known when nothing could be read. */
struct host_wait host_wait_sum(const struct host_wait_watch *w);

/*
 * The share of the time in which they could have run that @cpus CPUs waited, 0
 * to 1, less what they must have waited for each other when they are more than
 * the @host_cpus of the host. 0 when it is not known.
 */
double host_wait_share(const struct host_wait *wait, unsigned int cpus, unsigned int host_cpus);

#endif
