// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE	/* memrchr */
#include "workload/trace-line.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "workload/workload.h"

#define SECONDS_MAX	18000000000u	/* their nanoseconds fit into 64 bits; 570 years */
#define COMM_MAX	15		/* bytes of a command's name */
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

/* "WHOLE.FRACTION", the fraction of 3 to 9 digits: in billionths. */
static bool word_decimal(struct word word, uint64_t *value)
{
	const char *dot = memchr(word.at, '.', word.length);
	struct word seconds, fraction;
	uint64_t whole, part;

	if (!dot)
		return false;
	seconds = (struct word){ word.at, (size_t)(dot - word.at) };
	fraction = (struct word){ dot + 1, word.length - seconds.length - 1 };
	if (fraction.length < 3 || fraction.length > 9 ||
	    !word_number(seconds, SECONDS_MAX, &whole) || !word_number(fraction, 999999999, &part))
		return false;
	for (size_t i = fraction.length; i < 9; i++)
		part *= 10;
	*value = whole * 1000000000 + part;
	return true;
}

static bool ends_with(struct word word, const char *end)
{
	size_t length = strlen(end);

	return word.length >= length && !memcmp(word.at + word.length - length, end, length);
}

/* "123us", in ns. */
static bool word_micro(struct word word, uint64_t *value)
{
	if (!ends_with(word, "us"))
		return false;
	word.length -= 2;
	if (!word_number(word, UINT64_MAX / 1000, value))
		return false;
	*value *= 1000;
	return true;
}

/*
 * A time stamp with its colon: seconds with a fraction, the latency format's
 * "123us" with a mark for long pauses, or the plain count of clocks that have
 * no seconds. trace-cmd leaves no blank between "[CPU]" and a long one.
 */
static bool word_time(struct word word, uint64_t *time)
{
	const char *bracket;

	if (!ends_with(word, ":"))
		return false;
	word.length--;
	bracket = memrchr(word.at, ']', word.length);
	if (bracket)
		word = (struct word){ bracket + 1, word.length - (size_t)(bracket + 1 - word.at) };
	if (word_decimal(word, time) || word_number(word, UINT64_MAX, time) ||
	    word_micro(word, time))
		return true;
	if (!word.length || !strchr("$@*#!+", word.at[word.length - 1]))
		return false;
	word.length--;
	return word_micro(word, time);
}

/* The last word of what stands from @line to @end. */
static struct word last_word(const char *line, const char *end)
{
	const char *start;

	while (end > line && strchr(" \t", end[-1]))
		end--;
	for (start = end; start > line && !strchr(" \t", start[-1]); start--)
		;
	return (struct word){ start, (size_t)(end - start) };
}

/* "(+12)": trace-cmd report --ts-diff. A bare number: perf's period. */
static bool is_between(struct word word)
{
	uint64_t number;

	return (word.length > 3 && !memcmp(word.at, "(+", 2) && ends_with(word, ")")) ||
	       word_number(word, UINT64_MAX, &number);
}

/* The time stamp that ends at @end, where the event's name begins. */
static bool time_before(const char *line, const char *end, uint64_t *time)
{
	struct word word = last_word(line, end), before = last_word(line, word.at);

	if (is_between(word))
		return word_time(before, time);
	if (word_time(word, time))
		return true;
	/* the latency format: "123us :" without a mark, "1.234ms (+0.001ms):" when verbose */
	if (word.length == 1 && *word.at == ':')
		return word_micro(before, time);
	if (word.length > 4 && !memcmp(word.at, "(+", 2) && ends_with(word, "):")) {
		if (ends_with(before, "ms"))
			before.length -= 2;
		return word_decimal(before, time) || word_number(before, UINT64_MAX, time);
	}
	/* the kernel's log (tp_printk): "[    1.234567] " */
	if (!ends_with(word, "]"))
		return false;
	word.length--;
	if (*word.at == '[')
		word = (struct word){ word.at + 1, word.length - 1 };
	return word_decimal(word, time);
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
	return xasprintf("%s without %s=: was the line cut short? (perf script: -F +trace prints the fields)",
			 event, key);
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

/* What kind of event @word names, "NAME:" or perf's "percpu:NAME:". */
static enum trace_kind kind_of(struct word word, const char **name)
{
	static const struct {
		const char *name;
		enum trace_kind kind;
	} known[] = {
		{ "percpu_alloc_percpu", TRACE_ALLOC },
		{ "percpu_alloc_percpu_fail", TRACE_FAIL },
		{ "percpu_free_percpu", TRACE_FREE },
	};
	static const char group[] = "percpu:";
	size_t skip = sizeof(group) - 1;

	if (!ends_with(word, ":"))
		return TRACE_OTHER;
	word.length--;
	if (word.length > skip && !memcmp(word.at, group, skip))
		word = (struct word){ word.at + skip, word.length - skip };
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strlen(known[i].name) != word.length ||
		    memcmp(known[i].name, word.at, word.length))
			continue;
		*name = known[i].name;
		return known[i].kind;
	}
	return TRACE_OTHER;
}

