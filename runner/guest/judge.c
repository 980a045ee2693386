// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "guest/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "contract/guest-format.h"

/* A few kilobytes can claim to be gigabytes; no sane guest sends this much. */
#define KEPT_MAX	(256u << 20)

void guest_evidence_init(struct guest_evidence *e)
{
	memset(e, 0, sizeof(*e));
	console_scan_init(&e->console);
	frame_decoder_init(&e->decoder);
}

static void free_frames(struct guest_frames *frames)
{
	for (size_t i = 0; i < frames->n; i++)
		frame_free(&frames->frame[i]);
	free(frames->frame);
	memset(frames, 0, sizeof(*frames));
}

void guest_evidence_free(struct guest_evidence *e)
{
	console_scan_free(&e->console);
	frame_decoder_free(&e->decoder);
	free_frames(&e->frames);
}

void guest_outcome_free(struct guest_outcome *outcome)
{
	free(outcome->reason);
	outcome->reason = NULL;
	str_list_free(&outcome->notes);
	free_frames(&outcome->frames);
}

void guest_evidence_console(struct guest_evidence *e, const char *text, size_t length)
{
	console_scan_feed(&e->console, text, length);
}

static void note_heartbeat(struct guest_evidence *e, const struct frame *frame)
{
	uint64_t step = 0, progress = 0;

	frame_number(frame, PCPB_LINE_UPTIME, &e->uptime_ns);
	frame_number(frame, PCPB_LINE_STEP, &step);
	frame_number(frame, PCPB_LINE_PROGRESS, &progress);
	if (step != e->step || progress != e->progress)
		e->moves++;
	e->step = step;
	e->progress = progress;
}

static void note(struct guest_evidence *e, const struct frame *frame)
{
	switch (frame->type) {
	case PCPB_FRAME_HEARTBEAT:
		note_heartbeat(e, frame);
		return;
	case PCPB_FRAME_LOG:
		/* A guest that only complains does not get on. */
		return;
	case PCPB_FRAME_HELLO:
		e->frames.hello = true;
		break;
	case PCPB_FRAME_STEP_BEGIN:
		e->steps_begun++;
		break;
	case PCPB_FRAME_STEP_END:
		e->steps_ended++;
		break;
	case PCPB_FRAME_BYE:
		e->frames.bye = true;
		break;
	default:
		break;
	}
	e->moves++;
}

static void keep(struct guest_evidence *e, struct frame *frame)
{
	struct guest_frames *frames = &e->frames;

	if (e->too_much || frame->length > KEPT_MAX - e->kept) {
		e->too_much = true;
		frame_free(frame);
		return;
	}
	e->kept += frame->length;
	GROW(frames->frame, frames->n);
	frames->frame[frames->n++] = *frame;
}

static void decode(struct guest_evidence *e)
{
	struct frame frame;

	while (frame_decoder_next(&e->decoder, &frame)) {
		note(e, &frame);
		keep(e, &frame);
	}
	e->frames.lost = e->decoder.lost;
	e->frames.damaged = e->decoder.damaged;
}

void guest_evidence_frames(struct guest_evidence *e, const void *data, size_t length)
{
	frame_decoder_feed(&e->decoder, data, length);
	decode(e);
}

struct judgement {
	enum verdict verdict;
	char *reason;
};

static struct judgement judged(enum verdict verdict, char *reason)
{
	return (struct judgement){ verdict, reason };
}

/* Where in its life the guest was, for people. To be freed. */
static char *where(const struct guest_evidence *e)
{
	if (!e->frames.hello)
		return xstrdup("before the agent came up");
	if (e->steps_begun > e->steps_ended)
		return xasprintf("in step %u", e->steps_begun - 1);
	if (e->frames.bye)
		return xstrdup("after the last step");
	return xasprintf("after %u finished steps", e->steps_ended);
}

