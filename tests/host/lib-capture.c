// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/util.h"
#include "lib-capture.h"
#include "lib-scratch.h"

static FILE *store;
static int real_stderr = -1;

void capture_stderr_start(void)
{
	store = tmpfile();
	if (!store)
		abort();
	fflush(stderr);
	real_stderr = dup(STDERR_FILENO);
	dup2(fileno(store), STDERR_FILENO);
}

char *capture_stderr_end(void)
{
	long length;
	char *text;

	fflush(stderr);
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	fseek(store, 0, SEEK_END);
	length = ftell(store);
	rewind(store);
	text = xcalloc((size_t)length + 1, 1);
	if (fread(text, 1, (size_t)length, store) != (size_t)length)
		abort();
	fclose(store);
	return text;
}

char *command_output(const char *name, int (*command)(int argc, char **argv), int status,
		     const char *words)
{
	struct str_list list = { 0 };
	FILE *real = stdout;
	char **argv, *text;
	size_t length;
	int got;

	str_list_add(&list, name);
	str_list_split(&list, words, " ");
	argv = xcalloc(list.n + 1, sizeof(*argv));
	for (size_t i = 0; i < list.n; i++)
		argv[i] = list.item[i];
	stdout = fopen(scratch("stdout"), "w");
	assert_non_null(stdout);
	got = command((int)list.n, argv);
	fclose(stdout);
	stdout = real;
	assert_int_equal(got, status);
	assert_int_equal(file_read(scratch("stdout"), 1 << 22, &text, &length), 0);
	free(argv);
	str_list_free(&list);
	return text;
}
