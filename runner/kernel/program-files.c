// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "program-files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "subprocess.h"

/* The program of that name in PATH, to be freed; NULL when there is none. */
static char *find_program(const char *name)
{
	struct str_list folders = { 0 };
	const char *path = getenv("PATH");
	char *found = NULL;

	str_list_split(&folders, path ? path : "/usr/bin", ":");
	for (size_t i = 0; !found && i < folders.n; i++) {
		found = xasprintf("%s/%s", folders.item[i], name);
		if (access(found, X_OK)) {
			free(found);
			found = NULL;
		}
	}
	str_list_free(&folders);
	return found;
}

/*
 * A line of ldd: "name => path (address)", "path (address)", or the vdso,
 * which is no file. False when the library was not found.
 */
static bool add_library(struct str_list *files, const char *line)
{
	const char *start = strchr(line, '/'), *end;
	char *path;

	if (strstr(line, "not found"))
		return false;
	if (!start)
		return true;
	end = start + strcspn(start, " ");
	path = xstrndup(start, (size_t)(end - start));
	str_list_add_new(files, path);
	free(path);
	return true;
}

static int add_libraries(struct str_list *files, const char *program)
{
	const char *argv[] = { "ldd", program, NULL };
	struct str_list lines = { 0 };
	char *output = NULL;
	struct command cmd = { .argv = (char *const *)argv, .output = &output };
	int status = command_run(&cmd), ret = 0;

	if (status > 0)
		ret = diag_error("'ldd %s' failed (status %d): %s", program, status,
				 output ? output : "");
	if (status < 0)
		ret = -1;
	if (!ret)
		str_list_split(&lines, output, "\n");
	for (size_t i = 0; !ret && i < lines.n; i++)
		if (!add_library(files, lines.item[i]))
			ret = diag_error("%s lacks a library: %s", program, lines.item[i]);
	str_list_free(&lines);
	free(output);
	return ret;
}

int program_files(struct str_list *files, const char *name)
{
	char *program = find_program(name);
	int ret;

	if (!program) {
		diag_error("%s is not installed, and the guest's image is to have it", name);
		diag_hint("`make deps` installs it");
		return -1;
	}
	str_list_add(files, program);
	ret = add_libraries(files, program);
	free(program);
	return ret;
}
