// SPDX-License-Identifier: GPL-2.0-only
/* What a run's proof of its determinism says, and what becomes of it in compare, gate and merge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "gate/gate.h"
#include "lib-report.h"
#include "lib-scratch.h"
#include "result/determinism.h"

static const char rules_text[] =
	"[failures]\nmetric = failures\nrelative = 0\nfrom_zero = any\n"
	"[determinism]\nrequired = yes\n";

static void add_seeds(struct result *r, uint64_t from, uint64_t to, uint64_t failures)
{
	result_init(r);
	r->id = xstrdup("id");
	r->mode = xstrdup("exact");
	for (uint64_t seed = from; seed <= to; seed++) {
		struct measurement *m = make_measurement(r, "burst", "gfp-nowait", seed);

		make_samples(m, "call_latency", 1000 + seed, 1000);
		measurement_set_counter(m, "failures", failures);
	}
	result_seal(r);
}

static void add_both(struct result *r, uint64_t failures)
{
	add_seeds(r, 1, 8, failures);
}

static void test_difference(void **state)
{
	struct result first, again;
	char *words;

	(void)state;
	add_both(&first, 0);
	add_both(&again, 0);
	assert_null(determinism_difference(&first, 0, &again));
	measurement_set_counter(&again.measurement[2], "failures", 1);
	make_samples(&again.measurement[5], "call_latency", 7, 1);
	words = determinism_difference(&first, 0, &again);
	assert_string_equal(words, "burst gfp-nowait irqs-off, seed 3: first in failures");
	free(words);
	make_verdict(&again.measurement[0], VERDICT_HANG, "no progress");
	words = determinism_difference(&first, 0, &again);
	assert_string_equal(words, "burst gfp-nowait irqs-off, seed 1: ok the first time, then hang");
	free(words);
	result_free(&again);
	/* the guest that was booted again need not be the first */
	add_seeds(&again, 5, 5, 0);
	assert_null(determinism_difference(&first, 4, &again));
	words = determinism_difference(&first, 3, &again);
	assert_string_equal(words, "burst gfp-nowait irqs-off, seed 4: first in call_latency");
	free(words);
	result_free(&again);
	result_free(&first);
}

static void test_what_is_stored(void **state)
{
	struct result r, read;

	(void)state;
	add_both(&r, 0);
	assert_int_equal(determinism_of(&r), NOT_TRIED);
	assert_string_equal(determinism_words(&r), "");
	determinism_note(&r, NOT_TRIED, "nothing");
	assert_int_equal(determinism_of(&r), NOT_TRIED);
	determinism_note(&r, REFUTED, "step 3");
	assert_int_equal(result_write(&r, scratch("r.json")), 0);
	assert_int_equal(result_load(&read, scratch("r.json")), 0);
	assert_int_equal(determinism_of(&read), REFUTED);
	assert_string_equal(determinism_words(&read), "step 3");
	result_free(&read);
	/* a word that nobody writes proves nothing */
	json_object_set_new(r.provenance, "determinism", json_string("certainly"));
	assert_int_equal(determinism_of(&r), UNPROVED);
	result_free(&r);
}

static void test_merge(void **state)
{
	struct result part[3], into;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		add_both(&part[i], 0);
	add_both(&into, 0);
	determinism_merge(&into, part, 3);
	assert_int_equal(determinism_of(&into), NOT_TRIED);
	determinism_note(&part[1], PROVED, "one");
	determinism_merge(&into, part, 3);
	assert_int_equal(determinism_of(&into), PROVED);
	determinism_note(&part[2], REFUTED, "two");
	determinism_merge(&into, part, 3);
	assert_int_equal(determinism_of(&into), REFUTED);
	assert_string_equal(determinism_words(&into), "two");
	for (size_t i = 0; i < 3; i++)
		result_free(&part[i]);
	result_free(&into);
}

struct trial {
	enum determinism old, new;
	uint64_t failures;	/* of the new side; the old one has none */
	int status;
	const char *kind, *text;
};

static void judge(const struct trial *trial)
{
	struct result a, b;
	const struct result *pa = &a, *pb = &b;
	struct compare_side old = { .label = (char *)"baseline", .result = &pa, .results = 1 };
	struct compare_side new = { .label = (char *)"result", .result = &pb, .results = 1 };
	struct comparison c;
	struct gate_rules rules;
	struct gate gate;
	bool found = !trial->kind;

	add_both(&a, 0);
	add_both(&b, trial->failures);
	determinism_note(&a, trial->old, "of the baseline");
	determinism_note(&b, trial->new, "first in step 3");
	scratch_write("gate.conf", rules_text);
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), 0);
	compare_make(&c, &old, &new);
	gate_judge(&gate, &c, &rules);
	assert_int_equal(gate.status, trial->status);
	for (size_t i = 0; i < gate.findings && trial->kind; i++)
		found |= gate.finding[i].kind && !strcmp(gate.finding[i].kind, trial->kind) &&
			 strstr(gate.finding[i].text, trial->text);
	assert_true(found);
	gate_free(&gate);
	gate_rules_free(&rules);
	comparison_free(&c);
	result_free(&a);
	result_free(&b);
}

static void test_gate(void **state)
{
	static const struct trial trials[] = {
		{ PROVED, PROVED, 0, EXIT_GOOD, NULL, NULL },
		{ NOT_TRIED, PROVED, 0, EXIT_GOOD, NULL, NULL },
		{ PROVED, PROVED, 1, EXIT_JUDGED, NULL, NULL },
		/* never a regression, and never a pass */
		{ PROVED, REFUTED, 0, EXIT_CANNOT, "nondeterministic", "first in step 3" },
		{ PROVED, REFUTED, 1, EXIT_CANNOT, "nondeterministic", "first in step 3" },
		{ REFUTED, PROVED, 1, EXIT_CANNOT, "nondeterministic", "of the baseline" },
		{ PROVED, NOT_TRIED, 1, EXIT_CANNOT, "blind", "determinism_proof = yes" },
		{ PROVED, UNPROVED, 1, EXIT_CANNOT, "blind", "not proved" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++)
		judge(&trials[i]);
}

/* A rule file that only asks for the proof checks no figure. */
static void test_rules(void **state)
{
	struct gate_rules rules;

	(void)state;
	scratch_write("gate.conf", "[determinism]\nrequired = yes\n");
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), -1);
	scratch_write("gate.conf", "[determinism]\nrequired = perhaps\n[a]\nmetric = x\nrelative = 0\n");
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), -1);
	scratch_write("gate.conf", "[determinism]\nneeded = yes\n[a]\nmetric = x\nrelative = 0\n");
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_what_is_stored),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_gate),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
