// SPDX-License-Identifier: GPL-2.0-only
/* The verdicts of canned consoles, and of bytes that are no console. Runs in the checkout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/util.h"
#include "guest/console.h"
#include "lib-console.h"

#define CONSOLES	"tests/host/consoles"
#define KERNEL_LINE	"[    0.000000] Linux version 6.12.117\n"

#define PERCPU_FAILED	"the percpu allocator failed and printed that, up to ten times, inside the " \
			"measured call if a strategy did not say __GFP_NOWARN: such figures are " \
			"the console's, not the strategy's"
#define NOT_WHOLE	"the console is not whole: what was lost may have been a warning"
#define UNKNOWN_NMI	"an NMI came that nobody asked for"

static const struct {
	const char *name;
	enum verdict verdict;
	const char *message, *reason;	/* of the excerpt; NULL: there is none */
} consoles[] = {
	{ "clean", VERDICT_OK, NULL, NULL },
	{ "boot", VERDICT_OK, NULL, NULL },
	{ "program", VERDICT_OK, NULL, NULL },
	{ "talkative-program", VERDICT_OK, NULL, NULL },
	{ "panic", VERDICT_PANIC, "Kernel panic - not syncing: sysrq triggered crash",
	  "the kernel panicked" },
	{ "cut-short", VERDICT_PANIC, "Kernel panic - not syncing: Fatal exception in interr",
	  "the kernel panicked" },
	{ "double-fault", VERDICT_PANIC, "traps: PANIC: double fault, error_code: 0x0",
	  "an exception while handling another" },
	/* the oops that led to the panic tells more than the panic */
	{ "oops", VERDICT_PANIC,
	  "BUG: kernel NULL pointer dereference, address: 0000000000000000",
	  "the kernel used a NULL pointer" },
	{ "oops-survived", VERDICT_SPLAT,
	  "BUG: unable to handle page fault for address: ffffc90000f3e000",
	  "the kernel used a wild pointer" },
	{ "bug-reached", VERDICT_SPLAT, "kernel BUG at mm/percpu.c:2263!", "a BUG() was reached" },
	{ "warning", VERDICT_SPLAT,
	  "percpu ref (blkg_release) <= 0 (-1) after switching to atomic",
	  "a percpu reference count went wrong" },
	{ "warning-splat", VERDICT_SPLAT,
	  "WARNING: CPU: 3 PID: 92 at mm/percpu.c:1761 pcpu_alloc_noprof+0x7a1/0x8c0",
	  "a kernel check failed" },
	{ "no-timestamps", VERDICT_SPLAT,
	  "WARNING: CPU: 0 PID: 1 at block/blk-cgroup.c:412 blkg_create+0x3c1/0x420",
	  "a kernel check failed" },
	{ "bug-atomic", VERDICT_SPLAT,
	  "BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585",
	  "a kernel check failed" },
	{ "kasan", VERDICT_SPLAT, "BUG: KASAN: slab-use-after-free in blkg_free_workfn+0x61/0x90",
	  "a kernel check failed" },
	{ "wait-context", VERDICT_SPLAT, "[ BUG: Invalid wait context ]",
	  "the lock checker objects" },
	{ "lockdep", VERDICT_SPLAT, "WARNING: possible circular locking dependency detected",
	  "a kernel check failed" },
	{ "rcu-stall", VERDICT_SPLAT, "rcu: INFO: rcu_sched self-detected stall on CPU",
	  "a CPU or task held up RCU" },
	{ "hung-task", VERDICT_SPLAT, "INFO: task fio:77 blocked for more than 122 seconds.",
	  "a task waited for too long" },
	{ "hard-lockup", VERDICT_SPLAT, "watchdog: CPU2: Watchdog detected hard LOCKUP on cpu 2",
	  "a CPU took no interrupts for too long" },
	{ "oom", VERDICT_SPLAT,
	  "fio invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, "
	  "oom_score_adj=0", "the guest ran out of memory" },
	{ "cgroup-oom", VERDICT_SPLAT, "Memory cgroup out of memory: Killed process 88 (fio) "
	  "total-vm:90000kB, anon-rss:800kB", "a cgroup ran out of memory" },
	/* by the message before the backtrace, whatever stands between them */
	{ "backtrace-reserved-chunk", VERDICT_SPLAT,
	  "percpu: allocation failed, size=16 align=16 atomic=0, alloc from reserved chunk failed",
	  "the kernel printed a backtrace" },
	{ "arm64-backtrace", VERDICT_SPLAT, "the pool is upside down",
	  "the kernel printed a backtrace" },
	{ "arm64-oops", VERDICT_SPLAT, "Unable to handle kernel NULL pointer dereference at "
	  "virtual address 0000000000000008", "the kernel used a wild pointer" },
	{ "percpu-failed-6.1", VERDICT_SPLAT,
	  "percpu: allocation failed, size=16 align=8 atomic=0, no space left",
	  "the kernel printed a backtrace" },
	/* what ended in the end of a trace was a warning, even if it was lost */
	{ "messages-dropped", VERDICT_SPLAT, "---[ end trace 0000000000000000 ]---",
	  "a warning or an oops ended here" },
	/* no verdict, but told: see test_notes() */
	{ "notes", VERDICT_OK, NULL, NULL },
	{ "percpu-failed-atomic", VERDICT_OK, NULL, NULL },
	/* in the middle of a program's line */
	{ "mixed", VERDICT_SPLAT, "watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [fio:80]",
	  "a CPU was busy in the kernel for too long" },
};

