// SPDX-License-Identifier: GPL-2.0-only
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void text_reserve(struct text *t, size_t more)
{
	size_t size = t->size ? t->size : 256;

	if (more >= (size_t)-1 / 2 - t->length)
		abort();
	while (size < t->length + more + 1)
		size *= 2;
	if (size == t->size)
		return;
	t->data = realloc(t->data, size);
	if (!t->data)
		abort();
	t->size = size;
}

void text_add(struct text *t, const void *data, size_t length)
{
	text_reserve(t, length);
	if (length)
		memcpy(t->data + t->length, data, length);
	t->length += length;
	t->data[t->length] = '\0';
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (length < 0)
		abort();
	text_reserve(t, length);
	va_start(args, fmt);
	vsnprintf(t->data + t->length, length + 1, fmt, args);
	va_end(args);
	t->length += length;
}

void text_free(struct text *t)
{
	free(t->data);
	*t = (struct text)TEXT_INIT;
}

bool reason_set(struct reason *why, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	/* It becomes the rest of a line, and some of it came from the kernel or from fio. */
	for (char *c = why->text; *c; c++)
		if (*c == '\n')
			*c = c[1] ? ' ' : '\0';
	return false;
}

bool file_slurp(const char *path, size_t max, struct text *t, struct reason *why)
{
	size_t start = t->length;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return reason_set(why, "cannot open %s: %s", path, strerror(errno));
	for (;;) {
		text_reserve(t, 65536);
		n = read(fd, t->data + t->length, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		t->length += n;
		if (t->length - start > max)
			break;
	}
	t->data[t->length] = '\0';
	if (n < 0)
		reason_set(why, "cannot read %s: %s", path, strerror(errno));
	else if (n > 0)
		reason_set(why, "%s is longer than the %zu bytes that are allowed", path, max);
	close(fd);
	return n == 0;
}

bool file_put(const char *path, const char *data, size_t length, bool create, struct reason *why)
{
	int flags = O_WRONLY | O_CLOEXEC | (create ? O_CREAT | O_TRUNC : 0);
	int fd = open(path, flags, 0600);
	ssize_t n;
	int err;

	if (fd < 0)
		return reason_set(why, "cannot open %s: %s", path, strerror(errno));
	n = write(fd, data, length);
	err = n < 0 ? errno : EIO;
	close(fd);
	if (n == (ssize_t)length)
		return true;
	reason_set(why, "cannot write to %s: %s", path, strerror(err));
	errno = err;
	return false;
}
