// SPDX-License-Identifier: GPL-2.0-only
#include "result/merge.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"
#include "result/determinism.h"
#include "result/key.h"
#include "result/notes.h"
#include "result/provenance.h"
#include "workload/shard.h"

struct parts {
	struct result *part;
	const char *const *name;
	size_t n;
};

static json_t *member(const struct parts *parts, size_t i, const char *key)
{
	return json_object_get(parts->part[i].provenance, key);
}

static int check_same_run(const struct parts *parts, size_t i)
{
	const struct result *first = &parts->part[0], *this = &parts->part[i];
	struct str_list differences = { 0 };
	char *joined;
	int ret = 0;

	if (strcmp(first->mode, this->mode))
		return diag_error("cannot merge: %s is a run in %s mode, %s in %s mode",
				  parts->name[0], first->mode, parts->name[i], this->mode);
	provenance_differences(&differences, first, "first", this, "second", TO_MERGE);
	joined = str_list_join(&differences, "; ");
	if (differences.n) {
		ret = diag_error("cannot merge %s and %s: they are not of one run: %s",
				 parts->name[0], parts->name[i], joined);
		diag_hint("run all parts with the same tree and options; `pcpbench compare` is for what differs");
	}
	free(joined);
	str_list_free(&differences);
	return ret;
}

struct key {
	char *text;
	size_t part;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->part > y->part) - (x->part < y->part);
}

/* Refuses a measurement that is in two parts. */
static int check_overlap(const struct parts *parts)
{
	size_t all = 0, n = 0;
	struct key *key;
	int ret = 0;

	for (size_t i = 0; i < parts->n; i++)
		all += parts->part[i].measurements;
	key = xcalloc(all, sizeof(*key));
	for (size_t i = 0; i < parts->n; i++)
		for (size_t k = 0; k < parts->part[i].measurements; k++)
			key[n++] = (struct key){
				measurement_key(&parts->part[i].measurement[k]), i,
			};
	qsort(key, n, sizeof(*key), compare_keys);
	for (size_t i = 1; i < n && !ret; i++)
		if (!strcmp(key[i - 1].text, key[i].text))
			ret = diag_error("cannot merge: %s and %s both have the measurement %s",
					 parts->name[key[i - 1].part], parts->name[key[i].part],
					 key[i].text);
	for (size_t i = 0; i < n; i++)
		free(key[i].text);
	free(key);
	return ret;
}

/* Reads the shard that a part is; @shard->of is 0 when it is none. */
static int read_shard(struct shard *shard, const struct parts *parts, size_t i)
{
	const json_t *said = member(parts, i, "shard");

	*shard = (struct shard){ 0 };
	if (!said || (json_is_string(said) && shard_parse(shard, json_string_value(said))))
		return 0;
	return diag_error("%s: provenance.shard: not \"K/N\"", parts->name[i]);
}

/* The name of a part in messages. */
static const char *shard_words(const struct parts *parts, size_t i)
{
	const char *said = json_string_value(member(parts, i, "shard"));

	return said ? said : "no shard";
}

/* All parts must be shards of the same N, each another one. @number gets theirs. */
static int check_shards(const struct parts *parts, unsigned int *number, unsigned int *of)
{
	for (size_t i = 0; i < parts->n; i++) {
		struct shard shard;

		if (read_shard(&shard, parts, i))
			return -1;
		if (!i)
			*of = shard.of;
		if (shard.of != *of)
			return diag_error("cannot merge: as shards, %s is %s and %s is %s",
					  parts->name[0], shard_words(parts, 0),
					  parts->name[i], shard_words(parts, i));
		number[i] = shard.number;
	}
	return 0;
}

/* Every shard once; the names of those that are missing, or given twice. */
static int check_complete(const struct parts *parts, const unsigned int *number, unsigned int of)
{
	size_t *owner = xcalloc(of + 1, sizeof(*owner));	/* part + 1 */
	struct str_list missing = { 0 };
	char *joined;
	int ret = 0;

	for (size_t i = 0; i < parts->n && !ret; i++) {
		if (owner[number[i]])
			ret = diag_error("cannot merge: %s and %s are both shard %u/%u",
					 parts->name[owner[number[i]] - 1], parts->name[i],
					 number[i], of);
		owner[number[i]] = i + 1;
	}
	for (unsigned int k = 1; k <= of; k++)
		if (!owner[k])
			str_list_addf(&missing, "%u", k);
	joined = str_list_join(&missing, ", ");
	if (!ret && missing.n) {
		ret = diag_error("cannot merge: of %u shards these are missing: %s", of, joined);
		diag_hint("run them, or fetch their result.json, and merge again");
	}
	free(joined);
	str_list_free(&missing);
	free(owner);
	return ret;
}

