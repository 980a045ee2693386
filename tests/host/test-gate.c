// SPDX-License-Identifier: GPL-2.0-only
/* The gate: what it lets pass, what it catches, and when it says that it can't tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "gate/gate.h"
#include "gate/rules.h"
#include "lib-capture.h"
#include "lib-hist.h"
#include "lib-report.h"
#include "lib-scratch.h"
#include "result/notes.h"

static const char plain_rules[] =
	"[failures]\nmetric = failures\nrelative = 0\nfrom_zero = any\n"
	"[work]\nmetric = call_latency?mean call_latency?p50\nrelative = 0.2 %\nabsolute = 1\n"
	"minimum_count = 100\n";

#define BOOTS 12

static uint32_t random_state = 1;

static uint32_t draw(uint32_t below)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 16) % below;
}

/*
 * @seeds of one measurement, most calls costing @latency. What a seed and the
 * phase against the tick move is the tail and a few calls more or less.
 */
static void make_exact(struct result *r, size_t seeds, uint64_t latency, uint64_t failures)
{
	result_init(r);
	r->id = xstrdup("id");
	r->mode = xstrdup("exact");
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		struct measurement *m = make_measurement(r, "burst", "gfp-nowait", seed);

		make_samples(m, "call_latency", latency, 19900);
		make_samples(m, "call_latency", 2 * latency, 99 + draw(3));
		make_samples(m, "call_latency", 20 * latency + draw(500), 1);
		measurement_set_counter(m, "failures", failures);
		measurement_set_counter(m, "requests", 20000 + seed);
	}
	result_seal(r);
}

struct trial {
	struct result a, b;
	const struct result *pa, *pb;
	struct compare_side old, new;
	struct comparison c;
	struct gate_rules rules;
	struct gate gate;
};

static void judge_by(struct trial *t, const char *rules)
{
	result_seal(&t->a);
	result_seal(&t->b);
	scratch_write("gate.conf", rules);
	assert_int_equal(gate_rules_load(&t->rules, scratch("gate.conf")), 0);
	t->pa = &t->a;
	t->pb = &t->b;
	t->old = (struct compare_side){ .label = (char *)"baseline", .result = &t->pa, .results = 1 };
	t->new = (struct compare_side){ .label = (char *)"result", .result = &t->pb, .results = 1 };
	compare_make(&t->c, &t->old, &t->new);
	gate_judge(&t->gate, &t->c, &t->rules);
}

static void free_trial(struct trial *t)
{
	gate_free(&t->gate);
	comparison_free(&t->c);
	gate_rules_free(&t->rules);
	result_free(&t->a);
	result_free(&t->b);
}

/* Judges t->a and t->b by @rules: @status, and @kind (NULL: none) among the doubts. */
static void expect_by(struct trial *t, const char *rules, int status, const char *kind)
{
	bool found = !kind;

	judge_by(t, rules);
	for (size_t i = 0; i < t->gate.findings; i++)
		found |= kind && t->gate.finding[i].kind && !strcmp(t->gate.finding[i].kind, kind);
	if (t->gate.status != status || !found)
		fail_msg("status %d (%s), expected %d, %s; first finding: %s", t->gate.status,
			 gate_verdict_name(&t->gate), status, kind ? kind : "no doubt",
			 t->gate.findings ? t->gate.finding[0].text : "none");
	free_trial(t);
}

static void expect(struct trial *t, int status, const char *kind)
{
	expect_by(t, plain_rules, status, kind);
}

/* 0 false alarms in 100 comparisons of the same thing, every planted +1 % caught. */
static void test_rates(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		struct trial t;

		make_exact(&t.a, 8, 1000, 5);
		make_exact(&t.b, 8, 1000, 5);
		expect(&t, EXIT_GOOD, NULL);
		make_exact(&t.a, 8, 1000, 5);
		make_exact(&t.b, 8, 1010, 5);
		expect(&t, EXIT_JUDGED, NULL);
	}
}

static void test_limits(void **state)
{
	struct trial t;

	(void)state;
	/* 1 of 1000 is less than 0.2 % */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1001, 5);
	expect(&t, EXIT_GOOD, NULL);
	/* 1 of 100 is more, and one instruction */
	make_exact(&t.a, 8, 100, 5);
	make_exact(&t.b, 8, 101, 5);
	expect(&t, EXIT_JUDGED, NULL);
	/* faster is no regression */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 900, 5);
	judge_by(&t, plain_rules);
	assert_int_equal(t.gate.status, EXIT_GOOD);
	assert_int_equal(t.gate.count[GATE_IMPROVED], 2);
	free_trial(&t);
	/* a ceiling is absolute */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	expect_by(&t, "[max]\nmetric = call_latency?max\nceiling = 100\n", EXIT_JUDGED, NULL);
	/* and below it all is well, unless another limit is set, too */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 2000, 5);
	expect_by(&t, "[max]\nmetric = call_latency?max\nceiling = 100000\n", EXIT_GOOD, NULL);
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 2000, 5);
	expect_by(&t, "[max]\nmetric = call_latency?max\nceiling = 100000\nrelative = 10 %\n",
		  EXIT_JUDGED, NULL);
}

