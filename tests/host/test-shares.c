// SPDX-License-Identifier: GPL-2.0-only
/* Shares compared, gated and calibrated: what they come to, and by which rules they are judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit-status.h"
#include "base/util.h"
#include "calibrate/calibrate.h"
#include "compare/document.h"
#include "gate/gate.h"
#include "lib-capture.h"
#include "lib-report.h"
#include "lib-scratch.h"

#define SEEDS 8
#define BOOTS 12

/* Failures of so many attempts, for each seed or boot. */
struct counts {
	uint64_t failures, attempts;
};

struct sides {
	struct result result[2 * BOOTS];
	const struct result *pointer[2 * BOOTS];
	size_t results;
	struct compare_side old, new;
	struct comparison c;
};

static void add_counts(struct result *r, uint64_t seed, const struct counts *counts)
{
	struct measurement *m = make_measurement(r, "burst", "gfp-nowait", seed);

	measurement_set_counter(m, "failures", counts->failures);
	measurement_set_counter(m, "attempts", counts->attempts);
	/* no two are the same in everything */
	measurement_set_counter(m, "requests", 1000000 + seed);
}

static void compare(struct sides *s, size_t a_side)
{
	for (size_t i = 0; i < s->results; i++) {
		result_seal(&s->result[i]);
		s->pointer[i] = &s->result[i];
	}
	s->old = (struct compare_side){ .label = (char *)"OLD", .result = s->pointer,
					.results = a_side };
	s->new = (struct compare_side){ .label = (char *)"NEW", .result = s->pointer + a_side,
					.results = a_side };
	compare_make(&s->c, &s->old, &s->new);
}

/* Two exact results, a seed for each of @old and @new; of the new one @more seeds besides. */
static void compare_more_seeds(struct sides *s, const struct counts *old, const struct counts *new,
			       size_t more)
{
	*s = (struct sides){ .results = 2 };
	make_result(&s->result[0], "old", "exact");
	make_result(&s->result[1], "new", "exact");
	for (size_t i = 0; i < SEEDS; i++) {
		add_counts(&s->result[0], i + 1, &old[i]);
		add_counts(&s->result[1], i + 1, &new[i]);
	}
	for (size_t i = 0; i < more; i++)
		add_counts(&s->result[1], SEEDS + i + 1, &new[i]);
	compare(s, 1);
}

static void compare_seeds(struct sides *s, const struct counts *old, const struct counts *new)
{
	compare_more_seeds(s, old, new, 0);
}

static void compare_boots(struct sides *s, const struct counts *old, const struct counts *new)
{
	*s = (struct sides){ .results = 2 * BOOTS };
	for (size_t i = 0; i < 2 * BOOTS; i++) {
		make_result(&s->result[i], "boot", "realtime");
		add_counts(&s->result[i], 1, i < BOOTS ? &old[i] : &new[i - BOOTS]);
		/* in real time a run that is given twice counts once */
		measurement_set_counter(&s->result[i].measurement[0], "freed", i);
	}
	compare(s, BOOTS);
}

static void free_sides(struct sides *s)
{
	comparison_free(&s->c);
	for (size_t i = 0; i < s->results; i++)
		result_free(&s->result[i]);
}

static const struct compare_line *find_line(const struct comparison *c, const char *name)
{
	for (size_t i = 0; c->blocks && i < c->block[0].lines; i++)
		if (!strcmp(c->block[0].line[i].name, name))
			return &c->block[0].line[i];
	return NULL;
}

static void near(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-9 * fabs(expected)))
		fail_msg("%.17g, expected %.17g", value, expected);
}

/* As many failures as before, of half the attempts: the count is the same, the share is twice. */
static void fill_seeds(struct counts *old, struct counts *new)
{
	for (size_t i = 0; i < SEEDS; i++) {
		old[i] = (struct counts){ 10 * (i + 1), 1000 * (i + 1) };
		new[i] = (struct counts){ 10 * (i + 1), 500 * (i + 1) };
	}
}

