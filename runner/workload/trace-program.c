// SPDX-License-Identifier: GPL-2.0-only
#include "workload/trace-program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsutil.h"
#include "base/lines.h"
#include "base/util.h"
#include "contract/trace-format.h"
#include "workload/trace-line.h"

/* A pointer that was seen. A freed one stays, so that its next free is told as what it is. */
struct seen {
	uint64_t pointer;	/* 0: a free slot */
	uint32_t alloc;		/* its last, counted from 0 */
	unsigned int line;	/* of its last event */
	bool live;
};

struct builder {
	struct trace *trace;
	struct pcpb_trace_class class[PCPB_TRACE_CLASSES_MAX];
	uint32_t *op;		/* room for PCPB_TRACE_OPS_MAX */
	size_t ops, live;
	struct seen *seen;	/* open addressing, at most half full */
	size_t slots, used;
	unsigned int line;	/* from 1 */
	uint64_t time_ns;	/* of the last event */
	unsigned int time_line;	/* its line */
	char *half;		/* what is wrong with the line above, if this is not its other half */
	bool text;		/* a marker stands above: its text may go on */
};

static struct seen *slot_of(struct seen *seen, size_t slots, uint64_t pointer)
{
	/* Fibonacci hashing (Knuth, TAOCP 3, 6.4): areas are close together */
	size_t i = (size_t)(pointer * 0x9e3779b97f4a7c15u >> 32) & (slots - 1);

	while (seen[i].pointer && seen[i].pointer != pointer)
		i = (i + 1) & (slots - 1);
	return &seen[i];
}

static void grow(struct builder *b)
{
	size_t slots = b->slots ? 2 * b->slots : 1024;
	struct seen *seen = xcalloc(slots, sizeof(*seen));

	for (size_t i = 0; i < b->slots; i++)
		if (b->seen[i].pointer)
			*slot_of(seen, slots, b->seen[i].pointer) = b->seen[i];
	free(b->seen);
	b->seen = seen;
	b->slots = slots;
}

static struct seen *find(struct builder *b, uint64_t pointer)
{
	if (2 * b->used >= b->slots)
		grow(b);
	return slot_of(b->seen, b->slots, pointer);
}

static char *add_op(struct builder *b, uint32_t op)
{
	if (b->ops == PCPB_TRACE_OPS_MAX)
		return xasprintf("more than %d allocs and frees: cut the trace",
				 PCPB_TRACE_OPS_MAX);
	b->op[b->ops++] = op;
	return NULL;
}

/* Place of the event's class, a new one if need be; -1 when there are too many. */
static int class_of(struct builder *b, const struct trace_event *event)
{
	size_t n = b->trace->classes;

	for (size_t i = 0; i < n; i++)
		if (b->class[i].size == event->size && b->class[i].align == event->align)
			return (int)i;
	if (n == PCPB_TRACE_CLASSES_MAX)
		return -1;
	b->class[n] = (struct pcpb_trace_class){ (uint32_t)event->size, (uint32_t)event->align };
	b->trace->classes++;
	return (int)n;
}

static char *add_alloc(struct builder *b, const struct trace_event *event)
{
	struct trace *trace = b->trace;
	int class = class_of(b, event);
	char *error;

	if (class < 0)
		return xasprintf("more than %d different sizes and alignments",
				 PCPB_TRACE_CLASSES_MAX);
	error = add_op(b, (uint32_t)class | (event->may_sleep ? PCPB_TRACE_MAY_SLEEP : 0));
	if (error)
		return error;
	trace->allocs++;
	trace->sleepable += event->may_sleep;
	trace->failed += event->kind == TRACE_FAIL;
	if (++b->live > trace->live_peak)
		trace->live_peak = b->live;
	return NULL;
}

static char *take_alloc(struct builder *b, const struct trace_event *event)
{
	struct seen *seen = find(b, event->pointer);
	char *error;

	if (seen->pointer && seen->live)
		return xasprintf("an alloc of 0x%llx, which is live since line %u: its free is missing",
				 (unsigned long long)event->pointer, seen->line);
	error = add_alloc(b, event);
	if (error)
		return error;
	b->used += !seen->pointer;
	*seen = (struct seen){
		.pointer = event->pointer,
		.alloc = (uint32_t)(b->trace->allocs - 1),
		.line = b->line,
		.live = true,
	};
	return NULL;
}

static char *take_free(struct builder *b, const struct trace_event *event)
{
	struct seen *seen = find(b, event->pointer);
	char *error;

	if (!seen->pointer) {
		/* live before the recording began; later it must be allocated first */
		if (!b->trace->old_frees++)
			b->trace->old_line = b->line;
		b->used++;
		*seen = (struct seen){ .pointer = event->pointer, .line = b->line };
		return NULL;
	}
	if (!seen->live)
		return xasprintf("a free of 0x%llx, which line %u freed already: its alloc is missing",
				 (unsigned long long)event->pointer, seen->line);
	error = add_op(b, PCPB_TRACE_FREE | seen->alloc);
	if (error)
		return error;
	seen->live = false;
	seen->line = b->line;
	b->trace->frees++;
	b->live--;
	return NULL;
}