/* The file's text in memory of its very size. */
static char *read_console(const char *name, size_t *length)
{
	char *path = xasprintf(CONSOLES "/%s.txt", name), *text, *exact;

	assert_int_equal(file_read(path, 1 << 20, &text, length), 0);
	free(path);
	exact = malloc(*length);
	assert_non_null(exact);
	memcpy(exact, text, *length);
	free(text);
	return exact;
}

/* Judged in pieces of @piece bytes, each in memory of its very size. */
static void scan(struct console_scan *scan, const char *text, size_t length, size_t piece)
{
	console_scan_init(scan);
	for (size_t at = 0; at < length; at += piece) {
		size_t n = length - at < piece ? length - at : piece;
		char *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, text + at, n);
		console_scan_feed(scan, copy, n);
		free(copy);
	}
	console_scan_finish(scan);
}

static void test_known_consoles(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(consoles); i++) {
		size_t length;
		char *text = read_console(consoles[i].name, &length), *excerpt, *expected = NULL;
		enum verdict verdict = console_judge(text, length, &excerpt);

		if (consoles[i].message)
			expected = xasprintf("%s (%s)", consoles[i].message, consoles[i].reason);
		if (verdict != consoles[i].verdict ||
		    strcmp(excerpt ? excerpt : "none", expected ? expected : "none"))
			fail_msg("%s: %s, %s; expected %s, %s", consoles[i].name,
				 verdict_name(verdict), excerpt, verdict_name(consoles[i].verdict),
				 expected);
		free(expected);
		free(excerpt);
		free(text);
	}
}

static const struct {
	const char *meaning, *starts, *contains;
} rows[] = {
#define CONSOLE_PATTERN(meaning, starts, contains, reason) { #meaning, starts, contains },
#include "guest/console-patterns.def"
#undef CONSOLE_PATTERN
};

static const struct {
	const char *meaning, *starts, *contains, *message;
} samples[] = {
#define CONSOLE_SAMPLE(meaning, starts, contains, message) { #meaning, starts, contains, message },
#include "console-samples.def"
#undef CONSOLE_SAMPLE
};

/* What the kernel prints is known by its own row, and no row is there that nothing is known by. */
static void test_every_row_has_a_sample(void **state)
{
	bool sampled[ARRAY_SIZE(rows)] = { false };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		const char *message = samples[i].message;
		int row = console_row(message, strlen(message));

		if (row < 0)
			fail_msg("no row knows '%s'", message);
		sampled[row] = true;
		if (strcmp(rows[row].meaning, samples[i].meaning) ||
		    strcmp(rows[row].starts, samples[i].starts) ||
		    strcmp(rows[row].contains, samples[i].contains))
			fail_msg("'%s' is taken for %s, \"%s\", \"%s\"", message, rows[row].meaning,
				 rows[row].starts, rows[row].contains);
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!sampled[i])
			fail_msg("no sample: %s, \"%s\", \"%s\"", rows[i].meaning, rows[i].starts,
				 rows[i].contains);
}

