// SPDX-License-Identifier: GPL-2.0-only
/* Which measurements are one thing: by the parts of their keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib-report.h"
#include "report/model.h"
#include "result/key.h"

static void key_is(const struct measurement *m, unsigned int parts, const char *expected)
{
	char *key = measurement_key_of(m, parts, NULL, NULL);

	assert_string_equal(key, expected);
	free(key);
}

static bool is_cpus(const struct measurement *m, const struct named_number *param, const void *arg)
{
	assert_non_null(m);
	return !strcmp(param->name, arg);
}

static void test_parts(void **state)
{
	struct measurement *m;
	struct result r;
	char *key;

	(void)state;
	make_result(&r, "one", "exact");
	m = make_measurement(&r, "burst", "percpu-pool", 3);
	measurement_set_param(m, "boot", 2);
	measurement_set_param(m, "pool_high", 64);
	measurement_set_param(m, "blkg_pool", 1);
	key_is(m, KEY_ALL, "scenario=burst strategy=percpu-pool context=irqs-off kernel=6.12 "
	       "series=percpu-pool area_size=512 blkg_pool=1 boot=2 cpus=4 pool_high=64 seed=3");
	key = measurement_key(m);
	key_is(m, KEY_ALL, key);
	free(key);
	key_is(m, KEY_SCENARIO | KEY_SERIES, "scenario=burst series=percpu-pool");
	key_is(m, KEY_SUBJECT, "area_size=512 cpus=4");
	key_is(m, KEY_DESIGN, "blkg_pool=1 pool_high=64");
	key_is(m, KEY_REPLICATE, "boot=2 seed=3");
	key_is(m, 0, "");
	key_is(m, GROUP_PARTS, "scenario=burst context=irqs-off kernel=6.12 area_size=512 cpus=4");
	key_is(m, ROW_PARTS, "strategy=percpu-pool series=percpu-pool blkg_pool=1 pool_high=64");
	key = measurement_key_of(m, KEY_SUBJECT, is_cpus, "cpus");
	assert_string_equal(key, "area_size=512");
	free(key);
	result_free(&r);
}

/* What a group and its rows share, every part of a key is in exactly one of: or is a replicate. */
static void test_report_parts(void **state)
{
	(void)state;
	assert_int_equal(GROUP_PARTS & ROW_PARTS, 0);
	assert_int_equal(GROUP_PARTS | ROW_PARTS | KEY_REPLICATE, KEY_ALL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_report_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
