// SPDX-License-Identifier: GPL-2.0-only
/* Guests under supervision, with a shell script in QEMU's place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/util.h"
#include "guest/guest.h"
#include "lib-folder.h"

#define STALE_BREAKPOINT	"[    0.210000] int3: 0000 [#1] PREEMPT SMP\\n" \
				"[    0.220000] Kernel panic - not syncing: Fatal exception\\n"
#define OTHER_PANIC		"[    0.220000] Kernel panic - not syncing: VFS: no root\\n"

/* Runs one guest in @folder with @script as its QEMU. */
static void run_guest(const char *folder, enum accelerator accel, const char *script, double factor,
		      struct guest_outcome *outcome)
{
	char *program = xasprintf("%s/" QEMU_PROGRAM, folder);
	char *dir = xasprintf("%s/guest", folder), *path = xasprintf("%s:%s", folder, getenv("PATH"));
	struct guest_config config = {
		.accel = accel, .vmlinux = "/vmlinux", .initrd = "/initrd", .kernel_args = "",
		.cpus = 1, .memory_mib = 256, .dir = dir,
	};
	struct guest_limits limits = { .factor = factor };
	char *old_path = xstrdup(getenv("PATH"));

	folder_put(folder, QEMU_PROGRAM, script);
	assert_int_equal(chmod(program, 0755), 0);
	setenv("PATH", path, 1);
	assert_int_equal(guests_run(&config, outcome, 1, 1, &limits, NULL, NULL), 0);
	setenv("PATH", old_path, 1);
	free(old_path);
	free(path);
	free(dir);
	free(program);
}

/* Runs one guest whose QEMU prints @console and ends; returns the number of boots. */
static size_t boots(enum accelerator accel, const char *console, struct guest_outcome *outcome,
		    bool *kept)
{
	char *script = xasprintf("#!/bin/sh\nprintf . >>boots\nprintf '%s' >console.log\n", console);
	char *folder = folder_make(), *counted;
	size_t n;

	run_guest(folder, accel, script, 1, outcome);
	counted = folder_get(folder, "guest/boots");
	n = strlen(counted);
	*kept = folder_has(folder, "guest/console-boot-1.log");
	free(counted);
	free(script);
	folder_remove(folder);
	return n;
}

static void expect(enum accelerator accel, const char *console, size_t expected)
{
	struct guest_outcome outcome = { 0 };
	bool kept;

	assert_int_equal(boots(accel, console, &outcome, &kept), expected);
	assert_int_equal(kept, expected > 1);
	assert_int_equal(outcome.verdict, VERDICT_PANIC);
	guest_outcome_free(&outcome);
}

/* Some times, not for ever: what happens each time is the kernel's own fault. */
static void test_stale_breakpoint(void **state)
{
	(void)state;
	expect(ACCEL_MTTCG, STALE_BREAKPOINT, 4);
}

/* In exact mode it would only happen again, and KVM has no such fault. */
static void test_breakpoint_elsewhere(void **state)
{
	(void)state;
	expect(ACCEL_ICOUNT, STALE_BREAKPOINT, 1);
	expect(ACCEL_KVM, STALE_BREAKPOINT, 1);
}

static void test_other_panic(void **state)
{
	(void)state;
	expect(ACCEL_MTTCG, OTHER_PANIC, 1);
}

static enum verdict verdict_with(enum accelerator accel, const char *script, double factor,
				 const char *says)
{
	struct guest_outcome outcome = { 0 };
	char *folder = folder_make();
	enum verdict verdict;

	run_guest(folder, accel, script, factor, &outcome);
	if (!outcome.reason || !strstr(outcome.reason, says))
		fail_msg("'%s' does not say '%s'", outcome.reason, says);
	verdict = outcome.verdict;
	guest_outcome_free(&outcome);
	folder_remove(folder);
	return verdict;
}

/* A QEMU that the host stops for longer than a boot may take, and that then ends by itself. */
#define STOPPED	"#!/bin/sh\n(sleep 3; kill -CONT $$) >/dev/null 2>&1 &\nkill -STOP $$\nexit 7\n"

/* In exact mode the host's clock is no reason, in real time it is. */
static void test_stopped(void **state)
{
	(void)state;
	assert_int_equal(verdict_with(ACCEL_ICOUNT, STOPPED, 0.02, "unknown value 0x3"),
			 VERDICT_AGENT_FAILED);
	assert_int_equal(verdict_with(ACCEL_MTTCG, STOPPED, 0.02, "the limit (see --timeout-factor): 1.2 s to"),
			 VERDICT_BOOT_FAILED);
}

/* One that burns its time or sleeps it away has had it. */
static void test_own_time_is_spent(void **state)
{
	(void)state;
	assert_int_equal(verdict_with(ACCEL_ICOUNT, "#!/bin/sh\nwhile :; do :; done\n", 0.01,
				      "0.6 s of QEMU's own time to the agent's first word"),
			 VERDICT_BOOT_FAILED);
	assert_int_equal(verdict_with(ACCEL_ICOUNT, "#!/bin/sh\nexec sleep 1000\n", 0.01,
				      "0.6 s of QEMU's own time to the agent's first word"),
			 VERDICT_BOOT_FAILED);
}

/* One that nobody wakes again is given up in the end, and it is not called a fault of the guest's. */
static void test_stopped_for_ever(void **state)
{
	(void)state;
	assert_int_equal(verdict_with(ACCEL_ICOUNT, "#!/bin/sh\nkill -STOP $$\n", 0.0005,
				      "QEMU was stopped, or waited for the host without end"),
			 VERDICT_INCOMPLETE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stale_breakpoint),
		cmocka_unit_test(test_breakpoint_elsewhere),
		cmocka_unit_test(test_other_panic),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_own_time_is_spent),
		cmocka_unit_test(test_stopped_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