/* A ceiling holds no change, so that there is none to detect by it. */
static void test_ceilings_detect_nothing(void **state)
{
	struct trial t;

	(void)state;
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	judge_by(&t, "[max]\nmetric = call_latency?max\nceiling = 100000\n");
	assert_int_equal(t.gate.smallests, 0);
	assert_int_equal(t.gate.undetectable, 0);
	free_trial(&t);
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	judge_by(&t, "[max]\nmetric = call_latency?max\nrelative = 900 %\n");
	assert_int_equal(t.gate.smallests + t.gate.undetectable, 1);
	free_trial(&t);
}

static void test_failures(void **state)
{
	struct trial t;

	(void)state;
	/* one more in every seed */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 6);
	expect(&t, EXIT_JUDGED, NULL);
	/* one in one seed, where there was none */
	make_exact(&t.a, 8, 1000, 0);
	make_exact(&t.b, 8, 1000, 0);
	measurement_set_counter(&t.b.measurement[3], "failures", 1);
	expect(&t, EXIT_JUDGED, NULL);
	/* one in one seed more, where there were some, and none less in any */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	measurement_set_counter(&t.b.measurement[3], "failures", 6);
	expect(&t, EXIT_CANNOT, "uneven");
	/* one less in another: the phase moves that */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	measurement_set_counter(&t.b.measurement[3], "failures", 6);
	measurement_set_counter(&t.b.measurement[4], "failures", 4);
	expect(&t, EXIT_GOOD, NULL);
}

/* @worse of @n seeds are worse, the others better or @equal. */
static void agree(size_t n, size_t worse, bool equal, int status, const char *kind)
{
	struct trial t;

	make_exact(&t.a, n, 1000, 5);
	make_exact(&t.b, n, 1000, 5);
	for (size_t i = 0; i < n; i++)
		measurement_set_counter(&t.b.measurement[i], "failures", i < worse ? 9 :
					equal ? 5 : 4);
	expect(&t, status, kind);
}

/* Seven seeds of eight agree, six do not; of five to seven all must. */
static void test_agreement(void **state)
{
	(void)state;
	agree(8, 7, true, EXIT_JUDGED, NULL);
	agree(8, 7, false, EXIT_JUDGED, NULL);
	agree(8, 6, false, EXIT_GOOD, NULL);
	for (size_t n = 5; n <= 7; n++) {
		agree(n, n, true, EXIT_JUDGED, NULL);
		agree(n, n - 1, false, EXIT_GOOD, NULL);
		agree(n, n - 1, true, EXIT_CANNOT, "uneven");
	}
}

/* 62 instructions before, 620 in some seeds after and in no seed less: that is no pass. */
static void test_some_seeds_and_none_better(void **state)
{
	struct trial t;
	bool told = false;

	(void)state;
	for (size_t worse = 1; worse <= 8; worse++) {
		make_result(&t.a, "a", "exact");
		make_result(&t.b, "b", "exact");
		for (size_t i = 0; i < 8; i++) {
			struct measurement *m = make_measurement(&t.a, "burst", "gfp-nowait", i + 1);

			make_samples(m, "call_latency", 62, 1000);
			measurement_set_counter(m, "failures", 0);
			measurement_set_counter(m, "requests", i);
			m = make_measurement(&t.b, "burst", "gfp-nowait", i + 1);
			make_samples(m, "call_latency", i < worse ? 620 : 62, 1000);
			measurement_set_counter(m, "failures", 0);
			measurement_set_counter(m, "requests", i);
		}
		if (worse == 6) {
			judge_by(&t, plain_rules);
			for (size_t i = 0; i < t.gate.findings; i++)
				told |= strstr(t.gate.finding[i].text,
					       "62 to 620, x 10 (of 8 seeds 6 rose and 0 fell)") != NULL;
			assert_true(told);
			assert_int_equal(t.gate.count[GATE_UNKNOWN], 2);
			assert_int_equal(t.gate.status, EXIT_CANNOT);
			/* x 10 was not enough to show, so it is not what would have */
			assert_int_equal(t.gate.smallests, 0);
			assert_int_equal(t.gate.undetectable, 2);
			free_trial(&t);
			continue;
		}
		expect(&t, worse >= 7 ? EXIT_JUDGED : EXIT_CANNOT, worse >= 7 ? NULL : "uneven");
	}
}

/* A quantile is told by the upper end of its bucket: 1,015 to 1,016 reads as 1,015 to 1,019. */
static void test_limit_finer_than_a_bucket(void **state)
{
	static const char p50[] = "[p50]\nmetric = call_latency?p50\nrelative = 0.2 %\n";
	static const char mean[] = "[mean]\nmetric = call_latency?mean\nrelative = 0.2 %\n";
	static const struct {
		const char *rules;
		uint64_t to;
		int status;
	} trials[] = {
		{ p50, 1016, EXIT_GOOD }, { p50, 1024, EXIT_JUDGED }, { mean, 1016, EXIT_GOOD },
		{ mean, 1018, EXIT_JUDGED },
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(trials); k++) {
		struct trial t;

		make_result(&t.a, "a", "exact");
		make_result(&t.b, "b", "exact");
		for (size_t i = 0; i < 16; i++) {
			uint64_t value = i % 2 ? trials[k].to : 1015;
			struct measurement *m = make_measurement(i % 2 ? &t.b : &t.a, "burst",
								 "gfp-nowait", i / 2 + 1);

			make_samples(m, "call_latency", value, 999);
			make_samples(m, "call_latency", 2000, 1);
			measurement_set_counter(m, "requests", i / 2);
		}
		expect_by(&t, trials[k].rules, trials[k].status, NULL);
	}
}

