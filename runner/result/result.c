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
#include "result/key.h"
#include "result/own-params.h"

#define RESULT_SIZE_MAX		((size_t)64 << 20)
#define RESULT_FAMILY		"pcpbench-result/"
/*
 * Versions of the schema: 1 stored all parameters of the table, and its digest
 * was of all that was stored.
 */
#define VERSION_OLD		1
#define VERSION			2

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

/* A digest over measurements, one after the other. */
struct digest {
	struct sha256 *sha;
	size_t n;
};

static struct digest digest_begin(void)
{
	struct digest digest = { sha256_begin(), 0 };

	sha256_add(digest.sha, "[", 1);
	return digest;
}

static void digest_add(struct digest *digest, const char *canonical, size_t length)
{
	if (digest->n++)
		sha256_add(digest->sha, ",", 1);
	sha256_add(digest->sha, canonical, length);
}

static void digest_end(struct digest *digest, char text[72])
{
	sha256_add(digest->sha, "]", 1);
	memcpy(text, "sha256:", 7);
	sha256_end(digest->sha, text + 7);
}

static void digest_add_measurement(struct digest *digest, const struct measurement *m)
{
	size_t length;
	char *canonical = measurement_canonical(m, &length);

	digest_add(digest, canonical, length);
	free(canonical);
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

/* All must have a JSON form. */
static void digest_all(char text[72], const struct result *r)
{
	struct digest digest = digest_begin();

	for (size_t i = 0; i < r->measurements; i++)
		digest_add_measurement(&digest, &r->measurement[i]);
	digest_end(&digest, text);
}

void result_seal(struct result *r)
{
	struct str_list lines = { 0 };
	char *error = NULL;

	r->digest[0] = '\0';
	if (!dump_measurements(r, &lines, &error))
		digest_all(r->digest, r);
	str_list_free(&lines);
	free(error);
}

/* A line per measurement, so that results can be compared with diff. */
static char *result_text(const struct result *r, const struct str_list *lines)
{
	char digest[72], *head, *items = str_list_join(lines, ",\n"), *text;
	json_t *json;

	digest_all(digest, r);
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

/* Reports jansson's error about @text with the JSON path of the place. */
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

/* The version of the schema that @root names; 0 when it is none of ours. */
static uint64_t version_of(json_t *root)
{
	const char *schema = member_text(root, "schema");
	uint64_t version;

	if (!schema || strncmp(schema, RESULT_FAMILY, strlen(RESULT_FAMILY)) ||
	    !parse_u64(schema + strlen(RESULT_FAMILY), 1000000, &version))
		return 0;
	return version;
}

/* 0 when it is ours and of a version that this program knows; -1 after a message. */
static int check_schema(const char *name, json_t *root)
{
	const char *schema = member_text(root, "schema"), *writer;
	uint64_t version = version_of(root);

	if (!version) {
		diag_error("%s is not a pcpbench result: its schema is \"%.60s\"", name,
			   schema ? schema : "");
		diag_hint("a result.json has \"schema\": \"" RESULT_SCHEMA "\"");
		return -1;
	}
	if (version == VERSION || version == VERSION_OLD)
		return 0;
	writer = member_text(json_object_get(root, "provenance"), "pcpbench");
	diag_error("%s has schema %.60s, which this pcpbench does not know", name, schema);
	diag_hint("it was written by pcpbench %.60s: use that one or a later one (this one reads "
		  RESULT_FAMILY "1 and 2)", writer ? writer : "of a later version");
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

/*
 * In a file of schema /1, which stored all parameters of the table for everybody, two
 * measurements may differ in one alone that is not theirs: it is to be read again, with those.
 */
#define STRANGERS_TELL	1

/* 0, -1 after a message, or STRANGERS_TELL unless @strangers are there. */
static int check_duplicates(const struct result *r, const char *name, bool strangers)
{
	struct key *key = xcalloc(r->measurements + 1, sizeof(*key));
	int ret = 0;
	size_t i;

	for (i = 0; i < r->measurements; i++)
		key[i] = (struct key){ measurement_key(&r->measurement[i]), i };
	qsort(key, r->measurements, sizeof(*key), compare_keys);
	for (i = 1; i < r->measurements && !ret; i++)
		if (!strcmp(key[i - 1].text, key[i].text))
			ret = *r->digest_1 && !strangers ? STRANGERS_TELL :
				diag_error("%s: measurements[%zu]: the same as measurements[%zu]: %s",
					   name, key[i].index, key[i - 1].index, key[i].text);
	for (i = 0; i < r->measurements; i++)
		free(key[i].text);
	free(key);
	return ret;
}

/* How the measurements of a file are taken into a result. */
struct intake {
	uint64_t version;
	bool strangers;		/* stay: what another scenario's parameter tells apart is not one */
	struct digest digest, digest_1;
};

static struct intake intake_begin(uint64_t version, bool strangers)
{
	return (struct intake){ version, strangers, digest_begin(), digest_begin() };
}

static void intake_end(struct intake *intake, struct result *r)
{
	digest_end(&intake->digest, r->digest);
	digest_end(&intake->digest_1, r->digest_1);
	if (intake->version != VERSION_OLD)
		r->digest_1[0] = '\0';
}

/* -1 with *error, to be freed. */
static int take_in(struct result *r, struct intake *intake, json_t *json, char **error)
{
	struct measurement *m = result_add(r);
	char path[64], *canonical;
	size_t length;

	snprintf(path, sizeof(path), "measurements[%zu]", r->measurements - 1);
	if (measurement_from_json(m, json, path, error))
		return -1;
	if (intake->version == VERSION_OLD) {
		/* what was parsed is UTF-8, so there is a text */
		canonical = canonical_json(json, &length);
		digest_add(&intake->digest_1, canonical, length);
		free(canonical);
		if (!intake->strangers)
			own_params_drop_strangers(m);
	}
	own_params_complete(m);
	digest_add_measurement(&intake->digest, m);
	return 0;
}

static int load_measurements(struct result *r, const char *name, json_t *root, bool strangers)
{
	json_t *array = json_object_get(root, "measurements"), *item;
	struct intake intake = intake_begin(version_of(root), strangers);
	char *error = NULL;
	size_t i;

	json_array_foreach(array, i, item)
		if (take_in(r, &intake, item, &error))
			break;
	intake_end(&intake, r);
	if (!json_is_array(array))
		return diag_error("%s: measurements: not an array", name);
	if (!error)
		return check_duplicates(r, name, strangers);
	diag_error("%s: %s", name, error);
	free(error);
	return -1;
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
	bool strangers;		/* as in struct intake */
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
			     struct intake *intake)
{
	json_t *json = take_value(reader, arena);
	char *error = NULL;
	bool good = json && !take_in(r, intake, json, &error);

	free(error);
	json_arena_reset(arena);
	return good;
}

/* The array, of that version, and its digests. */
static bool take_measurements(struct result *r, struct reader *reader, uint64_t version)
{
	struct json_arena arena = { 0 };
	struct intake intake = intake_begin(version, reader->strangers);
	bool good = take(reader, '[');

	if (good && peek(reader) != ']')
		good = take_measurement(r, reader, &arena, &intake);
	while (good && take(reader, ','))
		good = take_measurement(r, reader, &arena, &intake);
	intake_end(&intake, r);
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
			/* the schema stands before them in every file that was written here */
			if (!version_of(head) || !take_measurements(r, reader, version_of(head)))
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
		       bool strangers, struct json_arena *arena)
{
	struct reader reader = { text, length, 0, strangers };

	result_init(r);
	if (take_result(r, head, &reader, arena))
		return 0;
	result_free(r);
	return -1;
}

static int check_stored_digest(const struct result *r, const char *name, json_t *root)
{
	const char *digest = *r->digest_1 ? r->digest_1 : r->digest;

	if (!strcmp(digest, member_text(root, "digest")))
		return 0;
	diag_error("%s: digest: %s is stored, but the measurements have %s", name,
		   member_text(root, "digest"), digest);
	diag_hint("the file was changed after its run; take it from the run again");
	return -1;
}

/* The whole as one tree, which can say what is wrong where. As check_duplicates(). */
static int parse_whole(struct result *r, const char *name, const char *text, size_t length,
		       bool strangers)
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
	if (!check_schema(name, root) && !check_members(name, root) && !load_head(r, name, root))
		ret = load_measurements(r, name, root, strangers);
	if (!ret)
		ret = check_stored_digest(r, name, root);
	if (ret)
		result_free(r);
	json_arena_free(&arena);
	return ret;
}

/* As check_duplicates(). */
static int parse(struct result *r, const char *name, const char *text, size_t length,
		 bool strangers)
{
	struct json_arena arena = { 0 };
	json_t *head = json_object();
	int ret = read_pieces(r, head, text, length, strangers, &arena);

	if (ret) {
		ret = parse_whole(r, name, text, length, strangers);
	} else {
		if (check_schema(name, head) || check_members(name, head) ||
		    load_head(r, name, head))
			ret = -1;
		if (!ret)
			ret = check_duplicates(r, name, strangers);
		if (!ret)
			ret = check_stored_digest(r, name, head);
		if (ret)
			result_free(r);
	}
	json_decref(head);
	json_arena_free(&arena);
	return ret;
}

int result_parse(struct result *r, const char *name, const char *text, size_t length)
{
	int ret = parse(r, name, text, length, false);

	return ret == STRANGERS_TELL ? parse(r, name, text, length, true) : ret;
}

/* @path is a link to a run that is gone: names the newest beside it. */
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
