// SPDX-License-Identifier: GPL-2.0-only
/*
 * A worker leads one cgroup through its whole life and then takes the next, so
 * there are as many workers as cgroups may live at a time. Arrivals that find
 * no free worker wait, and their latency counts from when they were due.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "churn.h"

#define THREAD_STACK	(64u << 10)
#define CHILD_STACK	(16u << 10)
/* Some time for all workers to go to sleep before the first arrival is due. */
#define LEAD_NS		2000000
#define TICK_NS		4000000
#define RMDIR_TRIES	200
#define RMDIR_WAIT_NS	1000000

struct worker {
	struct churn *churn;
	pthread_t thread;
	pthread_barrier_t *ready;
	struct churn_child child;
	char *stack;		/* of the child */
};

/* The first failure is told; all workers stop after the cgroup that they are at. */
static int __attribute__((format(printf, 2, 3)))
fail(struct churn *churn, const char *fmt, ...)
{
	va_list args;

	if (atomic_exchange(&churn->failed, true))
		return -1;
	va_start(args, fmt);
	vsnprintf(churn->why, sizeof(churn->why), fmt, args);
	va_end(args);
	return -1;
}

static void note_live(struct churn *churn)
{
	unsigned int live = atomic_fetch_add(&churn->live, 1) + 1;
	unsigned int peak = atomic_load(&churn->live_peak);

	while (live > peak && !atomic_compare_exchange_weak(&churn->live_peak, &peak, live))
		;
}

static int run_child(struct worker *worker, int dir, const char *name)
{
	struct churn *churn = worker->churn;
	struct churn_child *child = &worker->child;
	int pid, status;

	pid = churn_child_start(child, dir, worker->stack, CHILD_STACK);
	if (pid < 0)
		return fail(churn, "no process in cgroup %s: %s", name, strerror(-pid));
	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return fail(churn, "the process of cgroup %s is lost: %s", name,
				    strerror(errno));
	if (!WIFEXITED(status))
		return fail(churn, "the process of cgroup %s was killed by signal %d", name,
			    WTERMSIG(status));
	if (child->error)
		return fail(churn, "cgroup %s: a read of disk %d failed: %s", name,
			    child->error_disk,
			    child->error < 0 ? "too few bytes" : strerror(child->error));
	return 0;
}

static int read_stat(struct churn *churn, unsigned int cgroup, int dir, const char *name)
{
	char *text = churn->stat + cgroup * churn->stat_room;
	size_t used = 0;
	ssize_t got;
	int fd = openat(dir, "io.stat", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail(churn, "cgroup %s has no io.stat: %s", name, strerror(errno));
	while ((got = read(fd, text + used, churn->stat_room - 1 - used)) > 0)
		used += (size_t)got;
	close(fd);
	if (got < 0)
		return fail(churn, "io.stat of cgroup %s cannot be read: %s", name,
			    strerror(errno));
	if (used == churn->stat_room - 1)
		return fail(churn, "io.stat of cgroup %s is longer than %zu bytes", name, used);
	text[used] = '\0';
	return 0;
}

static int remove_cgroup(struct churn *churn, const char *name)
{
	const struct timespec wait = { .tv_nsec = RMDIR_WAIT_NS };

	for (int i = 0; i < RMDIR_TRIES; i++) {
		if (!unlinkat(churn->parent, name, AT_REMOVEDIR))
			return 0;
		if (errno != EBUSY)
			break;
		nanosleep(&wait, NULL);
	}
	return fail(churn, "cgroup %s cannot be removed: %s", name, strerror(errno));
}

/* From birth to removal. What fails leaves its cgroup for cgroup_remove_storm(). */
static int live(struct worker *worker, unsigned int cgroup)
{
	struct churn *churn = worker->churn;
	char name[16];
	int dir, error;

	cgroup_job_name(cgroup, name);
	churn->begun[cgroup] = churn_ticks();
	if (mkdirat(churn->parent, name, 0755))
		return fail(churn, "cgroup %s cannot be made: %s", name, strerror(errno));
	note_live(churn);
	dir = openat(churn->parent, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return fail(churn, "cgroup %s cannot be opened: %s", name, strerror(errno));
	worker->child.cgroup = cgroup;
	error = run_child(worker, dir, name);
	if (!error)
		error = read_stat(churn, cgroup, dir, name);
	close(dir);
	if (!error)
		error = remove_cgroup(churn, name);
	atomic_fetch_sub(&churn->live, 1);
	return error;
}

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct churn *churn = worker->churn;
	unsigned int cgroup;

	/* the default slack of a timer, 50 us, is more than a fast storm's interval */
	prctl(PR_SET_TIMERSLACK, 1);
	pthread_barrier_wait(worker->ready);
	/* churn->start is made between the two */
	pthread_barrier_wait(worker->ready);
	churn_sleep_until(churn->start.ns + churn->lead_ns);
	while (!atomic_load(&churn->failed)) {
		cgroup = atomic_fetch_add(&churn->next, 1);
		if (cgroup >= churn->step.cgroups)
			break;
		if (churn->due)
			churn_sleep_until(churn->start.ns + churn->lead_ns + churn->due[cgroup]);
		if (live(worker, cgroup))
			break;
	}
	return NULL;
}

/* Soon, at a seeded phase of the timer tick. */
static void set_start(struct churn *churn)
{
	churn->lead_ns = LEAD_NS + churn_draw(churn->step.seed, UINT64_MAX) % TICK_NS;
	churn_moment(&churn->start);
}

static void start_worker(struct worker *worker, const pthread_attr_t *attr)
{
	char *memory = mmap(NULL, CHILD_STACK + CHURN_BLOCK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (memory == MAP_FAILED)
		die("the guest has no memory left for a worker");
	worker->stack = memory;
	worker->child.churn = worker->churn;
	worker->child.buffer = memory + CHILD_STACK;
	if (pthread_create(&worker->thread, attr, work, worker))
		die("cannot start a worker thread");
}

int churn_run(struct churn *churn)
{
	unsigned int workers = churn->step.in_flight;
	struct worker *worker = xmalloc(workers * sizeof(*worker));
	pthread_barrier_t ready;
	pthread_attr_t attr;

	pthread_barrier_init(&ready, NULL, workers + 1);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	for (unsigned int i = 0; i < workers; i++) {
		worker[i] = (struct worker){ .churn = churn, .ready = &ready };
		start_worker(&worker[i], &attr);
	}
	pthread_attr_destroy(&attr);
	pthread_barrier_wait(&ready);
	set_start(churn);
	pthread_barrier_wait(&ready);
	for (unsigned int i = 0; i < workers; i++) {
		pthread_join(worker[i].thread, NULL);
		munmap(worker[i].stack, CHILD_STACK + CHURN_BLOCK);
	}
	churn_moment(&churn->end);
	pthread_barrier_destroy(&ready);
	free(worker);
	return atomic_load(&churn->failed) ? -1 : 0;
}