static const char *text_of(const struct gate *gate, const char *part)
{
	for (size_t i = 0; i < gate->findings; i++)
		if (strstr(gate->finding[i].text, part))
			return gate->finding[i].text;
	fail_msg("no finding says '%s'; the first: %s", part,
		 gate->findings ? gate->finding[0].text : "none");
	return NULL;
}

static void test_words_that_tell_what_happened(void **state)
{
	char *rules = xasprintf("[canary]\nstrategy = throttle-async\nbase = empty\n%s", plain_rules);
	struct trial t;

	(void)state;
	make_exact(&t.a, 8, 1000, 0);
	make_exact(&t.b, 8, 1000, 0);
	measurement_set_counter(&t.b.measurement[2], "failures", 1);
	judge_by(&t, plain_rules);
	text_of(&t.gate, "seed 3 of 8: 0 → 1 (rule [failures])");
	free_trial(&t);
	/* too few seeds is what it is, with a canary, too, and hides nothing */
	for (size_t seeds = 1; seeds <= 4; seeds++) {
		make_exact(&t.a, seeds, 1000, 0);
		make_exact(&t.b, seeds, 1130, 0);
		for (uint64_t seed = 1; seed <= seeds; seed++)
			for (int side = 0; side < 2; side++) {
				struct result *r = side ? &t.b : &t.a;

				make_samples(make_measurement(r, "pair", "empty", seed), "call_latency",
					     10, 1000 + seed);
				make_samples(make_measurement(r, "pair", "throttle-async", seed),
					     "call_latency", 50, 1000 + seed);
			}
		judge_by(&t, rules);
		assert_int_equal(t.gate.status, EXIT_CANNOT);
		text_of(&t.gate, "too few seeds (5 needed)");
		text_of(&t.gate, "+13.0 %");
		text_of(&t.gate, "too few independent seeds (5 needed)");
		for (size_t i = 0; i < t.gate.findings; i++)
			assert_true(!t.gate.finding[i].kind ||
				    strcmp(t.gate.finding[i].kind, "blind"));
		measurement_set_counter(&t.b.measurement[0], "failures", 3);
		gate_free(&t.gate);
		comparison_free(&t.c);
		gate_rules_free(&t.rules);
		judge_by(&t, rules);
		assert_int_equal(t.gate.status, EXIT_JUDGED);
		text_of(&t.gate, seeds == 1 ? "0 to 3, from 0" : "0 → 3");
		free_trial(&t);
	}
	/* which seeds to measure */
	make_exact(&t.a, 3, 1000, 0);
	make_exact(&t.b, 1, 1000, 0);
	measurement_set_param(&t.b.measurement[0], "seed", 9);
	judge_by(&t, plain_rules);
	text_of(&t.gate, "no seed in common");
	text_of(&t.gate, "--set seed=1,2,3");
	free_trial(&t);
	free(rules);
}

/* What the baseline can't vouch for does not pass. */
static void test_only_in_the_result(void **state)
{
	static const char rules[] = "[wrong]\nmetric = misattributed_ios\nrelative = 0\nnew = zero\n"
				    "optional = yes\n[failures]\nmetric = failures\nrelative = 0\n";
	struct trial t;

	(void)state;
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	make_verdict(make_measurement(&t.b, "storm", "percpu-pool", 1), VERDICT_PANIC, "it panicked");
	expect_by(&t, rules, EXIT_CANNOT, "incomplete");
	/* a measurement, a counter and a seed that only the result has */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	measurement_set_counter(make_measurement(&t.b, "storm", "percpu-pool", 1), "misattributed_ios", 4);
	expect_by(&t, rules, EXIT_CANNOT, "new");
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	measurement_set_counter(&t.b.measurement[1], "misattributed_ios", 4);
	expect_by(&t, rules, EXIT_CANNOT, "new");
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 9, 1000, 5);
	for (size_t i = 0; i < 9; i++) {
		if (i < 8)
			measurement_set_counter(&t.a.measurement[i], "misattributed_ios", 0);
		measurement_set_counter(&t.b.measurement[i], "misattributed_ios", i == 8);
	}
	expect_by(&t, rules, EXIT_CANNOT, "new");
	/* none of it is new */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	measurement_set_counter(make_measurement(&t.b, "storm", "percpu-pool", 1), "misattributed_ios", 0);
	expect_by(&t, rules, EXIT_GOOD, NULL);
}

