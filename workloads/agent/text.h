/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text of the agent: a growing buffer, reasons for people, whole small files.
 *
 * PID 1 cannot go on without memory: an allocation that fails aborts, the
 * kernel panics, and the host sees that.
 */
#ifndef AGENT_TEXT_H
#define AGENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* data is always followed by a NUL that length does not count. */
struct text {
	char *data;
	size_t length, size;
};

#define TEXT_INIT { NULL, 0, 0 }

/* Room for @more bytes and a NUL behind those that are there. */
void text_reserve(struct text *t, size_t more);
void text_add(struct text *t, const void *data, size_t length);
void text_addf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_free(struct text *t);

/* Why something failed: what was tried, what was found. One line. */
struct reason {
	char text[512];
};

/* Sets it; always returns false, so `return reason_set(…)` works. */
bool reason_set(struct reason *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Appends the whole of @path to @t. False with @why when it cannot be read or
 * is longer than @max bytes. May sleep.
 */
bool file_slurp(const char *path, size_t max, struct text *t, struct reason *why);
/*
 * Writes @data to @path in one write(2), as control files want it. @create
 * makes or empties the file first. False with @why.
 */
bool file_put(const char *path, const char *data, size_t length, bool create, struct reason *why);

#endif
