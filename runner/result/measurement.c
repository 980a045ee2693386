// SPDX-License-Identifier: GPL-2.0-only
#include "result/measurement.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

void measurement_init(struct measurement *m)
{
	memset(m, 0, sizeof(*m));
}

static void free_numbers(struct named_number *number, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(number[i].name);
	free(number);
}

void measurement_free(struct measurement *m)
{
	size_t i;

	free(m->scenario);
	free(m->strategy);
	free(m->context);
	free(m->kernel);
	free(m->series);
	free(m->reason);
	free_numbers(m->param, m->params);
	free_numbers(m->counter, m->counters);
	for (i = 0; i < m->hists; i++) {
		free(m->hist[i].name);
		hist_free(&m->hist[i].hist);
	}
	free(m->hist);
	measurement_init(m);
}

/*
 * The index at which @name stands or would stand. The search begins at the end,
 * for files have the names in order.
 */
static size_t place_of(const struct named_number *number, size_t n, const char *name, bool *there)
{
	int order = 1;

	while (n) {
		order = strcmp(number[n - 1].name, name);
		if (order <= 0)
			break;
		n--;
	}
	*there = n && !order;
	return *there ? n - 1 : n;
}

static void set_number(struct named_number **number, size_t *n, const char *name, uint64_t value)
{
	bool there;
	size_t at = place_of(*number, *n, name, &there);

	if (there) {
		(*number)[at].value = value;
		return;
	}
	GROW(*number, *n);
	memmove(*number + at + 1, *number + at, (*n - at) * sizeof(**number));
	(*number)[at] = (struct named_number){ xstrdup(name), value };
	++*n;
}

static int compare_name(const void *name, const void *number)
{
	return strcmp(name, ((const struct named_number *)number)->name);
}

static bool get_number(const struct named_number *number, size_t n, const char *name,
		       uint64_t *value)
{
	const struct named_number *found = n ? bsearch(name, number, n, sizeof(*number),
						       compare_name) : NULL;

	if (found)
		*value = found->value;
	return found;
}

void measurement_set_param(struct measurement *m, const char *name, uint64_t value)
{
	set_number(&m->param, &m->params, name, value);
}

void measurement_set_counter(struct measurement *m, const char *name, uint64_t value)
{
	set_number(&m->counter, &m->counters, name, value);
}

bool measurement_param(const struct measurement *m, const char *name, uint64_t *value)
{
	return get_number(m->param, m->params, name, value);
}

bool measurement_counter(const struct measurement *m, const char *name, uint64_t *value)
{
	return get_number(m->counter, m->counters, name, value);
}

bool is_replicate_param(const char *name)
{
	return !strcmp(name, "seed") || !strcmp(name, "boot");
}

static struct hist *find_hist(const struct measurement *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->hists; i++)
		if (!strcmp(m->hist[i].name, name))
			return &m->hist[i].hist;
	return NULL;
}

const struct hist *measurement_hist(const struct measurement *m, const char *name)
{
	return find_hist(m, name);
}

struct hist *measurement_add_hist(struct measurement *m, const char *name, const char *unit)
{
	struct hist *h = find_hist(m, name);
	size_t at = 0;

	if (h)
		return h;
	while (at < m->hists && strcmp(m->hist[at].name, name) < 0)
		at++;
	GROW(m->hist, m->hists);
	memmove(m->hist + at + 1, m->hist + at, (m->hists - at) * sizeof(*m->hist));
	m->hist[at].name = xstrdup(name);
	m->hists++;
	hist_init(&m->hist[at].hist, unit);
	return &m->hist[at].hist;
}

char *measurement_place(const struct measurement *m)
{
	uint64_t size;

	if (!measurement_param(m, "area_size", &size))
		return xasprintf("%s %s %s", m->scenario, m->strategy, m->context);
	return xasprintf("%s %s %s %llu B", m->scenario, m->strategy, m->context,
			 (unsigned long long)size);
}

void measurement_size_words(const struct measurement *m, struct str_list *words)
{
	uint64_t value;

	if (measurement_param(m, "area_size", &value))
		str_list_addf(words, "%llu B", (unsigned long long)value);
	if (measurement_param(m, "cpus", &value))
		str_list_addf(words, "%llu CPU%s", (unsigned long long)value,
			      value == 1 ? "" : "s");
}
