// SPDX-License-Identifier: GPL-2.0-only
#include "base/json-path.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/text.h"

#define DEPTH_MAX 32

struct level {
	bool is_array;
	size_t index;		/* of an array: the item that is being read */
	const char *key;	/* of an object: the member, or NULL before the first */
	size_t key_length;
	bool expects_key;
};

/* Returns the position of the closing quote, or @end. @at is after the opening one. */
static size_t skip_string(const char *text, size_t at, size_t end)
{
	for (; at < end && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at < end ? at : end;
}

static char *path_of(const struct level *level, size_t depth)
{
	struct text path = { 0 };
	size_t i;

	for (i = 0; i < depth && i < DEPTH_MAX; i++) {
		if (level[i].is_array)
			text_addf(&path, "[%zu]", level[i].index);
		else if (level[i].key)
			text_addf(&path, "%s%.*s", i ? "." : "",
				  (int)(level[i].key_length < 64 ? level[i].key_length : 64),
				  level[i].key);
	}
	return text_take(&path);
}

char *json_path_at(const char *text, size_t position)
{
	struct level level[DEPTH_MAX] = { 0 };
	size_t depth = 0, at;

	for (at = 0; at < position; at++) {
		struct level *top = depth && depth <= DEPTH_MAX ? &level[depth - 1] : NULL;
		size_t start = at + 1;

		switch (text[at]) {
		case '{':
		case '[':
			if (depth < DEPTH_MAX)
				level[depth] = (struct level){
					.is_array = text[at] == '[',
					.expects_key = text[at] == '{',
				};
			depth++;
			break;
		case '}':
		case ']':
			if (depth)
				depth--;
			break;
		case ',':
			if (top && top->is_array)
				top->index++;
			else if (top)
				top->expects_key = true;
			break;
		case '"':
			at = skip_string(text, start, position);
			if (top && top->expects_key) {
				top->key = text + start;
				top->key_length = at - start;
				top->expects_key = false;
			}
			break;
		}
	}
	return path_of(level, depth);
}
