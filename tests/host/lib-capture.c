// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util.h"
#include "lib-capture.h"

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
