/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line of a recorded trace, as tracefs' `trace`, `trace-cmd report` and
 * `perf script` print the kernel's percpu events (include/trace/events/percpu.h).
 * Form: docs/traces.md.
 */
#ifndef TRACE_LINE_H
#define TRACE_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/must-check.h"

enum trace_kind {
	TRACE_NOTHING,	/* a comment, a blank line, a head, a line of a stack */
	TRACE_NAME,	/* refused, unless the next line begins behind a command's name */
	TRACE_OTHER,	/* an event, but not of these */
	TRACE_TEXT,	/* the same, a marker, whose text may have more lines */
	TRACE_ALLOC,
	TRACE_FAIL,	/* an alloc that got no area */
	TRACE_FREE,
};

struct trace_event {
	enum trace_kind kind;
	uint64_t time_ns;	/* since whatever the clock counts from; a plain count stays one */
	bool nameless;		/* the line begins behind the command's name, which had a newline */
	uint64_t pointer;	/* of TRACE_ALLOC, TRACE_FREE; never 0 */
	uint64_t size, align;	/* bytes, of TRACE_ALLOC, TRACE_FAIL; in the bounds of a step */
	bool may_sleep;		/* the same: the caller could wait (is_atomic=0) */
};

/* Takes @line, without its newline, apart; NULL, or what is wrong with it, to be freed. */
MUST_CHECK char *trace_line_parse(const char *line, struct trace_event *event);

#endif
