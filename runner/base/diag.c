// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "base/diag.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/subprocess.h"
#include "base/util.h"

#define BAR_WIDTH 24u
#define LINE_SECONDS 10	/* between two lines of the same work */

static bool bar_is_up;
/* The work that is going on; what its last line said, and when, if stderr is not a terminal. */
static char *last_progress;
static unsigned int last_done;
static time_t last_time;

static void clear_bar(void)
{
	if (bar_is_up)
		fputs("\r\033[K", stderr);
	bar_is_up = false;
}

static void say(const char *prefix, const char *fmt, va_list args)
{
	clear_bar();
	fputs(prefix, stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

/* Results are loaded by several threads, and each may have something to say. */
static pthread_mutex_t collected_lock = PTHREAD_MUTEX_INITIALIZER;
static struct str_list *collected;

void diag_collect(struct str_list *list)
{
	pthread_mutex_lock(&collected_lock);
	collected = list;
	pthread_mutex_unlock(&collected_lock);
}

static void collect(const char *fmt, va_list args)
{
	char *text;

	pthread_mutex_lock(&collected_lock);
	if (collected && vasprintf(&text, fmt, args) >= 0) {
		str_list_add(collected, text);
		free(text);
	}
	pthread_mutex_unlock(&collected_lock);
}

int diag_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("pcpbench: error: ", fmt, args);
	va_end(args);
	va_start(args, fmt);
	collect(fmt, args);
	va_end(args);
	return -1;
}

void diag_warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("pcpbench: warning: ", fmt, args);
	va_end(args);
}

void diag_hint(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("  ", fmt, args);
	va_end(args);
}

void diag_info(const char *fmt, ...)
{
	va_list args;

	if (bar_is_up)
		return;
	va_start(args, fmt);
	say("pcpbench: ", fmt, args);
	va_end(args);
}

static unsigned int terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 20)
		return 80;
	return size.ws_col;
}

static void draw_bar(unsigned int done, unsigned int total, const char *what)
{
	unsigned int filled;
	char *line;

	if (total) {
		if (done > total)
			done = total;
		filled = (unsigned int)((unsigned long long)done * BAR_WIDTH / total);
		line = xasprintf("[%.*s%*s] %u/%u %s", (int)filled, "########################",
				 (int)(BAR_WIDTH - filled), "", done, total, what);
	} else {
		line = xasprintf("... %s", what);
	}
	/* A line that wraps could not be cleared. */
	fprintf(stderr, "\r\033[K%.*s", (int)terminal_columns() - 1, line);
	fflush(stderr);
	free(line);
	bar_is_up = true;
}

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

void progress(unsigned int done, unsigned int total, const char *what)
{
	bool same = last_progress && !strcmp(last_progress, what);

	if (!same) {
		free(last_progress);
		last_progress = xstrdup(what);
	}
	if (isatty(STDERR_FILENO)) {
		draw_bar(done, total, what);
		return;
	}
	if (same && (done == last_done || seconds_now() - last_time < LINE_SECONDS))
		return;
	last_done = done;
	last_time = seconds_now();
	if (total)
		fprintf(stderr, "pcpbench: [%u/%u] %s\n", done, total, what);
	else
		fprintf(stderr, "pcpbench: %s\n", what);
}

void progress_end(void)
{
	clear_bar();
	fflush(stderr);
	if (interrupt_requested())
		return;
	free(last_progress);
	last_progress = NULL;
}

const char *progress_interrupted(void)
{
	return interrupt_requested() ? last_progress : NULL;
}