static void test_exact(void **state)
{
	struct counts old[SEEDS], new[SEEDS];
	const struct compare_line *line;
	struct document doc;
	struct sides s;
	bool shown = false;

	(void)state;
	fill_seeds(old, new);
	compare_seeds(&s, old, new);
	assert_int_equal(find_line(&s.c, "failures")->claim, CLAIM_SAME);
	line = find_line(&s.c, "failures/attempts");
	assert_non_null(line);
	assert_string_equal(line->unit, "share");
	assert_int_equal(line->claim, CLAIM_HIGHER);
	assert_int_equal(line->better, LOWER);
	near(line->old.value, 360.0 / 36000);
	near(line->new.value, 360.0 / 18000);
	near(line->ratio, 2);
	near(line->difference, 0.01);
	near(line->p, 2.0 / 256);
	assert_int_equal(line->old.count, 36000);
	near(line->resolution, 1.0 / 360);
	compare_document(&doc, &s.c, 1, &(const struct compare_view){ 0 }, 0, "");
	for (size_t i = 0; i < doc.elements; i++)
		for (size_t k = 0; k < doc.element[i].table.rows; k++) {
			const struct doc_row *row = &doc.element[i].table.row[k];

			if (strcmp(row->cell[0].text, "failures/attempts"))
				continue;
			shown = true;
			/* old, new, change and, last, the claim */
			assert_string_equal(row->cell[1].text, "1.0 %");
			assert_string_equal(row->cell[2].text, "2.0 %");
			assert_string_equal(row->cell[3].text, "x 2");
			assert_string_equal(row->cell[row->cells - 1].text, "worse");
		}
	assert_true(shown);
	document_free(&doc);
	free_sides(&s);
}

/* Sum over sum, where the mean of the boots' shares would be something else. */
static void test_realtime(void **state)
{
	struct counts old[BOOTS], new[BOOTS];
	const struct compare_line *line;
	struct sides s;

	(void)state;
	for (size_t i = 0; i < BOOTS; i++) {
		old[i] = i % 2 ? (struct counts){ 10 + i / 4, 1000 } :
				 (struct counts){ 60 - i / 4, 3000 };
		new[i] = (struct counts){ 3 * old[i].failures, old[i].attempts };
	}
	compare_boots(&s, old, new);
	line = find_line(&s.c, "failures/attempts");
	assert_non_null(line);
	/* odd boots: 6 x 10 and 6; even ones: 6 x 60 less 6 */
	near(line->old.value, 420.0 / 24000);
	near(line->new.value, 1260.0 / 24000);
	near(line->ratio, 3);
	near(line->difference, 840.0 / 24000);
	assert_int_equal(line->claim, CLAIM_HIGHER);
	assert_true(line->has_interval && line->interval.low > 2 && line->interval.high < 4);
	/* the boots themselves are as they were measured */
	near(line->a.x[0], 60.0 / 3000);
	near(line->b.x[1], 30.0 / 1000);
	free_sides(&s);
}

/* Of nothing there is no share, and no line that would say so; what one side lacks is said. */
static void test_of_nothing(void **state)
{
	struct counts none[SEEDS] = { 0 }, some[SEEDS];
	const struct compare_line *line;
	struct sides s;

	(void)state;
	for (size_t i = 0; i < SEEDS; i++)
		some[i] = (struct counts){ 0, 100 };
	compare_seeds(&s, none, none);
	assert_null(find_line(&s.c, "failures/attempts"));
	free_sides(&s);
	compare_seeds(&s, some, none);
	line = find_line(&s.c, "failures/attempts");
	assert_int_equal(line->old.known, KNOWN);
	assert_int_equal(line->new.known, NO_SAMPLES);
	assert_int_equal(line->claim, CLAIM_NONE);
	free_sides(&s);
}

