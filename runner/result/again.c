// SPDX-License-Identifier: GPL-2.0-only
#include "result/again.h"

#include <stdlib.h>
#include <string.h>

#include "result/content.h"
#include "result/determinism.h"
#include "result/key.h"

static bool same_reason(const struct measurement *a, const struct measurement *b)
{
	return !strcmp(a->reason ? a->reason : "", b->reason ? b->reason : "");
}

static bool same_key(const struct measurement *a, const struct measurement *b)
{
	char *x = measurement_key(a), *y = measurement_key(b);
	bool same = !strcmp(x, y);

	free(x);
	free(y);
	return same;
}

static char *difference(const struct measurement *stored, const struct measurement *again)
{
	const char *figure = content_not_in(stored, again);
	char *record, *sentence = NULL;

	if (!figure && same_key(stored, again) && same_reason(stored, again))
		return NULL;
	record = record_words(stored);
	if (!same_key(stored, again))
		sentence = xasprintf("%s: another measurement stands in its place", record);
	else if (stored->verdict != again->verdict)
		sentence = xasprintf("%s: %s the first time, then %s", record,
				     verdict_name(stored->verdict), verdict_name(again->verdict));
	else if (figure)
		sentence = xasprintf("%s: first in %s", record, figure);
	else
		sentence = xasprintf("%s: for another reason, '%s' and then '%s'", record,
				     stored->reason ? stored->reason : "",
				     again->reason ? again->reason : "");
	free(record);
	return sentence;
}

char *again_first_difference(const struct result *stored, const struct result *again)
{
	char *found = NULL;

	if (stored->measurements != again->measurements)
		return xasprintf("%zu measurements were stored, and there are %zu again",
				 stored->measurements, again->measurements);
	for (size_t i = 0; i < stored->measurements && !found; i++)
		found = difference(&stored->measurement[i], &again->measurement[i]);
	return found;
}

static void add_new(struct str_list *list, const char *what, const char *name)
{
	char *words = xasprintf("%s %s", what, name);

	str_list_add_new(list, words);
	free(words);
}

void again_list_new(struct str_list *list, const struct result *stored,
		    const struct result *again)
{
	for (size_t i = 0; i < stored->measurements && i < again->measurements; i++) {
		const struct measurement *a = &stored->measurement[i];
		const struct measurement *b = &again->measurement[i];
		uint64_t value;

		for (size_t k = 0; k < b->counters; k++)
			if (!measurement_counter(a, b->counter[k].name, &value))
				add_new(list, "counter", b->counter[k].name);
		for (size_t k = 0; k < b->hists; k++)
			if (!measurement_hist(a, b->hist[k].name))
				add_new(list, "histogram", b->hist[k].name);
	}
}
