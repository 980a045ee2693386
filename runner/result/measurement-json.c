// SPDX-License-Identifier: GPL-2.0-only
/* A measurement as an item of "measurements" in result.json, and back. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "result/hist-counts.h"
#include "result/measurement.h"
#include "result/own-params.h"

/* What is written, for readers. One more here makes no file that lacks it a wrong one. */
static const struct {
	const char *name;
	double value;
} percentile[] = {
	{ "50", 50 }, { "90", 90 }, { "99", 99 }, { "99.9", 99.9 }, { "99.99", 99.99 },
};

/* *error gets "PATH: TEXT"; always returns -1. */
static int __attribute__((format(printf, 3, 4)))
json_wrong(char **error, const char *path, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	*error = xasprintf("%s: %s", path, text);
	return -1;
}

/* True for a text that a reader and a diff take as one word. */
static bool is_word(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return i > 0;
}

static bool is_name(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (!islower(text[i]) && text[i] != '_' && !(i && isdigit(text[i])))
			return false;
	return i > 0;
}

static bool is_unit(const char *text)
{
	return !strcmp(text, "insn") || !strcmp(text, "ns");
}

/* A text for people, which a broken guest may have filled with any bytes. */
static json_t *text_to_json(const char *text)
{
	json_t *json = json_string(text);
	char *clean, *c;

	if (json)
		return json;
	clean = xstrdup(text);
	for (c = clean; *c; c++)
		if (*c & 0x80)
			*c = '?';
	json = json_string(clean);
	free(clean);
	return json;
}

static int put_number(json_t *object, const char *key, unsigned __int128 value, const char *path,
		      char **error)
{
	if (value > MEASUREMENT_NUMBER_MAX)
		return json_wrong(error, path, "%s is above %lld, the largest number of a result",
				  key, (long long)MEASUREMENT_NUMBER_MAX);
	json_object_set_new(object, key, json_integer((json_int_t)value));
	return 0;
}

static int put_numbers(json_t *object, const char *key, const struct named_number *number,
		       size_t n, char **error)
{
	json_t *numbers = json_object();
	size_t i;

	json_object_set_new(object, key, numbers);
	for (i = 0; i < n; i++)
		if (put_number(numbers, number[i].name, number[i].value, key, error))
			return -1;
	return 0;
}

/* Own parameters that hold their default go to "defaults", for readers; all others to "params". */
static int put_params(json_t *object, const struct measurement *m, char **error)
{
	json_t *params = json_object(), *defaults = json_object();
	size_t i;

	json_object_set_new(object, "params", params);
	json_object_set_new(object, "defaults", defaults);
	for (i = 0; i < m->params; i++) {
		const struct named_number *param = &m->param[i];
		uint64_t preset;
		bool is_default = own_param(m, param->name, &preset) && param->value == preset;

		if (put_number(is_default ? defaults : params, param->name, param->value, "params",
			       error))
			return -1;
	}
	return 0;
}

static json_t *percentiles_to_json(const struct hist *h)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(percentile); i++) {
		uint64_t value = hist_percentile(h, percentile[i].value);

		json_object_set_new(object, percentile[i].name,
				    hist_percentile_known(h, percentile[i].value) ?
					    json_integer((json_int_t)value) : json_null());
	}
	return object;
}

static json_t *buckets_to_json(const struct hist *h)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < h->n; i++) {
		const struct hist_bucket *b = &h->bucket[i];
		json_t *item = json_array();

		json_array_append_new(item, json_integer((json_int_t)b->low));
		json_array_append_new(item, json_integer((json_int_t)b->high));
		json_array_append_new(item, json_integer((json_int_t)b->count));
		json_array_append_new(array, item);
	}
	return array;
}

static int put_hist(json_t *object, const char *name, const struct hist *h, char **error)
{
	json_t *json = json_object();
	const char *wrong = hist_check(h);

	json_object_set_new(object, name, json);
	if (wrong)
		return json_wrong(error, name, "%s", wrong);
	json_object_set_new(json, "unit", json_string(h->unit));
	if (put_number(json, "count", h->count, name, error) ||
	    put_number(json, "min", h->min, name, error) ||
	    put_number(json, "max", h->max, name, error) ||
	    put_number(json, "sum", h->sum, name, error))
		return -1;
	if (h->n && h->bucket[h->n - 1].high > MEASUREMENT_NUMBER_MAX)
		return json_wrong(error, name, "a bucket ends above %lld, the largest number of a "
				  "result", (long long)MEASUREMENT_NUMBER_MAX);
	json_object_set_new(json, "percentiles", percentiles_to_json(h));
	json_object_set_new(json, "buckets", buckets_to_json(h));
	return 0;
}