/* No other line loses a claim to the shares: they are tested by themselves. */
static void test_own_family(void **state)
{
	struct counts old[SEEDS], new[SEEDS];
	double p[2], need[2];
	struct sides s;

	(void)state;
	for (int with_shares = 0; with_shares < 2; with_shares++) {
		for (size_t i = 0; i < SEEDS; i++) {
			old[i] = (struct counts){ 10 + i, with_shares ? 1000 + 7 * i * i : 0 };
			new[i] = (struct counts){ i == 7 ? 12 : 20 + i, old[i].attempts };
		}
		compare_seeds(&s, old, new);
		assert_int_equal(!!find_line(&s.c, "failures/attempts"), with_shares);
		p[with_shares] = find_line(&s.c, "failures")->p;
		need[with_shares] = (double)find_line(&s.c, "failures")->need;
		free_sides(&s);
	}
	assert_true(p[0] == p[1] && need[0] == need[1]);
}

/* What the gate says of @s by @rules; the judged share in *outcome, -1 when none was. */
static int gate(const struct sides *s, const char *text, int *outcome)
{
	struct gate_rules rules;
	struct gate gate;
	int status;

	scratch_write("gate.conf", text);
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), 0);
	gate_judge(&gate, &s->c, &rules);
	*outcome = -1;
	for (size_t i = 0; i < gate.findings; i++)
		if (!strcmp(gate.finding[i].what, "failures/attempts"))
			*outcome = (int)gate.finding[i].outcome;
	status = gate.status;
	gate_free(&gate);
	gate_rules_free(&rules);
	return status;
}

static void gate_is(const struct sides *s, const char *rules, int status, int outcome)
{
	int found, ended = gate(s, rules, &found);

	if (ended != status || found != outcome)
		fail_msg("status %d, outcome %d, expected %d, %d by %s", ended, found, status,
			 outcome, rules);
}

static void test_gate(void **state)
{
	struct counts old[SEEDS], new[SEEDS];
	struct sides s;

	(void)state;
	fill_seeds(old, new);
	compare_seeds(&s, old, new);
	/* 1 % to 2 %: twice, and one point in a hundred more */
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 50 %\n", EXIT_JUDGED,
		GATE_REGRESSED);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 150 %\n", EXIT_GOOD, GATE_PASSED);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\nabsolute = 0.9 %\n",
		EXIT_JUDGED, GATE_REGRESSED);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\nabsolute = 0.009\n",
		EXIT_JUDGED, GATE_REGRESSED);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\nabsolute = 1.1 %\n", EXIT_GOOD,
		GATE_PASSED);
	gate_is(&s, "[s]\nmetric = failures/attempts\nceiling = 1.5 %\n", EXIT_JUDGED,
		GATE_REGRESSED);
	gate_is(&s, "[s]\nmetric = failures/attempts\nceiling = 2.5 %\n", EXIT_GOOD, GATE_PASSED);
	/* 36,000 attempts on the one side, 18,000 on the other */
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\nminimum_count = 18000\n",
		EXIT_JUDGED, GATE_REGRESSED);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\nminimum_count = 18001\n",
		EXIT_CANNOT, GATE_UNKNOWN);
	free_sides(&s);
	compare_seeds(&s, new, old);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 10 %\n", EXIT_GOOD,
		GATE_IMPROVED);
	free_sides(&s);
}

/* A share is judged by what names it: limits of counts would let all of it pass. */
static void test_wildcards(void **state)
{
	struct counts old[SEEDS], new[SEEDS];
	struct sides s;

	(void)state;
	fill_seeds(old, new);
	compare_seeds(&s, old, new);
	gate_is(&s, "[all]\nmetric = *\nrelative = 0\nabsolute = 1\n", EXIT_GOOD, -1);
	gate_is(&s, "[all]\nmetric = fail*\nrelative = 0\nabsolute = 1\n", EXIT_GOOD, -1);
	gate_is(&s, "[shares]\nmetric = */*\nrelative = 0\n", EXIT_JUDGED, GATE_REGRESSED);
	gate_is(&s, "[shares]\nmetric = failures/*\nrelative = 0\n", EXIT_JUDGED, GATE_REGRESSED);
	free_sides(&s);
}