/*
 * Takes @line for one of the percpu events, found by its name: a command's
 * name may hold anything, a time stamp, too, but is too short for an event's.
 * False when it is none, or one without a time stamp.
 */
static bool take_event(const char *line, struct trace_event *event, char **error)
{
	const char *at = line, *name = NULL;
	struct word word;

	do {
		word = next_word(&at);
		event->kind = word.length ? kind_of(word, &name) : TRACE_OTHER;
	} while (word.length && event->kind == TRACE_OTHER);
	if (!word.length || !time_before(line, word.at, &event->time_ns))
		return false;
	*error = NULL;
	if (event->kind != TRACE_FREE)
		*error = take_request(name, at, event);
	if (!*error && event->kind != TRACE_FAIL)
		*error = take_pointer(name, at, &event->pointer);
	return true;
}

/* True when the event @word, and what follows it in @rest, have the form of one that is whole. */
static bool is_event(struct word word, const char *rest)
{
	return word.length > 1 &&
	       (ends_with(word, ":") || *word.at == '<' || *word.at == '#' ||
		!strncmp(word.at, "PERF_RECORD_", 12) || strstr(rest, "<-"));
}

/* The other events: a time stamp and a name behind it. */
static bool take_other(const char *line, struct trace_event *event)
{
	static const char *const markers[] = {
		"tracing_mark_write:", "print:", "bprint:", "bputs:", "ftrace:print:",
	};
	const char *at = line;

	for (struct word word = next_word(&at); word.length; word = next_word(&at)) {
		const char *behind = at;
		struct word name;

		if (!word_time(word, &event->time_ns) && !ends_with(word, "):") &&
		    !(word.length == 1 && *word.at == ':'))
			continue;
		name = next_word(&behind);
		if (is_between(name))
			name = next_word(&behind);
		if (!is_event(name, behind))
			continue;
		event->kind = TRACE_OTHER;
		for (size_t i = 0; i < ARRAY_SIZE(markers); i++)
			if (name.length == strlen(markers[i]) &&
			    !memcmp(name.at, markers[i], name.length))
				event->kind = TRACE_TEXT;
		return true;
	}
	return false;
}

/* True when "A/B" behind @head, the entries that are left and those that were, are the same number. */
static bool is_overwritten(const char *line, const char *head)
{
	const char *at = line + strlen(head);
	struct word counts, written;
	const char *slash;

	if (strncmp(line, head, strlen(head)))
		return false;
	counts = next_word(&at);
	if (ends_with(counts, ","))
		counts.length--;
	slash = counts.length ? memchr(counts.at, '/', counts.length) : NULL;
	if (!slash)
		return false;
	written = (struct word){ slash + 1, counts.length - (size_t)(slash + 1 - counts.at) };
	counts.length = (size_t)(slash - counts.at);
	return counts.length != written.length || memcmp(counts.at, written.at, counts.length);
}

/* tracefs says in its head, and where a CPU's part begins, that it overwrote what it had. */
static char *check_comment(const char *line)
{
	static const char latency[] = "# latency:";
	const char *entries = strchr(line + 1, '#');

	if (is_overwritten(line, "# entries-in-buffer/entries-written:") ||
	    (!strncmp(line, latency, sizeof(latency) - 1) && entries &&
	     is_overwritten(entries, "#")))
		return xstrdup("the recorder overwrote events: record again with a larger buffer");
	if (!strncmp(line, "##### CPU ", 10) && strstr(line, " buffer started"))
		return xstrdup("the recorder overwrote this CPU's events above: record again with a larger buffer");
	return NULL;
}

/* How lines begin, behind the name of a trace-cmd file, and what they hold. */
struct form {
	const char *head, *sign;
};

static bool has_form(const char *line, const struct form *form, size_t forms)
{
	const char *at = line;
	struct word first = next_word(&at);

	for (size_t i = 0; i < forms; i++) {
		const char *head = NULL;

		if (!strncmp(line, form[i].head, strlen(form[i].head)))
			head = line;
		else if (ends_with(first, ":"))
			head = at + strspn(at, " \t");
		if (head && !strncmp(head, form[i].head, strlen(form[i].head)) &&
		    strstr(head, form[i].sign))
			return true;
	}
	return false;
}

