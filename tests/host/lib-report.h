/* SPDX-License-Identifier: GPL-2.0-only */
/* Results built in code, and what reports make of them, for tests. */
#ifndef LIB_REPORT_H
#define LIB_REPORT_H

#include <stdint.h>

#include "output/format.h"
#include "report/table.h"
#include "result/result.h"

/* A new good one: irqs-off, kernel 6.12, series percpu-pool, 512 bytes, 4 CPUs. */
struct measurement *make_measurement(struct result *r, const char *scenario, const char *strategy,
				     uint64_t seed);
/* Adds @value instructions @times to the histogram @name. */
void make_samples(struct measurement *m, const char *name, uint64_t value, uint64_t times);
void make_verdict(struct measurement *m, enum verdict verdict, const char *reason);

/* Begins a result without measurements; @mode "exact" or "realtime". */
void make_result(struct result *r, const char *id, const char *mode);
/* Ten thousand calls of about @latency instructions, some more or less by @seed. */
struct measurement *make_calls(struct result *r, const char *strategy, uint64_t seed,
			       uint64_t latency, uint64_t failures);
/* A sealed exact result: such calls of gfp-nowait, @seeds times. */
void make_seeds(struct result *r, const char *id, size_t seeds, uint64_t latency,
		uint64_t failures);

/* A document of nothing but the figures of @group; its table holds until that is freed. */
const struct doc_table *figures_of(struct document *doc, const struct report_group *group);
bool has_column(const struct doc_table *table, const char *head);
/* The cell of @strategy's row (by the start of its title) below @head must be @text. */
void cell_is(const struct doc_table *table, const char *strategy, const char *head,
	     const char *text);
void text_has(const char *text, const char *part);

/* @doc in a format, to be freed; @doc is freed here. */
char *written_document(struct document *doc, enum format_id format);
/* The report of @r in a format, whole or its tables alone; to be freed. */
char *written_report(const struct result *r, bool is_whole, bool has_pictures,
		     enum format_id format);

#endif