static void test_from_zero(void **state)
{
	struct counts old[SEEDS], new[SEEDS];
	struct sides s;

	(void)state;
	for (size_t i = 0; i < SEEDS; i++)
		old[i] = new[i] = (struct counts){ 0, 1000 + i };
	new[3].failures = 2;
	compare_seeds(&s, old, new);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\nfrom_zero = any\n",
		EXIT_JUDGED, GATE_REGRESSED);
	free_sides(&s);
	/* what the baseline has of no seed must be 0 where the rule says so */
	new[3].failures = 0;
	compare_more_seeds(&s, old, new, 1);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\nnew = zero\n", EXIT_GOOD,
		GATE_PASSED);
	free_sides(&s);
	new[0].failures = old[0].failures = 1;
	compare_more_seeds(&s, old, new, 1);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\nnew = zero\n", EXIT_CANNOT,
		GATE_UNKNOWN);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\n", EXIT_GOOD, GATE_PASSED);
	free_sides(&s);
	/* of no attempts the baseline has no share to keep */
	for (size_t i = 0; i < SEEDS; i++)
		old[i].attempts = 0;
	compare_seeds(&s, old, new);
	gate_is(&s, "[s]\nmetric = failures/attempts\nrelative = 0\noptional = yes\n"
		"[rest]\nmetric = failures\nrelative = 1\nabsolute = 100\n", EXIT_GOOD, -1);
	free_sides(&s);
}

static void refused(const char *text)
{
	struct gate_rules rules;
	char *said;

	scratch_write("gate.conf", text);
	capture_stderr_start();
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), -1);
	said = capture_stderr_end();
	text_has(said, "[s] names a share");
	free(said);
}

static void test_limits_that_hold_nothing(void **state)
{
	(void)state;
	refused("[s]\nmetric = failures/attempts\nrelative = 0\nabsolute = 1\n");
	refused("[s]\nmetric = failures failures/attempts\nrelative = 0\nabsolute = 8\n");
	refused("[s]\nmetric = */*\nceiling = 100 %\n");
	refused("[s]\nmetric = */*\nceiling = 1000000\n");
}

/* A share that varies from boot to boot is noise like any other; of too few boots no more is told. */
static void test_calibrate(void **state)
{
	static const char text[] = "[s]\nmetric = failures/attempts\nrelative = 5 %\n";
	const struct noise *share = NULL;
	struct gate_rules rules;
	struct calibration c;
	struct result r;

	(void)state;
	make_result(&r, "boots", "realtime");
	for (size_t i = 0; i < BOOTS; i++) {
		add_counts(&r, 1, &(struct counts){ 10 + i % 3, 1000 });
		measurement_set_param(&r.measurement[i], "boot", i + 1);
	}
	result_seal(&r);
	scratch_write("gate.conf", text);
	assert_int_equal(gate_rules_load(&rules, scratch("gate.conf")), 0);
	capture_stderr_start();
	assert_int_equal(calibrate(&c, &r, &rules), -1);
	free(capture_stderr_end());
	for (size_t i = 0; i < c.noises; i++)
		if (!strcmp(c.noise[i].metric, "failures/attempts"))
			share = &c.noise[i];
	assert_non_null(share);
	assert_string_equal(share->unit, "share");
	assert_true(share->gated && !share->advisory);
	near(share->median, 0.011);
	near(share->most, 12.0 / 11);
	calibration_free(&c);
	gate_rules_free(&rules);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_realtime),
		cmocka_unit_test(test_of_nothing),
		cmocka_unit_test(test_own_family),
		cmocka_unit_test(test_gate),
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_from_zero),
		cmocka_unit_test(test_limits_that_hold_nothing),
		cmocka_unit_test(test_calibrate),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