static bool is_lost(const char *line)
{
	static const struct form forms[] = {
		{ "CPU:", " EVENTS]" },		/* tracefs */
		{ "CPU:", "EVENTS DROPPED]" },	/* trace-cmd */
		{ "CPU ", " events lost" },
		{ "LOST ", " events" },		/* perf */
		{ "Lost ", " events" },
		{ "Processed ", " lost " },
	};

	return has_form(line, forms, ARRAY_SIZE(forms)) || strstr(line, "PERF_RECORD_LOST");
}

/* Lines of the recorders that are neither comments nor events. */
static bool is_head(const char *line)
{
	static const struct form forms[] = {
		{ "cpus=", "" },
		{ "version = ", "" },
		{ "CPU ", " is empty" },
		{ "overriding event (", "" },
		{ "PERF_RECORD_", "" },
		{ "'trace' not valid for ", "" },
	};

	return has_form(line, forms, ARRAY_SIZE(forms));
}

/* Under an event: perf's call chain, ftrace's stack. */
static bool is_stack(const char *line)
{
	const char *at = line;
	struct word word = next_word(&at);

	if (*line == '\t')
		return true;
	if (*line != ' ')
		return false;
	if (word.length == 2 && !memcmp(word.at, "=>", 2))
		return true;
	return word.length <= 16 && !strchr(at, '[') &&
	       strspn(word.at, "0123456789abcdef") == word.length;
}

/* A line that is none of a trace's: whose it may be, and how to print what can be read. */
static char *refuse(const char *line)
{
	static const struct form signs[] = {
		{ "/* percpu_",
		  "the function_graph tracer's form has no time stamps: echo nop > current_tracer" },
		{ " us   |", "the function_graph tracer's form: echo nop > current_tracer" },
		{ ")               |",
		  "the function_graph tracer's form: echo nop > current_tracer" },
		{ "percpu:percpu_alloc_percpu(",
		  "perf trace's form lacks what a replay needs: perf record -a -e 'percpu:*', then perf script" },
		{ "percpu:percpu_free_percpu(",
		  "perf trace's form lacks what a replay needs: perf record -a -e 'percpu:*', then perf script" },
		{ "percpu_alloc_percpu",
		  "an event without a time stamp, or cut short: print it with one (perf script -F +time; tracefs: echo 1 > options/context-info)" },
		{ "percpu_free_percpu",
		  "an event without a time stamp, or cut short: print it with one (perf script -F +time; tracefs: echo 1 > options/context-info)" },
		{ " is_atomic=",
		  "an event's fields without time stamp and name: perf script -F +time,+event" },
		{ " type: ", "tracefs' raw form: echo 0 > options/raw, hex and bin" },
		{ "]: event: ", "perf script's dump: print it without -D" },
		{ "Attaching ",
		  "bpftrace's output has no fixed form: record with tracefs, trace-cmd or perf" },
		{ "@[", "bpftrace's output has no fixed form: record with tracefs, trace-cmd or perf" },
		{ "% ", "a summary, not a trace: print the events, trace-cmd report or perf script" },
	};
	const char *at = line;

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (strstr(line, signs[i].head))
			return xstrdup(signs[i].sign);
	for (struct word word = next_word(&at); word.length; word = next_word(&at)) {
		uint64_t time;

		if (word_time(word, &time))
			return xstrdup("no event's name behind the time stamp: was the line cut short?");
	}
	return xstrdup("no time stamp (SECONDS.FRACTION:): not a line of tracefs' trace, trace-cmd report or perf script, or cut short");
}

/* An event's line that begins behind the command's name: "-PID", or perf's " PID". */
static bool is_nameless(const char *line)
{
	const char *at = line;
	struct word word = next_word(&at);

	if (word.length > 1 && *word.at == '-')
		word = (struct word){ word.at + 1, word.length - 1 };
	return word.length && strspn(word.at, "0123456789/") >= word.length;
}

char *trace_line_parse(const char *line, struct trace_event *event)
{
	const char *text = line + strspn(line, " \t");
	char *error = NULL;

	*event = (struct trace_event){ .kind = TRACE_NOTHING, .nameless = is_nameless(line) };
	if (*line == '#')
		return check_comment(line);
	if (is_lost(line))
		return xstrdup("the recorder lost events here: record again with a larger buffer");
	if (!*text || is_head(line))
		return NULL;
	if (take_event(line, event, &error))
		return error;
	if (take_other(line, event))
		return NULL;
	event->kind = TRACE_NOTHING;
	if (is_stack(line))
		return NULL;
	if (strlen(text) <= COMM_MAX)
		event->kind = TRACE_NAME;
	return refuse(line);
}
