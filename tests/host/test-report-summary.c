// SPDX-License-Identifier: GPL-2.0-only
/* Whatever the summary claims is what the tables say: never, too few and all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "lib-report.h"
#include "report/summary.h"

static uint64_t seed = 20;

static uint64_t draw(uint64_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % n;
}

/* A step of which some requests were served at once, some late and some never. */
static struct measurement *add_step(struct result *r, const char *scenario, const char *strategy,
				    uint64_t at_once, uint64_t late, uint64_t failed)
{
	struct measurement *m = make_measurement(r, scenario, strategy, 1);

	measurement_set_counter(m, "attempts", at_once + late + failed);
	measurement_set_counter(m, "failures", failed);
	measurement_set_counter(m, "failed", failed / 2);
	measurement_set_counter(m, "waiting", failed - failed / 2);
	measurement_add_hist(m, "call_latency", "insn");
	measurement_add_hist(m, "time_to_usable", "insn");
	if (at_once)
		make_samples(m, "time_to_usable", 0, at_once);
	if (late)
		make_samples(m, "time_to_usable", 4000, late);
	return m;
}

static void add_ios(struct measurement *m, uint64_t bad, uint64_t good)
{
	measurement_set_counter(m, "unaccounted_ios", bad);
	measurement_set_counter(m, "accounted_ios", good);
}

static struct str_list summary_of(const struct report_model *model)
{
	struct str_list list = { 0 };

	report_summarise(&list, model);
	return list;
}

/* The summary's sentence of @strategy in @scenario. */
static const char *sentence(const struct str_list *list, const char *scenario,
			    const char *strategy)
{
	char *start = xasprintf("%s, ", scenario);
	const char *found = NULL;

	for (size_t i = 0; !found && i < list->n; i++) {
		char *names, *colon;

		if (strncmp(list->item[i], start, strlen(start)))
			continue;
		names = xstrdup(list->item[i]);
		colon = strchr(names, ':');
		if (colon)
			*colon = '\0';
		if (strstr(names, strategy))
			found = list->item[i];
		free(names);
	}
	free(start);
	if (!found)
		fail_msg("no sentence of %s in %s", strategy, scenario);
	return found;
}

/* Three quarters of the calls failed: then the p99 is never, whatever became of the rest. */
static void test_never_is_said(void **state)
{
	struct report_model model;
	struct str_list list;
	struct result r;

	(void)state;
	result_init(&r);
	add_step(&r, "burst", "gfp-nowait", 250, 0, 750);
	add_step(&r, "burst", "throttle-async", 0, 1000, 0);
	add_step(&r, "burst", "percpu-pool", 1000, 0, 0);
	add_step(&r, "pair", "gfp-nowait", 99000, 0, 0);
	report_model_make(&model, &r);
	list = summary_of(&model);
	assert_string_equal(sentence(&list, "burst", "gfp-nowait"),
			    "burst, gfp-nowait: 750 of 1,000 calls failed (75.0 %); p99 of time to usable: never.");
	assert_string_equal(sentence(&list, "burst", "throttle-async"),
			    "burst, throttle-async: none of 1,000 calls failed; p99 of time to usable: 4,000 instructions.");
	assert_string_equal(sentence(&list, "burst", "percpu-pool"),
			    "burst, percpu-pool: none of 1,000 calls failed; p99 of time to usable: at once.");
	/* another scenario's calls are not added: the workload chose how many they are */
	assert_string_equal(sentence(&list, "pair", "gfp-nowait"),
			    "pair, gfp-nowait: none of 99,000 calls failed; p99 of time to usable: at once.");
	str_list_free(&list);
	report_model_free(&model);
	result_free(&r);
}

/* The text of a table's cell, to be freed. */
static char *cell_text(const struct report_group *group, const char *strategy, const char *head)
{
	struct document doc;
	const struct doc_table *table = figures_of(&doc, group);
	char *text = NULL;

	for (size_t i = 0; i < table->rows; i++)
		for (size_t c = 0; !text && c < table->head->columns; c++)
			if (!strcmp(table->row[i].cell[0].text, strategy) &&
			    !strcmp(table->head->column[c].head, head))
				text = xstrdup(table->row[i].cell[c].text);
	document_free(&doc);
	assert_non_null(text);
	return text;
}

