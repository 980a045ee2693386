// SPDX-License-Identifier: GPL-2.0-only
#include "lib-scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fsutil.h"
#include "subprocess.h"

static char folder[] = "/tmp/pcpbench-test-XXXXXX";

int scratch_make(void **state)
{
	(void)state;
	interrupt_install();
	return mkdtemp(folder) ? 0 : -1;
}

int scratch_remove(void **state)
{
	(void)state;
	return remove_tree(folder);
}

const char *scratch(const char *name)
{
	static char paths[8][512];
	static unsigned int next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

void scratch_write(const char *name, const char *text)
{
	char above[512];

	snprintf(above, sizeof(above), "%s", scratch(name));
	*strrchr(above, '/') = '\0';
	assert_int_equal(make_dirs(above), 0);
	assert_int_equal(file_write_atomic(scratch(name), text, strlen(text)), 0);
}
