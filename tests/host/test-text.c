// SPDX-License-Identifier: GPL-2.0-only
/* Arrays and texts that grow, and the lines of a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/exit-status.h"
#include "base/grow.h"
#include "base/lines.h"
#include "base/str-list.h"
#include "base/text.h"
#include "lib-capture.h"

static void test_grow(void **state)
{
	struct {
		uint32_t *item;
		size_t n;
	} list = { 0 };
	unsigned int moves = 0;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		/* the room that is there stays as it is until it is full */
		if (list.n & (list.n - 1))
			assert_ptr_equal(grow_array(list.item, list.n, sizeof(*list.item)), list.item);
		else
			moves++;
		GROW(list.item, list.n);
		list.item[list.n++] = i;
	}
	assert_in_range(moves, 1, 18);
	for (uint32_t i = 0; i < 100000; i++)
		assert_int_equal(list.item[i], i);
	/* an array that lost items from its end has room for as many again */
	for (list.n = 33000; list.n < 70000;) {
		GROW(list.item, list.n);
		list.item[list.n++] = 1;
	}
	free(list.item);
}

/* An impossible size is to come back as NULL, as from the C library's allocator. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* Runs @act in a child, which has to end by itself with "out of memory". */
static void ends_without_memory(void (*act)(void))
{
	int status;
	char *said;
	pid_t pid;

	capture_stderr_start();
	pid = fork();
	if (!pid) {
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	said = capture_stderr_end();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_CANNOT);
	assert_non_null(strstr(said, "out of memory"));
	free(said);
}

static void grow_beyond(void)
{
	free(grow_array(NULL, SIZE_MAX / 2 + 1, 1));
}

static void grow_product(void)
{
	free(grow_array(NULL, (size_t)1 << 40, (size_t)1 << 30));
}

static void text_beyond(void)
{
	struct text text = { 0 };

	text_add(&text, "a");
	*text_room(&text, SIZE_MAX - 1) = 'b';
}

static void test_sizes_do_not_overflow(void **state)
{
	(void)state;
	ends_without_memory(grow_beyond);
	ends_without_memory(grow_product);
	ends_without_memory(text_beyond);
}

static void test_argv(void **state)
{
	struct str_list list = { 0 };

	(void)state;
	assert_null(str_list_argv(&list)[0]);
	for (unsigned int i = 0; i < 20; i++) {
		char **argv;

		str_list_addf(&list, "%u", i);
		argv = str_list_argv(&list);
		assert_string_equal(argv[i], list.item[i]);
		assert_null(argv[i + 1]);
		assert_int_equal(list.n, i + 1);
	}
	str_list_free(&list);
}

static void test_text(void **state)
{
	struct text text = { 0 };
	char *taken, *wide;

	(void)state;
	taken = text_take(&text);
	assert_string_equal(taken, "");
	free(taken);
	text_add(&text, "");
	assert_string_equal(text.data, "");
	text_add(&text, "one");
	text_add_char(&text, ' ');
	text_addf(&text, "%s %d", "two", 3);
	assert_string_equal(text.data, "one two 3");
	assert_int_equal(text.length, 9);
	text_add_u64(&text, 0);
	text_add_u64(&text, UINT64_MAX);
	assert_string_equal(text.data, "one two 3018446744073709551615");
	text.length = 9;
	text_add_bytes(&text, "\0x", 2);
	assert_int_equal(text.length, 11);
	assert_memory_equal(text.data, "one two 3\0x", 12);
	taken = text_take(&text);
	assert_null(text.data);
	assert_int_equal(text.length, 0);
	free(taken);
	/* a text that is longer than the room that is left is printed a second time */
	text_addf(&text, "%070d|", 7);
	text_addf(&text, "%0100000d", 8);
	assert_int_equal(text.length, 71 + 100000);
	assert_int_equal(text.data[70], '|');
	assert_int_equal(text.data[71], '0');
	assert_int_equal(text.data[71 + 99999], '8');
	assert_int_equal(text.data[71 + 100000], '\0');
	text_free(&text);
	assert_null(text.data);
	/* each length around the growth of the room, byte by byte and at once */
	for (size_t n = 0; n < 300; n++) {
		wide = xcalloc(n + 1, 1);
		memset(wide, 'w', n);
		text_addf(&text, "%s", wide);
		assert_string_equal(text.data ? text.data : "", wide);
		text_free(&text);
		for (size_t i = 0; i < n; i++) {
			text_add_char(&text, 'w');
			assert_int_equal(text.data[i + 1], '\0');
		}
		taken = text_take(&text);
		assert_string_equal(taken, wide);
		free(taken);
		free(wide);
	}
}