/* Puts the measurements of part @i where they stand in the whole run. */
static int place_part(struct measurement **slot, size_t all, const struct parts *parts, size_t i)
{
	const char *text = json_string_value(member(parts, i, "shard_steps"));
	struct result *part = &parts->part[i];
	size_t *place = NULL, n = 0;
	int ret = 0;

	if (json_integer_value(member(parts, i, "all_steps")) != (json_int_t)all)
		return diag_error("cannot merge: the whole run has %zu steps by %s and %lld by %s",
				  all, parts->name[0],
				  (long long)json_integer_value(member(parts, i, "all_steps")),
				  parts->name[i]);
	if (!text || places_parse(text, all, &place, &n))
		return diag_error("%s: provenance.shard_steps: no ascending numbers below %zu",
				  parts->name[i], all);
	if (n != part->measurements)
		ret = diag_error("%s: provenance.shard_steps names %zu steps, but it has %zu measurements",
				 parts->name[i], n, part->measurements);
	for (size_t k = 0; k < n && !ret; k++) {
		if (slot[place[k]])
			ret = diag_error("cannot merge: step %zu of %s is in another part, too",
					 place[k], parts->name[i]);
		slot[place[k]] = &part->measurement[k];
	}
	free(place);
	return ret;
}

static void take(struct result *into, struct measurement *m)
{
	*result_add(into) = *m;
	measurement_init(m);
}

static int take_in_plan_order(struct result *into, const struct parts *parts)
{
	json_int_t all = json_integer_value(member(parts, 0, "all_steps"));
	struct measurement **slot;
	int ret = 0;

	if (all < 0 || all > MERGE_STEPS_MAX)
		return diag_error("%s: provenance.all_steps: not 0 to %d", parts->name[0],
				  MERGE_STEPS_MAX);
	slot = xcalloc((size_t)all, sizeof(*slot));
	for (size_t i = 0; i < parts->n && !ret; i++)
		ret = place_part(slot, (size_t)all, parts, i);
	for (size_t k = 0; k < (size_t)all && !ret; k++)
		if (!slot[k])
			ret = diag_error("cannot merge: no part has step %zu of %lld", k,
					 (long long)all);
	for (size_t k = 0; k < (size_t)all && !ret; k++)
		take(into, slot[k]);
	free(slot);
	return ret;
}

static void take_in_turn(struct result *into, const struct parts *parts)
{
	for (size_t i = 0; i < parts->n; i++)
		for (size_t k = 0; k < parts->part[i].measurements; k++)
			take(into, &parts->part[i].measurement[k]);
}

/* The values of @key in all parts, each once: a text when there is but one. */
static json_t *distinct(const struct parts *parts, const char *key)
{
	json_t *list = json_array(), *one;
	struct str_list seen = { 0 };

	for (size_t i = 0; i < parts->n; i++) {
		const char *text = json_string_value(member(parts, i, key));

		if (!text || str_list_has(&seen, text))
			continue;
		str_list_add(&seen, text);
		json_array_append_new(list, json_string(text));
	}
	str_list_free(&seen);
	if (json_array_size(list) != 1)
		return list;
	one = json_incref(json_array_get(list, 0));
	json_decref(list);
	return one;
}

/* The start time of the first part. */
static const char *earliest(const struct parts *parts)
{
	const char *first = NULL;

	for (size_t i = 0; i < parts->n; i++) {
		const char *started = json_string_value(member(parts, i, "started"));

		if (started && (!first || strcmp(started, first) < 0))
			first = started;
	}
	return first ? first : "unknown";
}

static void describe(struct result *into, const struct parts *parts)
{
	json_t *object = json_copy(parts->part[0].provenance);

	json_object_del(object, "shard");
	json_object_del(object, "shard_steps");
	json_object_del(object, "all_steps");
	/* of many hosts there is no one load */
	json_object_del(object, "host_load");
	json_object_set_new(object, "started", json_string(earliest(parts)));
	json_object_set_new(object, "host_cpu", distinct(parts, "host_cpu"));
	json_object_set_new(object, "git_describe", distinct(parts, "git_describe"));
	json_object_set_new(object, "merged_of", json_integer((json_int_t)parts->n));
	json_decref(into->provenance);
	into->provenance = object;
	determinism_merge(into, parts->part, parts->n);
	notes_merge(into, parts->part, parts->n);
	into->id = xasprintf("%s-merged", parts->part[0].id);
	into->mode = xstrdup(parts->part[0].mode);
}

static int join(struct result *into, const struct parts *parts)
{
	unsigned int *number = xcalloc(parts->n, sizeof(*number)), of = 0;
	int ret = check_shards(parts, number, &of);

	if (!ret && of)
		ret = check_complete(parts, number, of);
	free(number);
	if (ret || check_overlap(parts))
		return -1;
	describe(into, parts);
	if (of)
		return take_in_plan_order(into, parts);
	take_in_turn(into, parts);
	return 0;
}

int merge_results(struct result *into, struct result *part, const char *const *name, size_t n)
{
	const struct parts parts = { part, name, n };
	int ret = 0;

	result_init(into);
	for (size_t i = 1; i < n && !ret; i++)
		ret = check_same_run(&parts, i);
	if (!ret)
		ret = join(into, &parts);
	if (ret)
		result_free(into);
	else
		result_seal(into);
	return ret;
}
