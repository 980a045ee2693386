// SPDX-License-Identifier: GPL-2.0-only
#include "lib-schema-check.h"

#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

struct check {
	json_t *root;		/* the schema, for $ref */
	json_t *schema;		/* the part that is applied */
	json_t *json;
	const char *path;	/* of json */
	unsigned int depth;
};

/* Recursion through $ref ends; no result is nested deeper. */
#define DEPTH_MAX 64

static char *apply(const struct check *c);

static char *__attribute__((format(printf, 2, 3)))
violation(const struct check *c, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return xasprintf("%s: %s", *c->path ? c->path : "top level", text);
}

/* @json, a part of c->json named by @suffix, against @schema. */
static char *descend(const struct check *c, json_t *schema, json_t *json, const char *suffix)
{
	char *path = xasprintf("%s%s", c->path, suffix);
	struct check inner = { c->root, schema, json, path, c->depth + 1 };
	char *wrong = inner.depth > DEPTH_MAX ? violation(&inner, "nested too deeply") :
						apply(&inner);

	free(path);
	return wrong;
}

static char *check_member(const struct check *c, json_t *schema, const char *key, json_t *value)
{
	char *suffix = xasprintf("%s%s", *c->path ? "." : "", key), *wrong;

	wrong = descend(c, schema, value, suffix);
	free(suffix);
	return wrong;
}

static char *check_item(const struct check *c, json_t *schema, size_t index, json_t *value)
{
	char suffix[32];

	snprintf(suffix, sizeof(suffix), "[%zu]", index);
	return descend(c, schema, value, suffix);
}

static char *nothing(const struct check *c, json_t *argument)
{
	(void)c;
	(void)argument;
	return NULL;
}

static char *reference(const struct check *c, json_t *argument)
{
	const char *name = json_string_value(argument);
	json_t *target = json_object_get(json_object_get(c->root, "$defs"),
					 name + strlen("#/$defs/"));

	return descend(c, target, c->json, "");
}

static bool has_type(json_t *json, const char *type)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return !strcmp(type, "object");
	case JSON_ARRAY:
		return !strcmp(type, "array");
	case JSON_STRING:
		return !strcmp(type, "string");
	case JSON_INTEGER:
		return !strcmp(type, "integer") || !strcmp(type, "number");
	case JSON_REAL:
		return !strcmp(type, "number");
	case JSON_NULL:
		return !strcmp(type, "null");
	default:
		return !strcmp(type, "boolean");
	}
}

static char *type(const struct check *c, json_t *argument)
{
	json_t *item;
	size_t i;

	if (json_is_string(argument) && has_type(c->json, json_string_value(argument)))
		return NULL;
	json_array_foreach(argument, i, item)
		if (has_type(c->json, json_string_value(item)))
			return NULL;
	return violation(c, "has the wrong type");
}

static char *constant(const struct check *c, json_t *argument)
{
	return json_equal(c->json, argument) ? NULL : violation(c, "is not the constant");
}

static char *enumeration(const struct check *c, json_t *argument)
{
	json_t *item;
	size_t i;

	json_array_foreach(argument, i, item)
		if (json_equal(c->json, item))
			return NULL;
	return violation(c, "is none of the enumeration");
}

static char *minimum(const struct check *c, json_t *argument)
{
	if (!json_is_integer(c->json) ||
	    json_integer_value(c->json) >= json_integer_value(argument))
		return NULL;
	return violation(c, "is below the minimum");
}

static char *maximum(const struct check *c, json_t *argument)
{
	if (!json_is_integer(c->json) ||
	    json_integer_value(c->json) <= json_integer_value(argument))
		return NULL;
	return violation(c, "is above the maximum");
}

static char *min_length(const struct check *c, json_t *argument)
{
	if (!json_is_string(c->json) ||
	    (json_int_t)json_string_length(c->json) >= json_integer_value(argument))
		return NULL;
	return violation(c, "is too short");
}

static char *min_items(const struct check *c, json_t *argument)
{
	if (!json_is_array(c->json) ||
	    (json_int_t)json_array_size(c->json) >= json_integer_value(argument))
		return NULL;
	return violation(c, "has too few items");
}

static char *max_items(const struct check *c, json_t *argument)
{
	if (!json_is_array(c->json) ||
	    (json_int_t)json_array_size(c->json) <= json_integer_value(argument))
		return NULL;
	return violation(c, "has too many items");
}

