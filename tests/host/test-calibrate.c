// SPDX-License-Identifier: GPL-2.0-only
/* Boots as replicates, and what a host with known noise can tell apart. Runs in the checkout. */
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
#include "base/fsutil.h"
#include "calibrate/calibrate.h"
#include "calibrate/exact.h"
#include "cmd/commands.h"
#include "compare/yardstick.h"
#include "gate/gate.h"
#include "lib-capture.h"
#include "lib-command-verdict.h"
#include "lib-hist.h"
#include "lib-report.h"
#include "lib-scratch.h"
#include "result/metric.h"

static const char plain_rules[] =
	"[medians]\nmetric = call_latency?p50\nmode = realtime\nrelative = 5 %\nabsolute = 5\n"
	"[canary]\nstrategy = busted-slow\nbase = gfp-nowait\n";

static uint64_t random_state = 1;

/* From -1 to 1. */
static double draw(void)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (double)(random_state >> 33) / (double)(1u << 30) - 1;
}

static void start(struct result *r, const char *mode)
{
	result_init(r);
	r->id = xstrdup("run");
	r->mode = xstrdup(mode);
}

/* A boot of about @latency ns, more or less by the share @noise. */
static struct measurement *add_boot(struct result *r, const char *strategy, uint64_t boot,
				    double latency, double noise)
{
	struct measurement *m = make_measurement(r, "pair", strategy, 1);
	uint64_t median = (uint64_t)(latency * (1 + noise * draw()));
	struct hist *h = measurement_add_hist(m, "call_latency", "ns");

	measurement_set_param(m, "boot", boot);
	measurement_set_counter(m, "boot_ns", 2000000000);
	hist_add(h, median, 1500);
	hist_add(h, 3 * median, 500);
	return m;
}

/* Every boot has a speed of its own, between one and two, that a yardstick shows. */
static void make_shared_host(struct result *r, size_t boots, bool yardstick)
{
	static const double latency[] = { 10000, 11200 };

	start(r, "realtime");
	for (size_t i = 0; i < 2 * boots; i++) {
		double speed = 1.5 + 0.5 * draw();
		struct measurement *m = add_boot(r, i % 2 ? "busted-slow" : "gfp-nowait", i / 2 + 1,
						 latency[i % 2] * speed, 0.02);

		if (yardstick)
			hist_add(measurement_add_hist(m, "yardstick", "ns"),
				 (uint64_t)(5000 * speed), 2000);
	}
	result_seal(r);
}

static void make_host(struct result *r, size_t boots, double noise)
{
	start(r, "realtime");
	for (size_t i = 1; i <= boots; i++) {
		add_boot(r, "gfp-nowait", i, 10000, noise);
		measurement_set_param(add_boot(r, "busted-slow", i, 11200, noise), "added_insns", 70);
	}
	result_seal(r);
}

static void load_rules(struct gate_rules *rules)
{
	scratch_write("gate.conf", plain_rules);
	assert_int_equal(gate_rules_load(rules, scratch("gate.conf")), 0);
}

static void test_quiet_host(void **state)
{
	struct gate_rules rules;
	struct calibration c;
	struct result r;
	char *limits;

	(void)state;
	make_host(&r, 30, 0.02);
	load_rules(&rules);
	assert_int_equal(calibrate(&c, &r, &rules), 0);
	assert_int_equal(c.boots, 30);
	assert_non_null(c.chosen);
	assert_int_equal(c.chosen->a_side, 12);
	assert_true(c.chosen->alarms * 100 <= c.chosen->deals);
	assert_int_equal(c.chosen->found, c.chosen->deals);
	assert_int_equal(c.chosen->found_planted, c.chosen->deals);
	assert_float_equal(c.chosen->seconds, 48, 1e-9);
	assert_true(c.chosen->limit[0] >= 0.01 && c.chosen->limit[0] < 0.05);
	assert_float_equal(c.planted.ratio, 1.12, 0.02);
	/* the rules are as they were */
	assert_float_equal(rules.rule[0].relative, 0.05, 0);
	assert_non_null(rules.canary.strategy);
	/* what is written is what the gate reads */
	limits = calibration_limits(&c, &rules);
	scratch_write("host.conf", limits);
	assert_int_equal(gate_rules_adapt(&rules, scratch("host.conf")), 0);
	assert_float_equal(rules.rule[0].relative, c.chosen->limit[0], 1e-12);
	assert_float_equal(rules.rule[0].absolute, 5, 0);
	assert_int_equal(rules.rule[0].boots, 12);
	free(limits);
	calibration_free(&c);
	gate_rules_free(&rules);
	result_free(&r);
}

