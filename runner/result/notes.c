// SPDX-License-Identifier: GPL-2.0-only
#include "result/notes.h"

#include <string.h>

#define KEY "console_notes"

void notes_set(struct result *r, const struct str_list *notes)
{
	json_t *list = json_array();

	for (size_t i = 0; i < notes->n; i++)
		json_array_append_new(list, json_string(notes->item[i]));
	if (notes->n)
		json_object_set(r->provenance, KEY, list);
	else
		json_object_del(r->provenance, KEY);
	json_decref(list);
}

void notes_get(const struct result *r, struct str_list *notes)
{
	const json_t *list = json_object_get(r->provenance, KEY), *item;
	size_t i;

	json_array_foreach(list, i, item)
		if (json_is_string(item))
			str_list_add(notes, json_string_value(item));
}

/* "guest 00: MESSAGE (WHAT IT MEANS)": notes that mean the same are of one kind. */
static const char *meaning_of(const char *note)
{
	const char *meaning = strrchr(note, '(');

	return meaning ? meaning : note;
}

static bool has_meaning(const struct str_list *notes, const char *meaning)
{
	for (size_t i = 0; i < notes->n; i++)
		if (!strcmp(meaning_of(notes->item[i]), meaning))
			return true;
	return false;
}

void notes_only_in(struct str_list *list, const struct result *const *of, size_t n,
		   const struct result *const *others, size_t m)
{
	struct str_list here = { 0 }, there = { 0 };

	for (size_t i = 0; i < n; i++)
		notes_get(of[i], &here);
	for (size_t i = 0; i < m; i++)
		notes_get(others[i], &there);
	for (size_t i = 0; i < here.n; i++)
		if (!has_meaning(&there, meaning_of(here.item[i])))
			str_list_add_new(list, here.item[i]);
	str_list_free(&here);
	str_list_free(&there);
}

void notes_merge(struct result *into, const struct result *part, size_t n)
{
	struct str_list all = { 0 };

	for (size_t i = 0; i < n; i++) {
		const json_t *shard = json_object_get(part[i].provenance, "shard");
		struct str_list notes = { 0 };

		notes_get(&part[i], &notes);
		for (size_t k = 0; k < notes.n; k++)
			str_list_addf(&all, "shard %s, %s", json_is_string(shard) ?
				      json_string_value(shard) : "?", notes.item[k]);
		str_list_free(&notes);
	}
	notes_set(into, &all);
	str_list_free(&all);
}
