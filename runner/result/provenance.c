// SPDX-License-Identifier: GPL-2.0-only
#include "provenance.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum when { ALWAYS, IN_REALTIME, IN_PARTS };

static const struct {
	const char *key, *name;
	enum when when;
} parts[] = {
	{ "kernel_release", "kernel", ALWAYS },
	{ "kernel_source_hash", "kernel source", ALWAYS },
	{ "series", "patch series", ALWAYS },
	{ "series_hash", "patches of the series", ALWAYS },
	{ "config_hash", "kernel configuration", ALWAYS },
	{ "compiler", "compiler", ALWAYS },
	{ "module_hash", "bench module", ALWAYS },
	{ "image_hash", "guest image", ALWAYS },
	{ "qemu", "QEMU", ALWAYS },
	{ "accelerator", "accelerator", ALWAYS },
	{ "fio", "fio", ALWAYS },
	{ "workload", "workload", IN_PARTS },
	{ "workload_hash", "workload file", ALWAYS },
	{ "overrides", "overrides of the workload", IN_PARTS },
	{ "traces", "traces", ALWAYS },
	{ "recorded", "recording", ALWAYS },
	{ "host_cpu", "host CPU", IN_REALTIME },
};

/* A hash is told by its beginning; a part that is missing is so named. To be freed. */
static char *in_words(const json_t *value)
{
	const char *text = json_string_value(value);
	char *dump, *words;

	if (text && strlen(text) >= 40 && strspn(text, "0123456789abcdef") == strlen(text))
		return xasprintf("%.12s", text);
	if (text)
		return xstrdup(text);
	if (!value)
		return xstrdup("(not recorded)");
	dump = json_dumps(value, JSON_ENCODE_ANY);
	words = xstrdup(dump ? dump : "(not text)");
	free(dump);
	return words;
}

void provenance_differences(struct str_list *list, const struct result *a, const char *a_name,
			    const struct result *b, const char *b_name, enum provenance_use use)
{
	bool realtime = !strcmp(a->mode, "realtime");

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const json_t *x = json_object_get(a->provenance, parts[i].key);
		const json_t *y = json_object_get(b->provenance, parts[i].key);
		char *x_words, *y_words;

		if ((parts[i].when == IN_REALTIME && !realtime) ||
		    (parts[i].when == IN_PARTS && use != TO_MERGE) || (!x && !y) ||
		    (x && y && json_equal(x, y)))
			continue;
		x_words = in_words(x);
		y_words = in_words(y);
		str_list_addf(list, "%s: %s %s, %s %s", parts[i].name, a_name, x_words, b_name,
			      y_words);
		free(x_words);
		free(y_words);
	}
}

/* A run of several kernels names each series once for each. */
static void add_series(struct str_list *list, const json_t *series)
{
	const json_t *item;
	size_t i;

	if (json_is_string(series))
		str_list_add_new(list, json_string_value(series));
	json_array_foreach(series, i, item)
		if (json_is_string(item))
			str_list_add_new(list, json_string_value(item));
}

static void add_option(struct str_list *words, const char *option, const struct str_list *values)
{
	for (size_t i = 0; i < values->n; i++)
		str_list_addf(words, "%s %s", option, values->item[i]);
}

/* The overrides of a run: "strategy=NAME" is what --strategy chose, all others are --set. */
static void add_overrides(struct str_list *words, const json_t *overrides)
{
	static const char chosen[] = "strategy=";
	const json_t *item;
	size_t i;

	json_array_foreach(overrides, i, item) {
		const char *text = json_string_value(item);

		if (text && !strncmp(text, chosen, strlen(chosen)))
			str_list_addf(words, "--strategy %s", text + strlen(chosen));
		else if (text)
			str_list_addf(words, "--set %s", text);
	}
}

char *provenance_command(const struct result *r)
{
	const char *workload = json_string_value(json_object_get(r->provenance, "workload"));
	struct str_list words = { 0 }, kernels = { 0 }, series = { 0 };
	char *command;

	str_list_addf(&words, "pcpbench run --mode %s --workload %s", r->mode,
		      workload ? workload : "?");
	for (size_t i = 0; i < r->measurements; i++)
		str_list_add_new(&kernels, r->measurement[i].kernel);
	add_series(&series, json_object_get(r->provenance, "series"));
	add_option(&words, "--kernel", &kernels);
	add_option(&words, "--series", &series);
	add_overrides(&words, json_object_get(r->provenance, "overrides"));
	if (json_object_get(r->provenance, "recorded"))
		str_list_add(&words, "--record");
	command = str_list_join(&words, " ");
	str_list_free(&words);
	str_list_free(&kernels);
	str_list_free(&series);
	return command;
}
