// SPDX-License-Identifier: GPL-2.0-only
#include "result/result.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/canonical-json.h"
#include "base/diag.h"
#include "base/fsutil.h"
#include "base/json-arena.h"
#include "base/json-path.h"
#include "base/util.h"

#define RESULT_SIZE_MAX		((size_t)64 << 20)
#define RESULT_FAMILY		"pcpbench-result/"
#define RESULT_VERSION		1

void result_init(struct result *r)
{
	memset(r, 0, sizeof(*r));
	r->provenance = json_object();
}

void result_free(struct result *r)
{
	size_t i;

	for (i = 0; i < r->measurements; i++)
		measurement_free(&r->measurement[i]);
	free(r->measurement);
	free(r->id);
	free(r->mode);
	json_decref(r->provenance);
	memset(r, 0, sizeof(*r));
}

struct measurement *result_add(struct result *r)
{
	size_t n = r->measurements;

	GROW(r->measurement, n);
	measurement_init(&r->measurement[n]);
	r->measurements++;
	return &r->measurement[n];
}

static void set_digest(char digest[72], const char *canonical, size_t length)
{
	memcpy(digest, "sha256:", 7);
	sha256_hex(canonical, length, digest + 7);
}

/* Each measurement as one line of canonical JSON; -1 with *error when one has no JSON form. */
static int dump_measurements(const struct result *r, struct str_list *lines, char **error)
{
	size_t i;

	for (i = 0; i < r->measurements; i++) {
		json_t *json = measurement_to_json(&r->measurement[i], error);
		size_t length;
		char *line;

		if (!json) {
			char *reason = *error;

			*error = xasprintf("measurements[%zu]: %s", i, reason);
			free(reason);
			return -1;
		}
		line = canonical_json(json, &length);
		json_decref(json);
		if (!line) {
			*error = xasprintf("measurements[%zu]: a text in it is not UTF-8", i);
			return -1;
		}
		str_list_add(lines, line);
		free(line);
	}
	return 0;
}

static void digest_lines(char digest[72], const struct str_list *lines)
{
	char *items = str_list_join(lines, ","), *canonical = xasprintf("[%s]", items);

	set_digest(digest, canonical, strlen(canonical));
	free(canonical);
	free(items);
}

void result_seal(struct result *r)
{
	struct str_list lines = { 0 };
	char *error = NULL;

	r->digest[0] = '\0';
	if (!dump_measurements(r, &lines, &error))
		digest_lines(r->digest, &lines);
	str_list_free(&lines);
	free(error);
}

/* A line per measurement, so that results can be compared with diff. */
static char *result_text(const struct result *r, const struct str_list *lines)
{
	char digest[72], *head, *items = str_list_join(lines, ",\n"), *text;
	json_t *json;

	digest_lines(digest, lines);
	json = json_pack("{s:s, s:s, s:s, s:s, s:O}", "schema", RESULT_SCHEMA, "id", r->id,
			 "mode", r->mode, "digest", digest, "provenance", r->provenance);
	head = json ? json_dumps(json, JSON_INDENT(1) | JSON_SORT_KEYS) : NULL;
	json_decref(json);
	if (!head) {
		free(items);
		return NULL;
	}
	/* the object goes on: drop its closing "\n}" */
	head[strlen(head) - 2] = '\0';
	text = xasprintf("%s,\n \"measurements\": [\n%s\n ]\n}\n", head, items);
	free(head);
	free(items);
	return text;
}

int result_write(const struct result *r, const char *path)
{
	struct str_list lines = { 0 };
	char *error = NULL, *text = NULL;
	int ret = -1;

	if (!r->id || !r->mode)
		diag_error("cannot write %s: the result has no id or mode", path);
	else if (dump_measurements(r, &lines, &error))
		diag_error("cannot write %s: %s", path, error);
	else if (!(text = result_text(r, &lines)))
		diag_error("cannot write %s: id, mode or provenance is not UTF-8", path);
	else if (strlen(text) > RESULT_SIZE_MAX)
		diag_error("cannot write %s: its %zu bytes are more than the %zu that can be read "
			   "again", path, strlen(text), RESULT_SIZE_MAX);
	else
		ret = file_write_atomic(path, text, strlen(text));
	free(text);
	free(error);
	str_list_free(&lines);
	return ret;
}

