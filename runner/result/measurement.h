/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One measurement: what a step of a plan yielded. The in-memory form of an
 * item of "measurements" in result.json.
 */
#ifndef MEASUREMENT_H
#define MEASUREMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "result/verdict.h"
#include "stats/hist.h"

struct str_list;

struct named_number {
	char *name;
	uint64_t value;
};

struct named_hist {
	char *name;		/* "call_latency", "time_to_usable", "fio_clat", … */
	struct hist hist;
};

/* Numbers and histograms are sorted by name, whatever the order they came in. */
struct measurement {
	char *scenario, *strategy, *context, *kernel, *series;
	struct named_number *param;
	size_t params;
	enum verdict verdict;
	char *reason;		/* NULL when there is nothing to say */
	struct named_number *counter;
	size_t counters;
	struct named_hist *hist;
	size_t hists;
};

void measurement_init(struct measurement *m);
void measurement_free(struct measurement *m);
/* Set or replace. */
void measurement_set_param(struct measurement *m, const char *name, uint64_t value);
void measurement_set_counter(struct measurement *m, const char *name, uint64_t value);
/* False when there is none; *value untouched. */
bool measurement_param(const struct measurement *m, const char *name, uint64_t *value);
bool measurement_counter(const struct measurement *m, const char *name, uint64_t *value);
const struct hist *measurement_hist(const struct measurement *m, const char *name);
/* True when parameter @name tells replicates of one thing apart, rather than things. */
bool is_replicate_param(const char *name);
/*
 * A new empty histogram @name, or the one that is there already. Valid until
 * another one is added.
 */
struct hist *measurement_add_hist(struct measurement *m, const char *name, const char *unit);
/* What it is of, for people: "burst percpu-pool irqs-off 512 B"; to be freed. key.h has the rest. */
MUST_CHECK char *measurement_place(const struct measurement *m);
/* Adds what every title says of the sizes of @m: "512 B", "4 CPUs"; nothing of one it has not. */
void measurement_size_words(const struct measurement *m, struct str_list *words);

/*
 * The module's result text (a RESULT frame after its "step N" line) into @m,
 * strictly: any line that the format does not allow is an error. Scenario,
 * strategy and context that @m already has (from the plan) must agree. Returns
 * 0; or -1 with @m untouched, the reason in *error (to be freed) and the
 * 1-based *line.
 */
MUST_CHECK int measurement_parse_module_text(struct measurement *m, const char *text, size_t length,
					     char **error, unsigned int *line);

/* No number in a measurement is larger: not every reader of JSON has more than 63 bits. */
#define MEASUREMENT_NUMBER_MAX INT64_MAX

/*
 * The JSON form, integers and texts only: "params" has the parameters that do not
 * hold their default, "defaults" the others. NULL, with *error (to be freed), when
 * scenario, strategy, context, kernel or series is missing or has a blank, or
 * a number is above MEASUREMENT_NUMBER_MAX.
 */
MUST_CHECK json_t *measurement_to_json(const struct measurement *m, char **error);
/*
 * What a digest is made of: the JSON form without "defaults" and "percentiles",
 * compact and with sorted keys, so that a parameter more that holds its default,
 * or a percentile more, changes no digest. @m must have a JSON form. *length
 * without the NUL; to be freed. measurement-digest.c
 */
MUST_CHECK char *measurement_canonical(const struct measurement *m, size_t *length);
/* Its reason as a text of JSON, NULL when it has none: a part of both forms. */
MUST_CHECK json_t *measurement_reason_json(const struct measurement *m);
/*
 * Back, everything checked: members, types, buckets against count, min, max,
 * sum and percentiles, defaults against the tables. -1 with *error (to be freed), which starts
 * with the JSON path, @path being that of @json ("measurements[3]"); @m is then empty.
 */
MUST_CHECK int measurement_from_json(struct measurement *m, json_t *json, const char *path,
				     char **error);

#endif
