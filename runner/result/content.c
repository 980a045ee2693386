// SPDX-License-Identifier: GPL-2.0-only
#include "result/content.h"

#include <string.h>

#include "result/metric.h"

static bool same_hist(const struct hist *a, const struct hist *b)
{
	return !strcmp(a->unit, b->unit) && a->count == b->count && a->min == b->min &&
	       a->max == b->max && a->sum == b->sum && a->n == b->n &&
	       (!a->n || !memcmp(a->bucket, b->bucket, a->n * sizeof(*a->bucket)));
}

const char *content_not_in(const struct measurement *a, const struct measurement *b)
{
	if (a->verdict != b->verdict)
		return "the verdict";
	for (size_t i = 0; i < a->counters; i++) {
		uint64_t value;

		if (!measurement_counter(b, a->counter[i].name, &value) ||
		    value != a->counter[i].value)
			return a->counter[i].name;
	}
	for (size_t i = 0; i < a->hists; i++) {
		const struct hist *h = measurement_hist(b, a->hist[i].name);

		if (!h || !same_hist(&a->hist[i].hist, h))
			return a->hist[i].name;
	}
	return NULL;
}

const char *content_difference(const struct measurement *a, const struct measurement *b)
{
	if (a->verdict == b->verdict && (a->counters != b->counters || a->hists != b->hists))
		return "what was measured at all";
	return content_not_in(a, b);
}

bool content_agrees(const struct measurement *a, const struct measurement *b)
{
	return !content_not_in(a, b) || !content_not_in(b, a);
}

bool same_content(const struct measurement *a, const struct measurement *b)
{
	return !content_difference(a, b);
}

/* Does one step of FNV-1a over a number, and a shift that brings its high bits down. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x100000001b3u;
	return hash ^ hash >> 29;
}

static uint64_t mix_name(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *name; name++)
		hash = mix(hash, (unsigned char)*name);
	return hash;
}

uint64_t content_hash(const struct measurement *m)
{
	uint64_t hash = mix(0, m->verdict);

	/* sums: their order means nothing */
	for (size_t i = 0; i < m->counters; i++)
		hash += mix(mix_name(m->counter[i].name), m->counter[i].value);
	for (size_t i = 0; i < m->hists; i++) {
		const struct hist *h = &m->hist[i].hist;
		uint64_t one = mix(mix_name(m->hist[i].name), h->count);

		one = mix(mix(mix(one, h->min), h->max), (uint64_t)h->sum);
		for (size_t k = 0; k < h->n; k++)
			one = mix(mix(one, h->bucket[k].low), h->bucket[k].count);
		hash += one;
	}
	return hash;
}

bool content_add(struct measurement *total, const struct measurement *m, struct str_list *unfit)
{
	bool fits = true;

	for (size_t i = 0; i < m->counters; i++) {
		const struct named_number *c = &m->counter[i];
		uint64_t value = c->value;

		if (measurement_counter(total, c->name, &value))
			value = counter_together(c->name, value, c->value);
		measurement_set_counter(total, c->name, value);
	}
	for (size_t i = 0; i < m->hists; i++) {
		const struct named_hist *h = &m->hist[i];

		if (hist_merge(measurement_add_hist(total, h->name, h->hist.unit), &h->hist))
			continue;
		fits = false;
		if (unfit)
			str_list_add(unfit, h->name);
	}
	return fits;
}
