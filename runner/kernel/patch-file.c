// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/patch-file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lines.h"

/* Where the reading stands. */
struct reader {
	struct patch_file *patch;
	unsigned long old_lines, new_lines;	/* still to come in this hunk */
	char *git_name;				/* of the last "diff --git" */
	bool in_head;				/* behind a "diff" line, before the first hunk */
	char *before;				/* the line before, if it may begin a file's two lines */
};

static bool starts(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/* git writes a name with unusual characters as a C string. The name; to be freed. */
static char *unquote(const char *text, size_t length)
{
	char *name = xcalloc(length + 1, 1), *to = name;

	for (size_t i = 0; i < length; i++) {
		unsigned int octal;

		if (text[i] != '\\' || i + 1 >= length) {
			*to++ = text[i];
		} else if (i + 3 < length && text[i + 1] >= '0' && text[i + 1] <= '3' &&
			   sscanf(text + i + 1, "%3o", &octal) == 1 && octal) {
			*to++ = (char)octal;
			i += 3;
		} else {
			i++;
			*to++ = text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i];
		}
	}
	return name;
}

/* The name that stands in @text up to a TAB or the line's end, quoted or not; to be freed. */
static char *name_in(const char *text)
{
	size_t length;

	if (*text != '"')
		return xstrndup(text, strcspn(text, "\t\r"));
	text++;
	for (length = 0; text[length] && text[length] != '"'; length++)
		length += text[length] == '\\' && text[length + 1];
	return unquote(text, length);
}

/* What -p1 leaves of @name; NULL for /dev/null and for a name without a folder. */
static const char *without_folder(const char *name)
{
	const char *slash = strchr(name, '/');

	if (!slash || !strcmp(name, "/dev/null"))
		return NULL;
	slash += strspn(slash, "/");
	return *slash ? slash : NULL;
}

static bool add_file(struct patch_file *patch, const char *name)
{
	if (!name || !*name)
		return false;
	str_list_add_new(&patch->names, name);
	return true;
}

/* "--- old" and "+++ new", or "*** old" and "--- new" of a context diff. */
static void add_pair(struct reader *r, const char *old_line, const char *new_line)
{
	char *old = name_in(old_line + 4), *new = name_in(new_line + 4);

	/* -mm and quilt write what they like before: "mm/percpu.c~name" */
	if (!add_file(r->patch, without_folder(new)))
		add_file(r->patch, without_folder(old));
	free(old);
	free(new);
}

/* "a/NAME b/NAME": git gives the name nowhere else when only the mode changes. To be freed, or NULL. */
static char *git_same_name(const char *text)
{
	size_t length = strcspn(text, "\r");
	char *name, *plain = NULL;

	if (*text == '"') {
		name = name_in(text);
		if (without_folder(name))
			plain = xstrdup(without_folder(name));
		free(name);
		return plain;
	}
	for (size_t i = 1; i + 1 < length && !plain; i++) {
		const char *old, *new;
		size_t n;

		if (text[i] != ' ')
			continue;
		old = memchr(text, '/', i);
		new = memchr(text + i, '/', length - i);
		if (!old || !new)
			continue;
		n = (size_t)(text + i - old);
		if (n == (size_t)(text + length - new) && n > 1 && !strncmp(old, new, n))
			plain = xstrndup(old + 1, n - 1);
	}
	return plain;
}