/* A compiler, an image is no strategy; a module and its image are what is tested. */
static void test_ingredients(void **state)
{
	static const struct {
		const char *key, *also;
		int status;
	} trials[] = {
		{ "image_hash", NULL, EXIT_CANNOT }, { "compiler", NULL, EXIT_CANNOT },
		{ "qemu", "module_hash", EXIT_CANNOT }, { "module_hash", "image_hash", EXIT_JUDGED },
		{ "series_hash", NULL, EXIT_JUDGED }, { "config_hash", NULL, EXIT_JUDGED },
		{ "fio", "module_hash", EXIT_CANNOT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++) {
		for (int worse = 0; worse < 2; worse++) {
			struct trial t;

			make_exact(&t.a, 8, 1000, 0);
			make_exact(&t.b, 8, worse ? 1100 : 1000, 0);
			json_object_set_new(t.a.provenance, trials[i].key, json_string("one"));
			json_object_set_new(t.b.provenance, trials[i].key, json_string("other"));
			if (trials[i].also) {
				json_object_set_new(t.a.provenance, trials[i].also, json_string("x"));
				json_object_set_new(t.b.provenance, trials[i].also, json_string("y"));
			}
			judge_by(&t, plain_rules);
			assert_int_equal(t.gate.status, worse ? trials[i].status : EXIT_GOOD);
			assert_int_equal(t.gate.ingredients.n, trials[i].status == EXIT_CANNOT);
			if (worse && trials[i].status == EXIT_CANNOT)
				text_of(&t.gate, "for this differs, too: ");
			free_trial(&t);
		}
	}
}

static void set_note(struct result *r, const char *note)
{
	struct str_list notes = { 0 };

	if (note)
		str_list_add(&notes, note);
	notes_set(r, &notes);
	str_list_free(&notes);
}

/* Figures that may be the console's do not pass; where both sides' are, they compare. */
static void test_consoles(void **state)
{
	static const char lost[] = "guest 00: ** 312 printk messages dropped ** (the console is not whole)";
	static const char printed[] = "guest 00: percpu: allocation failed, size=512 (it was printed)";
	static const char again[] = "guest 01: 7 times, first: percpu: allocation failed, size=64 (it was printed)";
	static const struct {
		const char *old, *new;
		int status;
		size_t warnings;
	} trials[] = {
		{ NULL, lost, EXIT_CANNOT, 1 }, { NULL, printed, EXIT_CANNOT, 1 },
		{ printed, again, EXIT_GOOD, 0 }, { lost, printed, EXIT_CANNOT, 2 },
		{ lost, NULL, EXIT_GOOD, 1 }, { NULL, NULL, EXIT_GOOD, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++) {
		struct trial t;

		make_exact(&t.a, 8, 1000, 0);
		make_exact(&t.b, 8, 1000, 0);
		set_note(&t.a, trials[i].old);
		set_note(&t.b, trials[i].new);
		judge_by(&t, plain_rules);
		assert_int_equal(t.gate.status, trials[i].status);
		assert_int_equal(t.c.warnings.n, trials[i].warnings);
		if (trials[i].status == EXIT_CANNOT)
			text_of(&t.gate, trials[i].new);
		free_trial(&t);
	}
}

/* @served requests at @latency of each seed or boot, and @never that never were. */
static void add_usable(struct result *r, uint64_t seed, uint64_t latency, uint64_t never)
{
	struct measurement *m = make_measurement(r, "burst", "gfp-nowait", seed);

	measurement_set_counter(m, "requests", 20000 + seed);
	measurement_set_counter(m, "failed", never);
	make_samples(m, "time_to_usable", latency + seed, 1000);
}

struct usable {
	uint64_t latency, never;
	bool one_alone;		/* requests were never served in the first seed or boot only */
};

/* A result of eight seeds against another, or in real time of twelve boots. */
static int gate_usable(bool exact, const struct usable *before, const struct usable *after,
		       const char *metrics, size_t *improved)
{
	size_t n = exact ? 1 : BOOTS, seeds = exact ? 8 : 1;
	struct result result[2 * BOOTS];
	const struct result *pointer[2 * BOOTS];
	struct compare_side old = { (char *)"baseline", pointer, n, BY_FILE, NULL };
	struct compare_side new = { (char *)"result", pointer + n, n, BY_FILE, NULL };
	char *text = xasprintf("[usable]\nmetric = %s\nrelative = 5 %%\nminimum_count = 100\n",
			       metrics);
	struct comparison c;
	struct gate_rules rules;
	struct gate gate;
	int status;

	for (size_t i = 0; i < 2 * n; i++) {
		const struct usable *side = i < n ? before : after;

		make_result(&result[i], "boot", exact ? "exact" : "realtime");
		for (size_t seed = 1; seed <= seeds; seed++) {
			size_t nth = exact ? seed - 1 : i % n;

			add_usable(&result[i], seed, side->latency + nth,
				   nth && side->one_alone ? 0 : side->never);
			/* boots that are the same would be one given twice */
			measurement_set_counter(&result[i].measurement[seed - 1], "requests",
						20000 + i * seeds + seed);
		}
		result_seal(&result[i]);
		pointer[i] = &result[i];
	}
	scratch_write("gate.conf", text);
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), 0);
	compare_make(&c, &old, &new);
	gate_judge(&gate, &c, &rules);
	status = gate.status;
	*improved = gate.count[GATE_IMPROVED];
	gate_free(&gate);
	comparison_free(&c);
	gate_rules_free(&rules);
	for (size_t i = 0; i < 2 * n; i++)
		result_free(&result[i]);
	free(text);
	return status;
}