static const struct noise *noise_of(const struct calibration *c, const char *metric)
{
	for (size_t i = 0; i < c->noises; i++)
		if (!strcmp(c->noise[i].metric, metric))
			return &c->noise[i];
	fail_msg("no noise of %s", metric);
	return NULL;
}

/* So noisy that two dozen boots cannot show 10 %: no figures, no limits. */
static void test_noisy_host(void **state)
{
	struct gate_rules rules;
	struct calibration c;
	struct result r;

	(void)state;
	make_host(&r, 24, 0.5);
	load_rules(&rules);
	assert_int_equal(calibrate(&c, &r, &rules), 0);
	assert_int_equal(c.trials, 1);
	assert_null(c.chosen);
	assert_true(c.trial[0].found < c.trial[0].deals / 2);
	assert_true(c.trial[0].alarms * 100 <= c.trial[0].deals);
	assert_true(noise_of(&c, "call_latency p50")->between > 0.2);
	assert_true(noise_of(&c, "call_latency p50")->gated);
	assert_true(noise_of(&c, "call_latency p99")->advisory);
	assert_false(noise_of(&c, "call_latency p99")->gated);
	calibration_free(&c);
	gate_rules_free(&rules);
	result_free(&r);
}

/* A neighbour on the core makes boots unlike each other; the yardstick makes them alike again. */
static void test_shared_host(void **state)
{
	struct calibration blind, sees;
	struct gate_rules rules;
	struct result r;

	(void)state;
	load_rules(&rules);
	make_shared_host(&r, 24, false);
	assert_int_equal(calibrate(&blind, &r, &rules), 0);
	result_free(&r);
	make_shared_host(&r, 24, true);
	assert_int_equal(calibrate(&sees, &r, &rules), 0);
	assert_null(blind.chosen);
	assert_true(isnan(noise_of(&blind, "call_latency p50")->corrected));
	assert_non_null(sees.chosen);
	assert_true(sees.chosen->alarms * 100 <= sees.chosen->deals);
	assert_true(noise_of(&sees, "call_latency p50")->between > 0.1);
	assert_true(noise_of(&sees, "call_latency p50")->corrected < 0.03);
	assert_float_equal(sees.planted.ratio, 1.12, 0.02);
	calibration_free(&blind);
	calibration_free(&sees);
	gate_rules_free(&rules);
	result_free(&r);
}

/* The yardstick is no figure of a design: it is neither compared nor gated. */
static void test_yardstick_is_no_metric(void **state)
{
	struct metric_list metrics = { 0 };
	struct result r;

	(void)state;
	make_shared_host(&r, 1, true);
	metrics_of(&metrics, &r.measurement[0]);
	assert_true(metrics.n > 0);
	for (size_t i = 0; i < metrics.n; i++)
		assert_string_not_equal(metrics.item[i].from, "yardstick");
	metric_list_free(&metrics);
	assert_float_equal(yardstick_of(&r.measurement[0]),
			   (double)hist_percentile(measurement_hist(&r.measurement[0], "yardstick"), 50), 0);
	assert_true(isnan(yardstick_of(&(struct measurement){ 0 })));
	result_free(&r);
}