/* git's own lines between "diff --git" and the first hunk. */
static void read_git_line(struct reader *r, const char *line)
{
	static const char *const renames[] = {
		"rename from ", "rename to ", "copy from ", "copy to ",
	};
	static const char *const modes[] = {
		"old mode ", "new mode ", "new file mode ", "deleted file mode ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(renames); i++) {
		char *name;

		if (!starts(line, renames[i]))
			continue;
		name = name_in(line + strlen(renames[i]));
		/* a copy's source stays as it is */
		if (!starts(line, "copy from "))
			add_file(r->patch, name);
		r->patch->changes = true;
		free(name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (!starts(line, modes[i]))
			continue;
		add_file(r->patch, r->git_name);
		r->patch->changes = true;
	}
}

static bool is_binary(const char *line)
{
	return starts(line, "GIT binary patch") ||
	       (starts(line, "Binary files ") && strstr(line, " differ"));
}

static void note_binary(struct reader *r, const char *line)
{
	if (r->patch->binary)
		return;
	if (r->git_name)
		r->patch->binary = xstrdup(r->git_name);
	else if (starts(line, "Binary files "))
		r->patch->binary = xstrndup(line + 13, strcspn(line + 13, " "));
	else
		r->patch->binary = xstrdup("(not named)");
}

/* "@@ -12,3 +14 @@": how many lines follow; false when it is no such line. */
static bool hunk_begins(struct reader *r, const char *line)
{
	const char *at = line + 4;
	char *end;

	if (!starts(line, "@@ -"))
		return false;
	r->old_lines = r->new_lines = 1;
	strtoul(at, &end, 10);
	if (*end == ',')
		r->old_lines = strtoul(end + 1, &end, 10);
	if (end == at || !starts(end, " +"))
		return false;
	at = end + 2;
	strtoul(at, &end, 10);
	if (*end == ',')
		r->new_lines = strtoul(end + 1, &end, 10);
	return end != at;
}

/* A line of a hunk's body; false when the hunk is over. */
static bool in_hunk(struct reader *r, const char *line)
{
	bool old = *line == '-' || *line == ' ' || !*line, new = *line == '+' || *line == ' ' || !*line;

	if (!r->old_lines && !r->new_lines)
		return false;
	if (*line == '\\')
		return true;
	if (!old && !new) {
		/* malformed: patch(1) will say so */
		r->old_lines = r->new_lines = 0;
		return false;
	}
	r->old_lines -= old && r->old_lines;
	r->new_lines -= new && r->new_lines;
	return true;
}

/* @ends: with a newline. */
static void read_line(struct reader *r, const char *line, bool ends)
{
	bool pair = r->before && ((starts(r->before, "--- ") && starts(line, "+++ ")) ||
				  (starts(r->before, "*** ") && starts(line, "--- ")));

	if (in_hunk(r, line)) {
		r->patch->cut = !ends;
		return;
	}
	if (hunk_begins(r, line)) {
		r->patch->changes = true;
		r->in_head = false;
	} else if (starts(line, "diff ")) {
		free(r->git_name);
		r->git_name = starts(line, "diff --git ") ? git_same_name(line + 11) : NULL;
		r->in_head = true;
	} else if (pair) {
		add_pair(r, r->before, line);
		r->patch->changes |= *r->before == '*' && strchr(r->before, '/');
	} else if (r->in_head && is_binary(line)) {
		note_binary(r, line);
	} else if (r->in_head) {
		read_git_line(r, line);
	}
	free(r->before);
	r->before = starts(line, "--- ") || starts(line, "*** ") ? xstrdup(line) : NULL;
}

/* True when the head of a mail, up to the first empty line, says that its body is no plain text. */
static bool is_encoded(const char *text)
{
	static const char field[] = "Content-Transfer-Encoding:";
	struct lines lines = lines_of(text, strlen(text));

	while (lines_next(&lines) && lines.length && *lines.text != '\r') {
		const char *value = lines.text + sizeof(field) - 1;

		if (strncasecmp(lines.text, field, sizeof(field) - 1))
			continue;
		value += strspn(value, " \t");
		return !strncasecmp(value, "quoted-printable", 16) ||
		       !strncasecmp(value, "base64", 6);
	}
	return false;
}

void patch_file_parse(struct patch_file *patch, const char *text)
{
	struct lines lines = lines_of(text, strlen(text));
	struct reader reader = { .patch = patch };

	*patch = (struct patch_file){ .encoded = is_encoded(text) };
	while (lines_next(&lines)) {
		bool cr = lines.length && lines.text[lines.length - 1] == '\r';
		char *line = xstrndup(lines.text, lines.length - cr);

		read_line(&reader, line, lines.whole);
		free(line);
	}
	free(reader.git_name);
	free(reader.before);
}

void patch_file_free(struct patch_file *patch)
{
	str_list_free(&patch->names);
	free(patch->binary);
	*patch = (struct patch_file){ 0 };
}
