// SPDX-License-Identifier: GPL-2.0-only
#include "base/ini-file.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"

struct reader {
	ini_take_fn take;
	void *arg;
	FILE *file;
	unsigned int line;		/* the one inih looks at */
	unsigned int empty_section;	/* line of a header that no key followed yet */
	struct str_list seen;		/* "section.key", to refuse a second one */
	char *error;			/* the first, to be freed */
	unsigned int error_line;
};

static void fail_at(struct reader *reader, unsigned int line, char *error)
{
	if (reader->error) {
		free(error);
		return;
	}
	reader->error = error;
	reader->error_line = line;
}

/* inih's reader: counts lines and refuses those that inih would cut. */
static char *read_line(char *buffer, int size, void *arg)
{
	struct reader *reader = arg;
	const char *text;

	if (reader->error || !fgets(buffer, size, reader->file))
		return NULL;
	reader->line++;
	if (!strchr(buffer, '\n') && !feof(reader->file)) {
		fail_at(reader, reader->line, xasprintf("the line is longer than %d bytes", size - 2));
		return NULL;
	}
	text = buffer + strspn(buffer, " \t");
	if (*text == '[') {
		if (reader->empty_section)
			fail_at(reader, reader->empty_section, xstrdup("a section without keys"));
		reader->empty_section = reader->line;
	}
	return buffer;
}

static int take_key(void *arg, const char *section, const char *key, const char *value)
{
	struct reader *reader = arg;
	char *where, *error;

	reader->empty_section = 0;
	if (!*section) {
		fail_at(reader, reader->line, xasprintf("'%s' stands before the first [section]", key));
		return 0;
	}
	where = xasprintf("%s.%s", section, key);
	if (str_list_has(&reader->seen, where)) {
		fail_at(reader, reader->line, xasprintf("%s is set twice", where));
		free(where);
		return 0;
	}
	str_list_add(&reader->seen, where);
	free(where);
	error = reader->take(reader->arg, section, key, value, reader->line);
	if (error)
		fail_at(reader, reader->line, error);
	return !error;
}

int ini_file_read(const char *path, const char *what, ini_take_fn take, void *arg)
{
	struct reader reader = { .take = take, .arg = arg };
	int bad_line;

	reader.file = fopen(path, "re");
	if (!reader.file)
		return diag_error("cannot open %s %s: %s", what, path, strerror(errno));
	ini_allow_multiline = false;
	bad_line = ini_parse_stream(read_line, &reader, take_key, &reader);
	fclose(reader.file);
	str_list_free(&reader.seen);
	if (bad_line > 0)
		fail_at(&reader, (unsigned int)bad_line,
			xstrdup("neither '[section]' nor 'key = value' nor a comment"));
	if (reader.empty_section)
		fail_at(&reader, reader.empty_section, xstrdup("a section without keys"));
	if (!reader.error)
		return 0;
	diag_error("%s:%u: %s", path, reader.error_line, reader.error);
	free(reader.error);
	return -1;
}