/* Values that go with the yardstick to the power of 1.5, and a side that is 20 % slower. */
static void test_power(void **state)
{
	double x[12], y[12], yard_x[12], yard_y[12];
	struct yardstick_side a = { { x, 12 }, yard_x }, b = { { y, 12 }, yard_y };

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		yard_x[i] = 1000 + 100 * (double)i;
		yard_y[i] = 3000 - 100 * (double)i;
		x[i] = pow(yard_x[i], 1.5);
		y[i] = 1.2 * pow(yard_y[i], 1.5);
	}
	assert_float_equal(yardstick_power(&a, &b), 1.5, 1e-9);
	yardstick_correct(&a, 1.5, 2000);
	yardstick_correct(&b, 1.5, 2000);
	for (size_t i = 0; i < 12; i++) {
		assert_float_equal(x[i], pow(2000, 1.5), 1e-6);
		assert_float_equal(y[i], 1.2 * pow(2000, 1.5), 1e-6);
	}
}

/* Without a slope, twice as slow is taken for twice as long. */
static void test_power_unknown(void **state)
{
	double x[12], y[12], yard[12];
	struct yardstick_side few = { { x, 5 }, yard }, a = { { x, 12 }, yard }, b = { { y, 12 }, yard };

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		yard[i] = 1000 + 50 * (double)i;
		x[i] = y[i] = 5 + (double)(i % 3);
	}
	assert_float_equal(yardstick_power(&few, &few), 1, 0);
	for (size_t i = 0; i < 12; i++)
		yard[i] = 1000;
	assert_float_equal(yardstick_power(&a, &b), 1, 0);
	/* nor from what was never served; and no slope is believed beyond its bounds */
	for (size_t i = 0; i < 12; i++) {
		yard[i] = 1000 + 50 * (double)i;
		x[i] = y[i] = pow(yard[i], 9);
	}
	assert_float_equal(yardstick_power(&a, &b), 2, 0);
	for (size_t i = 0; i < 12; i++)
		x[i] = y[i] = pow(yard[i], -3);
	assert_float_equal(yardstick_power(&a, &b), 0, 0);
	y[3] = INFINITY;
	assert_float_equal(yardstick_power(&a, &b), 1, 0);
}

static void cannot(struct result *r, const char *says)
{
	struct gate_rules rules;
	struct calibration c;
	char *said;

	load_rules(&rules);
	capture_stderr_start();
	assert_int_equal(calibrate(&c, r, &rules), -1);
	said = capture_stderr_end();
	text_has(said, says);
	free(said);
	calibration_free(&c);
	gate_rules_free(&rules);
	result_free(r);
}

static void test_cannot(void **state)
{
	struct result r;

	(void)state;
	make_host(&r, 23, 0.02);
	cannot(&r, "23 clean boots");
	start(&r, "exact");
	add_boot(&r, "gfp-nowait", 1, 100, 0);
	cannot(&r, "exact");
	start(&r, "realtime");
	cannot(&r, "nothing to calibrate by");
}

static void adapt_refuses(const char *text, const char *says)
{
	struct gate_rules rules;
	char *said;

	load_rules(&rules);
	scratch_write("host.conf", text);
	capture_stderr_start();
	assert_int_equal(gate_rules_adapt(&rules, scratch("host.conf")), -1);
	said = capture_stderr_end();
	text_has(said, says);
	free(said);
	gate_rules_free(&rules);
}

static void test_adapt_refuses(void **state)
{
	(void)state;
	adapt_refuses("[other]\nrelative = 5 %\n", "no rule [other]");
	adapt_refuses("[medians]\nmetric = *\n", "metric");
	adapt_refuses("[medians]\nceiling = 5\n", "ceiling");
	adapt_refuses("[medians]\nrelative = -5 %\n", "relative");
	adapt_refuses("[canary]\nstrategy = empty\n", "no rule [canary]");
}

/* Two results of @boots each, the second slower, of whose boots some do not count. */
struct pair {
	struct result a, b;
	const struct result *pa, *pb;
	struct compare_side old, new;
	struct comparison c;
};

