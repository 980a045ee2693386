// SPDX-License-Identifier: GPL-2.0-only
#include "base/canonical-json.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

struct text {
	char *data;
	size_t length, size;
	bool failed;
};

static char *room_for(struct text *text, size_t n)
{
	if (text->size - text->length < n) {
		text->size = 2 * (text->size + n);
		text->data = xrealloc_array(text->data, text->size, 1);
	}
	return text->data + text->length;
}

static void put_bytes(struct text *text, const char *bytes, size_t n)
{
	memcpy(room_for(text, n), bytes, n);
	text->length += n;
}

static void put_char(struct text *text, char c)
{
	*room_for(text, 1) = c;
	text->length++;
}

static void put_integer(struct text *text, json_int_t value)
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[24], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--at = '-';
	put_bytes(text, at, (size_t)(digits + sizeof(digits) - at));
}

/* Everything that is rare is jansson's: escapes, true, null, reals. */
static void put_other(struct text *text, const json_t *json)
{
	char *dump = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	if (dump)
		put_bytes(text, dump, strlen(dump));
	else
		text->failed = true;
	free(dump);
}

static bool needs_no_escape(const char *s)
{
	for (; *s; s++)
		if ((signed char)*s < ' ' || *s == '"' || *s == '\\' || *s == 0x7f)
			return false;
	return true;
}

/* @s is the whole of @json, a string; or a key, for which @json is NULL. */
static void put_string(struct text *text, const char *s, const json_t *json)
{
	json_t *key;

	/* plain ASCII: all else is negative, and so below the blank */
	if (needs_no_escape(s) && (!json || strlen(s) == json_string_length(json))) {
		put_char(text, '"');
		put_bytes(text, s, strlen(s));
		put_char(text, '"');
	} else if (json) {
		put_other(text, json);
	} else {
		key = json_string(s);
		put_other(text, key);
		json_decref(key);
	}
}

static void put_value(struct text *text, const json_t *json);

static void put_array(struct text *text, const json_t *json)
{
	const json_t *item;
	size_t i;

	put_char(text, '[');
	json_array_foreach(json, i, item) {
		if (i)
			put_char(text, ',');
		put_value(text, item);
	}
	put_char(text, ']');
}

struct member {
	const char *key;
	const json_t *value;
};

static int compare_members(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void put_object(struct text *text, const json_t *json)
{
	struct member *member = xcalloc(json_object_size(json) + 1, sizeof(*member));
	const char *key;
	json_t *value;
	size_t n = 0;

	json_object_foreach((json_t *)json, key, value)
		member[n++] = (struct member){ key, value };
	qsort(member, n, sizeof(*member), compare_members);
	put_char(text, '{');
	for (size_t i = 0; i < n; i++) {
		if (i)
			put_char(text, ',');
		put_string(text, member[i].key, NULL);
		put_char(text, ':');
		put_value(text, member[i].value);
	}
	put_char(text, '}');
	free(member);
}

static void put_value(struct text *text, const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_INTEGER:
		put_integer(text, json_integer_value(json));
		break;
	case JSON_ARRAY:
		put_array(text, json);
		break;
	case JSON_OBJECT:
		put_object(text, json);
		break;
	case JSON_STRING:
		put_string(text, json_string_value(json), json);
		break;
	default:
		put_other(text, json);
	}
}

char *canonical_json(const json_t *json, size_t *length)
{
	struct text text = { 0 };

	put_value(&text, json);
	*room_for(&text, 1) = '\0';
	*length = text.length;
	if (!text.failed)
		return text.data;
	free(text.data);
	return NULL;
}
