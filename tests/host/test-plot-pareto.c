// SPDX-License-Identifier: GPL-2.0-only
/* Which rows are points of the picture, and which of them make its fronts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plot-pareto.h"
#include "util.h"

static void add_row(struct result *r, const char *strategy, uint64_t bytes, uint64_t latency,
		    uint64_t samples, uint64_t failures)
{
	struct measurement *m = result_add(r);

	m->scenario = xstrdup("burst");
	m->strategy = xstrdup(strategy);
	m->context = xstrdup("irqs-off");
	m->kernel = xstrdup("6.12");
	m->series = xstrdup("percpu-pool");
	measurement_set_counter(m, "bytes_held_peak", bytes);
	measurement_set_counter(m, "attempts", samples);
	measurement_set_counter(m, "failures", failures);
	hist_add(measurement_add_hist(m, "call_latency", "insn"), latency, samples);
}

/* The data of all rows of @r, to be freed; NULL when they make no picture. */
static char *data_of(const struct result *r)
{
	struct report_model model;
	struct plot_row *row;
	char *text = NULL;
	size_t size;
	FILE *out;

	report_model_make(&model, r);
	assert_int_equal(model.groups, 1);
	if (pareto_possible(&model.group[0])) {
		row = xcalloc(model.group[0].rows, sizeof(*row));
		out = open_memstream(&text, &size);
		plot_data_pareto(out, &model.group[0], row);
		fclose(out);
		free(row);
	}
	report_model_free(&model);
	return text;
}

/* gfp-nowait is small and fails, the pool large and good; the mempool is beaten by the pool. */
static void test_fronts(void **state)
{
	struct result r;
	char *text;

	(void)state;
	result_init(&r);
	add_row(&r, "percpu-pool", 4096, 60, 2000, 0);
	add_row(&r, "gfp-nowait", 1024, 200, 2000, 20);
	add_row(&r, "percpu-mempool", 8192, 100, 2000, 2);
	text = data_of(&r);
	assert_non_null(text);
	assert_non_null(strstr(text, "# gfp-nowait\n1024 200 1\n"));
	assert_non_null(strstr(text, "# percpu-mempool\n8192 100 0.1\n"));
	/* a share of nothing has a place on a logarithmic axis */
	assert_non_null(strstr(text, "# percpu-pool\n4096 60 0.001\n"));
	assert_non_null(strstr(text, "# front\n1024 200\n4096 200\n4096 60\n\n\n"
				     "# front\n1024 1\n4096 1\n4096 0.001\n"));
	free(text);
	result_free(&r);
}

/* A tail of too few samples, or memory that nobody counted, is no point. */
static void test_no_picture(void **state)
{
	struct result r;

	(void)state;
	result_init(&r);
	add_row(&r, "percpu-pool", 4096, 60, 2000, 0);
	add_row(&r, "gfp-nowait", 1024, 200, 999, 0);
	add_row(&r, "percpu-mempool", 0, 100, 2000, 0);
	assert_null(data_of(&r));
	result_free(&r);
}

/* Of two that hold as much, the better one alone is on the front. */
static void test_equal_memory(void **state)
{
	struct result r;
	char *text;

	(void)state;
	result_init(&r);
	add_row(&r, "percpu-pool", 1024, 60, 2000, 5);
	add_row(&r, "gfp-nowait", 1024, 200, 2000, 5);
	text = data_of(&r);
	assert_non_null(text);
	assert_non_null(strstr(text, "# front\n1024 60\n\n\n# front\n1024 0.25"));
	free(text);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fronts),
		cmocka_unit_test(test_no_picture),
		cmocka_unit_test(test_equal_memory),
	};

	return cmocka_run_group_tests_name("plot-pareto", tests, NULL, NULL);
}
