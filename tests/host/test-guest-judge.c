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

#include "console.h"
#include "fsutil.h"
#include "guest.h"
#include "lib-frames.h"
#include "util.h"

#define LEFT_WELL	QEMU_STATUS(AGENT_WELL)
#define LEFT_FAILED	QEMU_STATUS(AGENT_FAILED)

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
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct guest_outcome outcome = judge(cases[i].console, cases[i].words, cases[i].end);

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

/* A canned console judged byte by byte gives what it gives in one piece. */
static void test_console_pieces(void **state)
{
	static const char *const names[] = { "clean", "panic", "oops", "warning", "mixed", "program" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct console_scan scan;
		size_t length;
		char *text = console(names[i], &length), *excerpt;
		enum verdict whole = console_judge(text, length, &excerpt);

		console_scan_init(&scan);
		for (size_t at = 0; at < length; at++)
			console_scan_feed(&scan, text + at, 1);
		console_scan_finish(&scan);
		assert_int_equal(whole == VERDICT_OK, scan.worst == CONSOLE_CLEAN);
		if (excerpt)
			assert_string_equal(excerpt, console_scan_excerpt(&scan));
		console_scan_free(&scan);
		free(excerpt);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_end),
		cmocka_unit_test(test_frames_are_kept),
		cmocka_unit_test(test_lost_frames),
		cmocka_unit_test(test_missing_steps),
		cmocka_unit_test(test_console_garbage),
		cmocka_unit_test(test_console_pieces),
	};

	return cmocka_run_group_tests_name("guest-judge", tests, NULL, NULL);
}