/* The patterns of the schema mean the same in ECMA 262 and in POSIX extended syntax. */
static char *pattern(const struct check *c, json_t *argument)
{
	regex_t regex;
	bool matches;

	if (!json_is_string(c->json))
		return NULL;
	if (regcomp(&regex, json_string_value(argument), REG_EXTENDED | REG_NOSUB))
		return violation(c, "its pattern cannot be compiled");
	matches = !regexec(&regex, json_string_value(c->json), 0, NULL, 0);
	regfree(&regex);
	return matches ? NULL : violation(c, "does not match %s", json_string_value(argument));
}

static char *required(const struct check *c, json_t *argument)
{
	json_t *item;
	size_t i;

	if (!json_is_object(c->json))
		return NULL;
	json_array_foreach(argument, i, item)
		if (!json_object_get(c->json, json_string_value(item)))
			return violation(c, "\"%s\" is missing", json_string_value(item));
	return NULL;
}

static char *properties(const struct check *c, json_t *argument)
{
	const char *key;
	json_t *value, *schema;

	json_object_foreach(c->json, key, value) {
		char *wrong;

		schema = json_object_get(argument, key);
		wrong = schema ? check_member(c, schema, key, value) : NULL;
		if (wrong)
			return wrong;
	}
	return NULL;
}

static char *additional_properties(const struct check *c, json_t *argument)
{
	json_t *known = json_object_get(c->schema, "properties"), *value;
	const char *key;

	json_object_foreach(c->json, key, value) {
		char *wrong = NULL;

		if (json_object_get(known, key))
			continue;
		if (json_is_false(argument))
			return violation(c, "unknown member \"%s\"", key);
		if (json_is_object(argument))
			wrong = check_member(c, argument, key, value);
		if (wrong)
			return wrong;
	}
	return NULL;
}

static char *property_names(const struct check *c, json_t *argument)
{
	const char *key;
	json_t *value;

	json_object_foreach(c->json, key, value) {
		json_t *name = json_string(key);
		char *wrong = check_member(c, argument, key, name);

		json_decref(name);
		if (wrong)
			return wrong;
	}
	return NULL;
}

static char *prefix_items(const struct check *c, json_t *argument)
{
	json_t *item;
	size_t i;

	json_array_foreach(c->json, i, item) {
		json_t *schema = json_array_get(argument, i);
		char *wrong = schema ? check_item(c, schema, i, item) : NULL;

		if (wrong)
			return wrong;
	}
	return NULL;
}

static char *items(const struct check *c, json_t *argument)
{
	size_t first = json_array_size(json_object_get(c->schema, "prefixItems")), i;
	json_t *item;

	json_array_foreach(c->json, i, item) {
		char *wrong = i < first ? NULL : check_item(c, argument, i, item);

		if (wrong)
			return wrong;
	}
	return NULL;
}

static char *any_of(const struct check *c, json_t *argument)
{
	json_t *item;
	size_t i;

	json_array_foreach(argument, i, item) {
		char *wrong = descend(c, item, c->json, "");

		if (!wrong)
			return NULL;
		free(wrong);
	}
	return violation(c, "fits none of the alternatives");
}

/* The kind of a keyword's argument, which says where further schemas are. */
enum form {
	TEXT,			/* a string */
	REFERENCE,		/* "#/$defs/NAME" that exists */
	WHOLE_NUMBER,
	TEXTS,			/* an array of strings */
	TYPES,			/* a string or an array of strings */
	ANY_VALUE,
	VALUES,			/* an array of anything */
	SCHEMA,
	SCHEMA_OR_BOOLEAN,
	SCHEMA_LIST,
	SCHEMA_MAP,
};