static enum verdict verdict_of_meaning(const char *meaning)
{
	if (!strcmp(meaning, "HEADER") || !strcmp(meaning, "NOTE"))
		return VERDICT_OK;
	return strcmp(meaning, "PANIC") ? VERDICT_SPLAT : VERDICT_PANIC;
}

/* On a console, with its timestamp, each sample has the verdict of its row. */
static void test_every_sample_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		bool own = !strncmp(samples[i].message, "** ", 3);
		char *text = xasprintf(KERNEL_LINE "%s%s\n", own ? "" : "[    1.000000] ",
				       samples[i].message), *excerpt;
		enum verdict verdict = console_judge(text, strlen(text), &excerpt);

		if (verdict != verdict_of_meaning(samples[i].meaning) ||
		    (verdict == VERDICT_OK) != !excerpt)
			fail_msg("'%s': %s, %s", samples[i].message, verdict_name(verdict), excerpt);
		free(excerpt);
		free(text);
	}
}

static void expect_notes(const char *name, const char *const *expected, size_t n)
{
	static const size_t pieces[] = { 1, 7, 4096 };
	size_t length;
	char *text = read_console(name, &length);

	for (size_t p = 0; p < ARRAY_SIZE(pieces); p++) {
		struct str_list notes = { 0 };
		struct console_scan s;

		scan(&s, text, length, pieces[p]);
		console_scan_notes(&s, &notes);
		assert_int_equal(notes.n, n);
		for (size_t i = 0; i < n; i++)
			assert_string_equal(notes.item[i], expected[i]);
		str_list_free(&notes);
		console_scan_free(&s);
	}
	free(text);
}

/* What is no verdict is told all the same: how often, and the first. */
static void test_notes(void **state)
{
	static const char *const notes[] = {
		"2 times, first: ** 7 printk messages dropped ** (" NOT_WHOLE ")",
		"2 times, first: Uhhuh. NMI received for unknown reason 2d on CPU 1. (" UNKNOWN_NMI ")",
		"2 times, first: Dazed and confused, but trying to continue (" UNKNOWN_NMI ")",
	};
	static const char *const dropped[] = {
		"** 312 printk messages dropped ** (" NOT_WHOLE ")",
	};
	static const char *const failed[] = {
		"percpu: allocation failed, size=16 align=8 atomic=1, atomic alloc failed, no "
		"space left (" PERCPU_FAILED ")",
	};
	static const char *const failed_6_1[] = {
		"percpu: allocation failed, size=16 align=8 atomic=0, no space left ("
		PERCPU_FAILED ")",
	};

	(void)state;
	expect_notes("notes", notes, ARRAY_SIZE(notes));
	expect_notes("messages-dropped", dropped, ARRAY_SIZE(dropped));
	expect_notes("percpu-failed-atomic", failed, ARRAY_SIZE(failed));
	expect_notes("percpu-failed-6.1", failed_6_1, ARRAY_SIZE(failed_6_1));
	expect_notes("clean", NULL, 0);
	expect_notes("program", NULL, 0);
	expect_notes("talkative-program", NULL, 0);
}

/* A program that prints stars says nothing for the kernel. */
static void test_own_words_only(void **state)
{
	static const char text[] = KERNEL_LINE "** fio invoked oom-killer: not really\n"
					       "** 3 callbacks suppressed\n";
	struct str_list notes = { 0 };
	struct console_scan s;

	(void)state;
	scan(&s, text, strlen(text), 3);
	console_scan_notes(&s, &notes);
	assert_int_equal(s.worst, CONSOLE_CLEAN);
	assert_int_equal(notes.n, 0);
	str_list_free(&notes);
	console_scan_free(&s);
}

/* A console that stands in the folder is judged above, or it tests nothing. */
static void test_every_file_is_known(void **state)
{
	DIR *dir = opendir(CONSOLES);
	struct dirent *entry;
	size_t found = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		found += strlen(entry->d_name) > 4 &&
			 !strcmp(entry->d_name + strlen(entry->d_name) - 4, ".txt");
	closedir(dir);
	assert_int_equal(found, ARRAY_SIZE(consoles));
}

