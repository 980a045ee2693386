// SPDX-License-Identifier: GPL-2.0-only
/* What a kernel cannot do, by its version and its patches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/checkout.h"
#include "base/util.h"
#include "kernel/build.h"
#include "kernel/needs.h"
#include "workload/workload.h"

/* Names of the strategies that Linux @version lacks, joined by blanks. To be freed. */
static char *lacking(const char *version, const struct series *series)
{
	struct str_list names = { 0 };
	char *text;

	for (const struct strategy_info *s = strategy_info; s->name; s++)
		if (kernel_lacks(version, series, s->name))
			str_list_add(&names, s->name);
	text = str_list_join(&names, " ");
	str_list_free(&names);
	return text;
}

static void expect_lacking(const char *version, const struct series *series, const char *names)
{
	char *text = lacking(version, series);

	assert_string_equal(text, names);
	free(text);
}

static void load_own(struct series *series, const char *version)
{
	char *folder = xasprintf("%s/patches/%s", checkout_root(), version);

	*series = (struct series){ 0 };
	assert_int_equal(series_load(series, folder, SERIES_OWN), 0);
	free(folder);
}

static void test_series_bring_support(void **state)
{
	struct series old, new;

	(void)state;
	load_own(&old, "6.1");
	load_own(&new, "6.12");
	expect_lacking("6.1", &old, "objpool");
	expect_lacking("6.12", &new, "");
	expect_lacking("6.1", NULL, "percpu-pool bpf-mem-alloc objpool");
	expect_lacking("6.12", NULL, "percpu-pool bpf-mem-alloc");
	series_free(&old);
	series_free(&new);
}

/* 6.10 is later than 6.7, and 6.7 itself has it. */
static void test_versions_are_ordered(void **state)
{
	(void)state;
	assert_non_null(kernel_lacks("6.6.30", NULL, "objpool"));
	assert_null(kernel_lacks("6.7", NULL, "objpool"));
	assert_null(kernel_lacks("6.10.3", NULL, "objpool"));
}

/* A patch that is gone exports nothing, and whoever needs nothing lacks nothing. */
static void test_unreadable_patch(void **state)
{
	struct series series = { 0 };

	(void)state;
	str_list_add(&series.patches, "/nowhere/0001-gone.patch");
	assert_non_null(kernel_lacks("6.12", &series, "percpu-pool"));
	assert_null(kernel_lacks("6.12", &series, "gfp-nowait"));
	str_list_free(&series.patches);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_series_bring_support),
		cmocka_unit_test(test_versions_are_ordered),
		cmocka_unit_test(test_unreadable_patch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
