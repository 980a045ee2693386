// SPDX-License-Identifier: GPL-2.0-only
#include "result/determinism.h"

#include <stdlib.h>
#include <string.h>

#include "result/content.h"

#define KEY		"determinism"
#define WORDS_KEY	"determinism_proof"

static const char *const names[] = {
	[PROVED] = "proved", [REFUTED] = "refuted", [UNPROVED] = "unproved",
};

enum determinism determinism_of(const struct result *r)
{
	const char *text = json_string_value(json_object_get(r->provenance, KEY));

	if (!text)
		return NOT_TRIED;
	for (int i = PROVED; i <= UNPROVED; i++)
		if (!strcmp(text, names[i]))
			return (enum determinism)i;
	return UNPROVED;
}

const char *determinism_words(const struct result *r)
{
	const char *text = json_string_value(json_object_get(r->provenance, WORDS_KEY));

	return text ? text : "";
}

void determinism_note(struct result *r, enum determinism found, const char *words)
{
	if (found == NOT_TRIED)
		return;
	json_object_set_new(r->provenance, KEY, json_string(names[found]));
	json_object_set_new(r->provenance, WORDS_KEY, json_string(words));
}

void determinism_merge(struct result *into, const struct result *part, size_t n)
{
	static const int weight[] = {
		[NOT_TRIED] = 0, [PROVED] = 1, [UNPROVED] = 2, [REFUTED] = 3,
	};
	const struct result *worst = &part[0];

	for (size_t i = 1; i < n; i++)
		if (weight[determinism_of(&part[i])] > weight[determinism_of(worst)])
			worst = &part[i];
	determinism_note(into, determinism_of(worst), determinism_words(worst));
}

char *record_words(const struct measurement *m)
{
	uint64_t seed;

	if (!measurement_param(m, "seed", &seed))
		return xasprintf("%s %s %s", m->scenario, m->strategy, m->context);
	return xasprintf("%s %s %s, seed %llu", m->scenario, m->strategy, m->context,
			 (unsigned long long)seed);
}

char *determinism_difference(const struct result *first, size_t offset, const struct result *again)
{
	for (size_t i = 0; i < again->measurements; i++) {
		const struct measurement *a = &first->measurement[offset + i];
		const struct measurement *b = &again->measurement[i];
		char *record, *sentence;

		if (same_content(a, b))
			continue;
		record = record_words(a);
		sentence = a->verdict != b->verdict ?
			xasprintf("%s: %s the first time, then %s", record, verdict_name(a->verdict),
				  verdict_name(b->verdict)) :
			xasprintf("%s: first in %s", record, content_difference(a, b));
		free(record);
		return sentence;
	}
	return NULL;
}
