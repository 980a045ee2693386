// SPDX-License-Identifier: GPL-2.0-only
/* Every fact of a kernel, its module and its image that was measured stands in the provenance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/checkout.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "run/run.h"

/* Fields of a target and the keys that name them; the values are the keys' names. */
static const struct {
	const char *key;
	size_t offset;
} facts[] = {
	{ "kernel_release", offsetof(struct run_target, kernel.release) },
	{ "kernel_source_hash", offsetof(struct run_target, kernel.source_hash) },
	{ "kernel_commit", offsetof(struct run_target, kernel.source_commit) },
	{ "series", offsetof(struct run_target, kernel.series) },
	{ "series_hash", offsetof(struct run_target, kernel.series_hash) },
	{ "config_hash", offsetof(struct run_target, kernel.config_hash) },
	{ "compiler", offsetof(struct run_target, kernel.compiler) },
	{ "module_hash", offsetof(struct run_target, module_hash) },
	{ "image_hash", offsetof(struct run_target, image.hash) },
};

static void fill(struct run_target *target, const char *of)
{
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		*(char **)((char *)target + facts[i].offset) = xasprintf("%s of %s", facts[i].key, of);
}

/* A run of @targets kernels, its provenance made. */
static void make(struct run *run, struct run_options *options, size_t targets, bool commit)
{
	*options = (struct run_options){ 0 };
	*run = (struct run){
		.options = options, .root = checkout_root(), .accel_reason = xstrdup("a test"),
		.targets = targets, .target = xcalloc(targets, sizeof(*run->target)),
		.result.provenance = json_object(),
	};
	assert_int_equal(workload_load(&run->workload, run->root, "smoke", NULL), 0);
	fill(&run->target[0], "A");
	if (targets > 1)
		fill(&run->target[1], "B");
	if (!commit) {
		free(run->target[0].kernel.source_commit);
		run->target[0].kernel.source_commit = NULL;
	}
	run_provenance(run);
}

static void drop(struct run *run)
{
	run_targets_free(run);
	workload_free(&run->workload);
	json_decref(run->result.provenance);
	free((char *)run->accel_reason);
}

static void expect(const json_t *value, const char *key, const char *of)
{
	char *text = xasprintf("%s of %s", key, of);

	if (!json_is_string(value) || strcmp(json_string_value(value), text))
		fail_msg("%s is not '%s'", key, text);
	free(text);
}

static void test_one_kernel(void **state)
{
	struct run_options options;
	struct run run;

	(void)state;
	make(&run, &options, 1, true);
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		expect(json_object_get(run.result.provenance, facts[i].key), facts[i].key, "A");
	drop(&run);
}

static void test_two_kernels(void **state)
{
	struct run_options options;
	struct run run;

	(void)state;
	make(&run, &options, 2, true);
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		const json_t *list = json_object_get(run.result.provenance, facts[i].key);

		assert_int_equal(json_array_size(list), 2);
		expect(json_array_get(list, 0), facts[i].key, "A");
		expect(json_array_get(list, 1), facts[i].key, "B");
	}
	drop(&run);
}

/* A tarball has no commit: the key is missing, or says so beside a tree's. */
static void test_without_commit(void **state)
{
	struct run_options options;
	struct run run;
	const json_t *list;

	(void)state;
	make(&run, &options, 1, false);
	assert_null(json_object_get(run.result.provenance, "kernel_commit"));
	drop(&run);
	make(&run, &options, 2, false);
	list = json_object_get(run.result.provenance, "kernel_commit");
	assert_string_equal(json_string_value(json_array_get(list, 0)), "none");
	expect(json_array_get(list, 1), "kernel_commit", "B");
	drop(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_kernel),
		cmocka_unit_test(test_two_kernels),
		cmocka_unit_test(test_without_commit),
	};

	interrupt_install();
	return cmocka_run_group_tests_name("run-provenance", tests, NULL, NULL);
}
