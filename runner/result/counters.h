/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of counters besides their values: contract/counters.def. */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdint.h>

enum counter_kind { COUNT, BYTES, LATENCY, NANOSECONDS, RATE };
enum counter_rule { ADD, LARGEST, SMALLEST };
enum better { LOWER, HIGHER, NEITHER };

struct counter_info {
	const char *name;
	enum counter_kind kind;
	enum counter_rule rule;
	enum better better;
	const char *of;		/* the rows that have it */
	const char *words;	/* what was counted */
};
extern const struct counter_info counter_info[];	/* ends with name NULL */
/* NULL for one that the table lacks. */
const struct counter_info *counter_find(const char *name);
/* What the counter @name of two runs comes to; at most UINT64_MAX. */
uint64_t counter_together(const char *name, uint64_t a, uint64_t b);

/* a + b, at most UINT64_MAX. */
uint64_t sum_at_most(uint64_t a, uint64_t b);

#endif