static int put_hists(json_t *object, const struct measurement *m, char **error)
{
	json_t *hists = json_object();
	size_t i;

	json_object_set_new(object, "histograms", hists);
	for (i = 0; i < m->hists; i++)
		if (put_hist(hists, m->hist[i].name, &m->hist[i].hist, error))
			return -1;
	return 0;
}

static int put_word(json_t *object, const char *key, const char *value, char **error)
{
	if (!value || !is_word(value))
		return json_wrong(error, key, "\"%s\" is not one printable word",
				  value ? value : "");
	json_object_set_new(object, key, json_string(value));
	return 0;
}

json_t *measurement_reason_json(const struct measurement *m)
{
	if (m->reason && *m->reason)
		return text_to_json(m->reason);
	return m->verdict == VERDICT_OK ? NULL : json_string("no reason was recorded");
}

static void put_verdict(json_t *object, const struct measurement *m)
{
	json_t *reason = measurement_reason_json(m);

	json_object_set_new(object, "verdict", json_string(verdict_name(m->verdict)));
	if (reason)
		json_object_set_new(object, "reason", reason);
}

json_t *measurement_to_json(const struct measurement *m, char **error)
{
	json_t *object = json_object();

	*error = NULL;
	put_verdict(object, m);
	if (put_word(object, "scenario", m->scenario, error) ||
	    put_word(object, "strategy", m->strategy, error) ||
	    put_word(object, "context", m->context, error) ||
	    put_word(object, "kernel", m->kernel, error) ||
	    put_word(object, "series", m->series, error) ||
	    put_params(object, m, error) ||
	    put_numbers(object, "counters", m->counter, m->counters, error) ||
	    put_hists(object, m, error)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* Reading: @path is that of the object that is read. */

static json_t *get_member(json_t *object, const char *key, const char *path, char **error)
{
	json_t *member = json_object_get(object, key);

	if (!member)
		json_wrong(error, path, "\"%s\" is missing", key);
	return member;
}

static int check_members(json_t *object, const char *const *known, const char *path, char **error)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(object, key, value) {
		for (i = 0; known[i] && strcmp(known[i], key); i++)
			;
		if (!known[i])
			return json_wrong(error, path, "unknown member \"%.60s\"", key);
	}
	return 0;
}

static int to_number(json_t *json, const char *path, uint64_t *value, char **error)
{
	*value = 0;
	if (!json_is_integer(json))
		return json_wrong(error, path, "not a whole number");
	if (json_integer_value(json) < 0)
		return json_wrong(error, path, "negative");
	*value = (uint64_t)json_integer_value(json);
	return 0;
}

static int get_number(json_t *object, const char *key, const char *path, uint64_t *value,
		      char **error)
{
	json_t *member = get_member(object, key, path, error);
	char *inner;
	int ret;

	if (!member)
		return -1;
	/* there are too many to name each before it fails */
	if (json_is_integer(member) && json_integer_value(member) >= 0) {
		*value = (uint64_t)json_integer_value(member);
		return 0;
	}
	inner = xasprintf("%s.%s", path, key);
	ret = to_number(member, inner, value, error);
	free(inner);
	return ret;
}

static int get_text(json_t *object, const char *key, const char *path, const char **text,
		    char **error)
{
	json_t *member = get_member(object, key, path, error);

	if (!member)
		return -1;
	if (!json_is_string(member))
		return json_wrong(error, path, "\"%s\" is not a text", key);
	*text = json_string_value(member);
	return 0;
}

static int get_word(json_t *object, const char *key, const char *path, char **word, char **error)
{
	const char *text;

	if (get_text(object, key, path, &text, error))
		return -1;
	if (!is_word(text))
		return json_wrong(error, path, "\"%s\" is not one printable word", key);
	*word = xstrdup(text);
	return 0;
}

static int get_verdict(json_t *object, const char *path, struct measurement *m, char **error)
{
	const char *text;
	int verdict;

	if (get_text(object, "verdict", path, &text, error))
		return -1;
	verdict = verdict_from_name(text);
	if (verdict < 0)
		return json_wrong(error, path, "unknown verdict \"%.60s\"", text);
	m->verdict = (enum verdict)verdict;
	if (m->verdict == VERDICT_OK && !json_object_get(object, "reason"))
		return 0;
	if (get_text(object, "reason", path, &text, error))
		return -1;
	m->reason = xstrdup(text);
	return 0;
}

typedef int (*member_fn)(struct measurement *m, const char *name, json_t *value, const char *path,
			 char **error);

/* Adds at most @most characters of @text to the path @to. */
static char *add_to_path(char *to, const char *text, size_t most)
{
	size_t length = strnlen(text, most);

	memcpy(to, text, length);
	to[length] = '\0';
	return to + length;
}

/* "PATH.KEY.NAME": made for every number of a result, so without printf and malloc. */
static void member_path(char path[256], const char *parent, const char *key, const char *name)
{
	char *to = add_to_path(path, parent, 128);

	to = add_to_path(to, ".", 1);
	to = add_to_path(to, key, 60);
	to = add_to_path(to, ".", 1);
	add_to_path(to, name, 60);
}

/* Gives each member of the object @key to @fn, with its own path. */
static int for_each_named(struct measurement *m, json_t *object, const char *key, const char *path,
			  member_fn fn, char **error)
{
	json_t *members = get_member(object, key, path, error), *value;
	const char *name;
	char inner[256];
	int ret = 0;

	if (!members)
		return -1;
	if (!json_is_object(members))
		return json_wrong(error, path, "\"%s\" is not an object", key);
	json_object_foreach(members, name, value) {
		member_path(inner, path, key, name);
		ret = is_name(name) ? fn(m, name, value, inner, error) :
				      json_wrong(error, inner, "not a name ([a-z_][a-z0-9_]*)");
		if (ret)
			break;
	}
	return ret;
}

static int add_param(struct measurement *m, const char *name, json_t *json, const char *path,
		     char **error)
{
	uint64_t value;

	if (to_number(json, path, &value, error))
		return -1;
	measurement_set_param(m, name, value);
	return 0;
}

/*
 * A default is what the tables say, now as when the file was written: else a file
 * that leaves the parameter out would have come to mean something else.
 */
static int add_default(struct measurement *m, const char *name, json_t *json, const char *path,
		       char **error)
{
	uint64_t value, preset, given;

	if (to_number(json, path, &value, error))
		return -1;
	if (measurement_param(m, name, &given))
		return json_wrong(error, path, "stands among \"params\", too");
	/* nobody's here: a later version's, at its default, as if it were not there */
	if (!own_param(m, name, &preset))
		return 0;
	if (value != preset)
		return json_wrong(error, path, "%llu, but the default of %s is %llu",
				  (unsigned long long)value, name, (unsigned long long)preset);
	measurement_set_param(m, name, value);
	return 0;
}

static int add_counter(struct measurement *m, const char *name, json_t *json, const char *path,
		       char **error)
{
	uint64_t value;

	if (to_number(json, path, &value, error))
		return -1;
	measurement_set_counter(m, name, value);
	return 0;
}

/* NULL, or what is wrong with it: there are too many buckets to name each before it fails. */
static const char *read_bucket(struct hist *h, json_t *item)
{
	uint64_t number[3];
	size_t i;

	if (json_array_size(item) != ARRAY_SIZE(number))
		return "not [low, high, count]";
	for (i = 0; i < ARRAY_SIZE(number); i++) {
		json_t *json = json_array_get(item, i);

		if (!json_is_integer(json))
			return "not whole numbers";
		if (json_integer_value(json) < 0)
			return "negative";
		number[i] = (uint64_t)json_integer_value(json);
	}
	if (!hist_append_bucket(h, number[0], number[1], number[2]))
		return "empty, inverted or not above the bucket before";
	return NULL;
}

static int read_buckets(struct hist *h, json_t *json, const char *path, char **error)
{
	json_t *buckets = get_member(json, "buckets", path, error), *item;
	size_t i;

	if (!buckets)
		return -1;
	if (!json_is_array(buckets))
		return json_wrong(error, path, "\"buckets\" is not an array");
	json_array_foreach(buckets, i, item) {
		const char *wrong = read_bucket(h, item);
		char *inner;

		if (!wrong)
			continue;
		inner = xasprintf("%s.buckets[%zu]", path, i);
		json_wrong(error, inner, "%s", wrong);
		free(inner);
		return -1;
	}
	return 0;
}

/* True when @stored is what percentiles_to_json() makes. There are too many to make each. */
static bool is_percentile(const struct hist *h, double percent, const json_t *stored)
{
	if (!hist_percentile_known(h, percent))
		return json_is_null(stored);
	return json_is_integer(stored) &&
	       json_integer_value(stored) == (json_int_t)hist_percentile(h, percent);
}

/* Which one @name is, above 0 and up to 100 ("99.9"): one of the list, or another version's. */
static bool percent_of(const char *name, double *percent)
{
	char *end;

	for (size_t i = 0; i < ARRAY_SIZE(percentile); i++)
		if (!strcmp(name, percentile[i].name)) {
			*percent = percentile[i].value;
			return true;
		}
	if (!isdigit(*name) || name[strspn(name, "0123456789.")])
		return false;
	*percent = strtod(name, &end);
	return !*end && *percent > 0 && *percent <= 100;
}

/* Percentiles are stored for readers, whichever they are; they must be what the buckets say. */
static int check_percentiles(const struct hist *h, json_t *json, const char *path, char **error)
{
	json_t *stored = get_member(json, "percentiles", path, error), *value;
	const char *name;
	double percent;

	if (!stored)
		return -1;
	if (!json_is_object(stored))
		return json_wrong(error, path, "\"percentiles\" is not an object");
	json_object_foreach(stored, name, value) {
		if (!percent_of(name, &percent))
			return json_wrong(error, path, "\"%.20s\" is no percentile", name);
		if (!is_percentile(h, percent, value))
			return json_wrong(error, path, "percentile %.20s is not what the buckets say",
					  name);
	}
	return 0;
}

static int add_hist(struct measurement *m, const char *name, json_t *json, const char *path,
		    char **error)
{
	static const char *const known[] = {
		"unit", "count", "min", "max", "sum", "percentiles", "buckets", NULL,
	};
	const char *unit, *wrong;
	struct hist *h;
	uint64_t sum;

	if (!json_is_object(json))
		return json_wrong(error, path, "not an object");
	if (check_members(json, known, path, error) || get_text(json, "unit", path, &unit, error))
		return -1;
	if (!is_unit(unit))
		return json_wrong(error, path, "unit \"%.20s\" is neither \"insn\" nor \"ns\"", unit);
	h = measurement_add_hist(m, name, unit);
	if (get_number(json, "count", path, &h->count, error) ||
	    get_number(json, "min", path, &h->min, error) ||
	    get_number(json, "max", path, &h->max, error) ||
	    get_number(json, "sum", path, &sum, error) || read_buckets(h, json, path, error))
		return -1;
	h->sum = sum;
	wrong = hist_check(h);
	if (wrong)
		return json_wrong(error, path, "%s", wrong);
	return check_percentiles(h, json, path, error);
}

/* A measurement that lost samples is stored as a failure: one that is whole has lost none. */
static int check_counts(const struct measurement *m, const char *path, char **error)
{
	char *wrong;
	int ret = 0;

	if (!verdict_is_whole(m->verdict))
		return 0;
	wrong = hist_counts_check(m, COUNTED_IF_THERE);
	if (wrong)
		ret = json_wrong(error, path, "%s", wrong);
	free(wrong);
	return ret;
}

static int read_measurement(struct measurement *m, json_t *json, const char *path, char **error)
{
	static const char *const known[] = {
		"scenario", "strategy", "context", "kernel", "series", "params", "defaults",
		"verdict", "reason", "counters", "histograms", NULL,
	};

	if (!json_is_object(json))
		return json_wrong(error, path, "not an object");
	if (check_members(json, known, path, error) ||
	    get_word(json, "scenario", path, &m->scenario, error) ||
	    get_word(json, "strategy", path, &m->strategy, error) ||
	    get_word(json, "context", path, &m->context, error) ||
	    get_word(json, "kernel", path, &m->kernel, error) ||
	    get_word(json, "series", path, &m->series, error) ||
	    get_verdict(json, path, m, error) ||
	    for_each_named(m, json, "params", path, add_param, error) ||
	    (json_object_get(json, "defaults") &&
	     for_each_named(m, json, "defaults", path, add_default, error)) ||
	    for_each_named(m, json, "counters", path, add_counter, error) ||
	    for_each_named(m, json, "histograms", path, add_hist, error))
		return -1;
	return check_counts(m, path, error);
}

int measurement_from_json(struct measurement *m, json_t *json, const char *path, char **error)
{
	measurement_init(m);
	*error = NULL;
	if (!read_measurement(m, json, path, error))
		return 0;
	measurement_free(m);
	return -1;
}
