// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

void *xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		die("the guest has no memory left for %zu bytes", size);
	return p;
}

char *xstrdup(const char *s)
{
	return strcpy(xmalloc(strlen(s) + 1), s);
}

char *read_file(const char *path, size_t *length)
{
	size_t used = 0, size = 4096;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *data;
	ssize_t got;

	if (fd < 0)
		return NULL;
	data = xmalloc(size + 1);
	while ((got = read(fd, data + used, size - used)) > 0) {
		used += (size_t)got;
		if (used == size) {
			size *= 2;
			data = realloc(data, size + 1);
			if (!data)
				die("the guest has no memory left to read %s", path);
		}
	}
	close(fd);
	if (got < 0) {
		free(data);
		return NULL;
	}
	data[used] = '\0';
	if (length)
		*length = used;
	return data;
}

int write_file(const char *path, const char *text)
{
	return write_bytes(path, text, strlen(text));
}

int write_bytes(const char *path, const void *data, size_t length)
{
	/* O_TRUNC empties tracefs' trace, and is nothing to other such files */
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ssize_t wrote;
	int error;

	if (fd < 0)
		return -errno;
	wrote = write(fd, data, length);
	error = wrote < 0 ? -errno : (size_t)wrote < length ? -EIO : 0;
	close(fd);
	return error;
}