/* How the file's bytes arrive changes nothing. */
static void test_any_piece(void **state)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, 4095, 4096, 4097 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(consoles); i++) {
		size_t length;
		char *text = read_console(consoles[i].name, &length), *excerpt;
		enum verdict whole = console_judge(text, length, &excerpt);

		for (size_t p = 0; p < ARRAY_SIZE(pieces); p++) {
			struct console_scan s;

			scan(&s, text, length, pieces[p]);
			assert_int_equal(whole == VERDICT_PANIC, s.worst == CONSOLE_PANIC);
			assert_int_equal(whole == VERDICT_OK, s.worst == CONSOLE_CLEAN);
			assert_int_equal(!excerpt, !console_scan_excerpt(&s));
			if (excerpt)
				assert_string_equal(excerpt, console_scan_excerpt(&s));
			console_scan_free(&s);
		}
		free(excerpt);
		free(text);
	}
}

/* A message is told as soon as its line is whole, and its start alone is enough at the end. */
static void test_line_ends(void **state)
{
	static const char text[] = KERNEL_LINE "[    1.000000] WARNING: CPU: 0";
	struct console_scan s;

	(void)state;
	console_scan_init(&s);
	console_scan_feed(&s, text, strlen(text));
	assert_int_equal(s.worst, CONSOLE_CLEAN);
	console_scan_feed(&s, "\r", 1);
	assert_int_equal(s.worst, CONSOLE_SPLAT);
	assert_string_equal(s.last, "[    1.000000] WARNING: CPU: 0");
	console_scan_feed(&s, "\n \t\n", 4);
	console_scan_finish(&s);
	/* blank lines say nothing about the end */
	assert_string_equal(s.last, "[    1.000000] WARNING: CPU: 0");
	console_scan_free(&s);
	scan(&s, text, strlen(text), 5);
	assert_int_equal(s.worst, CONSOLE_SPLAT);
	console_scan_free(&s);
}

/* The first message of its kind is kept: what follows is often its consequence. */
static void test_first_message_is_told(void **state)
{
	static const char text[] = KERNEL_LINE
		"[    1.000000] WARNING: the first\n"
		"[    1.000001] WARNING: the second\n"
		"[    1.000002] Kernel panic - not syncing: hung_task: blocked tasks\n";
	struct console_scan s;

	(void)state;
	scan(&s, text, strlen(text), 1000);
	assert_non_null(strstr(s.splat, "the first"));
	assert_null(s.oops);
	assert_int_equal(s.worst, CONSOLE_PANIC);
	assert_non_null(strstr(console_scan_excerpt(&s), "hung_task"));
	console_scan_free(&s);
}

/* What a WARN() says of itself is told with the place where it stands. */
static void test_warning_text_is_told(void **state)
{
	static const char text[] = KERNEL_LINE
		"[    1.000000] ------------[ cut here ]------------\n"
		"[    1.000001] the pool is upside down\n"
		"[    1.000002] WARNING: CPU: 0 PID: 1 at mm/percpu.c:1\n";
	struct console_scan s;

	(void)state;
	scan(&s, text, strlen(text), 7);
	assert_string_equal(s.splat, "the pool is upside down: WARNING: CPU: 0 PID: 1 at "
				     "mm/percpu.c:1 (a kernel check failed)");
	console_scan_free(&s);
}

/* A WARN_ON() has no text, and no other message is taken for it. */
static void test_warning_without_text(void **state)
{
	static const char text[] = KERNEL_LINE
		"[    1.000000] something else\n"
		"[    1.000001] ------------[ cut here ]------------\n"
		"[    1.000002] WARNING: CPU: 0 PID: 1 at mm/percpu.c:1\n";
	struct console_scan s;

	(void)state;
	scan(&s, text, strlen(text), 7);
	assert_string_equal(s.splat,
			    "WARNING: CPU: 0 PID: 1 at mm/percpu.c:1 (a kernel check failed)");
	console_scan_free(&s);
}

