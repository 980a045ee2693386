// SPDX-License-Identifier: GPL-2.0-only
#include "workload/shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsutil.h"

bool shard_parse(struct shard *shard, const char *text)
{
	const char *slash = strchr(text, '/');
	uint64_t number = 0, of = 0;
	char *first;
	bool good;

	if (!slash)
		return false;
	first = xstrndup(text, (size_t)(slash - text));
	good = parse_u64(first, SHARDS_MAX, &number) && parse_u64(slash + 1, SHARDS_MAX, &of) &&
	       number >= 1 && number <= of;
	free(first);
	if (good)
		*shard = (struct shard){ (unsigned int)number, (unsigned int)of };
	return good;
}

struct card {
	char hash[65];
	size_t guest;
};

static int compare_cards(const void *a, const void *b)
{
	return strcmp(((const struct card *)a)->hash, ((const struct card *)b)->hash);
}

static void add_word(struct str_list *words, const struct param_info *info, uint64_t value)
{
	if (value != info->preset)
		str_list_addf(words, "%s=%llu", info->name, (unsigned long long)value);
}

/*
 * All that tells the guest from others of the plan: its steps, and how it is booted. A
 * parameter at its default is left out, so that one more in the table deals no card anew.
 */
static void hash_guest(char hash[65], const struct guest_plan *guest)
{
	struct str_list words = { 0 };
	char *text;

	for (int p = 0; p < GUEST_PARAM_COUNT; p++)
		add_word(&words, &guest_param_info[p], guest->param[p]);
	for (size_t i = 0; i < guest->steps; i++) {
		const struct step *step = &guest->step[i];

		str_list_addf(&words, "scenario=%s strategy=%s context=%s", step->scenario,
			      step->strategy, step->context);
		for (int p = 0; p < PARAM_COUNT; p++)
			if (step_has(step, (enum param_id)p))
				add_word(&words, &param_info[p], step->param[p]);
	}
	text = str_list_join(&words, "\n");
	sha256_hex(text, strlen(text), hash);
	free(text);
	str_list_free(&words);
}

/* Drops the guests of @plan that are not @kept. */
static void keep(struct plan *plan, const bool *kept)
{
	size_t guests = 0;

	plan->steps = 0;
	for (size_t g = 0; g < plan->guests; g++) {
		if (!kept[g]) {
			guest_plan_free(&plan->guest[g]);
			continue;
		}
		plan->steps += plan->guest[g].steps;
		plan->guest[guests++] = plan->guest[g];
	}
	plan->guests = guests;
}

void shard_keep(struct plan *plan, const struct shard *shard)
{
	struct card *card = xcalloc(plan->guests, sizeof(*card));
	bool *kept = xcalloc(plan->guests, sizeof(*kept));

	for (size_t g = 0; g < plan->guests; g++) {
		hash_guest(card[g].hash, &plan->guest[g]);
		card[g].guest = g;
	}
	qsort(card, plan->guests, sizeof(*card), compare_cards);
	for (size_t i = shard->number - 1; i < plan->guests; i += shard->of)
		kept[card[i].guest] = true;
	keep(plan, kept);
	free(card);
	free(kept);
}

void shard_keep_places(struct plan *plan, const size_t *place, size_t n)
{
	bool *kept = xcalloc(plan->guests, sizeof(*kept));

	for (size_t g = 0; g < plan->guests; g++)
		for (size_t i = 0; i < n; i++)
			kept[g] |= plan->guest[g].steps &&
				   plan->guest[g].step[0].place == place[i] % plan->whole;
	keep(plan, kept);
	free(kept);
}

char *places_text(const size_t *place, size_t n)
{
	struct str_list words = { 0 };
	char *text;

	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && place[to] == place[to - 1] + 1;)
			to++;
		if (to - from == 1)
			str_list_addf(&words, "%zu", place[from]);
		else
			str_list_addf(&words, "%zu-%zu", place[from], place[to - 1]);
	}
	text = str_list_join(&words, ",");
	str_list_free(&words);
	return text;
}

/* Adds the numbers of "7" or "0-3"; false when it is neither, or not above the last one. */
static bool add_range(const char *word, size_t max, size_t *place, size_t *n)
{
	const char *dash = strchr(word, '-');
	char *first = dash ? xstrndup(word, (size_t)(dash - word)) : xstrdup(word);
	uint64_t low = 0, high = 0;
	bool good = max && parse_u64(first, max - 1, &low) &&
		    parse_u64(dash ? dash + 1 : word, max - 1, &high) && low <= high &&
		    (!*n || low > place[*n - 1]);

	for (uint64_t i = low; good && i <= high; i++)
		place[(*n)++] = i;
	free(first);
	return good;
}

int places_parse(const char *text, size_t max, size_t **place, size_t *n)
{
	struct str_list words = { 0 };
	int ret = 0;

	*place = xcalloc(max, sizeof(**place));
	*n = 0;
	str_list_split(&words, text, ",");
	/* ascending numbers below max: there can't be more than max */
	for (size_t i = 0; i < words.n && !ret; i++)
		if (!add_range(words.item[i], max, *place, n))
			ret = -1;
	str_list_free(&words);
	if (ret) {
		free(*place);
		*place = NULL;
	}
	return ret;
}