static char *last_line(const struct guest_evidence *e)
{
	if (!e->console.last)
		return xstrdup("the console shows nothing at all");
	return xasprintf("the console's last line is \"%s\"", e->console.last);
}

/* "WHAT WHERE; the console's last line is …" */
static char *what_where_last(const struct guest_evidence *e, const char *what)
{
	char *place = where(e), *line = last_line(e);
	char *text = xasprintf("%s %s; %s", what, place, line);

	free(place);
	free(line);
	return text;
}

static struct judgement judge_crash(const struct guest_evidence *e)
{
	char *place = where(e);
	char *text = xasprintf("kernel %s %s: %s", e->console.oops ? "oops" : "panic", place,
			       console_scan_excerpt(&e->console));

	free(place);
	return judged(VERDICT_PANIC, text);
}

/* A guest that stalls and one that is dead are told apart by their last heartbeat. */
static char *no_progress(const struct guest_evidence *e)
{
	char *text = what_where_last(e, "no progress"), *longer;

	if (e->uptime_ns)
		longer = xasprintf("%s; its last heartbeat came at %.1f s of its own clock", text,
				   (double)e->uptime_ns / 1e9);
	else
		longer = xasprintf("%s; no heartbeat came", text);
	free(text);
	return longer;
}

static struct judgement judge_supervised(const struct guest_evidence *e, enum guest_end end)
{
	switch (end) {
	case GUEST_NOT_STARTED:
		return judged(VERDICT_INCOMPLETE, xstrdup("not started"));
	case GUEST_INTERRUPTED:
		return judged(VERDICT_INCOMPLETE, xstrdup("interrupted"));
	case GUEST_NO_BOOT:
		return judged(VERDICT_BOOT_FAILED,
			      what_where_last(e, "the boot did not end in time,"));
	case GUEST_NO_PROGRESS:
		return judged(VERDICT_HANG, no_progress(e));
	case GUEST_OUT_OF_TIME:
		return judged(VERDICT_TIMEOUT,
			      what_where_last(e, "the guest ran for longer than allowed, stopped"));
	case GUEST_OUT_OF_SPACE:
		return judged(VERDICT_INCOMPLETE,
			      what_where_last(e, "the guest wrote without end, stopped"));
	case GUEST_STARVED:
		return judged(VERDICT_INCOMPLETE,
			      what_where_last(e, "QEMU was stopped, or waited for the host without end,"));
	case GUEST_CRASHED:
		break;
	}
	return judged(VERDICT_INCOMPLETE, what_where_last(e, "the guest was stopped"));
}

/* QEMU ended by itself, and not as an agent does that succeeded. */
static struct judgement judge_status(const struct guest_evidence *e, int status)
{
	enum verdict verdict = e->frames.hello ? VERDICT_INCOMPLETE : VERDICT_BOOT_FAILED;
	char *what, *text;

	if (status == PCPB_EXIT_STATUS(PCPB_EXIT_FAILED)) {
		verdict = VERDICT_AGENT_FAILED;
		what = xstrdup("the agent gave up");
	} else if (status > 128) {
		what = xasprintf("QEMU was killed by signal %d (%s)", status - 128,
				 strsignal(status - 128));
	} else if (!status) {
		what = xstrdup("the machine reset or went off without a panic (triple fault?)");
	} else if (status == 1 || !(status & 1)) {
		what = xasprintf("QEMU ended by itself with status %d", status);
	} else {
		verdict = VERDICT_AGENT_FAILED;
		what = xasprintf("the guest left with the unknown value %#x", status >> 1);
	}
	text = what_where_last(e, what);
	free(what);
	return judged(verdict, text);
}

static uint64_t steps_promised(const struct guest_evidence *e)
{
	uint64_t steps = 0;

	for (size_t i = e->frames.n; i-- > 0;)
		if (e->frames.frame[i].type == PCPB_FRAME_BYE) {
			frame_number(&e->frames.frame[i], PCPB_LINE_STEPS, &steps);
			break;
		}
	return steps;
}

