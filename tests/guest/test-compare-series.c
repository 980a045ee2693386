// SPDX-License-Identifier: GPL-2.0-only
/* compare-series: kernels of two series, measured and compared in one command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/checkout.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

#define SERIES_MAX	(64u << 10)

/*
 * A folder with the series of patches/@kernel and one patch more, a page of documentation: another
 * kernel by its key, of which make has nothing to compile again. To be freed.
 */
static char *nearly_the_same_series(const char *kernel)
{
	static const char patch[] =
		"Subject: [PATCH] docs: a page that no build reads\n\n"
		"diff --git a/Documentation/a-page.rst b/Documentation/a-page.rst\n"
		"new file mode 100644\n"
		"--- /dev/null\n"
		"+++ b/Documentation/a-page.rst\n"
		"@@ -0,0 +1 @@\n"
		"+A page that no build reads.\n";
	char *own = xasprintf("%s/patches/%s", checkout_root(), kernel);
	char *folder = xasprintf("%s/nearly", scratch_runs()), *path, *list;
	const char *argv[] = { "cp", "-r", own, folder, NULL };
	struct command cmd = { .argv = (char *const *)argv };
	size_t length;

	assert_int_equal(command_run(&cmd), 0);
	path = xasprintf("%s/a-page.patch", folder);
	assert_int_equal(file_write_atomic(path, patch, strlen(patch)), 0);
	free(path);
	path = xasprintf("%s/series", folder);
	assert_int_equal(file_read(path, SERIES_MAX, &list, &length), 0);
	free(path);
	free(own);
	own = xasprintf("%sa-page.patch\n", list);
	path = xasprintf("%s/series", folder);
	assert_int_equal(file_write_atomic(path, own, strlen(own)), 0);
	free(path);
	free(own);
	free(list);
	return folder;
}

static void test_two_series(void **state)
{
	static const char identical[] = "identical in every figure";
	char *latest = xasprintf("%s/latest", scratch_runs()), *nearly, *kernel;
	const char *first;
	struct str_list kernels = { 0 };
	struct outcome outcome, again;
	struct result result;

	(void)state;
	kernels_under_test(&kernels);
	kernel = kernels.item[kernels.n - 1];
	nearly = nearly_the_same_series(kernel);
	outcome = pcpbench("compare-series", "percpu-pool", nearly, "-k", kernel, "-w",
			   "tests/guest/series.ini", "-o", scratch_runs(), NULL);
	str_list_free(&kernels);
	if (outcome.status != EXIT_GOOD)
		fail_msg("status %d\n%s", outcome.status, outcome.err);
	assert_non_null(strstr(outcome.out, "percpu-pool against nearly, 1 seed"));
	/* of both strategies */
	first = strstr(outcome.out, identical);
	assert_non_null(first);
	assert_non_null(strstr(first + 1, identical));
	load_latest(&result);
	assert_int_equal(result.measurements, 4);
	again = pcpbench("compare", "--by", "series", "--base", "percpu-pool", latest, NULL);
	assert_int_equal(again.status, EXIT_GOOD);
	assert_string_equal(again.out, outcome.out);
	result_free(&result);
	outcome_free(&again);
	outcome_free(&outcome);
	free(latest);
	free(nearly);
}

static void usage_is_refused(struct outcome outcome, const char *words)
{
	assert_int_equal(outcome.status, EXIT_CANNOT);
	assert_non_null(strstr(outcome.err, words));
	assert_string_equal(outcome.out, "");
	outcome_free(&outcome);
}

static void test_usage(void **state)
{
	(void)state;
	usage_is_refused(pcpbench("compare-series", "none", NULL), "at least two series");
	usage_is_refused(pcpbench("compare-series", "--each-patch", "none", NULL), "no patches");
	usage_is_refused(pcpbench("compare-series", "--each-patch", "a", "b", NULL), "one series");
	usage_is_refused(pcpbench("compare-series", "--format=tsv", NULL), "no format 'tsv'");
	usage_is_refused(pcpbench("compare-series", "--each-patch", "/no/such", NULL),
			 "there is no patch series /no/such");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_two_series),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
