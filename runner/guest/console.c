// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "guest/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

/* A message is judged by its first so many bytes, and quoted by fewer. */
#define MESSAGE_MAX	512
#define QUOTE_MAX	200

/* What the kernel prints ahead of a WARN()'s own text. */
#define CUT_HERE	"------------[ cut here"

/* What printk itself says has no timestamp: "** 312 printk messages dropped **". */
#define PRINTK_OWN	"** "

enum kind { HEADER, NOTE, TRACE, SPLAT, OOPS, PANIC };

static const enum console_meaning meanings[] = {
	[HEADER] = CONSOLE_CLEAN, [NOTE] = CONSOLE_CLEAN, [TRACE] = CONSOLE_SPLAT,
	[SPLAT] = CONSOLE_SPLAT, [OOPS] = CONSOLE_OOPS, [PANIC] = CONSOLE_PANIC,
};

struct pattern {
	enum kind kind;
	const char *starts, *contains, *reason;
};

static const struct pattern patterns[] = {
#define CONSOLE_PATTERN(meaning, starts, contains, reason) \
	{ meaning, starts, contains, reason },
#include "guest/console-patterns.def"
#undef CONSOLE_PATTERN
};

int console_row(const char *message, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		const struct pattern *p = &patterns[i];
		size_t starts = strlen(p->starts), contains = strlen(p->contains);

		if (length >= starts && !memcmp(message, p->starts, starts) &&
		    memmem(message + starts, length - starts, p->contains, contains))
			return (int)i;
	}
	return -1;
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

/* What may be the text of a WARN(), between the scissors and its place, or of a backtrace. */
static void remember(struct console_scan *scan, const char *message, size_t length)
{
	free(scan->before);
	scan->before = printable(message, length);
	scan->headline = scan->cut;
	scan->cut = length >= strlen(CUT_HERE) && !memcmp(message, CUT_HERE, strlen(CUT_HERE));
}

/* The message with the reason in brackets, and with what tells more about it. To be freed. */
static char *quoted(const struct console_scan *scan, const struct pattern *p, const char *message,
		    size_t length)
{
	char *quote = printable(message, length), *text;

	if (p->kind == TRACE && scan->before)
		text = xasprintf("%s (%s)", scan->before, p->reason);
	else if (p->kind != NOTE && scan->before && scan->headline)
		text = xasprintf("%s: %s (%s)", scan->before, quote, p->reason);
	else
		text = xasprintf("%s (%s)", quote, p->reason);
	free(quote);
	return text;
}

static void count(struct console_scan *scan, int row, const char *quote)
{
	if (!scan->seen)
		scan->seen = xcalloc(ARRAY_SIZE(patterns), sizeof(*scan->seen));
	if (!scan->seen[row].times++)
		scan->seen[row].first = xstrdup(quote);
}

static void judge_row(struct console_scan *scan, int row, const char *message, size_t length)
{
	const struct pattern *p = &patterns[row];
	enum console_meaning meaning = meanings[p->kind];
	char **first = meaning == CONSOLE_PANIC ? &scan->panic :
		       meaning == CONSOLE_OOPS ? &scan->oops :
		       meaning == CONSOLE_SPLAT ? &scan->splat : NULL;
	char *quote = quoted(scan, p, message, length);

	if (meaning > scan->worst)
		scan->worst = meaning;
	if (first && !*first)
		*first = xstrdup(quote);
	if (p->kind == NOTE || p->kind == SPLAT)
		count(scan, row, quote);
	free(quote);
}

static void judge_message(struct console_scan *scan, const char *message, size_t length)
{
	int row;

	if (length > MESSAGE_MAX)
		length = MESSAGE_MAX;
	row = console_row(message, length);
	if (row >= 0 && patterns[row].kind == HEADER)
		return;
	if (row >= 0)
		judge_row(scan, row, message, length);
	remember(scan, message, length);
	/* what was lost stood between this message and the next */
	if (row >= 0 && !strcmp(patterns[row].starts, PRINTK_OWN)) {
		free(scan->before);
		scan->before = NULL;
	}
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

/* Judges those of printk's own words that start from @from on, before @starts. */
static void judge_own_words(struct console_scan *scan, size_t from, size_t starts)
{
	const char *text = scan->window, *own;
	int row;

	for (size_t at = from; at < starts; at = (size_t)(own - text) + 1) {
		own = memmem(text + at, scan->used - at, PRINTK_OWN, strlen(PRINTK_OWN));
		if (!own || own >= text + starts)
			return;
		row = console_row(own, scan->used - (size_t)(own - text));
		if (row >= 0 && !strcmp(patterns[row].starts, PRINTK_OWN))
			judge_message(scan, own, scan->used - (size_t)(own - text));
	}
}

/* Judges what starts in the first @starts bytes of the window. */
static void judge_window(struct console_scan *scan, size_t starts)
{
	const char *text = scan->window, *bracket;
	bool whole_line = !scan->kernel_line && !scan->continued;
	size_t message;

	judge_own_words(scan, whole_line ? 1 : 0, starts);
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
	free(scan->before);
	for (size_t i = 0; scan->seen && i < ARRAY_SIZE(patterns); i++)
		free(scan->seen[i].first);
	free(scan->seen);
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

void console_scan_notes(const struct console_scan *scan, struct str_list *notes)
{
	for (size_t i = 0; scan->seen && i < ARRAY_SIZE(patterns); i++) {
		const struct console_seen *seen = &scan->seen[i];

		if (seen->times == 1)
			str_list_add(notes, seen->first);
		else if (seen->times)
			str_list_addf(notes, "%llu times, first: %s",
				      (unsigned long long)seen->times, seen->first);
	}
}
