// SPDX-License-Identifier: GPL-2.0-only
#include "base/canonical-json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

struct writer {
	struct text text;
	bool failed;	/* jansson refused a value */
};

static void put_integer(struct writer *w, json_int_t value)
{
	if (value < 0)
		text_add_char(&w->text, '-');
	text_add_u64(&w->text, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

/* Everything that is rare is jansson's: escapes, true, null, reals. */
static void put_other(struct writer *w, const json_t *json)
{
	char *dump = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	if (dump)
		text_add(&w->text, dump);
	else
		w->failed = true;
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
static void put_string(struct writer *w, const char *s, const json_t *json)
{
	json_t *key;

	/* plain ASCII: all else is negative, and so below the blank */
	if (needs_no_escape(s) && (!json || strlen(s) == json_string_length(json))) {
		text_add_char(&w->text, '"');
		text_add(&w->text, s);
		text_add_char(&w->text, '"');
	} else if (json) {
		put_other(w, json);
	} else {
		key = json_string(s);
		put_other(w, key);
		json_decref(key);
	}
}

static void put_value(struct writer *w, const json_t *json);

static void put_array(struct writer *w, const json_t *json)
{
	const json_t *item;
	size_t i;

	text_add_char(&w->text, '[');
	json_array_foreach(json, i, item) {
		if (i)
			text_add_char(&w->text, ',');
		put_value(w, item);
	}
	text_add_char(&w->text, ']');
}

struct member {
	const char *key;
	const json_t *value;
};

static int compare_members(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void put_object(struct writer *w, const json_t *json)
{
	struct member *member = xcalloc(json_object_size(json) + 1, sizeof(*member));
	const char *key;
	json_t *value;
	size_t n = 0;

	json_object_foreach((json_t *)json, key, value)
		member[n++] = (struct member){ key, value };
	qsort(member, n, sizeof(*member), compare_members);
	text_add_char(&w->text, '{');
	for (size_t i = 0; i < n; i++) {
		if (i)
			text_add_char(&w->text, ',');
		put_string(w, member[i].key, NULL);
		text_add_char(&w->text, ':');
		put_value(w, member[i].value);
	}
	text_add_char(&w->text, '}');
	free(member);
}

static void put_value(struct writer *w, const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_INTEGER:
		put_integer(w, json_integer_value(json));
		break;
	case JSON_ARRAY:
		put_array(w, json);
		break;
	case JSON_OBJECT:
		put_object(w, json);
		break;
	case JSON_STRING:
		put_string(w, json_string_value(json), json);
		break;
	default:
		put_other(w, json);
	}
}

char *canonical_json(const json_t *json, size_t *length)
{
	struct writer w = { 0 };

	put_value(&w, json);
	*length = w.text.length;
	if (!w.failed)
		return text_take(&w.text);
	text_free(&w.text);
	return NULL;
}
