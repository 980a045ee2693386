// SPDX-License-Identifier: GPL-2.0-only
#include "lib-report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "lib-hist.h"
#include "report/report.h"

struct measurement *make_measurement(struct result *r, const char *scenario, const char *strategy,
				     uint64_t seed)
{
	struct measurement *m = result_add(r);

	m->scenario = xstrdup(scenario);
	m->strategy = xstrdup(strategy);
	m->context = xstrdup("irqs-off");
	m->kernel = xstrdup("6.12");
	m->series = xstrdup("percpu-pool");
	measurement_set_param(m, "area_size", 512);
	measurement_set_param(m, "cpus", 4);
	measurement_set_param(m, "seed", seed);
	return m;
}

void make_samples(struct measurement *m, const char *name, uint64_t value, uint64_t times)
{
	hist_add(measurement_add_hist(m, name, "insn"), value, times);
}

void make_verdict(struct measurement *m, enum verdict verdict, const char *reason)
{
	m->verdict = verdict;
	m->reason = xstrdup(reason);
}

void make_result(struct result *r, const char *id, const char *mode)
{
	result_init(r);
	r->id = xstrdup(id);
	r->mode = xstrdup(mode);
}

struct measurement *make_calls(struct result *r, const char *strategy, uint64_t seed,
			       uint64_t latency, uint64_t failures)
{
	struct measurement *m = make_measurement(r, "burst", strategy, seed);

	make_samples(m, "call_latency", latency, 9000 + seed);
	make_samples(m, "call_latency", 2 * latency, 990);
	make_samples(m, "call_latency", 100 * latency, 10 + seed % 3);
	measurement_set_counter(m, "failures", failures);
	measurement_set_counter(m, "requests", 10000);
	return m;
}

void make_seeds(struct result *r, const char *id, size_t seeds, uint64_t latency,
		uint64_t failures)
{
	make_result(r, id, "exact");
	for (size_t i = 1; i <= seeds; i++)
		make_calls(r, "gfp-nowait", i, latency, failures);
	result_seal(r);
}

const struct doc_table *figures_of(struct document *doc, const struct report_group *group)
{
	document_init(doc, "report", "figures");
	report_add_figures(doc, group);
	return &doc->element[0].table;
}

bool has_column(const struct doc_table *table, const char *head)
{
	for (size_t c = 0; c < table->head->columns; c++)
		if (!strcmp(table->head->column[c].head, head))
			return true;
	return false;
}

void cell_is(const struct doc_table *table, const char *strategy, const char *head,
	     const char *text)
{
	for (size_t i = 0; i < table->rows; i++) {
		const struct doc_row *row = &table->row[i];

		assert_int_equal(row->cells, table->head->columns);
		for (size_t c = 0; c < row->cells; c++) {
			if (strncmp(row->cell[0].text, strategy, strlen(strategy)) ||
			    strcmp(table->head->column[c].head, head))
				continue;
			if (strcmp(row->cell[c].text, text))
				fail_msg("%s, %s: '%s', expected '%s'", strategy, head,
					 row->cell[c].text, text);
			return;
		}
	}
	fail_msg("no cell %s, %s", strategy, head);
}

void text_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
}

char *written_document(struct document *doc, enum format_id format)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	assert_int_equal(formats[format].write(out, doc), 0);
	fclose(out);
	document_free(doc);
	return text;
}

char *written_report(const struct result *r, bool is_whole, bool has_pictures,
		     enum format_id format)
{
	const struct report_scope scope = {
		.is_whole = is_whole, .has_pictures = has_pictures,
		.dir = "/nonexistent", .uses = formats[format].uses,
	};
	struct document doc;

	report_document(&doc, r, &scope);
	return written_document(&doc, format);
}