/* Never to never is no change, to never a regression, from never an improvement. */
static void test_never(void **state)
{
	static const char *const all = "time_to_usable?mean time_to_usable?p50 time_to_usable?p99";
	static const char *const mean = "time_to_usable?mean";
	static const struct {
		struct usable before, after;
		const char *metrics;
		int status;
		bool improved;
	} trials[] = {
		{ { 1000, 500, false }, { 1000, 500, false }, all, EXIT_GOOD, false },
		{ { 1000, 0, false }, { 1000, 500, false }, all, EXIT_JUDGED, false },
		{ { 1000, 500, false }, { 1000, 0, false }, all, EXIT_GOOD, true },
		{ { 1000, 0, false }, { 1000, 0, false }, all, EXIT_GOOD, false },
		/* what is served takes longer: the mean says never of both, the median does not */
		{ { 1000, 500, false }, { 9000, 500, false }, mean, EXIT_GOOD, false },
		{ { 1000, 500, false }, { 9000, 500, false }, all, EXIT_JUDGED, false },
		/* one boot's never is no limit of 0 for all others */
		{ { 1000, 500, true }, { 1030, 0, false }, mean, EXIT_GOOD, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++)
		for (int exact = 0; exact < 2; exact++) {
			size_t improved;
			int status = gate_usable(exact, &trials[i].before, &trials[i].after,
						 trials[i].metrics, &improved);

			if (status != trials[i].status || (improved > 0) != trials[i].improved)
				fail_msg("trial %zu, %s: status %d, %zu improved", i,
					 exact ? "exact" : "realtime", status, improved);
		}
}

/*
 * Twelve measurements of eight seeds that wander by 5 %, judged at 1 %: chance
 * alone must not raise more than 5 % of false alarms, and +30 % in one of them
 * is never passed.
 */
static void test_chance(void **state)
{
	unsigned int alarms = 0, caught = 0, passed = 0;

	(void)state;
	for (int i = 0; i < 400; i++) {
		bool planted = i % 2;
		struct trial t;

		make_result(&t.a, "a", "exact");
		make_result(&t.b, "b", "exact");
		for (uint64_t n = 0; n < 2 * 12 * 8; n++) {
			uint64_t size = n / 16, seed = n / 2 % 8 + 1;
			double factor = planted && n % 2 && !size ? 1.3 : 1;
			struct measurement *m = make_measurement(n % 2 ? &t.b : &t.a, "burst",
								 "gfp-nowait", seed);

			measurement_set_param(m, "area_size", size + 1);
			make_samples(m, "call_latency", (uint64_t)(factor * (10000 + draw(500))), 1000);
		}
		judge_by(&t, "[work]\nmetric = call_latency?mean\nrelative = 1 %\n");
		alarms += !planted && t.gate.status == EXIT_JUDGED;
		caught += planted && t.gate.status == EXIT_JUDGED;
		passed += planted && t.gate.status == EXIT_GOOD;
		free_trial(&t);
	}
	if (alarms > 10 || caught < 150 || passed)
		fail_msg("%u false alarms, %u of 200 caught, %u passed", alarms, caught, passed);
}

static void test_what_cannot_be_judged(void **state)
{
	struct measurement *m;
	struct trial t;

	(void)state;
	/* a measurement that the baseline has */
	make_exact(&t.a, 8, 1000, 5);
	make_samples(make_measurement(&t.a, "pair", "gfp-nowait", 1), "call_latency", 70, 1000);
	make_exact(&t.b, 8, 1000, 5);
	expect(&t, EXIT_CANNOT, "missing");
	/* a seed, a counter, a histogram */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 7, 1000, 5);
	expect(&t, EXIT_CANNOT, "missing");
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	for (size_t i = 0; i < 8; i++)
		measurement_set_counter(&t.a.measurement[i], "waiting", 0);
	expect(&t, EXIT_CANNOT, "missing");
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	for (size_t i = 0; i < 8; i++)
		make_samples(&t.a.measurement[i], "free_latency", 70, 1000);
	expect(&t, EXIT_CANNOT, "missing");
	/* a skipped strategy that the baseline has; an incomplete run */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	make_verdict(&t.b.measurement[0], VERDICT_SKIPPED, "not there");
	expect(&t, EXIT_CANNOT, "skipped");
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	make_verdict(&t.b.measurement[7], VERDICT_INCOMPLETE, "died");
	expect(&t, EXIT_CANNOT, "incomplete");
	/* another mode, other units */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	free(t.b.mode);
	t.b.mode = xstrdup("realtime");
	expect(&t, EXIT_CANNOT, "mode");
	make_exact(&t.a, 1, 1000, 5);
	make_exact(&t.b, 0, 0, 0);
	m = make_measurement(&t.b, "burst", "gfp-nowait", 1);
	hist_add(measurement_add_hist(m, "call_latency", "ns"), 100, 100);
	expect(&t, EXIT_CANNOT, "units");
	/* nondeterministic, although there is a regression, too */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 2000, 5);
	m = make_measurement(&t.b, "burst", "gfp-nowait", 1);
	make_samples(m, "call_latency", 2000, 20000);
	expect(&t, EXIT_CANNOT, "nondeterministic");
	/* nothing at all */
	make_exact(&t.a, 0, 0, 0);
	make_exact(&t.b, 0, 0, 0);
	expect(&t, EXIT_CANNOT, "missing");
}

