// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "console.h"

#include <stdlib.h>
#include <string.h>

#include "util.h"

/* A message is judged by its first so many bytes, and quoted by fewer. */
#define MESSAGE_MAX	512
#define QUOTE_MAX	200

/* What the kernel prints ahead of a WARN()'s own text. */
#define CUT_HERE	"------------[ cut here"

struct pattern {
	enum console_meaning meaning;
	const char *starts, *contains, *reason;
};

static const struct pattern patterns[] = {
#define CONSOLE_PATTERN(meaning, starts, contains, reason) \
	{ CONSOLE_##meaning, starts, contains, reason },
#include "console-patterns.def"
#undef CONSOLE_PATTERN
};

static const struct pattern *find_pattern(const char *message, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		const struct pattern *p = &patterns[i];
		size_t starts = strlen(p->starts), contains = strlen(p->contains);

		if (length >= starts && !memcmp(message, p->starts, starts) &&
		    memmem(message + starts, length - starts, p->contains, contains))
			return p;
	}
	return NULL;
}

static char *printable(const char *text, size_t length)
{
	char *copy;

	while (length && strchr(" \t\r", text[length - 1]))
		length--;
	if (length > QUOTE_MAX)
		length = QUOTE_MAX;
	copy = xcalloc(length + 1, 1);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\t')
			copy[i] = ' ';
		else
			copy[i] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
	}
	copy[length] = '\0';
	return copy;
}

/* A WARN()'s own text stands between the scissors and the line that names the place. */
static void note_headline(struct console_scan *scan, const char *message, size_t length)
{
	free(scan->headline);
	scan->headline = scan->cut ? printable(message, length) : NULL;
	scan->cut = length >= strlen(CUT_HERE) && !memcmp(message, CUT_HERE, strlen(CUT_HERE));
}

static void judge_message(struct console_scan *scan, const char *message, size_t length)
{
	const struct pattern *p;
	char **first, *quote;

	if (length > MESSAGE_MAX)
		length = MESSAGE_MAX;
	p = find_pattern(message, length);
	if (!p) {
		note_headline(scan, message, length);
		return;
	}
	if (p->meaning > scan->worst)
		scan->worst = p->meaning;
	first = p->meaning == CONSOLE_PANIC ? &scan->panic :
		p->meaning == CONSOLE_OOPS ? &scan->oops : &scan->splat;
	if (*first)
		return;
	quote = printable(message, length);
	*first = scan->headline ? xasprintf("%s: %s (%s)", scan->headline, quote, p->reason) :
				  xasprintf("%s (%s)", quote, p->reason);
	free(quote);
}

static size_t skip_while(const char *text, size_t at, size_t length, const char *set)
{
	while (at < length && text[at] && strchr(set, text[at]))
		at++;
	return at;
}

/* "[    T1]" or "[    C0]": who printed it, with CONFIG_PRINTK_CALLER. */
static size_t skip_caller(const char *text, size_t at, size_t length)
{
	size_t end;

	if (at >= length || text[at] != '[')
		return at;
	end = skip_while(text, at + 1, length, " ");
	if (end >= length || (text[end] != 'T' && text[end] != 'C'))
		return at;
	end = skip_while(text, end + 1, length, "0123456789");
	return end < length && text[end] == ']' ? end + 1 : at;
}

/*
 * "[    1.234567] " at @at: where the message behind it starts, 0 when there
 * is no timestamp.
 */
static size_t after_timestamp(const char *text, size_t at, size_t length)
{
	static const char digits[] = "0123456789";
	size_t seconds, point, end;

	if (text[at] != '[')
		return 0;
	seconds = skip_while(text, at + 1, length, " ");
	point = skip_while(text, seconds, length, digits);
	if (point == seconds || point >= length || text[point] != '.')
		return 0;
	end = skip_while(text, point + 1, length, digits);
	if (end - point != 7 || end >= length || text[end] != ']')
		return 0;
	end = skip_caller(text, end + 1, length);
	return end < length && text[end] == ' ' ? end + 1 : end;
}

/* Judges what starts in the first @starts bytes of the window. */
static void judge_window(struct console_scan *scan, size_t starts)
{
	const char *text = scan->window, *bracket;
	size_t message;

	for (size_t at = 0; at < starts; at++) {
		bracket = memchr(text + at, '[', starts - at);
		if (!bracket)
			break;
		at = (size_t)(bracket - text);
		message = after_timestamp(text, at, scan->used);
		if (!message)
			continue;
		scan->kernel_line = true;
		judge_message(scan, text + message, scan->used - message);
	}
	if (!scan->kernel_line && !scan->continued)
		judge_message(scan, text, scan->used);
}

static void end_line(struct console_scan *scan)
{
	char *line;

	judge_window(scan, scan->used);
	line = printable(scan->window, scan->used);
	if (*line) {
		free(scan->last);
		scan->last = line;
	} else {
		free(line);
	}
	scan->used = 0;
	scan->continued = false;
}

/*
 * A line that does not fit is judged in overlapping windows, so that a message
 * behind megabytes of noise is seen, whole.
 */
static void slide_window(struct console_scan *scan)
{
	size_t done = scan->used - MESSAGE_MAX;

	judge_window(scan, done);
	memmove(scan->window, scan->window + done, MESSAGE_MAX);
	scan->used = MESSAGE_MAX;
	scan->continued = true;
}

void console_scan_init(struct console_scan *scan)
{
	memset(scan, 0, sizeof(*scan));
}

void console_scan_free(struct console_scan *scan)
{
	free(scan->splat);
	free(scan->oops);
	free(scan->panic);
	free(scan->last);
	free(scan->headline);
	console_scan_init(scan);
}

void console_scan_feed(struct console_scan *scan, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n' || text[i] == '\r') {
			end_line(scan);
			continue;
		}
		if (scan->used == CONSOLE_WINDOW)
			slide_window(scan);
		scan->window[scan->used++] = text[i];
	}
}

void console_scan_finish(struct console_scan *scan)
{
	end_line(scan);
}

const char *console_scan_excerpt(const struct console_scan *scan)
{
	if (scan->oops)
		return scan->oops;
	return scan->panic ? scan->panic : scan->splat;
}

enum verdict console_judge(const char *text, size_t length, char **excerpt)
{
	struct console_scan scan;
	enum verdict verdict;
	const char *found;

	console_scan_init(&scan);
	console_scan_feed(&scan, text, length);
	console_scan_finish(&scan);
	found = console_scan_excerpt(&scan);
	*excerpt = found ? xstrdup(found) : NULL;
	verdict = scan.worst == CONSOLE_PANIC ? VERDICT_PANIC :
		  scan.worst == CONSOLE_CLEAN ? VERDICT_OK : VERDICT_SPLAT;
	console_scan_free(&scan);
	return verdict;
}
