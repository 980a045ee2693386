// SPDX-License-Identifier: GPL-2.0-only
/* What a process had of the host's time: real processes, and a clock that the test sets. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "guest/own-time.h"

static void *burn(void *arg)
{
	for (volatile unsigned int i = 0; ; i++)
		;
	return arg;
}

static void *doze(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/* A process whose first thread does the one, and whose second does the other. */
static pid_t start(void *(*first)(void *), void *(*second)(void *))
{
	pid_t pid = fork();
	pthread_t thread;

	assert_true(pid >= 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pthread_create(&thread, NULL, second, NULL))
		_exit(1);
	first(NULL);
	_exit(1);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

/* Until it sleeps, which on a busy host may take a while. */
static void await_sleep(struct own_time *t)
{
	double slept = t->slept;

	for (int i = 0; i < 3000 && !(t->slept > slept); i++) {
		sleep_ms(10);
		own_time_look(t, t->looked + 0.001);
	}
	assert_true(t->slept > slept);
}

/* Until it has run another @ms. */
static void await_run(struct own_time *t, uint64_t ms)
{
	uint64_t ran = t->ran_ns;

	for (int i = 0; i < 3000 && t->ran_ns < ran + ms * 1000000; i++) {
		sleep_ms(10);
		own_time_look(t, t->looked);
	}
	assert_true(t->ran_ns >= ran + ms * 1000000);
}

/* What any thread burns is the process's, and the host's clock has no part in it. */
static void test_busy(void **state)
{
	pid_t pid = start(doze, burn);
	struct own_time t;
	double before;

	(void)state;
	own_time_start(&t, pid, 100);
	await_run(&t, 50);
	before = own_time_seconds(&t);
	await_run(&t, 50);
	assert_true(own_time_seconds(&t) >= before + 0.05);
	/* a week passes, and it did not sleep in it */
	sleep_ms(20);
	own_time_look(&t, 100 + 7 * 86400);
	assert_true(own_time_seconds(&t) < before + 60);
	end(pid);
}

/* Stopped for a week: nothing of it is its own. */
static void test_stopped(void **state)
{
	pid_t pid = start(burn, doze);
	struct own_time t;
	double before;
	int status;

	(void)state;
	own_time_start(&t, pid, 0);
	await_run(&t, 10);
	kill(pid, SIGSTOP);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	own_time_look(&t, t.looked);
	before = own_time_seconds(&t);
	for (int i = 0; i < 1000; i++)
		own_time_look(&t, t.looked + 0.5);
	assert_float_equal(own_time_seconds(&t), before, 1e-9);
	assert_float_equal(t.starved, 500, 1e-6);
	/* and when it goes on, that is over */
	kill(pid, SIGCONT);
	await_run(&t, 10);
	assert_float_equal(t.starved, 0, 0);
	end(pid);
}

/* A sleep of its own will is its time, but not what its watcher slept through. */
static void test_sleeping(void **state)
{
	pid_t pid = start(doze, doze);
	struct own_time t;
	double before;

	(void)state;
	own_time_start(&t, pid, 0);
	await_sleep(&t);
	before = own_time_seconds(&t);
	for (int i = 0; i < 10; i++)
		own_time_look(&t, t.looked + 0.5);
	assert_float_equal(own_time_seconds(&t), before + 5, 1e-6);
	own_time_look(&t, t.looked + 7 * 86400);
	assert_float_equal(own_time_seconds(&t), before + 6, 1e-6);
	assert_float_equal(t.starved, 0, 0);
	end(pid);
	/* gone: the last figures stay */
	before = own_time_seconds(&t);
	own_time_look(&t, t.looked + 0.5);
	assert_float_equal(own_time_seconds(&t), before, 0.01);
}

static void test_state_letter(void **state)
{
	(void)state;
	assert_int_equal(task_stat_state("12 (qemu-system-x86) S 1 12 12 0\n"), 'S');
	assert_int_equal(task_stat_state("12 (a) R) (b) D 1 12\n"), 'D');
	assert_int_equal(task_stat_state("12 (CPU 0/TCG) t 1"), 't');
	assert_int_equal(task_stat_state(""), 0);
	assert_int_equal(task_stat_state("12 (a"), 0);
	assert_int_equal(task_stat_state("12 (a)"), 0);
	assert_int_equal(task_stat_state("12 (a) "), 0);
	assert_int_equal(task_stat_state("12 (a) S"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_sleeping),
		cmocka_unit_test(test_state_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
