// SPDX-License-Identifier: GPL-2.0-only
#include "base/lines.h"

#include <string.h>

struct lines lines_of(const char *text, size_t length)
{
	return (struct lines){ .next = text, .end = length ? text + length : text };
}

bool lines_next(struct lines *lines)
{
	const char *newline;

	if (lines->next == lines->end)
		return false;
	newline = memchr(lines->next, '\n', (size_t)(lines->end - lines->next));
	lines->whole = newline != NULL;
	lines->text = lines->next;
	lines->next = newline ? newline + 1 : lines->end;
	lines->length = (size_t)((newline ? newline : lines->end) - lines->text);
	lines->number++;
	return true;
}

void line_drop_cr(struct lines *line)
{
	while (line->length && line->text[line->length - 1] == '\r')
		line->length--;
}

bool line_starts(const struct lines *line, const char *with)
{
	size_t length = strlen(with);

	return line->length >= length && !memcmp(line->text, with, length);
}

size_t line_printable(const struct lines *line)
{
	size_t i = 0;

	while (i < line->length && line->text[i] >= ' ' && line->text[i] <= '~')
		i++;
	return i;
}

bool line_copy(const struct lines *line, char *buffer, size_t size)
{
	if (line->length >= size || memchr(line->text, '\0', line->length))
		return false;
	memcpy(buffer, line->text, line->length);
	buffer[line->length] = '\0';
	return true;
}