static const struct keyword {
	const char *name;
	enum form form;
	char *(*apply)(const struct check *c, json_t *argument);
} keywords[] = {
	{ "$schema", TEXT, nothing },
	{ "$comment", TEXT, nothing },
	{ "title", TEXT, nothing },
	{ "description", TEXT, nothing },
	{ "$defs", SCHEMA_MAP, nothing },
	{ "$ref", REFERENCE, reference },
	{ "type", TYPES, type },
	{ "const", ANY_VALUE, constant },
	{ "enum", VALUES, enumeration },
	{ "minimum", WHOLE_NUMBER, minimum },
	{ "maximum", WHOLE_NUMBER, maximum },
	{ "minLength", WHOLE_NUMBER, min_length },
	{ "minItems", WHOLE_NUMBER, min_items },
	{ "maxItems", WHOLE_NUMBER, max_items },
	{ "pattern", TEXT, pattern },
	{ "required", TEXTS, required },
	{ "properties", SCHEMA_MAP, properties },
	{ "additionalProperties", SCHEMA_OR_BOOLEAN, additional_properties },
	{ "propertyNames", SCHEMA, property_names },
	{ "items", SCHEMA, items },
	{ "prefixItems", SCHEMA_LIST, prefix_items },
	{ "anyOf", SCHEMA_LIST, any_of },
};

static const struct keyword *find_keyword(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!strcmp(keywords[i].name, name))
			return &keywords[i];
	return NULL;
}

static char *apply(const struct check *c)
{
	const char *name;
	json_t *argument;

	json_object_foreach(c->schema, name, argument) {
		char *wrong = find_keyword(name)->apply(c, argument);

		if (wrong)
			return wrong;
	}
	return NULL;
}

static bool is_texts(json_t *json)
{
	json_t *item;
	size_t i;

	json_array_foreach(json, i, item)
		if (!json_is_string(item))
			return false;
	return json_array_size(json) > 0;
}

static bool is_reference(json_t *root, json_t *argument)
{
	const char *name = json_string_value(argument);

	return name && !strncmp(name, "#/$defs/", strlen("#/$defs/")) &&
	       json_object_get(json_object_get(root, "$defs"), name + strlen("#/$defs/"));
}

/* True when @argument has its form, apart from the schemas in it. */
static bool form_is_right(json_t *root, enum form form, json_t *argument)
{
	switch (form) {
	case TEXT:
		return json_is_string(argument);
	case REFERENCE:
		return is_reference(root, argument);
	case WHOLE_NUMBER:
		return json_is_integer(argument);
	case TEXTS:
		return is_texts(argument);
	case TYPES:
		return json_is_string(argument) || is_texts(argument);
	case ANY_VALUE:
		return true;
	case VALUES:
	case SCHEMA_LIST:
		return json_array_size(argument) > 0;
	case SCHEMA_OR_BOOLEAN:
		return json_is_boolean(argument) || json_is_object(argument);
	case SCHEMA:
	case SCHEMA_MAP:
		return json_is_object(argument);
	}
	return false;
}

static char *unknown_in(json_t *root, json_t *schema, const char *path);

/* The schemas within the argument of a keyword. */
static char *unknown_below(json_t *root, enum form form, json_t *argument, const char *path)
{
	char *wrong = NULL, *inner;
	const char *key;
	json_t *item;
	size_t i;

	if (form == SCHEMA || (form == SCHEMA_OR_BOOLEAN && json_is_object(argument)))
		return unknown_in(root, argument, path);
	if (form == SCHEMA_LIST) {
		json_array_foreach(argument, i, item)
			if (!wrong)
				wrong = unknown_in(root, item, path);
	} else if (form == SCHEMA_MAP) {
		json_object_foreach(argument, key, item) {
			inner = xasprintf("%s/%s", path, key);
			if (!wrong)
				wrong = unknown_in(root, item, inner);
			free(inner);
		}
	}
	return wrong;
}

static char *unknown_in(json_t *root, json_t *schema, const char *path)
{
	const char *name;
	json_t *argument;

	if (!json_is_object(schema))
		return xasprintf("%s: not a schema", path);
	json_object_foreach(schema, name, argument) {
		const struct keyword *keyword = find_keyword(name);
		char *inner, *wrong;

		if (!keyword)
			return xasprintf("%s: unknown keyword \"%s\"", path, name);
		if (!form_is_right(root, keyword->form, argument))
			return xasprintf("%s/%s: malformed", path, name);
		inner = xasprintf("%s/%s", path, name);
		wrong = unknown_below(root, keyword->form, argument, inner);
		free(inner);
		if (wrong)
			return wrong;
	}
	return NULL;
}

char *schema_unknown(json_t *schema)
{
	return unknown_in(schema, schema, "#");
}

char *schema_check(json_t *schema, json_t *json)
{
	const struct check c = { schema, schema, json, "", 0 };
	char *unknown = schema_unknown(schema);

	return unknown ? unknown : apply(&c);
}
