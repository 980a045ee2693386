// SPDX-License-Identifier: GPL-2.0-only
/* Pictures as gnuplot draws them: what is in the legend is in the picture, and the bands have names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "lib-report.h"
#include "lib-scratch.h"
#include "report/plots.h"

static void add_storm(struct result *r, const char *strategy, uint64_t at_once, uint64_t late,
		      uint64_t failed)
{
	struct measurement *m = make_measurement(r, "storm", strategy, 1);

	measurement_set_counter(m, "bytes_held_peak", 4096);
	measurement_set_counter(m, "unaccounted_ios", late + failed);
	measurement_set_counter(m, "accounted_ios", at_once);
	measurement_set_counter(m, "failed", failed);
	measurement_add_hist(m, "time_to_usable", "insn");
	make_samples(m, "call_latency", 60, 1000);
	if (at_once)
		make_samples(m, "time_to_usable", 0, at_once);
	if (late)
		make_samples(m, "time_to_usable", 5000000, late);
}

/* The picture of @kind of the one group of @r, to be freed. */
static char *svg_of(const struct result *r, enum picture_kind kind)
{
	struct report_model model;
	struct picture_list list;
	char *why, *svg = NULL;
	size_t length;

	report_model_make(&model, r);
	pictures_of(&list, &model);
	if (pictures_draw(&list, &model, scratch("out"), ".", &why))
		fail_msg("%s", why);
	for (size_t i = 0; i < list.n; i++) {
		char *path = xasprintf("%s/plots/%s.svg", scratch("out"), list.picture[i].name);

		if (list.picture[i].kind == kind)
			assert_int_equal(file_read(path, 1 << 24, &svg, &length), 0);
		free(path);
	}
	pictures_free(&list);
	report_model_free(&model);
	assert_non_null(svg);
	return svg;
}

static void has_not(const char *svg, const char *text)
{
	if (strstr(svg, text))
		fail_msg("'%s' is in the picture", text);
}

/* Who is not drawn is in no legend; a design is named at the foot, with the reason. */
static void test_the_legend_is_of_what_is_drawn(void **state)
{
	struct result r;
	char *svg;

	(void)state;
	if (!program_exists("gnuplot")) {
		print_message("# skipped: gnuplot is not installed\n");
		skip();
	}
	result_init(&r);
	add_storm(&r, "percpu-pool", 2000, 0, 0);
	add_storm(&r, "throttle-async", 0, 2000, 0);
	add_storm(&r, "gfp-nowait", 1900, 0, 100);
	make_verdict(make_measurement(&r, "storm", "objpool", 1), VERDICT_SKIPPED, "no such code");
	add_storm(&r, "empty", 0, 0, 0);
	svg = svg_of(&r, PICTURE_USABLE);
	text_has(svg, "gfp-nowait (n = 2,000; 100 never)");
	text_has(svg, "0, at once");
	text_has(svg, ">never<");
	text_has(svg, "not drawn: objpool (skipped)");
	has_not(svg, "empty");
	free(svg);
	svg = svg_of(&r, PICTURE_PARETO);
	text_has(svg, "1  percpu-pool");
	text_has(svg, "not drawn: objpool (skipped)");
	text_has(svg, ">never<");
	has_not(svg, "empty");
	free(svg);
	/* here the floor has a line, and so a key */
	svg = svg_of(&r, PICTURE_CALL);
	text_has(svg, "empty (n = 1,000)");
	free(svg);
	result_free(&r);
}

/* Nothing to draw at all is a picture that says so. */
static void test_no_samples(void **state)
{
	struct result r;
	char *svg;

	(void)state;
	if (!program_exists("gnuplot")) {
		print_message("# skipped: gnuplot is not installed\n");
		skip();
	}
	result_init(&r);
	add_storm(&r, "percpu-pool", 0, 0, 0);
	svg = svg_of(&r, PICTURE_USABLE);
	text_has(svg, "no samples");
	text_has(svg, "not drawn: percpu-pool (no samples)");
	free(svg);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_legend_is_of_what_is_drawn),
		cmocka_unit_test(test_no_samples),
	};

	return cmocka_run_group_tests_name("plots", tests, scratch_make, scratch_remove);
}
