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

#include "guest.h"
#include "lib-folder.h"
#include "util.h"

#define STALE_BREAKPOINT	"[    0.210000] int3: 0000 [#1] PREEMPT SMP\\n" \
				"[    0.220000] Kernel panic - not syncing: Fatal exception\\n"
#define OTHER_PANIC		"[    0.220000] Kernel panic - not syncing: VFS: no root\\n"

/* Runs one guest whose QEMU prints @console and ends; returns the number of boots. */
static size_t boots(enum accelerator accel, const char *console, struct guest_outcome *outcome,
		    bool *kept)
{
	char *folder = folder_make(), *program = xasprintf("%s/" QEMU_PROGRAM, folder), *counted;
	char *script = xasprintf("#!/bin/sh\nprintf . >>boots\nprintf '%s' >console.log\n", console);
	char *dir = xasprintf("%s/guest", folder), *path = xasprintf("%s:%s", folder, getenv("PATH"));
	struct guest_config config = {
		.accel = accel, .vmlinux = "/vmlinux", .initrd = "/initrd", .kernel_args = "",
		.cpus = 1, .memory_mib = 256, .dir = dir,
	};
	struct guest_limits limits = { .factor = 1 };
	char *old_path = xstrdup(getenv("PATH"));
	size_t n;

	folder_put(folder, QEMU_PROGRAM, script);
	assert_int_equal(chmod(program, 0755), 0);
	setenv("PATH", path, 1);
	assert_int_equal(guests_run(&config, outcome, 1, 1, &limits, NULL, NULL), 0);
	setenv("PATH", old_path, 1);
	counted = folder_get(folder, "guest/boots");
	n = strlen(counted);
	*kept = folder_has(folder, "guest/console-boot-1.log");
	free(counted);
	free(old_path);
	free(path);
	free(dir);
	free(script);
	free(program);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stale_breakpoint),
		cmocka_unit_test(test_breakpoint_elsewhere),
		cmocka_unit_test(test_other_panic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
