// SPDX-License-Identifier: GPL-2.0-only
/* Canned consoles and frames of guests that ended in every way there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/util.h"
#include "guest/console.h"
#include "guest/judge.h"
#include "lib-frames.h"

#define LEFT_WELL	PCPB_EXIT_STATUS(PCPB_EXIT_GOOD)
#define LEFT_FAILED	PCPB_EXIT_STATUS(PCPB_EXIT_FAILED)

/* How far a guest came before it ended. */
enum words { NOTHING, UP, IN_STEP, STEP_DONE, ALL };

static struct stream said(enum words words)
{
	struct stream s = { 0 };

	if (words >= UP)
		stream_frame(&s, PCPB_FRAME_HELLO, "agent 1\n");
	if (words >= IN_STEP)
		stream_frame(&s, PCPB_FRAME_STEP_BEGIN, "step 0\nscenario=pair\n");
	if (words >= STEP_DONE) {
		stream_frame(&s, PCPB_FRAME_RESULT, "step 0\npcpbench-result 1\n");
		stream_frame(&s, PCPB_FRAME_STEP_END, "step 0\nverdict ok\nreason \n");
	}
	if (words >= ALL)
		stream_frame(&s, PCPB_FRAME_BYE, "steps 1\n");
	return s;
}

static char *console(const char *name, size_t *length)
{
	char *path = xasprintf("tests/host/consoles/%s.txt", name), *text;

	assert_int_equal(file_read(path, 1 << 20, &text, length), 0);
	free(path);
	return text;
}

static struct guest_outcome judge(const char *name, enum words words, int end)
{
	struct stream s = said(words);
	struct guest_outcome outcome;
	size_t length;
	char *text = console(name, &length);

	guest_judge(&outcome, text, length, s.data, s.length, end);
	free(text);
	stream_free(&s);
	return outcome;
}