/* "A of B (C %)" or "0 of B" of a table, in the summary's words. */
static char *share_words(const char *cell, const char *what)
{
	const char *of = strstr(cell, " of "), *percent = strstr(cell, " (");
	int whole;

	/* no part of nothing */
	if (!strcmp(cell, "n/a") || !strcmp(cell, "0 of 0"))
		return xasprintf("no %.*s", (int)strcspn(what, " "), what);
	whole = percent ? (int)(percent - of - 4) : (int)strlen(of + 4);
	if (!strncmp(cell, "0 of ", 5))
		return xasprintf("none of %s %s", of + 4, what);
	return xasprintf("%.*s of %.*s %s%s", (int)(of - cell), cell, whole, of + 4, what,
			 percent);
}

static char *usable_words(const char *cell)
{
	if (!strcmp(cell, "too few"))
		return xstrdup("too few requests for a p99 of time to usable");
	if (!strcmp(cell, "no samples"))
		return xstrdup("");
	if (!strcmp(cell, "0"))
		return xstrdup("p99 of time to usable: at once");
	return xasprintf("p99 of time to usable: %s%s", cell,
			 strcmp(cell, "never") ? " instructions" : "");
}

static void check_row(const struct report_group *group, const struct str_list *list,
		      const char *strategy, bool storm)
{
	const char *text = sentence(list, group->first->scenario, strategy);
	char *cell[3] = {
		cell_text(group, strategy, "failures"),
		cell_text(group, strategy, "time to usable p99 (insn)"),
		storm ? cell_text(group, strategy, "unaccounted I/O") : xstrdup(""),
	};
	char *words[3] = {
		share_words(cell[0], "calls failed"), usable_words(cell[1]),
		storm ? share_words(cell[2], "I/Os unaccounted") : xstrdup(""),
	};
	char *expected = xasprintf(": %s%s%s%s%s.", words[0], *words[1] ? "; " : "", words[1],
				   *words[2] ? "; " : "", words[2]);

	if (!strstr(text, expected))
		fail_msg("the table says '%s', the summary: %s", expected, text);
	free(expected);
	for (size_t i = 0; i < ARRAY_SIZE(cell); i++) {
		free(cell[i]);
		free(words[i]);
	}
}

/* Random steps: each sentence is that of its row, to the word. */
static void test_summary_agrees_with_tables(void **state)
{
	static const char *const scenarios[] = { "burst", "storm", "pair" };
	static const char *const strategies[] = { "percpu-pool", "throttle-async", "gfp-nowait" };
	static const uint64_t sizes[] = { 0, 1, 9, 99, 100, 101, 5000 };

	(void)state;
	for (unsigned int round = 0; round < 300; round++) {
		struct report_model model;
		struct str_list list;
		struct result r;

		result_init(&r);
		for (size_t s = 0; s < ARRAY_SIZE(scenarios); s++)
			for (size_t d = 0; d < ARRAY_SIZE(strategies); d++)
				add_ios(add_step(&r, scenarios[s], strategies[d],
						 sizes[draw(ARRAY_SIZE(sizes))],
						 draw(3) ? 0 : sizes[draw(ARRAY_SIZE(sizes))],
						 draw(2) ? 0 : sizes[draw(ARRAY_SIZE(sizes))]),
					draw(2) ? 0 : draw(50), draw(2) ? 0 : draw(5000));
		report_model_make(&model, &r);
		list = summary_of(&model);
		for (size_t g = 0; g < model.groups; g++)
			for (size_t d = 0; d < ARRAY_SIZE(strategies); d++)
				check_row(&model.group[g], &list, strategies[d],
					  model.group[g].storm);
		str_list_free(&list);
		report_model_free(&model);
		result_free(&r);
	}
}

/*
 * The summary tells the worst of several tables of one scenario, with its place,
 * and what is unknown.
 */
