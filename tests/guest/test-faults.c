// SPDX-License-Identifier: GPL-2.0-only
/* Guests that fail on purpose, interrupted runs, and bad input on the command line. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

#define LOG_MAX	(1u << 20)

/* One guest of two steps that fails at its second. */
struct injected {
	const char *fault, *factor;
	char *runs;	/* where its run goes to */
	char *log;	/* what pcpbench says */
	pid_t pid;
};

/* Guests that only wait until a limit ends them: they start first, and wait beside the others. */
static struct injected hang = { .fault = "hang", .factor = "0.2" };
static struct injected stall = { .fault = "stall", .factor = "1" };

static void inject(struct injected *injected)
{
	injected->runs = xasprintf("%s/%s", scratch_runs(), injected->fault);
	injected->log = xasprintf("%s/%s.log", scratch_runs(), injected->fault);
	injected->pid = pcpbench_start((const char *const []){
		"run", "-w", "tests/guest/faults.ini", "-o", injected->runs, "--fault", injected->fault,
		"--timeout-factor", injected->factor, NULL }, injected->log);
}

/* Waits for the end, which has to have @status, and loads the result of two steps. */
static void harvest(struct injected *injected, int expected, struct result *result)
{
	char *latest = xasprintf("%s/latest", injected->runs), *said = NULL;
	size_t length;
	int status;

	assert_true(injected->pid > 0);
	assert_int_equal(waitpid(injected->pid, &status, 0), injected->pid);
	if (file_read(injected->log, LOG_MAX, &said, &length))
		said = xstrdup("");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != expected)
		fail_msg("injected %s: status %d, not %d\n%s", injected->fault, status, expected, said);
	assert_int_equal(result_load(result, latest), 0);
	assert_int_equal(result->measurements, 2);
	free(said);
	free(latest);
	free(injected->log);
	free(injected->runs);
}

/* The first step is kept, the second has @verdict and @says why. */
static void check_steps(struct injected *injected, int status, enum verdict verdict,
			const char *says)
{
	struct result result;

	harvest(injected, status, &result);
	if (status == EXIT_CANNOT)
		assert_string_equal(verdict_name(result.measurement[0].verdict), "ok");
	assert_string_equal(verdict_name(result.measurement[1].verdict), verdict_name(verdict));
	assert_non_null(result.measurement[1].reason);
	if (!strstr(result.measurement[1].reason, says))
		fail_msg("injected %s: '%s' does not say '%s'", injected->fault,
			 result.measurement[1].reason, says);
	result_free(&result);
}

static void check_fault(const char *fault, int status, enum verdict verdict, const char *says)
{
	struct injected injected = { .fault = fault, .factor = "1" };

	inject(&injected);
	check_steps(&injected, status, verdict, says);
}

static void test_panic(void **state)
{
	(void)state;
	check_fault("panic", EXIT_CANNOT, VERDICT_PANIC,
		    "kernel panic in step 1: Kernel panic - not syncing: sysrq triggered crash");
}

static void test_oops(void **state)
{
	(void)state;
	check_fault("oops", EXIT_CANNOT, VERDICT_PANIC,
		    "kernel oops in step 1: BUG: kernel NULL pointer dereference");
}

static void test_garbage(void **state)
{
	(void)state;
	check_fault("garbage", EXIT_CANNOT, VERDICT_PANIC, "sysrq triggered crash");
}

/* A warning does not end the guest, and nothing that it measured counts. */
static void test_splat(void **state)
{
	(void)state;
	check_fault("splat", EXIT_JUDGED, VERDICT_SPLAT, "injected warning");
}

/* Less than the usual 30 s, for the test's sake; to boot takes a fifth of the 12 s that are left. */
static void test_hang(void **state)
{
	(void)state;
	check_steps(&hang, EXIT_CANNOT, VERDICT_HANG, "no progress in step 1");
}

/* Its clock goes on and it does not, which shows soon: an idle guest's clock jumps. */
static void test_stall(void **state)
{
	(void)state;
	check_steps(&stall, EXIT_CANNOT, VERDICT_HANG, "its last heartbeat came at ");
}

static void test_early_exit(void **state)
{
	(void)state;
	check_fault("exit", EXIT_CANNOT, VERDICT_INCOMPLETE,
		    "the agent left without its last word (BYE) in step 1");
}

/* Until the guest is in its second step, however long the host takes for that. */
static bool await_second_step(pid_t pid, const char *runs)
{
	/* the folder of a run that goes on; the one before is published */
	char *look = xasprintf("grep -qas 'step 1$' %s/.*.tmp/guests/00/frames.bin", runs);
	bool found = false;

	while (!found && !waitpid(pid, NULL, WNOHANG)) {
		usleep(100000);
		found = !system(look);
	}
	free(look);
	return found;
}

