// SPDX-License-Identifier: GPL-2.0-only
/* What the host's scheduler says of a guest's CPUs. */
#define _GNU_SOURCE
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

#include "guest/host-wait.h"

static void test_parse(void **state)
{
	uint64_t ran = 7, waited = 8;

	(void)state;
	assert_true(schedstat_parse("231691 75222 2\n", &ran, &waited));
	assert_int_equal(ran, 231691);
	assert_int_equal(waited, 75222);
	assert_true(schedstat_parse("18446744073709551615 0 0", &ran, &waited));
	assert_true(ran == UINT64_MAX);
	assert_int_equal(waited, 0);
}

static void test_parse_refuses(void **state)
{
	static const char *const bad[] = {
		"", "\n", "1", "1 2", "1 2 3 4", "-1 2 3", "1 -2 3", "1 2.5 3", "x 2 3",
		"18446744073709551616 2 3", "1 18446744073709551616 3", "0x1 2 3",
	};
	uint64_t ran = 7, waited = 8;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(schedstat_parse(bad[i], &ran, &waited));
	assert_int_equal(ran, 7);
	assert_int_equal(waited, 8);
}

static void test_share(void **state)
{
	const struct host_wait wait = { .waited = 250, .ran = 750, .known = true };
	const struct host_wait unknown = { .waited = 250, .ran = 750 };
	const struct host_wait nothing = { .known = true };

	(void)state;
	assert_float_equal(host_wait_share(&wait, 1, 2), 0.25, 1e-12);
	assert_float_equal(host_wait_share(&wait, 2, 2), 0.25, 1e-12);
	assert_float_equal(host_wait_share(&unknown, 1, 2), 0, 0);
	assert_float_equal(host_wait_share(&nothing, 1, 2), 0, 0);
	assert_float_equal(host_wait_share(&wait, 1, 0), 0, 0);
}

/* Three CPUs on two: half of what they ran, one of them had to wait for the others. */
static void test_share_of_too_many(void **state)
{
	const struct host_wait own = { .waited = 300, .ran = 600, .known = true };
	const struct host_wait more = { .waited = 500, .ran = 600, .known = true };

	(void)state;
	assert_float_equal(host_wait_share(&own, 3, 2), 0, 0);
	assert_float_equal(host_wait_share(&more, 3, 2), 200.0 / 800, 1e-12);
}

/* Burns CPU time under a name like QEMU's for its CPUs, until it is killed. */
static pid_t start_busy(const char *name)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	for (volatile unsigned int i = 0; ; i++)
		;
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

static struct host_wait watch_for(struct host_wait_watch *w, pid_t pid)
{
	host_wait_start(w, pid, 1);
	for (int i = 0; i < 100 && !w->found; i++) {
		sleep_ms(5);
		host_wait_look(w);
	}
	host_wait_begin(w);
	for (int i = 0; i < 10; i++) {
		sleep_ms(30);
		host_wait_look(w);
	}
	return host_wait_sum(w);
}

static void test_a_real_thread(void **state)
{
	pid_t pid = start_busy("CPU 0/TEST");
	struct host_wait_watch w;
	struct host_wait wait = watch_for(&w, pid), after;

	(void)state;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	/* gone: the last figures stay */
	host_wait_look(&w);
	after = host_wait_sum(&w);
	assert_int_equal(w.found, 1);
	assert_true(wait.known);
	assert_true(wait.ran > 1000000);
	assert_int_equal(after.ran, wait.ran);
	assert_int_equal(after.waited, wait.waited);
}

static void test_no_cpu_thread(void **state)
{
	pid_t pid = start_busy("other");
	struct host_wait_watch w;
	struct host_wait wait;

	(void)state;
	host_wait_start(&w, pid, 1);
	sleep_ms(20);
	host_wait_look(&w);
	wait = host_wait_sum(&w);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(w.found, 0);
	assert_false(wait.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_share_of_too_many),
		cmocka_unit_test(test_a_real_thread),
		cmocka_unit_test(test_no_cpu_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