/* What is new in the result is no reason to fail. */
static void test_more_than_the_baseline(void **state)
{
	struct trial t;

	(void)state;
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 9, 1000, 5);
	make_samples(make_measurement(&t.b, "pair", "gfp-nowait", 1), "call_latency", 70, 1000);
	expect(&t, EXIT_GOOD, NULL);
}

static void test_too_few_seeds(void **state)
{
	struct trial t;

	(void)state;
	make_exact(&t.a, 3, 1000, 5);
	make_exact(&t.b, 3, 2000, 5);
	expect(&t, EXIT_CANNOT, "seeds");
	/* less than the limit, but three seeds are no measure of that either */
	make_exact(&t.a, 3, 1000, 5);
	make_exact(&t.b, 3, 1001, 5);
	expect(&t, EXIT_CANNOT, "seeds");
	/* the same to the bit is the same, of one seed as well */
	random_state = 4;
	make_exact(&t.a, 1, 1000, 5);
	random_state = 4;
	make_exact(&t.b, 1, 1000, 5);
	expect(&t, EXIT_GOOD, NULL);
	/* eight seeds that change nothing are one */
	make_exact(&t.a, 0, 0, 0);
	make_exact(&t.b, 0, 0, 0);
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct measurement *m = make_measurement(&t.a, "burst", "gfp-nowait", seed);

		make_samples(m, "call_latency", 70, 1000);
		measurement_set_counter(m, "failures", 0);
		m = make_measurement(&t.b, "burst", "gfp-nowait", seed);
		make_samples(m, "call_latency", 80, 1000);
		measurement_set_counter(m, "failures", 0);
	}
	expect(&t, EXIT_CANNOT, "seeds");
}

static void test_rule_that_matches_nothing(void **state)
{
	struct trial t;

	(void)state;
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	expect_by(&t, "[a]\nmetric = failures\nrelative = 0\n[b]\nmetric = call_latancy?mean\nrelative = 0\n",
		  EXIT_CANNOT, "rule");
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	expect_by(&t, "[a]\nmetric = failures\nrelative = 0\n[b]\nmetric = x\nrelative = 0\noptional = yes\n"
		  "[c]\nmetric = *\nmode = realtime\nrelative = 0\n", EXIT_GOOD, NULL);
	/* all optional, and nothing judged */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	expect_by(&t, "[b]\nmetric = x\nrelative = 0\noptional = yes\n", EXIT_CANNOT, "rule");
	/* the first rule that matches judges: the second is left with nothing */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	expect_by(&t, "[all]\nmetric = *\nrelative = 5 %\n[failures]\nmetric = failures\nrelative = 0\n",
		  EXIT_CANNOT, "rule");
}

#define PROOFS "[canary]\nstrategy = throttle-async\nbase = empty\n" \
	       "[same]\nstrategy = percpu-pool\nbase = gfp-nowait\n"

/* @slow: what the canary costs more than 1000; @other: what the twin of gfp-nowait costs. */
static void make_proofs(struct result *r, uint64_t slow, uint64_t other)
{
	static const char *const names[] = { "empty", "throttle-async", "gfp-nowait", "percpu-pool" };
	const uint64_t latency[] = { 1000, 1000 + slow, 1000, other };

	result_init(r);
	r->id = xstrdup("id");
	r->mode = xstrdup("exact");
	for (size_t s = 0; s < 4; s++)
		for (uint64_t seed = 1; seed <= 8; seed++) {
			struct measurement *m = make_measurement(r, "pair", names[s], seed);

			make_samples(m, "call_latency", latency[s], 19900 + draw(3));
			measurement_set_counter(m, "failures", 0);
			measurement_set_counter(m, "requests", 20000 + seed);
		}
}

static void expect_proofs(uint64_t slow, uint64_t other, int status, const char *kind)
{
	char *rules = xasprintf("%s%s", PROOFS, plain_rules);
	struct trial t;

	make_proofs(&t.a, slow, other);
	make_proofs(&t.b, slow, other);
	expect_by(&t, rules, status, kind);
	free(rules);
}