/* What jansson said of @text, with the JSON path of the place. */
static int syntax_error(const char *name, const char *text, size_t length, const json_error_t *e)
{
	size_t position = e->position > 0 ? (size_t)e->position : 0;
	char *path;

	if (json_error_code(e) == json_error_premature_end_of_input || !length) {
		diag_error("%s is truncated: its %zu bytes end in the middle (line %d)", name,
			   length, e->line);
		diag_hint("an interrupted copy or a full disk does that; take the file from its run again");
		return -1;
	}
	path = json_path_at(text, position < length ? position : length);
	diag_error("%s is not a result: line %d, column %d, %s: %s", name, e->line, e->column,
		   *path ? path : "top level", e->text);
	free(path);
	return -1;
}

static const char *member_text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* Is it ours, and of a version that this program knows? */
static int check_schema(const char *name, json_t *root)
{
	const char *schema = member_text(root, "schema"), *writer;
	uint64_t version;

	if (!schema || strncmp(schema, RESULT_FAMILY, strlen(RESULT_FAMILY)) ||
	    !parse_u64(schema + strlen(RESULT_FAMILY), 1000000, &version) || !version) {
		diag_error("%s is not a pcpbench result: its schema is \"%.60s\"", name,
			   schema ? schema : "");
		diag_hint("a result.json has \"schema\": \"" RESULT_SCHEMA "\"");
		return -1;
	}
	if (version == RESULT_VERSION)
		return 0;
	writer = member_text(json_object_get(root, "provenance"), "pcpbench");
	diag_error("%s has schema %.60s, which this pcpbench does not know", name, schema);
	diag_hint("it was written by pcpbench %.60s: use that one or a later one (this one reads "
		  RESULT_SCHEMA ")", writer ? writer : "of a later version");
	return -1;
}

static int check_members(const char *name, json_t *root)
{
	static const char *const known[] = {
		"schema", "id", "digest", "mode", "provenance", "measurements",
	};
	const char *key;
	json_t *value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!json_object_get(root, known[i]))
			return diag_error("%s: \"%s\" is missing", name, known[i]);
	json_object_foreach(root, key, value) {
		for (i = 0; i < ARRAY_SIZE(known) && strcmp(known[i], key); i++)
			;
		if (i == ARRAY_SIZE(known))
			return diag_error("%s: unknown member \"%.60s\"", name, key);
	}
	return 0;
}

/* An object of texts alone: an ingredient of the guest's image. */
static bool is_object_of_texts(json_t *json)
{
	const char *key;
	json_t *value;

	if (!json_is_object(json))
		return false;
	json_object_foreach(json, key, value)
		if (!json_is_string(value))
			return false;
	return true;
}

static bool is_list(json_t *json)
{
	json_t *item;
	size_t i;

	if (!json_is_array(json))
		return false;
	json_array_foreach(json, i, item)
		if (!json_is_string(item) && !is_object_of_texts(item))
			return false;
	return true;
}

static int load_provenance(struct result *r, const char *name, json_t *json)
{
	const char *key;
	json_t *value;

	if (!json_is_object(json))
		return diag_error("%s: provenance: not an object", name);
	json_object_foreach(json, key, value)
		if (!json_is_string(value) && !json_is_number(value) && !is_list(value))
			return diag_error("%s: provenance.%.60s: not a text, a number or a list of texts or of ingredients",
					  name, key);
	json_decref(r->provenance);
	/* it outlives the arena that it was read into */
	r->provenance = json_deep_copy(json);
	return 0;
}

static int load_head(struct result *r, const char *name, json_t *root)
{
	const char *id = member_text(root, "id"), *mode = member_text(root, "mode");
	const char *digest = member_text(root, "digest");

	if (!id || !*id)
		return diag_error("%s: id: not a text", name);
	if (!mode || (strcmp(mode, "exact") && strcmp(mode, "realtime")))
		return diag_error("%s: mode: neither \"exact\" nor \"realtime\"", name);
	if (!digest || strlen(digest) != strlen("sha256:") + 64)
		return diag_error("%s: digest: not \"sha256:\" and 64 hexadecimal digits", name);
	r->id = xstrdup(id);
	r->mode = xstrdup(mode);
	return load_provenance(r, name, json_object_get(root, "provenance"));
}

