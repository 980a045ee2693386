// SPDX-License-Identifier: GPL-2.0-only
#include "lib-scratch.h"

#include <stdio.h>

#include "base/subprocess.h"
#include "lib-folder.h"

static char *folder;

int scratch_make(void **state)
{
	(void)state;
	interrupt_install();
	folder = folder_make();
	return 0;
}

int scratch_remove(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
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
	folder_put(folder, name, text);
}
