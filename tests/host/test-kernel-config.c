// SPDX-License-Identifier: GPL-2.0-only
/* Configuration fragments: read, and held against the .config that came of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/config.h"
#include "lib-capture.h"
#include "lib-scratch.h"

static void check_refused(const char *folder, const char *says)
{
	struct config_fragments fragments;
	char *text;
	int ret;

	capture_stderr_start();
	ret = config_load(&fragments, scratch(folder), NULL);
	text = capture_stderr_end();
	assert_int_equal(ret, -1);
	if (!strstr(text, says))
		fail_msg("%s: expected '%s' in: %s", folder, says, text);
	free(text);
}

static void test_refused(void **state)
{
	static const char *const bad[] = {
		"CONFIG_SMP=\n", "CONFIG_SMP\n", "CONFIG_SMP = y\n", " CONFIG_SMP=y\n",
		"# CONFIG_SMP=y\n", "# CONFIG_SMP is set\n", "# CONFIG_SMP is not set \n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		scratch_write("bad/a.config", bad[i]);
		check_refused("bad", "a.config:1: '");
	}
	/* even when both say the same: one of them would be forgotten when it changes */
	scratch_write("again/a.config", "CONFIG_SMP=y\nCONFIG_NUMA=y\nCONFIG_SMP=y\n");
	check_refused("again", "a.config:3 sets CONFIG_SMP, which a.config:1 sets already");
	scratch_write("none/a.conf", "CONFIG_SMP=y\n");
	check_refused("none", "holds no configuration fragments");
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
		      "CONFIG_SMP=y\nCONFIG_NR_CPUS=64\n# CONFIG_MODULES is not set\n"
		      "CONFIG_KUNIT=m\n");
	scratch_write("good/b.config", "# if: PERCPU_POOL\nCONFIG_PERCPU_POOL=y\n");
	assert_int_equal(config_load(&fragments, scratch("good"), NULL), 0);
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
	assert_int_equal(check("CONFIG_SMP=y\nCONFIG_NR_CPUS=64\nCONFIG_KUNIT=m\n",
			       &symbols, &text), 0);
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

/* An option that a series may bring is asked for only where the kernel has it. */
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

/* A condition holds for the rest of its file, not for the next one; the hash names all of it. */
static void test_what_is_read(void **state)
{
	struct config_fragments first, other;

	(void)state;
	scratch_write("read/b.config", "CONFIG_TEXT=\"a b\"\n");
	scratch_write("read/a.config",
		      "# a word\n\nCONFIG_A=y\n# if: POOL\nCONFIG_B=m\n# if: OTHER\n"
		      "# CONFIG_C is not set");
	assert_int_equal(config_load(&first, scratch("read"), NULL), 0);
	assert_int_equal(first.n, 4);
	assert_null(first.option[0].condition);
	assert_string_equal(first.option[1].condition, "POOL");
	assert_string_equal(first.option[2].condition, "OTHER");
	assert_string_equal(first.option[2].name, "CONFIG_C");
	assert_string_equal(first.option[2].value, "n");
	assert_int_equal(first.option[2].line, 7);
	assert_null(first.option[3].condition);
	assert_string_equal(first.option[3].value, "\"a b\"");
	assert_string_equal(first.option[3].fragment, "b.config");
	scratch_write("read/b.config", "CONFIG_TEXT=\"a c\"\n");
	assert_int_equal(config_load(&other, scratch("read"), NULL), 0);
	assert_string_not_equal(first.hash, other.hash);
	config_free(&first);
	config_free(&other);
}

/* An option whose name another's begins with is not taken for it. */
static void test_similar_names(void **state)
{
	struct config_fragments fragments;
	struct str_list symbols = { 0 };
	char *text;

	(void)state;
	scratch_write("similar/a.config", "CONFIG_NR=4\n");
	assert_int_equal(config_load(&fragments, scratch("similar"), NULL), 0);
	capture_stderr_start();
	assert_int_equal(config_check(&fragments, "CONFIG_NR_CPUS=4\nCONFIG_NR=40\n", &symbols), 1);
	text = capture_stderr_end();
	assert_non_null(strstr(text, "a.config:1 asks for CONFIG_NR=4, but the "
				    "configuration has 40"));
	free(text);
	config_free(&fragments);
}

/* One more file: it counts as they do, in the hash, too, and may not contradict them. */
static void test_one_more(void **state)
{
	struct config_fragments without, with;
	char *text;

	(void)state;
	scratch_write("base/a.config", "CONFIG_A=y\n");
	scratch_write("more.config", "CONFIG_B=y\n");
	assert_int_equal(config_load(&without, scratch("base"), NULL), 0);
	assert_int_equal(config_load(&with, scratch("base"), scratch("more.config")), 0);
	assert_int_equal(with.n, 2);
	assert_string_equal(with.option[1].name, "CONFIG_B");
	assert_string_not_equal(without.hash, with.hash);
	config_free(&without);
	/* in whatever folder it lies */
	scratch_write("there/more.config", "CONFIG_B=y\n");
	assert_int_equal(config_load(&without, scratch("base"), scratch("there/more.config")), 0);
	assert_string_equal(without.hash, with.hash);
	config_free(&without);
	config_free(&with);

	/* it has the last word, once */
	scratch_write("more.config", "# CONFIG_A is not set\n");
	assert_int_equal(config_load(&with, scratch("base"), scratch("more.config")), 0);
	assert_int_equal(with.n, 1);
	assert_string_equal(with.option[0].value, "n");
	config_free(&with);
	scratch_write("more.config", "# CONFIG_A is not set\nCONFIG_A=y\n");
	capture_stderr_start();
	assert_int_equal(config_load(&with, scratch("base"), scratch("more.config")), -1);
	text = capture_stderr_end();
	assert_non_null(strstr(text, "more.config:1 sets already"));
	free(text);
	capture_stderr_start();
	assert_int_equal(config_load(&with, scratch("base"), scratch("no.config")), -1);
	text = capture_stderr_end();
	assert_non_null(strstr(text, "no.config"));
	free(text);
}

/* The fragments that ship; the extra ones go with them. */
static void test_own_fragments(void **state)
{
	struct config_fragments fragments;

	(void)state;
	assert_int_equal(config_load(&fragments, "patches/config", NULL), 0);
	assert_true(fragments.n > 50);
	config_free(&fragments);
	assert_int_equal(config_load(&fragments, "patches/config",
				     "patches/config/extra/debug.config"), 0);
	config_free(&fragments);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_took_effect),
		cmocka_unit_test(test_did_not),
		cmocka_unit_test(test_condition),
		cmocka_unit_test(test_what_is_read),
		cmocka_unit_test(test_similar_names),
		cmocka_unit_test(test_one_more),
		cmocka_unit_test(test_own_fragments),
	};

	return cmocka_run_group_tests_name("kernel-config", tests, scratch_make, scratch_remove);
}
