// SPDX-License-Identifier: GPL-2.0-only
#include "lib-folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsutil.h"
#include "base/util.h"

#define FILE_MAX (64u << 20)

char *folder_make(void)
{
	char *path = xstrdup("/tmp/pcpbench-test-XXXXXX");

	if (!mkdtemp(path)) {
		perror(path);
		abort();
	}
	return path;
}

void folder_remove(char *folder)
{
	if (remove_tree(folder) < 0)
		abort();
	free(folder);
}

void folder_put(const char *folder, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", folder, name), *slash = strrchr(path, '/');
	FILE *file;

	*slash = '\0';
	if (make_dirs(path) < 0)
		abort();
	*slash = '/';
	file = fopen(path, "we");
	if (!file || fputs(text, file) < 0 || fclose(file)) {
		perror(path);
		abort();
	}
	free(path);
}

char *folder_get(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name), *text;
	size_t length;

	if (file_read(path, FILE_MAX, &text, &length) < 0)
		abort();
	free(path);
	return text;
}

bool folder_has(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name);
	bool has = file_exists(path);

	free(path);
	return has;
}

unsigned int folder_entries(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name);
	DIR *dir = opendir(path);
	struct dirent *entry;
	unsigned int n = 0;

	while (dir && (entry = readdir(dir)))
		n += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	if (dir)
		closedir(dir);
	free(path);
	return n;
}
