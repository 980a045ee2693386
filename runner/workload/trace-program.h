/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A recorded trace as a program that the module replays: allocs and frees are
 * paired by pointer, their order is kept. contract/trace-format.h.
 */
#ifndef TRACE_PROGRAM_H
#define TRACE_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"

#define TRACE_BYTES_MAX	(64u << 20)	/* of a file */
#define TRACE_LINE_MAX	4096		/* bytes */
/* One in so many frees may be of an area that was live before the recording. */
#define TRACE_OLD_FREES	10

struct trace {
	char *name;		/* as the workload says it */
	char hash[65];		/* SHA-256 of the file */
	uint64_t id;		/* 60 bits of the program's: what a step says, never 0 */
	void *program;		/* as the module wants it */
	size_t length;		/* bytes */
	size_t classes, allocs, frees, live_peak;
	size_t sleepable;	/* of the allocs: callers that could sleep */
	size_t failed;		/* of the allocs: got no area when recorded */
	size_t old_frees;	/* left out: of areas that were live before */
	unsigned int old_line;	/* the first of them */
};

/*
 * Makes @trace of the file's @text; NULL, or what is wrong, with the line, to
 * be freed. @trace needs no trace_free() then.
 */
MUST_CHECK char *trace_parse(struct trace *trace, const char *text, size_t length);
/* The same of the file @path. */
MUST_CHECK char *trace_read(struct trace *trace, const char *path);
void trace_free(struct trace *trace);

#endif