static void compare_boots(struct pair *p, size_t boots, size_t contaminated)
{
	start(&p->a, "realtime");
	start(&p->b, "realtime");
	for (size_t i = 1; i <= boots; i++) {
		add_boot(&p->a, "gfp-nowait", i, 10000, 0.02);
		add_boot(&p->b, "gfp-nowait", i, 13000, 0.02);
		if (i <= contaminated)
			make_verdict(&p->b.measurement[i - 1], VERDICT_CONTAMINATED, "it waited");
	}
	result_seal(&p->a);
	result_seal(&p->b);
	p->pa = &p->a;
	p->pb = &p->b;
	p->old = (struct compare_side){ (char *)"OLD", &p->pa, 1, BY_FILE, NULL };
	p->new = (struct compare_side){ (char *)"NEW", &p->pb, 1, BY_FILE, NULL };
	compare_make(&p->c, &p->old, &p->new);
}

static void free_pair(struct pair *p)
{
	comparison_free(&p->c);
	result_free(&p->a);
	result_free(&p->b);
}

static void test_boots_are_replicates(void **state)
{
	const struct compare_line *line = NULL;
	struct comparison *c;
	struct pair pair;

	(void)state;
	compare_boots(&pair, 12, 2);
	c = &pair.c;
	assert_int_equal(c->refused.n, 0);
	assert_int_equal(c->blocks, 1);
	assert_int_equal(c->block[0].old_runs.n, 12);
	assert_int_equal(c->block[0].new_runs.n, 10);
	assert_int_equal(c->left_out.n, 1);
	text_has(c->left_out.item[0], "2 of 12 boots in NEW do not count");
	for (size_t i = 0; i < c->block[0].lines; i++)
		if (!strcmp(c->block[0].line[i].name, "call_latency p50"))
			line = &c->block[0].line[i];
	assert_non_null(line);
	assert_int_equal(line->claim, CLAIM_HIGHER);
	assert_false(line->advisory);
	assert_true(line->has_medians && line->has_paired);
	assert_true(line->old_median.low > 9700 && line->old_median.high < 10300);
	assert_true(line->new_median.low > 12600 && line->new_median.high < 13400);
	assert_true(line->paired.low > 1.2 && line->paired.high < 1.4);
	assert_true(line->paired.coverage >= 0.95);
	free_pair(&pair);
}

static void test_too_many_contaminated(void **state)
{
	struct gate_rules rules;
	struct pair pair;
	struct gate gate;

	(void)state;
	compare_boots(&pair, 12, 5);
	assert_int_equal(pair.c.blocks, 0);
	assert_int_equal(pair.c.refused.n, 1);
	text_has(pair.c.refused.item[0], "inconclusive: 5 of 12 boots");
	load_rules(&rules);
	rules.rule[0].optional = true;
	free(rules.canary.strategy);
	free(rules.canary.base);
	rules.canary = (struct gate_proof){ 0 };
	gate_judge(&gate, &pair.c, &rules);
	assert_int_equal(gate.status, EXIT_CANNOT);
	assert_string_equal(gate.finding[0].kind, "boots");
	gate_free(&gate);
	gate_rules_free(&rules);
	free_pair(&pair);
}

static int command(const char *first, ...)
{
	char *argv[16] = { (char *)"pcpbench calibrate" };
	int argc = 1;
	va_list args;

	va_start(args, first);
	for (const char *word = first; word; word = va_arg(args, const char *))
		argv[argc++] = (char *)word;
	va_end(args);
	argv[argc++] = (char *)"-o";
	argv[argc++] = (char *)scratch("runs");
	return cmd_calibrate(argc, argv);
}