struct key {
	char *text;
	size_t index;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int check_duplicates(const struct result *r, const char *name)
{
	struct key *key = xcalloc(r->measurements + 1, sizeof(*key));
	int ret = 0;
	size_t i;

	for (i = 0; i < r->measurements; i++)
		key[i] = (struct key){ measurement_key(&r->measurement[i]), i };
	qsort(key, r->measurements, sizeof(*key), compare_keys);
	for (i = 1; i < r->measurements && !ret; i++)
		if (!strcmp(key[i - 1].text, key[i].text))
			ret = diag_error("%s: measurements[%zu]: the same as measurements[%zu]: %s",
					 name, key[i].index, key[i - 1].index, key[i].text);
	for (i = 0; i < r->measurements; i++)
		free(key[i].text);
	free(key);
	return ret;
}

static int load_measurements(struct result *r, const char *name, json_t *array)
{
	json_t *item;
	size_t i;

	if (!json_is_array(array))
		return diag_error("%s: measurements: not an array", name);
	json_array_foreach(array, i, item) {
		char path[64], *error;

		snprintf(path, sizeof(path), "measurements[%zu]", i);
		if (measurement_from_json(result_add(r), item, path, &error)) {
			diag_error("%s: %s", name, error);
			free(error);
			return -1;
		}
	}
	return check_duplicates(r, name);
}

static void set_digest_of(struct result *r, json_t *measurements)
{
	size_t length;
	char *canonical = canonical_json(measurements, &length);

	/* what was parsed is UTF-8, so there is a text */
	set_digest(r->digest, canonical, length);
	free(canonical);
}

/*
 * Reading piece by piece. The skeleton of a result is an object whose last
 * member is an array of thousands of measurements; each value in it is read by
 * the parser that reads whole texts, and each measurement is given back before
 * the next one, for as a tree they take 17 times the room of their text. What
 * goes wrong here is looked at again as a whole, by result_parse(), which says
 * what it is.
 */
struct reader {
	const char *text;
	size_t length, at;
};

/* Skips blanks; the character behind them, or NUL at the end. */
static char peek(struct reader *reader)
{
	while (reader->at < reader->length && strchr(" \t\r\n", reader->text[reader->at]) &&
	       reader->text[reader->at])
		reader->at++;
	return reader->at < reader->length ? reader->text[reader->at] : '\0';
}

static bool take(struct reader *reader, char c)
{
	if (peek(reader) != c)
		return false;
	reader->at++;
	return true;
}

static json_t *take_value(struct reader *reader, struct json_arena *arena)
{
	json_error_t error;
	json_t *value;

	peek(reader);
	value = json_arena_load(arena, reader->text + reader->at, reader->length - reader->at,
				JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK,
				&error);
	if (value)
		reader->at += (size_t)error.position;
	return value;
}

static bool take_measurement(struct result *r, struct reader *reader, struct json_arena *arena,
			     struct sha256 *sha)
{
	json_t *json = take_value(reader, arena);
	char path[64], *error, *canonical;
	size_t length;

	snprintf(path, sizeof(path), "measurements[%zu]", r->measurements);
	if (!json)
		return false;
	if (measurement_from_json(result_add(r), json, path, &error)) {
		free(error);
		return false;
	}
	canonical = canonical_json(json, &length);
	sha256_add(sha, canonical, length);
	free(canonical);
	json_arena_reset(arena);
	return true;
}

/* The array and its digest, which goes to r->digest. */
static bool take_measurements(struct result *r, struct reader *reader)
{
	struct json_arena arena = { 0 };
	struct sha256 *sha = sha256_begin();
	bool good = take(reader, '[');

	sha256_add(sha, "[", 1);
	if (good && peek(reader) != ']')
		good = take_measurement(r, reader, &arena, sha);
	while (good && take(reader, ',')) {
		sha256_add(sha, ",", 1);
		good = take_measurement(r, reader, &arena, sha);
	}
	sha256_add(sha, "]", 1);
	memcpy(r->digest, "sha256:", 7);
	sha256_end(sha, r->digest + 7);
	json_arena_free(&arena);
	return good && take(reader, ']');
}

/* All members go to @head, with an empty array for the measurements, which go to @r. */
static bool take_result(struct result *r, json_t *head, struct reader *reader,
			struct json_arena *arena)
{
	bool more = take(reader, '{');