static void test_every_end(void **state)
{
	static const struct {
		const char *console;
		enum words words;
		int end;
		const char *verdict, *says;
	} cases[] = {
		{ "clean", ALL, LEFT_WELL, "ok", NULL },
		{ "program", ALL, LEFT_WELL, "ok", NULL },
		{ "panic", IN_STEP, 0, "panic", "sysrq triggered crash" },
		{ "panic", ALL, LEFT_WELL, "panic", "panic" },
		{ "oops", STEP_DONE, 0, "panic", "NULL pointer" },
		{ "oops", IN_STEP, GUEST_CRASHED, "panic", "oops in step 0" },
		{ "warning", ALL, LEFT_WELL, "splat", "percpu reference count" },
		{ "lockdep", ALL, LEFT_WELL, "splat", "circular locking" },
		{ "rcu-stall", ALL, LEFT_WELL, "splat", "RCU" },
		{ "hung-task", ALL, LEFT_WELL, "splat", "waited for too long" },
		{ "oom", ALL, LEFT_WELL, "splat", "out of memory" },
		{ "mixed", ALL, LEFT_WELL, "splat", "soft lockup" },
		{ "clean", NOTHING, GUEST_NO_BOOT, "boot-failed", "before the agent came up" },
		{ "clean", NOTHING, 1, "boot-failed", "status 1" },
		{ "clean", NOTHING, 0, "boot-failed", "triple fault" },
		{ "clean", IN_STEP, GUEST_NO_PROGRESS, "hang", "in step 0" },
		{ "rcu-stall", IN_STEP, GUEST_NO_PROGRESS, "hang", "complained before" },
		{ "clean", IN_STEP, GUEST_OUT_OF_TIME, "timeout", "longer than allowed" },
		{ "clean", STEP_DONE, LEFT_FAILED, "agent-failed", "gave up" },
		{ "clean", STEP_DONE, 139, "incomplete", "signal 11" },
		{ "clean", STEP_DONE, LEFT_WELL, "incomplete", "BYE" },
		{ "clean", NOTHING, LEFT_WELL, "incomplete", "HELLO" },
		{ "clean", IN_STEP, GUEST_INTERRUPTED, "incomplete", "interrupted" },
		{ "clean", NOTHING, GUEST_NOT_STARTED, "incomplete", "not started" },
		{ "clean", UP, GUEST_OUT_OF_SPACE, "incomplete", "without end" },
		{ "boot", ALL, LEFT_WELL, "ok", NULL },
		{ "talkative-program", ALL, LEFT_WELL, "ok", NULL },
		/* what ended before the kernel could say more */
		{ "cut-short", IN_STEP, 0, "panic", "in step 0" },
		{ "double-fault", NOTHING, 0, "panic", "before the agent came up" },
		{ "panic", IN_STEP, GUEST_NO_PROGRESS, "panic", "sysrq" },
		/* an oops that the agent outlived is a splat, else it explains the end */
		{ "oops-survived", ALL, LEFT_WELL, "splat", "page fault" },
		{ "oops-survived", STEP_DONE, LEFT_WELL, "panic", "page fault" },
		{ "oops-survived", IN_STEP, GUEST_OUT_OF_TIME, "panic", "page fault" },
		/* a splat explains no other end, but it is told */
		{ "warning-splat", STEP_DONE, LEFT_FAILED, "agent-failed", "before: WARNING" },
		{ "warning-splat", STEP_DONE, LEFT_WELL, "incomplete", "before: WARNING" },
		{ "hung-task", IN_STEP, GUEST_OUT_OF_TIME, "timeout", "blocked for more than" },
		{ "clean", NOTHING, LEFT_FAILED, "agent-failed", "before the agent came up" },
		{ "clean", ALL, LEFT_FAILED, "agent-failed", "after the last step" },
		{ "clean", UP, PCPB_EXIT_STATUS(0x33), "agent-failed", "unknown value 0x33" },
		{ "clean", IN_STEP, 1, "incomplete", "1 in step 0; the console's last line" },
		{ "clean", IN_STEP, 0, "incomplete", "triple fault" },
		{ "clean", NOTHING, 137, "boot-failed", "signal 9" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct guest_outcome outcome = judge(cases[i].console, cases[i].words,
						     cases[i].end);

		if (strcmp(verdict_name(outcome.verdict), cases[i].verdict))
			fail_msg("%s, end %d: %s (%s), expected %s", cases[i].console, cases[i].end,
				 verdict_name(outcome.verdict), outcome.reason, cases[i].verdict);
		if (cases[i].says && !strstr(outcome.reason, cases[i].says))
			fail_msg("%s, end %d: '%s' does not say '%s'", cases[i].console,
				 cases[i].end, outcome.reason, cases[i].says);
		if (!cases[i].says && outcome.reason)
			fail_msg("%s: a good guest needs no reason: %s", cases[i].console,
				 outcome.reason);
		guest_outcome_free(&outcome);
	}
}

/* Frames that came before a crash are kept. */
static void test_frames_are_kept(void **state)
{
	struct guest_outcome outcome = judge("panic", STEP_DONE, 0);

	(void)state;
	assert_int_equal(outcome.frames.n, 4);
	assert_true(outcome.frames.hello);
	assert_false(outcome.frames.bye);
	guest_outcome_free(&outcome);
}

/* A guest that says that all is well while frames are missing is not whole. */
static void test_lost_frames(void **state)
{
	struct stream s = said(STEP_DONE);
	struct guest_outcome outcome;
	size_t length;
	char *text = console("clean", &length);

	(void)state;
	s.next_seq += 2;
	stream_frame(&s, PCPB_FRAME_BYE, "steps 1\n");
	guest_judge(&outcome, text, length, s.data, s.length, LEFT_WELL);
	assert_string_equal(verdict_name(outcome.verdict), "incomplete");
	assert_non_null(strstr(outcome.reason, "2 frames were lost"));
	guest_outcome_free(&outcome);
	stream_free(&s);
	free(text);
}

static void test_missing_steps(void **state)
{
	struct stream s = said(STEP_DONE);
	struct guest_outcome outcome;
	size_t length;
	char *text = console("clean", &length);

	(void)state;
	stream_frame(&s, PCPB_FRAME_BYE, "steps 5\n");
	guest_judge(&outcome, text, length, s.data, s.length, LEFT_WELL);
	assert_string_equal(verdict_name(outcome.verdict), "incomplete");
	guest_outcome_free(&outcome);
	stream_free(&s);
	free(text);
}

/* A clean end with a silent console proves nothing: a warning would not have been seen. */
static void test_silent_console(void **state)
{
	struct stream s = said(ALL);
	struct guest_outcome outcome;

	(void)state;
	guest_judge(&outcome, "", 0, s.data, s.length, LEFT_WELL);
	assert_string_equal(verdict_name(outcome.verdict), "incomplete");
	assert_non_null(strstr(outcome.reason, "no kernel message"));
	/* nothing is known of times that were not taken */
	assert_true(outcome.boot_seconds < 0 && outcome.total_seconds < 0);
	guest_outcome_free(&outcome);
	guest_judge(&outcome, "", 0, NULL, 0, GUEST_NO_BOOT);
	assert_string_equal(verdict_name(outcome.verdict), "boot-failed");
	assert_non_null(strstr(outcome.reason, "nothing at all"));
	guest_outcome_free(&outcome);
	stream_free(&s);
}

/* The agent's last complaint is likely why it gave up; one line of it is told. */
static void test_log_is_told(void **state)
{
	struct stream s = said(STEP_DONE);
	struct guest_outcome outcome;
	size_t length;
	char *text = console("clean", &length);

	(void)state;
	stream_frame(&s, PCPB_FRAME_LOG, "mkdir storm: File exists\n");
	stream_frame(&s, PCPB_FRAME_LOG, "fio: No such file or directory\nmore\n");
	guest_judge(&outcome, text, length, s.data, s.length, LEFT_FAILED);
	assert_string_equal(verdict_name(outcome.verdict), "agent-failed");
	assert_non_null(strstr(outcome.reason, "last message: fio: No such file or directory"));
	assert_null(strstr(outcome.reason, "more"));
	assert_null(strstr(outcome.reason, "mkdir"));
	guest_outcome_free(&outcome);
	stream_free(&s);
	free(text);
}

/* However little is missing of the channel, or is wrong in it, the guest is not ok. */
static void test_damaged_channel(void **state)
{
	struct stream s = said(ALL);
	size_t length, bye = s.length - sizeof(struct pcpb_frame_header) - strlen("steps 1\n");
	char *text = console("clean", &length);
	struct guest_outcome outcome;

	(void)state;
	for (size_t cut = 0; cut < s.length; cut++) {
		guest_judge(&outcome, text, length, s.data, cut, LEFT_WELL);
		assert_string_equal(verdict_name(outcome.verdict), "incomplete");
		assert_non_null(strstr(outcome.reason, cut < bye ? "without its" : "BYE"));
		guest_outcome_free(&outcome);
	}
	for (size_t i = 0; i < s.length; i++) {
		s.data[i] ^= 0x10;
		guest_judge(&outcome, text, length, s.data, s.length, LEFT_WELL);
		assert_string_equal(verdict_name(outcome.verdict), "incomplete");
		guest_outcome_free(&outcome);
		s.data[i] ^= 0x10;
	}
	stream_add(&s, "PCPB", 4);
	guest_judge(&outcome, text, length, s.data, s.length, LEFT_WELL);
	assert_string_equal(verdict_name(outcome.verdict), "incomplete");
	assert_non_null(strstr(outcome.reason, "stretches of the channel are damaged"));
	guest_outcome_free(&outcome);
	stream_free(&s);
	free(text);
}

/* A guest that sends without end costs no more memory than a sane one may, and is not ok. */
static void test_too_much_is_dropped(void **state)
{
	struct stream s = said(STEP_DONE);
	char *zeros = xcalloc(PCPB_FRAME_MAX, 1);
	struct guest_outcome outcome;
	size_t length, kept = 0;
	char *text = console("clean", &length);

	(void)state;
	for (int i = 0; i < 17; i++)
		stream_deflated(&s, PCPB_FRAME_FIO, zeros, PCPB_FRAME_MAX, PCPB_FRAME_MAX);
	stream_frame(&s, PCPB_FRAME_BYE, "steps 1\n");
	guest_judge(&outcome, text, length, s.data, s.length, LEFT_WELL);
	assert_string_equal(verdict_name(outcome.verdict), "incomplete");
	assert_non_null(strstr(outcome.reason, "more than 256 MiB"));
	for (size_t i = 0; i < outcome.frames.n; i++)
		kept += outcome.frames.frame[i].length;
	assert_true(kept <= 256u << 20);
	guest_outcome_free(&outcome);
	stream_free(&s);
	free(zeros);
	free(text);
}

/* A heartbeat that shows nothing new is no progress, and neither is a complaint. */
static void test_what_counts_as_progress(void **state)
{
	static const struct {
		enum pcpb_frame_type type;
		const char *text;
		uint64_t moves, uptime_ns;
	} said_next[] = {
		{ PCPB_FRAME_HELLO, "agent 1\n", 1, 0 },
		{ PCPB_FRAME_STEP_BEGIN, "step 0\n", 2, 0 },
		{ PCPB_FRAME_HEARTBEAT, "uptime_ns 500\nstep 0\nprogress 0\n", 2, 500 },
		{ PCPB_FRAME_HEARTBEAT, "uptime_ns 1000\nstep 0\nprogress 7\n", 3, 1000 },
		{ PCPB_FRAME_HEARTBEAT, "uptime_ns 1500\nstep 0\nprogress 7\n", 3, 1500 },
		{ PCPB_FRAME_LOG, "still here\n", 3, 1500 },
		{ PCPB_FRAME_STEP_END, "step 0\nverdict ok\n", 4, 1500 },
		{ PCPB_FRAME_BYE, "steps 1\n", 5, 1500 },
	};
	struct guest_evidence e;
	struct stream s = { 0 };

	(void)state;
	guest_evidence_init(&e);
	for (size_t i = 0; i < ARRAY_SIZE(said_next); i++) {
		size_t before = s.length;

		stream_frame(&s, said_next[i].type, said_next[i].text);
		guest_evidence_frames(&e, s.data + before, s.length - before);
		assert_int_equal(e.moves, said_next[i].moves);
		assert_int_equal(e.uptime_ns, said_next[i].uptime_ns);
	}
	assert_int_equal(e.steps_begun, 1);
	assert_int_equal(e.steps_ended, 1);
	guest_evidence_free(&e);
	stream_free(&s);
}

/* Any bytes on the console, cut anywhere, without a newline, in a line without end. */
static void test_console_garbage(void **state)
{
	struct stream s = said(ALL);
	size_t length = 3 * CONSOLE_WINDOW;
	char *text = xcalloc(length, 1);
	struct guest_outcome outcome;
	uint32_t draw = 1;

	(void)state;
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < length; i++) {
			draw = draw * 1664525 + 1013904223;
			text[i] = (char)(draw >> 24);
		}
		guest_judge(&outcome, text, length - (size_t)round, s.data, s.length, LEFT_WELL);
		guest_outcome_free(&outcome);
	}
	memset(text, 'x', length);
	memcpy(text, "[    1.000000] ", 15);
	memcpy(text + length - 60, "\n[    2.000000] Kernel panic - not syncing: far behind", 54);
	guest_judge(&outcome, text, length, s.data, s.length, LEFT_WELL);
	assert_string_equal(verdict_name(outcome.verdict), "panic");
	guest_outcome_free(&outcome);
	stream_free(&s);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_end),
		cmocka_unit_test(test_frames_are_kept),
		cmocka_unit_test(test_lost_frames),
		cmocka_unit_test(test_missing_steps),
		cmocka_unit_test(test_silent_console),
		cmocka_unit_test(test_log_is_told),
		cmocka_unit_test(test_damaged_channel),
		cmocka_unit_test(test_too_much_is_dropped),
		cmocka_unit_test(test_what_counts_as_progress),
		cmocka_unit_test(test_console_garbage),
	};

	return cmocka_run_group_tests_name("guest-judge", tests, NULL, NULL);
}