/* What somebody wrote stays, unless told otherwise, and is kept even then. */
static void test_limits_are_not_overwritten(void **state)
{
	const char *mine = "[realtime: medians]\nrelative = 9 %\n";
	struct result r;
	char *said, *text;
	size_t length;

	(void)state;
	make_host(&r, 24, 0.02);
	assert_int_equal(result_write(&r, scratch("r.json")), 0);
	result_free(&r);
	scratch_write("gate.conf", plain_rules);
	scratch_write("mine.conf", mine);
	capture_stderr_start();
	assert_int_equal(command("--rules", scratch("gate.conf"), "--limits", scratch("mine.conf"),
				 scratch("r.json"), NULL), EXIT_CANNOT);
	said = capture_stderr_end();
	text_has(said, "mine.conf is there already");
	text_has(said, "--replace");
	free(said);
	command_verdict_is("calibrate", "could not judge", EXIT_CANNOT, "mine.conf is there already");
	capture_stderr_start();
	assert_int_equal(command("--rules", scratch("gate.conf"), "--limits", scratch("mine.conf"),
				 "--replace", scratch("r.json"), NULL), EXIT_GOOD);
	command_verdict_is("calibrate", "good", EXIT_GOOD, NULL);
	free(capture_stderr_end());
	assert_int_equal(file_read(scratch("mine.conf~"), 4096, &text, &length), 0);
	assert_string_equal(text, mine);
	free(text);
	assert_int_equal(file_read(scratch("mine.conf"), 4096, &text, &length), 0);
	text_has(text, "[medians]\nrelative = ");
	free(text);
}

static void write_side(const char *name, double latency)
{
	struct result r;

	start(&r, "realtime");
	for (size_t i = 1; i <= 12; i++)
		add_boot(&r, "gfp-nowait", i, latency, 0.01);
	result_seal(&r);
	assert_int_equal(result_write(&r, scratch(name)), 0);
	result_free(&r);
}

static int gate_with(const char *host)
{
	char *argv[] = {
		(char *)"pcpbench gate", (char *)"--baseline", (char *)scratch("old.json"),
		(char *)"--rules", (char *)scratch("plain.conf"), (char *)"-o",
		(char *)scratch("gate"), (char *)"--host", (char *)host,
		(char *)scratch("new.json"),
	};
	int status;

	capture_stderr_start();
	status = cmd_gate(sizeof(argv) / sizeof(argv[0]), argv);
	free(capture_stderr_end());
	return status;
}

/* 8 % more is a regression by the rules, and noise on a host that says so. */
static void test_gate_takes_limits(void **state)
{
	(void)state;
	write_side("old.json", 10000);
	write_side("new.json", 10800);
	scratch_write("plain.conf", "[medians]\nmetric = call_latency?p50\nrelative = 5 %\n");
	scratch_write("loose.conf", "[medians]\nrelative = 20 %\n");
	scratch_write("wrong.conf", "[other]\nrelative = 20 %\n");
	assert_int_equal(gate_with("none"), EXIT_JUDGED);
	assert_int_equal(gate_with(scratch("loose.conf")), EXIT_GOOD);
	assert_int_equal(gate_with(scratch("wrong.conf")), EXIT_CANNOT);
	assert_int_equal(gate_with(scratch("missing.conf")), EXIT_CANNOT);
}

static void test_seed_spread(void **state)
{
	struct document doc;
	struct result r;
	char *text;

	(void)state;
	start(&r, "exact");
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct measurement *m = make_measurement(&r, "pair", "gfp-nowait", seed);

		make_samples(m, "call_latency", 100 + 10 * seed, 1000);
		make_samples(m, "free_latency", 50, 1000);
	}
	document_init(&doc, "calibrate", "spread");
	add_seed_spread(&doc, &r);
	text = written_document(&doc, FORMAT_markdown);
	text_has(text, "pair gfp-nowait |   call_latency p50 |     3 |    120 | -8.33 % | +8.33 % |");
	assert_null(strstr(text, "free_latency"));
	free(text);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet_host),
		cmocka_unit_test(test_noisy_host),
		cmocka_unit_test(test_shared_host),
		cmocka_unit_test(test_yardstick_is_no_metric),
		cmocka_unit_test(test_power),
		cmocka_unit_test(test_power_unknown),
		cmocka_unit_test(test_cannot),
		cmocka_unit_test(test_adapt_refuses),
		cmocka_unit_test(test_boots_are_replicates),
		cmocka_unit_test(test_too_many_contaminated),
		cmocka_unit_test(test_limits_are_not_overwritten),
		cmocka_unit_test(test_gate_takes_limits),
		cmocka_unit_test(test_seed_spread),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