/* The measurements before the fault are kept, but `latest` stays the last whole run. */
static void test_interrupt(void **state)
{
	char *runs = xasprintf("%s/interrupted", scratch_runs());
	const char *const arguments[] = { "run", "-w", "tests/guest/faults.ini", "-o", runs,
					  "--fault", "hang", "--timeout-factor", "100", NULL };
	char *tree = xasprintf("find %s -name '*.tmp' | grep -q .", runs);
	char *find = xasprintf("ls -d %s/2*-faults-exact* | tail -1", runs);
	char *latest = xasprintf("%s/latest", runs), before[256] = "", after[256] = "";
	struct outcome whole = pcpbench("run", "-w", "tests/guest/faults.ini", "-o", runs, NULL);
	char kept[256] = "";
	struct result result;
	pid_t pid;
	FILE *list;
	int status;

	(void)state;
	assert_int_equal(whole.status, EXIT_GOOD);
	outcome_free(&whole);
	assert_true(readlink(latest, before, sizeof(before) - 1) > 0);
	pid = pcpbench_start(arguments, NULL);
	assert_true(pid > 0);
	assert_true(await_second_step(pid, runs));
	assert_true(qemu_count(runs) > 0);
	assert_int_equal(kill(pid, SIGINT), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_CANNOT);
	assert_int_equal(qemu_count(runs), 0);
	assert_int_not_equal(system(tree), 0);
	assert_true(readlink(latest, after, sizeof(after) - 1) > 0);
	assert_string_equal(before, after);
	list = popen(find, "r");
	assert_non_null(list);
	assert_non_null(fgets(kept, sizeof(kept), list));
	pclose(list);
	kept[strcspn(kept, "\n")] = '\0';
	/* one of the same second has the other's name and a number behind it */
	assert_string_not_equal(strrchr(kept, '/') + 1, before);
	assert_int_equal(result_load(&result, kept), 0);
	assert_string_equal(verdict_name(result.measurement[0].verdict), "ok");
	assert_string_not_equal(verdict_name(result.measurement[1].verdict), "ok");
	result_free(&result);
	free(latest);
	free(find);
	free(tree);
	free(runs);
}

static void refuses(struct outcome outcome, const char *says)
{
	if (outcome.status != EXIT_CANNOT)
		fail_msg("status %d, expected 2: %s", outcome.status, outcome.err);
	if (!strstr(outcome.err, says))
		fail_msg("expected '%s' in: %s", says, outcome.err);
	if (*outcome.out)
		fail_msg("an error must not print to stdout: %s", outcome.out);
	outcome_free(&outcome);
}

static void test_unknown_names(void **state)
{
	(void)state;
	refuses(pcpbench("rnu", NULL), "did you mean 'run'?");
	refuses(pcpbench("run", "-w", "defualt", NULL), "did you mean 'default'?");
	refuses(pcpbench("run", "-s", "gfp-nowiat", NULL), "did you mean 'gfp-nowait'?");
	refuses(pcpbench("run", "--mode", "fast", NULL), "exact or realtime");
	refuses(pcpbench("run", "--kernel", "5.4", NULL), "6.12");
	refuses(pcpbench("run", "--kernel", "/nonexistent/linux", NULL), "/nonexistent/linux");
	refuses(pcpbench("run", "--jobs", "0", NULL), "1 to 256");
	refuses(pcpbench("run", "--set", "pair.count=-5", NULL), "whole number");
	refuses(pcpbench("report", "/nonexistent", NULL), "/nonexistent");
}

static void test_damaged_result(void **state)
{
	char *path = xasprintf("%s/cut.json", scratch_runs());
	const char *text = "{ \"schema\": \"pcpbench-result/1\", \"id\": \"x\", \"measu";

	(void)state;
	assert_int_equal(file_write_atomic(path, text, strlen(text)), 0);
	refuses(pcpbench("report", path, NULL), "cut.json");
	free(path);
}

/* Not a kernel, and a kernel for which there is no series. */
static void test_foreign_kernel(void **state)
{
	char *tree = xasprintf("%s/linux", scratch_runs());
	char *makefile = xasprintf("%s/Makefile", tree), *kbuild = xasprintf("%s/Kbuild", tree);
	const char *text = "VERSION = 4\nPATCHLEVEL = 9\nSUBLEVEL = 1\nEXTRAVERSION =\n";

	(void)state;
	assert_int_equal(make_dirs(tree), 0);
	refuses(pcpbench("run", "--kernel", tree, NULL), tree);
	assert_int_equal(file_write_atomic(makefile, text, strlen(text)), 0);
	assert_int_equal(file_write_atomic(kbuild, "", 0), 0);
	refuses(pcpbench("run", "--kernel", tree, NULL), "4.9");
	free(kbuild);
	free(makefile);
	free(tree);
}

static int inject_what_waits(void **state)
{
	if (scratch_setup(state))
		return -1;
	inject(&hang);
	inject(&stall);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_damaged_result),
		cmocka_unit_test(test_foreign_kernel),
		cmocka_unit_test(test_panic),
		cmocka_unit_test(test_oops),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_splat),
		cmocka_unit_test(test_early_exit),
		cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_hang),
		cmocka_unit_test(test_stall),
	};

	return cmocka_run_group_tests_name("faults", tests, inject_what_waits,
					   scratch_teardown);
}
