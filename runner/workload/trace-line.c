// SPDX-License-Identifier: GPL-2.0-only
#include "trace-line.h"

#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "workload.h"

#define SECONDS_MAX	1000000000u	/* 30 years of uptime */
#define WORD_MAX	32

struct word {
	const char *at;
	size_t length;
};

/* The next word at or after @*text, which moves behind it; length 0 at the end. */
static struct word next_word(const char **text)
{
	struct word word;

	word.at = *text + strspn(*text, " \t");
	word.length = strcspn(word.at, " \t");
	*text = word.at + word.length;
	return word;
}

/* @word as a decimal number up to @max. */
static bool word_number(struct word word, uint64_t max, uint64_t *value)
{
	char text[WORD_MAX];

	if (word.length >= sizeof(text))
		return false;
	memcpy(text, word.at, word.length);
	text[word.length] = '\0';
	return parse_u64(text, max, value);
}

/* "SECONDS.FRACTION:", the fraction of 3 to 9 digits. */
static bool word_time(struct word word, uint64_t *ns)
{
	const char *dot = memchr(word.at, '.', word.length);
	struct word seconds, fraction;
	uint64_t whole, part;

	if (!dot || word.at[word.length - 1] != ':')
		return false;
	seconds = (struct word){ word.at, (size_t)(dot - word.at) };
	fraction = (struct word){ dot + 1, word.length - seconds.length - 2 };
	if (fraction.length < 3 || fraction.length > 9 ||
	    !word_number(seconds, SECONDS_MAX, &whole) || !word_number(fraction, 999999999, &part))
		return false;
	for (size_t i = fraction.length; i < 9; i++)
		part *= 10;
	*ns = whole * 1000000000 + part;
	return true;
}

/* With or without 0x. Neither "(null)" nor a pointer of zeros is one. */
static bool word_pointer(struct word word, uint64_t *pointer)
{
	char text[WORD_MAX], *digits = text;

	if (word.length >= sizeof(text))
		return false;
	memcpy(text, word.at, word.length);
	text[word.length] = '\0';
	if (!strncmp(text, "0x", 2))
		digits += 2;
	if (!*digits || strlen(digits) > 16 ||
	    strspn(digits, "0123456789abcdefABCDEF") != strlen(digits))
		return false;
	*pointer = strtoull(digits, NULL, 16);
	return *pointer;
}

/* The value of "@key=" in @fields; NULL at when there is none. */
static struct word field(const char *fields, const char *key)
{
	size_t length = strlen(key);

	for (;;) {
		struct word word = next_word(&fields);

		if (!word.length)
			return (struct word){ NULL, 0 };
		if (word.length > length && word.at[length] == '=' &&
		    !memcmp(word.at, key, length))
			return (struct word){ word.at + length + 1, word.length - length - 1 };
	}
}

static char *missing(const char *event, const char *key)
{
	return xasprintf("%s without %s=: was the line cut short?", event, key);
}

static char *take_pointer(const char *event, const char *fields, uint64_t *pointer)
{
	struct word word = field(fields, "ptr");

	if (!word.at)
		return missing(event, "ptr");
	if (!word_pointer(word, pointer))
		return xasprintf("ptr=%.*s is no pointer: record with the option nohash-ptr",
				 (int)(word.length < WORD_MAX ? word.length : WORD_MAX), word.at);
	return NULL;
}

static char *take_number(const char *event, const char *fields, const char *key, uint64_t lowest,
			 uint64_t highest, uint64_t *value)
{
	struct word word = field(fields, key);

	if (!word.at)
		return missing(event, key);
	if (!word_number(word, highest, value) || *value < lowest)
		return xasprintf("%s=%.*s is no number from %llu to %llu", key,
				 (int)(word.length < WORD_MAX ? word.length : WORD_MAX), word.at,
				 (unsigned long long)lowest, (unsigned long long)highest);
	return NULL;
}