/* The agent says that all went well; all of it must have arrived. */
static struct judgement judge_whole(const struct guest_evidence *e)
{
	char *text = NULL;

	if (!e->frames.hello)
		text = xstrdup("the agent left without its first word (HELLO)");
	else if (!e->frames.bye)
		text = what_where_last(e, "the agent left without its last word (BYE)");
	else if (e->too_much)
		text = xasprintf("the frames hold more than %u MiB", KEPT_MAX >> 20);
	else if (e->frames.lost || e->frames.damaged)
		text = xasprintf("%zu frames were lost and %zu stretches of the channel are damaged",
				 e->frames.lost, e->frames.damaged);
	else if (steps_promised(e) != e->steps_ended)
		text = xasprintf("the agent speaks of %llu steps, but %u came to their end",
				 (unsigned long long)steps_promised(e), e->steps_ended);
	else if (!e->console.kernel_line)
		text = xstrdup("the console shows no kernel message, so a warning would not have been seen; is CONFIG_SERIAL_8250_CONSOLE on?");
	return judged(text ? VERDICT_INCOMPLETE : VERDICT_OK, text);
}

static const char *last_log(const struct guest_evidence *e)
{
	for (size_t i = e->frames.n; i-- > 0;)
		if (e->frames.frame[i].type == PCPB_FRAME_LOG)
			return e->frames.frame[i].payload;
	return NULL;
}

/* What else is known and may be the cause. Takes @reason over. */
static char *with_hints(char *reason, const struct guest_evidence *e)
{
	const char *splat = console_scan_excerpt(&e->console), *log = last_log(e);
	char *text = reason;

	if (log) {
		text = xasprintf("%s; the agent's last message: %.*s", reason,
				 (int)strcspn(log, "\n"), log);
		free(reason);
	}
	if (splat) {
		reason = text;
		text = xasprintf("%s; the kernel complained before: %s", reason, splat);
		free(reason);
	}
	return text;
}

/* A crash explains all that follows it, and only a clean end can be a mere splat. */
static struct judgement judge(const struct guest_evidence *e, int end)
{
	bool left_well = end == PCPB_EXIT_STATUS(PCPB_EXIT_GOOD);
	struct judgement j;

	if (e->console.worst == CONSOLE_PANIC ||
	    (e->console.worst == CONSOLE_OOPS && !(left_well && e->frames.bye)))
		return judge_crash(e);
	if (end < 0)
		j = judge_supervised(e, (enum guest_end)end);
	else if (!left_well)
		j = judge_status(e, end);
	else
		j = judge_whole(e);
	if (j.verdict != VERDICT_OK)
		j.reason = with_hints(j.reason, e);
	else if (e->console.worst != CONSOLE_CLEAN)
		j = judged(VERDICT_SPLAT, xstrdup(console_scan_excerpt(&e->console)));
	return j;
}

void guest_conclude(struct guest_outcome *outcome, struct guest_evidence *e, int end)
{
	struct judgement j;

	console_scan_finish(&e->console);
	frame_decoder_finish(&e->decoder);
	decode(e);
	j = judge(e, end);
	outcome->verdict = j.verdict;
	outcome->reason = j.reason;
	console_scan_notes(&e->console, &outcome->notes);
	outcome->frames = e->frames;
	memset(&e->frames, 0, sizeof(e->frames));
}

void guest_judge(struct guest_outcome *outcome, const char *console, size_t console_length,
		 const void *frames, size_t frames_length, int end)
{
	struct guest_evidence e;

	guest_evidence_init(&e);
	guest_evidence_console(&e, console, console_length);
	guest_evidence_frames(&e, frames, frames_length);
	*outcome = (struct guest_outcome){ .boot_seconds = -1, .total_seconds = -1 };
	guest_conclude(outcome, &e, end);
	guest_evidence_free(&e);
}