/* A message that begins at any byte of a line without end is seen, whole. */
static void test_message_in_huge_line(void **state)
{
	static const char message[] = "[    2.000000] Kernel panic - not syncing: far behind";
	const size_t length = 3 * CONSOLE_WINDOW;
	char *text = malloc(length);

	(void)state;
	assert_non_null(text);
	for (size_t at = CONSOLE_WINDOW - 600; at < CONSOLE_WINDOW + 100; at += 3) {
		enum verdict verdict;
		char *excerpt;

		memset(text, 'x', length);
		memcpy(text, KERNEL_LINE, strlen(KERNEL_LINE));
		memcpy(text + at, message, strlen(message));
		/* up to the message's end, and with as much behind it */
		verdict = console_judge(text, at + strlen(message), &excerpt);
		assert_int_equal(verdict, VERDICT_PANIC);
		assert_string_equal(excerpt, "Kernel panic - not syncing: far behind "
				    "(the kernel panicked)");
		free(excerpt);
		verdict = console_judge(text, length, &excerpt);
		assert_int_equal(verdict, VERDICT_PANIC);
		assert_non_null(strstr(excerpt, "far behind"));
		assert_true(strlen(excerpt) < 300);
		free(excerpt);
	}
	free(text);
}

/* What is in the middle of a line is no start of one, however long the line. */
static void test_huge_line_is_one_line(void **state)
{
	static const char message[] = "WARNING: ";
	const size_t length = 4 * CONSOLE_WINDOW;
	char *text = malloc(length), *excerpt;

	(void)state;
	assert_non_null(text);
	/* wherever the line is cut to be judged, some shift puts a message there */
	for (size_t shift = 1; shift <= strlen(message); shift++) {
		memset(text, 'x', length);
		for (size_t at = shift; at + strlen(message) <= length; at += strlen(message))
			memcpy(text + at, message, strlen(message));
		/* without a timestamp only a line's start counts, and this line's is not one */
		assert_int_equal(console_judge(text, length, &excerpt), VERDICT_OK);
		assert_null(excerpt);
	}
	free(text);
}

/* Noise is quoted as printable text, its end without a newline. */
static void test_binary_garbage(void **state)
{
	const size_t length = 2 * CONSOLE_WINDOW + 77;
	char *text = malloc(length), *excerpt;
	uint32_t draw = 7;

	(void)state;
	assert_non_null(text);
	for (int round = 0; round < 100; round++) {
		struct console_scan s;

		for (size_t i = 0; i < length; i++) {
			draw = draw * 1664525 + 1013904223;
			text[i] = (char)(draw >> 24);
		}
		scan(&s, text, length, (size_t)round + 1);
		assert_int_equal(s.worst, CONSOLE_CLEAN);
		assert_false(s.kernel_line);
		for (const char *c = s.last; *c; c++)
			assert_in_range(*c, ' ', '~');
		console_scan_free(&s);
	}
	memset(text, 0, length);
	memcpy(text + 5, "\n[    1.000000] WARNING: a\0b\x80\x1b[31m\n", 36);
	assert_int_equal(console_judge(text, length, &excerpt), VERDICT_SPLAT);
	assert_string_equal(excerpt, "WARNING: a?b??[31m (a kernel check failed)");
	free(excerpt);
	free(text);
}

static void test_nothing_at_all(void **state)
{
	struct console_scan s;
	char *excerpt;

	(void)state;
	assert_int_equal(console_judge("", 0, &excerpt), VERDICT_OK);
	assert_null(excerpt);
	scan(&s, "\n\r\n", 3, 1);
	assert_null(s.last);
	assert_false(s.kernel_line);
	console_scan_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_consoles),
		cmocka_unit_test(test_every_file_is_known),
		cmocka_unit_test(test_every_row_has_a_sample),
		cmocka_unit_test(test_every_sample_is_judged),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_own_words_only),
		cmocka_unit_test(test_any_piece),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_first_message_is_told),
		cmocka_unit_test(test_warning_text_is_told),
		cmocka_unit_test(test_warning_without_text),
		cmocka_unit_test(test_message_in_huge_line),
		cmocka_unit_test(test_huge_line_is_one_line),
		cmocka_unit_test(test_binary_garbage),
		cmocka_unit_test(test_nothing_at_all),
	};

	return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
