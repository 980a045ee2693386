// SPDX-License-Identifier: GPL-2.0-only
#include "figures.h"

#include <string.h>

#include "metric.h"

static bool same_hist(const struct hist *a, const struct hist *b)
{
	return !strcmp(a->unit, b->unit) && a->count == b->count && a->min == b->min &&
	       a->max == b->max && a->sum == b->sum && a->n == b->n &&
	       (!a->n || !memcmp(a->bucket, b->bucket, a->n * sizeof(*a->bucket)));
}

const char *first_difference(const struct measurement *a, const struct measurement *b)
{
	if (a->verdict != b->verdict)
		return "the verdict";
	if (a->counters != b->counters || a->hists != b->hists)
		return "what was measured at all";
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

bool same_figures(const struct measurement *a, const struct measurement *b)
{
	return !first_difference(a, b);
}

bool figures_add(struct measurement *total, const struct measurement *m, struct str_list *unfit)
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
