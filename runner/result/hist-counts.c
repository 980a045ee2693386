// SPDX-License-Identifier: GPL-2.0-only
#include "result/hist-counts.h"

#include <string.h>

#include "base/util.h"
#include "result/histograms.h"

#define ANY NULL

/* The counters that a count is made of. */
struct numbers {
	const struct measurement *m;
	bool all_known;
};

static uint64_t counter_of(struct numbers *from, const char *name)
{
	uint64_t value = 0;

	from->all_known &= measurement_counter(from->m, name, &value);
	return value;
}

static uint64_t param_of(struct numbers *from, const char *name)
{
	uint64_t value = 0;

	from->all_known &= measurement_param(from->m, name, &value);
	return value;
}

struct rule {
	const char *hist, *scenario, *what;
};

static const struct rule rules[] = {
#define PCPB_HIST_COUNT(hist, scenario, count, what) { hist, scenario, what },
#include "result/hist-counts.def"
#undef PCPB_HIST_COUNT
};

/* The number of samples that rules[@i] asks for; false when a counter that it needs is missing. */
static bool wanted_samples(const struct measurement *m, size_t i, uint64_t *wanted)
{
	struct numbers from = { m, true };
	size_t n = 0;

#define COUNTER(name) counter_of(&from, name)
#define PARAM(name) param_of(&from, name)
#define PCPB_HIST_COUNT(hist, scenario, count, what)	\
	if (n++ == i)				\
		*wanted = count;
#include "result/hist-counts.def"
#undef PCPB_HIST_COUNT
#undef PARAM
#undef COUNTER
	return from.all_known;
}

static char *check_rule(const struct measurement *m, size_t i, enum counted counted)
{
	const struct hist *h = measurement_hist(m, rules[i].hist);
	uint64_t wanted = 0;

	if (rules[i].scenario && strcmp(m->scenario, rules[i].scenario))
		return NULL;
	if (!wanted_samples(m, i, &wanted)) {
		if (!h || counted == COUNTED_IF_THERE)
			return NULL;
		return xasprintf("%s has %llu samples, and nothing says how many it should have (%s)",
				 rules[i].hist, (unsigned long long)h->count, rules[i].what);
	}
	if (!h && (hist_info_of(rules[i].hist)->mode == REALTIME_ALONE || !wanted))
		return NULL;
	if (h && h->count == wanted)
		return NULL;
	return xasprintf("%s has %llu samples, but should have %llu (%s)", rules[i].hist,
			 (unsigned long long)(h ? h->count : 0), (unsigned long long)wanted,
			 rules[i].what);
}

char *hist_counts_check(const struct measurement *m, enum counted counted)
{
	char *wrong = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(rules) && !wrong; i++)
		wrong = check_rule(m, i, counted);
	return wrong;
}
