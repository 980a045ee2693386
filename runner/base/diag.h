/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages for people, all on stderr: what was tried, what was found, what to
 * do next. Whoever finds an error reports it there and then and returns -1;
 * callers pass the -1 on without a second message.
 */
#ifndef DIAG_H
#define DIAG_H

#include <stdbool.h>

struct str_list;

/* "pcpbench: error: …"; always returns -1, so `return diag_error(…)` works. */
int diag_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/*
 * Adds errors to @list, too, from now on, for a verdict that must tell them;
 * NULL ends it. @list is borrowed until then. Any thread.
 */
void diag_collect(struct str_list *list);
/* "pcpbench: warning: …" */
void diag_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "  …": what to do next, under an error or warning. */
void diag_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A step that was done; one line, not printed while a progress bar is up. */
void diag_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * A progress bar on a terminal; elsewhere a line per change of @what, and one
 * every ten seconds as long as @done grows.
 * @done of @total steps; total 0 means unknown. progress_end() clears the bar.
 */
void progress(unsigned int done, unsigned int total, const char *what);
void progress_end(void);
/*
 * The work that an interrupt stopped, as progress() was told of it; NULL when
 * there was none. Borrowed.
 */
const char *progress_interrupted(void);

#endif