static void test_text_room(void **state)
{
	struct text text = { 0 };
	char *taken;

	(void)state;
	text_add(&text, "head ");
	memset(text_room(&text, 1000), 'x', 1001);
	text.length += 1000;
	taken = text_take(&text);
	assert_int_equal(strlen(taken), 1005);
	assert_int_equal(taken[1004], 'x');
	free(taken);
}

/* The lines of @text as "number:line" and "~" behind one that is cut off, joined by "|". */
static void lines_are(const char *text, size_t length, const char *expected)
{
	/* without a byte behind the text, so that the sanitizer sees who reads on */
	char *exact = malloc(length ? length : 1), *got;
	struct text all = { 0 };
	struct lines lines;

	memcpy(exact, text, length);
	lines = lines_of(exact, length);
	while (lines_next(&lines)) {
		text_addf(&all, "%s%u:", all.length ? "|" : "", lines.number);
		text_add_bytes(&all, lines.text, lines.length);
		text_add(&all, lines.whole ? "" : "~");
	}
	assert_false(lines_next(&lines));
	got = text_take(&all);
	assert_string_equal(got, expected);
	free(got);
	free(exact);
}

static void test_lines(void **state)
{
	struct lines none = lines_of(NULL, 0);

	(void)state;
	assert_false(lines_next(&none));
	lines_are("", 0, "");
	lines_are("\n", 1, "1:");
	lines_are("a", 1, "1:a~");
	lines_are("a\n", 2, "1:a");
	lines_are("a\n\nbc\n", 6, "1:a|2:|3:bc");
	lines_are("a\nb", 3, "1:a|2:b~");
	lines_are("a\r\nb", 4, "1:a\r|2:b~");
	lines_are("a\nb\nrest", 4, "1:a|2:b");
}

static void test_line(void **state)
{
	struct lines line = lines_of("ab\r\r\n\tc\n\r\n\n\0x\n", 14);
	char buffer[5];

	(void)state;
	assert_true(lines_next(&line));
	assert_true(line_copy(&line, buffer, sizeof(buffer)));
	assert_string_equal(buffer, "ab\r\r");
	assert_false(line_copy(&line, buffer, 4));
	assert_int_equal(line_printable(&line), 2);
	line_drop_cr(&line);
	assert_int_equal(line.length, 2);
	assert_int_equal(line_printable(&line), 2);
	assert_true(line_starts(&line, ""));
	assert_true(line_starts(&line, "ab"));
	assert_false(line_starts(&line, "ab\r"));
	assert_false(line_starts(&line, "b"));
	assert_true(lines_next(&line));
	assert_int_equal(line_printable(&line), 0);
	assert_true(lines_next(&line));
	line_drop_cr(&line);
	assert_int_equal(line.length, 0);
	assert_true(lines_next(&line));
	line_drop_cr(&line);
	assert_true(line_copy(&line, buffer, 1));
	assert_string_equal(buffer, "");
	assert_true(lines_next(&line));
	assert_int_equal(line.length, 2);
	assert_false(line_copy(&line, buffer, sizeof(buffer)));
	assert_false(lines_next(&line));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_sizes_do_not_overflow),
		cmocka_unit_test(test_argv),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_room),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_line),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
