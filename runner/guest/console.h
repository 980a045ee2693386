/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest's console says about its fate. The patterns are data
 * (console-patterns.def): text, what it means, why.
 *
 * Only the kernel's own messages count. They are told from what programs
 * print by their timestamp (printk.time=1): a message is what follows a
 * timestamp, wherever in a line that stands, because kernel and programs
 * write to one serial line. Until the first timestamp is seen every line
 * counts, so that a kernel without timestamps is judged too.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must-check.h"
#include "base/util.h"

enum console_meaning {
	CONSOLE_CLEAN,
	CONSOLE_SPLAT,
	CONSOLE_OOPS,
	CONSOLE_PANIC,
};

/* A part of a line that is looked at in one go. */
#define CONSOLE_WINDOW	4096

/* A row of console-patterns.def that was seen. */
struct console_seen {
	uint64_t times;
	char *first;		/* as it is quoted in an excerpt */
};

/* What was seen so far of a console that is read piece by piece. */
struct console_scan {
	enum console_meaning worst;
	char *splat;		/* first message of each meaning, or NULL; */
	char *oops;		/* printable, with the reason in brackets */
	char *panic;
	char *last;		/* last whole line that is not blank, printable */
	char *before;		/* the message before, headers of backtraces left out, or NULL */
	bool cut, headline;	/* it said "cut here"; it is a WARN()'s own text */
	struct console_seen *seen;	/* one per row; NULL until one was */
	bool kernel_line;	/* a timestamp was seen */
	/* the line that is not finished: */
	char window[CONSOLE_WINDOW];
	size_t used;
	bool continued;		/* the window does not start with a line's start */
};

void console_scan_init(struct console_scan *scan);
void console_scan_free(struct console_scan *scan);
/* Any bytes, any cut; the time taken is linear in @length. */
void console_scan_feed(struct console_scan *scan, const char *text, size_t length);
/* The console has ended: judges the last line even when it has no end. */
void console_scan_finish(struct console_scan *scan);
/* The message that tells most about the end: the oops that led to a panic, the panic, the splat; or NULL. */
const char *console_scan_excerpt(const struct console_scan *scan);

/*
 * Adds what is to be told beside the verdict: a sentence for each kind of splat
 * or note, with the first message of its kind and how many there were.
 */
void console_scan_notes(const struct console_scan *scan, struct str_list *notes);

/* Which row of console-patterns.def, from 0, decides about @message; -1: none. */
MUST_CHECK int console_row(const char *message, size_t length);

#endif