static void test_canary(void **state)
{
	struct trial t;
	char *rules = xasprintf("%s%s", PROOFS, plain_rules);

	(void)state;
	expect_proofs(50, 1000, EXIT_GOOD, NULL);
	expect_proofs(1, 1000, EXIT_CANNOT, "blind");
	expect_proofs(0, 1000, EXIT_CANNOT, "blind");
	expect_proofs(50, 1100, EXIT_CANNOT, "blind");
	expect_proofs(50, 900, EXIT_CANNOT, "blind");
	/* a regression is seen beside a canary that is, and not beside one that is not */
	make_proofs(&t.a, 50, 1000);
	make_proofs(&t.b, 50, 1000);
	for (size_t i = 0; i < t.b.measurements; i++)
		measurement_set_counter(&t.b.measurement[i], "failures", 1);
	expect_by(&t, rules, EXIT_JUDGED, NULL);
	make_proofs(&t.a, 0, 1000);
	make_proofs(&t.b, 0, 1000);
	for (size_t i = 0; i < t.b.measurements; i++)
		measurement_set_counter(&t.b.measurement[i], "failures", 1);
	expect_by(&t, rules, EXIT_CANNOT, "blind");
	/* a result without the pair */
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 5);
	expect_by(&t, rules, EXIT_CANNOT, "blind");
	free(rules);
}

static void test_patterns(void **state)
{
	struct trial t;

	(void)state;
	make_exact(&t.a, 8, 1000, 5);
	make_exact(&t.b, 8, 1000, 9);
	expect_by(&t, "[one]\nmetric = failures\ncpus = 1\nrelative = 0\noptional = yes\n"
		  "[other]\nmetric = failures\nstrategy = percpu-*\nrelative = 0\noptional = yes\n"
		  "[rest]\nmetric = failures\ncpus = 2-64\nscenario = bur?t pair\ncontext = irqs-off\n"
		  "relative = 100 %\n", EXIT_GOOD, NULL);
}

static void rules_refused(const char *text, const char *message)
{
	struct gate_rules rules;
	char *said;

	scratch_write("gate.conf", text);
	capture_stderr_start();
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), -1);
	said = capture_stderr_end();
	text_has(said, message);
	text_has(said, "gate.conf");
	free(said);
}

static void test_bad_rules(void **state)
{
	(void)state;
	rules_refused("", "has no rule");
	rules_refused("# nothing\n", "has no rule");
	rules_refused("[a]\n", "a section without keys");
	rules_refused("[a]\nmetric = x\n", "sets no limit");
	rules_refused("[a]\nrelative = 1 %\n", "names no metric");
	rules_refused("[a]\nmetric =\nrelative = 1\n", "metric lists nothing");
	rules_refused("[a]\nmetrics = x\n", "is none of: metric");
	rules_refused("[a]\nmetric = x\nrelative = 1 percent\n", "no share");
	rules_refused("[a]\nmetric = x\nrelative = -1\n", "no share");
	rules_refused("[a]\nmetric = x\nrelative = nan\n", "no share");
	rules_refused("[a]\nmetric = x\nabsolute = inf\n", "not a number");
	rules_refused("[a]\nmetric = x\ncpus = 4-2\n", "cpus = '4-2'");
	rules_refused("[a]\nmetric = x\nmode = fast\n", "is none of: any, exact, realtime");
	rules_refused("[a]\nmetric = x\nmetric = y\n", "set twice");
	rules_refused("metric = x\n", "before the first");
	rules_refused("[canary]\nstrategy = x\n[a]\nmetric = x\nrelative = 0\n", "needs both");
	rules_refused("[same]\nbase = x\nbase = y\n", "set twice");
	rules_refused("[same]\nmetric = x\n", "is none of: strategy, base");
	rules_refused("[same]\nstrategy = x\nbase = y\n", "has no rule");
}

static void test_own_rules_load(void **state)
{
	struct gate_rules rules;

	(void)state;
	assert_int_equal(gate_rules_load(&rules, "results/gate.conf"), 0);
	assert_true(rules.n > 5);
	gate_rules_free(&rules);
}


/*
 * @n realtime boots a side, by limits that are for @limits of them; the ratio
 * between sides must be judged, not single boots.
 */
static int gate_boots(size_t n, double factor, uint64_t limits)
{
	struct result result[2 * BOOTS];
	const struct result *pointer[2 * BOOTS];
	struct compare_side old = { (char *)"baseline", pointer, n, BY_FILE, NULL };
	struct compare_side new = { (char *)"result", pointer + n, n, BY_FILE, NULL };
	struct comparison c;
	struct gate_rules rules;
	struct gate gate;
	int status;

	for (size_t i = 0; i < 2 * n; i++) {
		double latency = (5000 + draw(150)) * (i < n ? 1 : factor);
		struct measurement *m;

		result_init(&result[i]);
		result[i].id = xstrdup("boot");
		result[i].mode = xstrdup("realtime");
		m = make_measurement(&result[i], "burst", "gfp-nowait", 1);
		hist_add(measurement_add_hist(m, "call_latency", "ns"), (uint64_t)latency, 1000);
		measurement_set_counter(m, "requests", i);
		result_seal(&result[i]);
		pointer[i] = &result[i];
	}
	scratch_write("gate.conf", "[p50]\nmetric = call_latency?p50\nrelative = 5 %\n");
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), 0);
	rules.rule[0].boots = limits;
	compare_make(&c, &old, &new);
	gate_judge(&gate, &c, &rules);
	status = gate.status;
	gate_free(&gate);
	comparison_free(&c);
	gate_rules_free(&rules);
	for (size_t i = 0; i < 2 * n; i++)
		result_free(&result[i]);
	return status;
}

