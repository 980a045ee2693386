// SPDX-License-Identifier: GPL-2.0-only
/* Configuration fragments: read, and held against the .config that came of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel-config.h"
#include "lib-capture.h"
#include "lib-scratch.h"

static void check_refused(const char *folder, const char *says)
{
	struct config_fragments fragments;
	char *text;
	int ret;

	capture_stderr_start();
	ret = config_load(&fragments, scratch(folder));
	text = capture_stderr_end();
	assert_int_equal(ret, -1);
	if (!strstr(text, says))
		fail_msg("%s: expected '%s' in: %s", folder, says, text);
	free(text);
}

static void test_refused(void **state)
{
	(void)state;
	scratch_write("word/a.config", "# fine\nCONFIG_SMP=y\nSMP=y\n");
	check_refused("word", "a.config:3");
	scratch_write("twice/a.config", "CONFIG_SMP=y\n");
	scratch_write("twice/b.config", "\n# CONFIG_SMP is not set\n");
	check_refused("twice", "b.config:2 sets CONFIG_SMP");
	check_refused("nowhere", "nowhere");
}

/* How many options did not take effect, and which words name them. */
static unsigned int check(const char *dotconfig, const struct str_list *symbols, char **text)
{
	struct config_fragments fragments;
	unsigned int wrong;

	scratch_write("good/a.config",
		      "CONFIG_SMP=y\nCONFIG_NR_CPUS=64\n# CONFIG_MODULES is not set\nCONFIG_KUNIT=m\n");
	scratch_write("good/b.config", "# if: PERCPU_POOL\nCONFIG_PERCPU_POOL=y\n");
	assert_int_equal(config_load(&fragments, scratch("good")), 0);
	capture_stderr_start();
	wrong = config_check(&fragments, dotconfig, symbols);
	*text = capture_stderr_end();
	config_free(&fragments);
	return wrong;
}

#define TOOK_EFFECT "CONFIG_SMP=y\nCONFIG_NR_CPUS=64\n# CONFIG_MODULES is not set\nCONFIG_KUNIT=m\n"

static void test_took_effect(void **state)
{
	struct str_list symbols = { 0 };
	char *text;

	(void)state;
	assert_int_equal(check(TOOK_EFFECT, &symbols, &text), 0);
	assert_string_equal(text, "");
	free(text);
	/* an option that is not mentioned is not set */
	assert_int_equal(check("CONFIG_SMP=y\nCONFIG_NR_CPUS=64\nCONFIG_KUNIT=m\n", &symbols, &text), 0);
	free(text);
}

static void test_did_not(void **state)
{
	struct str_list symbols = { 0 };
	char *text;

	(void)state;
	assert_int_equal(check("CONFIG_SMP=y\nCONFIG_NR_CPUS=8\nCONFIG_MODULES=y\nCONFIG_KUNIT=y\n",
			       &symbols, &text), 3);
	assert_non_null(strstr(text, "CONFIG_NR_CPUS"));
	assert_non_null(strstr(text, "CONFIG_MODULES"));
	assert_non_null(strstr(text, "CONFIG_KUNIT"));
	assert_non_null(strstr(text, "a.config:2"));
	assert_null(strstr(text, "CONFIG_SMP"));
	free(text);
}

/* What a series may bring is asked for only where it is. */
static void test_condition(void **state)
{
	struct str_list symbols = { 0 };
	char *text;

	(void)state;
	str_list_add(&symbols, "PERCPU_POOL");
	assert_int_equal(check(TOOK_EFFECT, &symbols, &text), 1);
	assert_non_null(strstr(text, "CONFIG_PERCPU_POOL"));
	free(text);
	assert_int_equal(check(TOOK_EFFECT "CONFIG_PERCPU_POOL=y\n", &symbols, &text), 0);
	free(text);
	str_list_free(&symbols);
}

/* The fragments that ship. */
static void test_own_fragments(void **state)
{
	struct config_fragments fragments;

	(void)state;
	assert_int_equal(config_load(&fragments, "patches/config"), 0);
	assert_true(fragments.n > 50);
	config_free(&fragments);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_took_effect),
		cmocka_unit_test(test_did_not),
		cmocka_unit_test(test_condition),
		cmocka_unit_test(test_own_fragments),
	};

	return cmocka_run_group_tests_name("kernel-config", tests, scratch_make, scratch_remove);
}