static char *take_request(const char *name, const char *fields, struct trace_event *event)
{
	const struct param_info *size = &param_info[PARAM_size], *align = &param_info[PARAM_align];
	uint64_t atomic;
	char *error;

	error = take_number(name, fields, "is_atomic", 0, 1, &atomic);
	if (!error)
		error = take_number(name, fields, "size", size->lowest, size->highest,
				    &event->size);
	if (!error)
		error = take_number(name, fields, "align", align->lowest, align->highest,
				    &event->align);
	if (error)
		return error;
	if (event->align & (event->align - 1))
		return xasprintf("align=%llu is not a power of two",
				 (unsigned long long)event->align);
	event->may_sleep = !atomic;
	return NULL;
}

/* @name is the event's, without its colon. */
static char *take_event(struct word name, const char *fields, struct trace_event *event)
{
	static const struct {
		const char *name;
		enum trace_kind kind;
	} known[] = {
		{ "percpu_alloc_percpu", TRACE_ALLOC },
		{ "percpu_alloc_percpu_fail", TRACE_FAIL },
		{ "percpu_free_percpu", TRACE_FREE },
	};
	static const char group[] = "percpu:";	/* perf's */
	size_t skip = sizeof(group) - 1;
	char *error = NULL;

	if (name.length > skip && !memcmp(name.at, group, skip))
		name = (struct word){ name.at + skip, name.length - skip };
	event->kind = TRACE_OTHER;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strlen(known[i].name) != name.length ||
		    memcmp(known[i].name, name.at, name.length))
			continue;
		event->kind = known[i].kind;
		if (event->kind != TRACE_FREE)
			error = take_request(known[i].name, fields, event);
		if (!error && event->kind != TRACE_FAIL)
			error = take_pointer(known[i].name, fields, &event->pointer);
	}
	return error;
}

/* "# entries-in-buffer/entries-written: 10/20": did tracefs overwrite what it had? */
static char *check_comment(const char *line)
{
	static const char head[] = "# entries-in-buffer/entries-written:";
	const char *at = line + sizeof(head) - 1;
	struct word counts, written;
	const char *slash;

	if (strncmp(line, head, sizeof(head) - 1))
		return NULL;
	counts = next_word(&at);
	slash = counts.length ? memchr(counts.at, '/', counts.length) : NULL;
	if (!slash)
		return NULL;
	written = (struct word){ slash + 1, counts.length - (size_t)(slash + 1 - counts.at) };
	counts.length = (size_t)(slash - counts.at);
	if (counts.length == written.length && !memcmp(counts.at, written.at, counts.length))
		return NULL;
	return xstrdup("the recorder overwrote events: record again with a larger buffer");
}

/* Lines of the recorders that are neither comments nor events. */
static bool is_head(const char *line)
{
	return !strncmp(line, "cpus=", 5) || !strncmp(line, "version = ", 10);
}

char *trace_line_parse(const char *line, struct trace_event *event)
{
	const char *at = line;
	struct word word;

	*event = (struct trace_event){ .kind = TRACE_NOTHING };
	if (*line == '#')
		return check_comment(line);
	if (!line[strspn(line, " \t")] || is_head(line))
		return NULL;
	if (strstr(line, " EVENTS]") || strstr(line, "EVENTS DROPPED") ||
	    strstr(line, "PERF_RECORD_LOST"))
		return xstrdup("the recorder lost events here: record again with a larger buffer");
	do
		word = next_word(&at);
	while (word.length && !word_time(word, &event->time_ns));
	if (!word.length)
		return xstrdup("no time stamp (SECONDS.FRACTION:): not a trace's line, or cut short");
	word = next_word(&at);
	if (word.length < 2 || word.at[word.length - 1] != ':')
		return xstrdup("no event's name behind the time stamp: was the line cut short?");
	word.length--;
	return take_event(word, at, event);
}
