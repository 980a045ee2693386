// SPDX-License-Identifier: GPL-2.0-only
/* Real boots in real time: in turns, and on a host that keeps them waiting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/util.h"
#include "guest/host-load.h"
#include "host/lib-schema-check.h"
#include "guest/lib-pcpbench.h"

#define WORKLOAD "tests/guest/realtime.ini"

static const char *boot_order(const struct result *r, size_t i)
{
	const char *text = json_string_value(json_array_get(
		json_object_get(r->provenance, "boot_order"), i));

	assert_non_null(text);
	return text;
}

static void check_schema(void)
{
	char *path = xasprintf("%s/latest/result.json", scratch_runs()), *wrong;
	json_t *schema = json_load_file("results/schema.json", 0, NULL);
	json_t *json = json_load_file(path, 0, NULL);

	assert_non_null(schema);
	assert_non_null(json);
	wrong = schema_check(schema, json);
	if (wrong)
		fail_msg("%s: %s", path, wrong);
	json_decref(json);
	json_decref(schema);
	free(path);
}

static uint64_t param(const struct measurement *m, const char *name)
{
	uint64_t value;

	if (!measurement_param(m, name, &value))
		fail_msg("%s: no %s", m->strategy, name);
	return value;
}

static void test_boots_take_turns(void **state)
{
	struct outcome outcome = pcpbench("run", "-m", "realtime", "-w", WORKLOAD,
					  "--host-wait-limit", "100", "-o", scratch_runs(), NULL);
	struct result r;

	(void)state;
	if (outcome.status != EXIT_GOOD)
		fail_msg("status %d\n%s", outcome.status, outcome.err);
	outcome_free(&outcome);
	load_latest(&r);
	check_schema();
	assert_int_equal(r.measurements, 4);
	for (size_t i = 0; i < r.measurements; i++) {
		const struct measurement *m = &r.measurement[i];
		uint64_t ran;

		assert_int_equal(m->verdict, VERDICT_OK);
		/* the boots of a guest stand side by side */
		assert_int_equal(param(m, "boot"), i % 2 + 1);
		assert_string_equal(m->strategy, i < 2 ? "percpu-pool" : "gfp-nowait");
		assert_true(measurement_counter(m, "host_run_ns", &ran));
		assert_int_equal(measurement_hist(m, "yardstick")->count, 200);
		/* less than a whole boot takes, more than a few system calls */
		assert_true(ran > 1000000 && ran < 60000000000);
	}
	/* two guests: AB, then BA */
	assert_non_null(strstr(boot_order(&r, 0), "guest=00"));
	assert_non_null(strstr(boot_order(&r, 3), "guest=03"));
	assert_non_null(strstr(boot_order(&r, 1), "boot=1"));
	assert_non_null(strstr(boot_order(&r, 2), "boot=2"));
	result_free(&r);
}

/* CPUs that others keep busy: flagged, made once more, and in the end not judged. */
static void test_contaminated(void **state)
{
	struct host_load *load = host_load_start(), *more = host_load_start();
	struct outcome outcome;
	struct result r;

	(void)state;
	assert_non_null(load);
	assert_non_null(more);
	outcome = pcpbench("run", "-m", "realtime", "-w", WORKLOAD, "-s", "gfp-nowait", "--set",
			   "boots=1", "--host-wait-limit", "5", "-o", scratch_runs(), NULL);
	host_load_stop(load);
	host_load_stop(more);
	if (outcome.status != EXIT_CANNOT || !strstr(outcome.err, "made once more") ||
	    !strstr(outcome.err, "inconclusive: 2 of 2 boots"))
		fail_msg("status %d\n%s", outcome.status, outcome.err);
	outcome_free(&outcome);
	load_latest(&r);
	check_schema();
	assert_int_equal(r.measurements, 2);
	for (size_t i = 0; i < r.measurements; i++) {
		assert_int_equal(r.measurement[i].verdict, VERDICT_CONTAMINATED);
		/* not dropped: its figures are there */
		assert_non_null(measurement_hist(&r.measurement[i], "call_latency"));
		assert_int_equal(param(&r.measurement[i], "boot"), i + 1);
	}
	assert_non_null(strstr(r.measurement[0].reason, "boot 2 replaces it"));
	assert_non_null(strstr(boot_order(&r, 1), "replaces=1"));
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boots_take_turns),
		cmocka_unit_test(test_contaminated),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