static void test_realtime(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		assert_int_equal(gate_boots(BOOTS, 1, 0), EXIT_GOOD);
		assert_int_equal(gate_boots(BOOTS, 1.1, BOOTS), EXIT_JUDGED);
		/* surely slower, but by less than the rule allows */
		assert_int_equal(gate_boots(BOOTS, 1.03, 0), EXIT_GOOD);
		assert_int_equal(gate_boots(BOOTS, 0.9, 0), EXIT_GOOD);
	}
	assert_int_equal(gate_boots(2, 1, 0), EXIT_CANNOT);
	assert_int_equal(gate_boots(BOOTS, 1.1, BOOTS + 1), EXIT_CANNOT);
}

/* The counter @name is @before in @few of twelve boots before, @after in @many after, else @least. */
static int gate_counter(const char *name, uint64_t least, size_t few, uint64_t before, size_t many,
			uint64_t after)
{
	struct result result[2 * BOOTS];
	const struct result *pointer[2 * BOOTS];
	struct compare_side old = { (char *)"baseline", pointer, BOOTS, BY_FILE, NULL };
	struct compare_side new = { (char *)"result", pointer + BOOTS, BOOTS, BY_FILE, NULL };
	struct comparison c;
	struct gate_rules rules;
	struct gate gate;
	int status;

	for (size_t i = 0; i < 2 * BOOTS; i++) {
		struct measurement *m;
		uint64_t value = i < few ? before : least;

		if (i >= BOOTS)
			value = i - BOOTS < many ? after : least;
		make_result(&result[i], "boot", "realtime");
		m = make_measurement(&result[i], "burst", "gfp-nowait", 1);
		measurement_set_counter(m, name, value);
		measurement_set_counter(m, "requests", i);
		result_seal(&result[i]);
		pointer[i] = &result[i];
	}
	scratch_write("gate.conf", "[counters]\nmetric = failures bytes_held_peak\nrelative = 5 %\n"
		      "from_zero = any\n");
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), 0);
	compare_make(&c, &old, &new);
	gate_judge(&gate, &c, &rules);
	status = gate.status;
	gate_free(&gate);
	comparison_free(&c);
	gate_rules_free(&rules);
	for (size_t i = 0; i < 2 * BOOTS; i++)
		result_free(&result[i]);
	return status;
}

static int gate_failures(size_t few, uint64_t before, size_t many, uint64_t after)
{
	return gate_counter("failures", 0, few, before, many, after);
}

/* Bytes do not add up: a rise that five of twelve boots show moves no middle, and is no pass. */
static void test_realtime_uneven(void **state)
{
	(void)state;
	assert_int_equal(gate_counter("bytes_held_peak", 4096, 0, 0, 5, 8192), EXIT_CANNOT);
	assert_int_equal(gate_counter("bytes_held_peak", 4096, 5, 8192, 0, 0), EXIT_GOOD);
	assert_int_equal(gate_counter("bytes_held_peak", 4096, 0, 0, 1, 8192), EXIT_GOOD);
	assert_int_equal(gate_counter("bytes_held_peak", 4096, 0, 0, 11, 8192), EXIT_JUDGED);
}

/* The middle boot has no failure before or after: what is judged is how many there were. */
static void test_realtime_sums(void **state)
{
	(void)state;
	assert_int_equal(gate_failures(1, 1, 5, 500), EXIT_JUDGED);
	assert_int_equal(gate_failures(5, 500, 1, 1), EXIT_GOOD);
	assert_int_equal(gate_failures(5, 3, 0, 0), EXIT_GOOD);
	assert_int_equal(gate_failures(1, 1, 2, 1), EXIT_GOOD);
	assert_int_equal(gate_failures(0, 0, 1, 1), EXIT_JUDGED);
	assert_int_equal(gate_failures(1, 500, 1, 500), EXIT_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_ceilings_detect_nothing),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_agreement),
		cmocka_unit_test(test_some_seeds_and_none_better),
		cmocka_unit_test(test_limit_finer_than_a_bucket),
		cmocka_unit_test(test_words_that_tell_what_happened),
		cmocka_unit_test(test_only_in_the_result),
		cmocka_unit_test(test_ingredients),
		cmocka_unit_test(test_consoles),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_chance),
		cmocka_unit_test(test_what_cannot_be_judged),
		cmocka_unit_test(test_more_than_the_baseline),
		cmocka_unit_test(test_too_few_seeds),
		cmocka_unit_test(test_rule_that_matches_nothing),
		cmocka_unit_test(test_canary),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_bad_rules),
		cmocka_unit_test(test_own_rules_load),
		cmocka_unit_test(test_realtime),
		cmocka_unit_test(test_realtime_sums),
		cmocka_unit_test(test_realtime_uneven),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
