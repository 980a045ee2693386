// SPDX-License-Identifier: GPL-2.0-only
/* What of the user's environment gets to a build: nothing that could get into a guest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/str-list.h"
#include "base/subprocess.h"
#include "kernel/build-env.h"
#include "kernel/kbuild.h"
#include "lib-scratch.h"

#define FOREIGN "said-by-the-user"

/* Some of the compiler, of makefiles and of the kernel. What make itself sets is not here. */
static const char *const names[] = {
	"CPATH", "C_INCLUDE_PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX", "LIBRARY_PATH", "CFLAGS",
	"CPPFLAGS", "LDFLAGS", "EXTRA_CFLAGS", "LIBS", "O", "V", "DEBUG",
	"CROSS_COMPILE", "KCFLAGS", "KCPPFLAGS", "KAFLAGS", "HOSTCFLAGS", "KBUILD_OUTPUT",
	"KCONFIG_ALLCONFIG", "LOCALVERSION", "LLVM",
};

static int set_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		setenv(names[i], FOREIGN, 1);
	return scratch_make(state);
}

static int unset_all(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unsetenv(names[i]);
	return scratch_remove(state);
}

static bool has_line(const char *text, const char *start)
{
	size_t length = strlen(start);

	for (const char *line = text; *line; line += *line == '\n') {
		if (!strncmp(line, start, length))
			return true;
		line += strcspn(line, "\n");
	}
	return false;
}

/* None of them is there, not even empty. */
static void check_absent(const char *output)
{
	assert_null(strstr(output, FOREIGN));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *start = xasprintf("%s=", names[i]);

		if (has_line(output, start))
			fail_msg("%s reached the build", names[i]);
		free(start);
	}
}

/* As a program of the guest is built. */
static void test_program(void **state)
{
	static const char *const own[] = { "JOBS=3", NULL };
	char *argv[] = { "env", NULL }, *output = NULL;
	struct command cmd = { .argv = argv, .output = &output };
	struct str_list env = { 0 };

	(void)state;
	build_env_add(&env, own);
	cmd.env = (const char *const *)str_list_argv(&env);
	assert_int_equal(command_run(&cmd), 0);
	check_absent(output);
	assert_true(has_line(output, "LC_ALL=C\n"));
	assert_true(has_line(output, "JOBS=3\n"));
	assert_true(has_line(output, "PATH="));
	free(output);
	str_list_free(&env);
}

/* As kernel and module are built: by a make that prints what it was given. */
static void test_kernel(void **state)
{
	static const char makefile[] = "all:\n\t@env\n";
	static const char *const targets[] = { "all", NULL };
	struct kbuild_job job = { .targets = targets, .what = "a test" };
	size_t length;
	char *output;

	(void)state;
	job.tree = scratch("tree");
	job.log = scratch("log");
	assert_int_equal(make_dirs(job.tree), 0);
	assert_int_equal(file_write_atomic(scratch("tree/Makefile"), makefile, strlen(makefile)), 0);
	assert_int_equal(kbuild_make(&job), 0);
	assert_int_equal(file_read(job.log, 1 << 20, &output, &length), 0);
	check_absent(output);
	assert_true(has_line(output, "ARCH=x86_64\n"));
	assert_true(has_line(output, "SOURCE_DATE_EPOCH=1577836800\n"));
	free(output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_kernel),
	};

	return cmocka_run_group_tests_name("build-env", tests, set_all, unset_all);
}
