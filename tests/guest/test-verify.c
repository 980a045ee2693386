// SPDX-License-Identifier: GPL-2.0-only
/* Stored results made again: the same, others, of other ingredients, and such as can't be made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/util.h"
#include "guest/lib-pcpbench.h"

#define WORKLOAD "tests/guest/tiny.ini"

/*
 * Writes @r, sealed as it is now, and verifies it by the workload @file (NULL:
 * the one it names): @status, and each of @says in stdout or stderr.
 */
static void expect(struct result *r, const char *file, int status, const char *const *says)
{
	char *path = xasprintf("%s/stored.json", scratch_runs());
	struct outcome outcome;

	result_seal(r);
	assert_int_equal(result_write(r, path), 0);
	outcome = pcpbench("verify", path, "-o", scratch_runs(), file ? "-w" : NULL, file, NULL);
	for (; *says; says++)
		if (!strstr(outcome.out, *says) && !strstr(outcome.err, *says))
			break;
	if (outcome.status != status || *says)
		fail_msg("status %d, expected %d and '%s':\n%s\n%s", outcome.status, status,
			 *says ? *says : "", outcome.out, outcome.err);
	outcome_free(&outcome);
	free(path);
}

static void set(struct result *r, const char *key, const char *value)
{
	json_object_set_new(r->provenance, key, json_string(value));
}

/* The path of the stored result that is made again; the caller frees it. */
static char *stored_path(void)
{
	return xasprintf("%s/first.json", scratch_runs());
}

/* verify makes itself the latest run, so the first one is put aside. */
static int measure_once(void **state)
{
	struct outcome outcome;
	struct result r;
	char *path;
	int failed;

	if (scratch_setup(state))
		return -1;
	outcome = pcpbench("run", "-w", WORKLOAD, "-o", scratch_runs(), NULL);
	failed = outcome.status != EXIT_GOOD;
	if (failed)
		print_error("%s", outcome.err);
	outcome_free(&outcome);
	if (failed)
		return -1;
	path = stored_path();
	load_latest(&r);
	failed = result_write(&r, path);
	result_free(&r);
	free(path);
	return failed;
}

static void load_stored(struct result *r)
{
	char *path = stored_path();

	assert_int_equal(result_load(r, path), 0);
	free(path);
}

static void test_identical(void **state)
{
	static const char *const says[] = { "identical: sha256:", NULL };
	struct result r;

	(void)state;
	load_stored(&r);
	expect(&r, WORKLOAD, EXIT_GOOD, says);
	result_free(&r);
}

static const char *const elsewhere_keys[] = {
	"compiler", "qemu", "fio", "kernel_release", "series_hash", "config_hash", "module_hash",
	"image_hash", "workload_hash",
};

/* Everything is from elsewhere: each ingredient is named, and so is the first record. */
static void test_ingredients(void **state)
{
	static const char *const says[] = {
		"different", "pair gfp-nowait irqs-off, seed 1: first in failures",
		"compiler: stored elsewhere, again ", "QEMU: stored elsewhere",
		"kernel: stored elsewhere",
		"patches of the series: stored elsewhere", "kernel configuration: stored elsewhere",
		"bench module: stored elsewhere",
		"guest image, /usr/bin/fio: stored fio 3.33-3 elsewhere, again fio 3.33-3 ",
		"workload file: stored elsewhere", NULL,
	};
	struct result r;
	json_t *item;
	size_t i;

	(void)state;
	load_stored(&r);
	for (i = 0; i < ARRAY_SIZE(elsewhere_keys); i++)
		set(&r, elsewhere_keys[i], "elsewhere");
	json_array_foreach(json_object_get(r.provenance, "image"), i, item)
		if (!strcmp(json_string_value(json_object_get(item, "file")), "/usr/bin/fio"))
			json_object_set_new(item, "sha256", json_string("elsewhere"));
	measurement_set_counter(&r.measurement[0], "failures", 1);
	expect(&r, WORKLOAD, EXIT_JUDGED, says);
	result_free(&r);
}

/* A result of the days when what is in the image was not recorded. */
static void test_no_ingredients(void **state)
{
	static const char *const says[] = {
		"different", "guest image: stored elsewhere, again ", "fio: stored elsewhere", NULL,
	};
	struct result r;

	(void)state;
	load_stored(&r);
	set(&r, "image_hash", "elsewhere");
	set(&r, "fio", "elsewhere");
	json_object_del(r.provenance, "image");
	measurement_set_counter(&r.measurement[0], "failures", 1);
	expect(&r, WORKLOAD, EXIT_JUDGED, says);
	result_free(&r);
}

/* Another figure, and nothing that explains it. */
static void test_not_reproducible(void **state)
{
	static const char *const says[] = { "different", "this is not reproducible", NULL };
	struct result r;

	(void)state;
	load_stored(&r);
	measurement_set_counter(&r.measurement[0], "failures", 1);
	expect(&r, WORKLOAD, EXIT_JUDGED, says);
	result_free(&r);
}

struct impossible {
	const char *key, *value, *says;
};

/* A file that is missing is named before anything is booted. */
static void test_impossible(void **state)
{
	static const struct impossible list[] = {
		{ "series", "nosuch", "there is no series 'nosuch'" },
		{ "workload", "nosuch", "there is no workload 'nosuch'" },
		{ "shard", "0/2", "provenance.shard" },
	};
	struct result r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
		const char *const says[] = { list[i].says, NULL };

		load_stored(&r);
		set(&r, list[i].key, list[i].value);
		expect(&r, strcmp(list[i].key, "workload") ? WORKLOAD : NULL, EXIT_CANNOT, says);
		result_free(&r);
	}
}

static void test_other_mode_and_kernel(void **state)
{
	static const char *const mode[] = { "only exact results can be made again", NULL };
	static const char *const kernel[] = { "5.4", NULL };
	struct result r;

	(void)state;
	load_stored(&r);
	free(r.mode);
	r.mode = xstrdup("realtime");
	expect(&r, WORKLOAD, EXIT_CANNOT, mode);
	result_free(&r);
	load_stored(&r);
	free(r.measurement[0].kernel);
	r.measurement[0].kernel = xstrdup("5.4");
	expect(&r, WORKLOAD, EXIT_CANNOT, kernel);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identical),
		cmocka_unit_test(test_ingredients),
		cmocka_unit_test(test_no_ingredients),
		cmocka_unit_test(test_not_reproducible),
		cmocka_unit_test(test_impossible),
		cmocka_unit_test(test_other_mode_and_kernel),
	};

	return cmocka_run_group_tests_name("verify", tests, measure_once, scratch_teardown);
}