static char *take_event(struct builder *b, const struct trace_event *event)
{
	if (event->time_ns < b->time_ns)
		return xasprintf("its time is before that of line %u: sort the trace by time (and print it without --deltatime)",
				 b->time_line);
	b->time_ns = event->time_ns;
	b->time_line = b->line;
	if (event->kind == TRACE_ALLOC)
		return take_alloc(b, event);
	return event->kind == TRACE_FAIL ? add_alloc(b, event) : take_free(b, event);
}

static char *take_line(struct builder *b, const char *line)
{
	struct trace_event event;
	char *error = trace_line_parse(line, &event), *half = b->half;

	b->half = NULL;
	if (half && !event.nameless) {
		free(error);
		b->line--;
		return half;
	}
	free(half);
	if (error && b->text) {
		free(error);
		return NULL;
	}
	if (error && event.kind == TRACE_NAME) {
		b->half = error;
		return NULL;
	}
	if (error)
		return error;
	if (event.kind != TRACE_NOTHING)
		b->text = event.kind == TRACE_TEXT;
	if (event.kind < TRACE_ALLOC)
		return NULL;
	return take_event(b, &event);
}

static char *take_lines(struct builder *b, const char *text, size_t length)
{
	struct lines lines = lines_of(text, length);
	char line[TRACE_LINE_MAX];

	while (lines_next(&lines)) {
		char *error;

		b->line = lines.number;
		if (!lines.whole)
			return xstrdup("no newline at its end: was the file cut short?");
		if (lines.length >= sizeof(line))
			return xasprintf("longer than %d bytes", TRACE_LINE_MAX - 1);
		line_drop_cr(&lines);
		if (!line_copy(&lines, line, sizeof(line)))
			return xstrdup("a NUL byte: a trace is text, as trace-cmd report or perf script prints it");
		error = take_line(b, line);
		if (error)
			return error;
	}
	return b->half;
}

static char *check_whole(const struct trace *trace)
{
	if (!trace->allocs)
		return xstrdup("no alloc in it (percpu_alloc_percpu): there is nothing to replay");
	if (trace->old_frees * TRACE_OLD_FREES > trace->old_frees + trace->frees)
		return xasprintf("line %u: a free without its alloc, and so are %zu of the %zu frees: more than one in %d cannot be areas from before the recording; record more of it",
				 trace->old_line, trace->old_frees,
				 trace->old_frees + trace->frees, TRACE_OLD_FREES);
	return NULL;
}

static void assemble(struct builder *b)
{
	struct trace *trace = b->trace;
	struct pcpb_trace_header header = {
		.magic = PCPB_TRACE_MAGIC,
		.version = PCPB_TRACE_VERSION,
		.classes = (uint32_t)trace->classes,
		.ops = (uint32_t)b->ops,
	};
	size_t classes = trace->classes * sizeof(*b->class), ops = b->ops * sizeof(*b->op);
	char *at, hex[65];

	trace->length = sizeof(header) + classes + ops;
	trace->program = at = xcalloc(1, trace->length);
	memcpy(at, &header, sizeof(header));
	memcpy(at + sizeof(header), b->class, classes);
	memcpy(at + sizeof(header) + classes, b->op, ops);
	sha256_hex(trace->program, trace->length, hex);
	hex[15] = '\0';
	trace->id = strtoull(hex, NULL, 16);
	/* 0 is a step without a trace */
	trace->id += !trace->id;
	header.id = trace->id;
	memcpy(at, &header, sizeof(header));
}

char *trace_parse(struct trace *trace, const char *text, size_t length)
{
	struct builder b = { .trace = trace };
	char *wrong, *error = NULL;

	*trace = (struct trace){ 0 };
	b.op = xcalloc(PCPB_TRACE_OPS_MAX, sizeof(*b.op));
	wrong = take_lines(&b, text, length);
	if (wrong)
		error = xasprintf("line %u: %s", b.line, wrong);
	else
		error = check_whole(trace);
	if (wrong != b.half)
		free(b.half);
	free(wrong);
	if (!error) {
		assemble(&b);
		sha256_hex(text, length, trace->hash);
	}
	free(b.seen);
	free(b.op);
	return error;
}

/* All of @path into @*text, or what was in the way, to be freed. A pipe would be waited for. */
static char *read_text(const char *path, char **text, size_t *length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t got = 1;
	char *error = NULL;

	if (fd < 0)
		return xasprintf("cannot be opened: %s", strerror(errno));
	*length = 0;
	*text = NULL;
	if (fstat(fd, &st) < 0)
		error = xasprintf("cannot be read: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		error = xstrdup("is no file");
	else if (st.st_size > TRACE_BYTES_MAX)
		error = xasprintf("has more than %u MiB: cut it", TRACE_BYTES_MAX >> 20);
	else
		*text = xcalloc((size_t)st.st_size + 1, 1);
	while (!error && got > 0 && *length < (size_t)st.st_size) {
		got = read(fd, *text + *length, (size_t)st.st_size - *length);
		if (got < 0)
			error = xasprintf("cannot be read: %s", strerror(errno));
		else
			*length += (size_t)got;
	}
	close(fd);
	if (error)
		free(*text);
	return error;
}

char *trace_read(struct trace *trace, const char *path)
{
	char *text = NULL, *error;
	size_t length = 0;

	error = read_text(path, &text, &length);
	if (error)
		return error;
	error = trace_parse(trace, text, length);
	free(text);
	return error;
}

void trace_free(struct trace *trace)
{
	free(trace->name);
	free(trace->program);
	*trace = (struct trace){ 0 };
}