	while (more) {
		json_t *key = peek(reader) == '"' ? take_value(reader, arena) : NULL, *value;
		const char *name = json_string_value(key);

		if (!name || json_object_get(head, name) || !take(reader, ':'))
			return false;
		if (!strcmp(name, "measurements")) {
			json_object_set_new(head, name, json_array());
			if (!take_measurements(r, reader))
				return false;
		} else {
			value = take_value(reader, arena);
			/* with a reference of its own: what is in the arena must not be freed */
			if (!value || json_object_set(head, name, value))
				return false;
		}
		more = take(reader, ',');
	}
	return take(reader, '}') && !peek(reader) && reader->at == reader->length;
}

/* -1: not read, for whatever reason; nothing is said, and @r is as it was. */
static int read_pieces(struct result *r, json_t *head, const char *text, size_t length,
		       struct json_arena *arena)
{
	struct reader reader = { text, length, 0 };

	result_init(r);
	if (take_result(r, head, &reader, arena))
		return 0;
	result_free(r);
	return -1;
}

static int check_stored_digest(const struct result *r, const char *name, json_t *root)
{
	if (!strcmp(r->digest, member_text(root, "digest")))
		return 0;
	diag_error("%s: digest: %s is stored, but the measurements have %s", name,
		   member_text(root, "digest"), r->digest);
	diag_hint("the file was changed after its run; take it from the run again");
	return -1;
}

/* The whole as one tree, which can say what is wrong where. */
static int parse_whole(struct result *r, const char *name, const char *text, size_t length)
{
	struct json_arena arena = { 0 };
	json_error_t error;
	json_t *root;
	int ret = -1;

	memset(r, 0, sizeof(*r));
	root = json_arena_load(&arena, text, length, JSON_REJECT_DUPLICATES, &error);
	if (!root) {
		json_arena_free(&arena);
		return syntax_error(name, text, length, &error);
	}
	result_init(r);
	if (!check_schema(name, root) && !check_members(name, root) && !load_head(r, name, root) &&
	    !load_measurements(r, name, json_object_get(root, "measurements"))) {
		set_digest_of(r, json_object_get(root, "measurements"));
		ret = check_stored_digest(r, name, root);
	}
	if (ret)
		result_free(r);
	json_arena_free(&arena);
	return ret;
}

int result_parse(struct result *r, const char *name, const char *text, size_t length)
{
	struct json_arena arena = { 0 };
	json_t *head = json_object();
	int ret = read_pieces(r, head, text, length, &arena);

	if (ret) {
		ret = parse_whole(r, name, text, length);
	} else if (check_schema(name, head) || check_members(name, head) ||
		   load_head(r, name, head) || check_duplicates(r, name) ||
		   check_stored_digest(r, name, head)) {
		result_free(r);
		ret = -1;
	}
	json_decref(head);
	json_arena_free(&arena);
	return ret;
}

/* @path is a link to a run that is gone: which is the newest beside it? */
static void say_newest(const char *path)
{
	char *folder = xstrdup(path), *slash = strrchr(folder, '/'), *newest = NULL;
	struct dirent *entry;
	DIR *dir;

	if (slash)
		*slash = '\0';
	dir = opendir(slash ? folder : ".");
	while (dir && (entry = readdir(dir))) {
		char *file = xasprintf("%s/%s/result.json", slash ? folder : ".", entry->d_name);

		/* a run's name begins with its time */
		if (*entry->d_name != '.' && file_exists(file) &&
		    (!newest || strcmp(entry->d_name, newest) > 0)) {
			free(newest);
			newest = xstrdup(entry->d_name);
		}
		free(file);
	}
	if (dir)
		closedir(dir);
	if (newest)
		diag_hint("%s is a link to a run that is gone; the newest there is %s/%s", path,
			  slash ? folder : ".", newest);
	else
		diag_hint("%s is a link to a run that is gone, and there is no other", path);
	free(newest);
	free(folder);
}

int result_load(struct result *r, const char *path)
{
	struct stat st;
	char *file, *text;
	size_t length;
	int ret;

	memset(r, 0, sizeof(*r));
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		file = xasprintf("%s/result.json", path);
	else
		file = xstrdup(path);
	ret = file_read(file, RESULT_SIZE_MAX, &text, &length);
	if (ret && stat(path, &st) && !lstat(path, &st) && S_ISLNK(st.st_mode))
		say_newest(path);
	if (!ret) {
		ret = result_parse(r, file, text, length);
		free(text);
	}
	free(file);
	return ret;
}