static void test_the_worst_table_is_told(void **state)
{
	struct report_model model;
	struct str_list list;
	struct result r;

	(void)state;
	result_init(&r);
	measurement_set_param(add_step(&r, "burst", "gfp-nowait", 1000, 0, 0), "area_size", 64);
	measurement_set_param(add_step(&r, "burst", "gfp-nowait", 500, 0, 500), "area_size", 512);
	measurement_set_param(add_step(&r, "burst", "gfp-nowait", 20, 0, 0), "area_size", 8);
	measurement_set_param(add_step(&r, "burst", "throttle-async", 900, 100, 0), "area_size",
			      64);
	measurement_set_param(add_step(&r, "burst", "throttle-async", 1000, 0, 0), "area_size",
			      512);
	report_model_make(&model, &r);
	list = summary_of(&model);
	assert_string_equal(sentence(&list, "burst", "gfp-nowait"),
			    "burst, gfp-nowait: at worst 500 of 1,000 calls failed (50.0 %), in burst · irqs-off · 512 B · 4 CPUs; none in 2 of 3 tables; p99 of time to usable at worst never, in burst · irqs-off · 512 B · 4 CPUs; never in 1 of 3 tables; too few requests for it in 1 of 3 tables.");
	assert_string_equal(sentence(&list, "burst", "throttle-async"),
			    "burst, throttle-async: none of the calls failed in any of 2 tables; p99 of time to usable at worst 4,000 instructions, in burst · irqs-off · 64 B · 4 CPUs.");
	str_list_free(&list);
	report_model_free(&model);
	result_free(&r);
}

static void text_is_in(const struct str_list *list, const char *text)
{
	if (!str_list_has(list, text)) {
		char *all = str_list_join(list, "\n");

		fail_msg("'%s' is not in: %s", text, all);
	}
}

/* Suites of tests are counted; what never ran was not measured, however much there is of it. */
static void test_tests_are_counted(void **state)
{
	struct report_model model;
	struct measurement *m;
	struct str_list list;
	struct result r;

	(void)state;
	result_init(&r);
	m = make_measurement(&r, "kunit", "percpu-pool", 1);
	measurement_set_counter(m, "tests_passed", 35);
	measurement_set_counter(m, "tests_failed", 2);
	measurement_set_counter(m, "tests_skipped", 1);
	make_verdict(m, VERDICT_FAILED, "test_fill");
	make_verdict(make_measurement(&r, "conformance", "gfp-nowait", 1), VERDICT_UNSUPPORTED,
		     "frees may sleep");
	report_model_make(&model, &r);
	list = summary_of(&model);
	text_is_in(&list, "kunit, without latencies: 1 failed.");
	text_is_in(&list, "kunit · irqs-off · 512 B · 4 CPUs, percpu-pool: tests: 35 passed, 2 failed, 1 skipped.");
	text_is_in(&list, "conformance, without latencies: 1 unsupported.");
	assert_false(str_list_has(&list, "Nothing was measured."));
	str_list_free(&list);
	report_model_free(&model);
	result_free(&r);

	result_init(&r);
	make_verdict(make_measurement(&r, "kunit", "percpu-pool", 1), VERDICT_BOOT_FAILED, "mute");
	report_model_make(&model, &r);
	list = summary_of(&model);
	text_is_in(&list, "Nothing was measured.");
	text_is_in(&list, "kunit, without latencies: 1 boot-failed.");
	str_list_free(&list);
	report_model_free(&model);
	result_free(&r);
}

/* Books of which a part was not recorded are not said to balance. */
static void test_books_that_nobody_kept(void **state)
{
	struct report_model model;
	struct measurement *m;
	struct str_list list;
	struct result r;

	(void)state;
	result_init(&r);
	m = make_measurement(&r, "storm", "empty", 1);
	measurement_set_counter(m, "misattributed_ios", 5);
	measurement_set_counter(m, "ios_issued", 100);
	report_model_make(&model, &r);
	list = summary_of(&model);
	text_is_in(&list, "Misattributed I/O: 5 of 100 (5.0 %) over 1 storm; whether the books balance was not recorded.");
	str_list_free(&list);
	report_model_free(&model);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_is_said),
		cmocka_unit_test(test_summary_agrees_with_tables),
		cmocka_unit_test(test_the_worst_table_is_told),
		cmocka_unit_test(test_tests_are_counted),
		cmocka_unit_test(test_books_that_nobody_kept),
	};

	return cmocka_run_group_tests_name("report-summary", tests, NULL, NULL);
}
