// SPDX-License-Identifier: GPL-2.0-only
#include "result/provenance.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum when { ALWAYS, IN_REALTIME, IN_PARTS, UNDER_TEST };

static const struct {
	const char *key, *name;
	enum when when;
} parts[] = {
	{ "kernel_release", "kernel", UNDER_TEST },
	{ "kernel_source_hash", "kernel source", UNDER_TEST },
	{ "series", "patch series", UNDER_TEST },
	{ "series_hash", "patches of the series", UNDER_TEST },
	{ "config_hash", "kernel configuration", UNDER_TEST },
	{ "compiler", "compiler", ALWAYS },
	{ "module_hash", "bench module", UNDER_TEST },
	{ "qemu", "QEMU", ALWAYS },
	{ "accelerator", "accelerator", ALWAYS },
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

static const char *member(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* A run of one kernel does not say whose its files are. */
static bool may_be_same(const json_t *a, const json_t *b, const char *key)
{
	const char *x = member(a, key), *y = member(b, key);

	return !*x || !*y || !strcmp(x, y);
}

/* The ingredient of @image that takes the place of @one, or NULL. */
static const json_t *counterpart(const json_t *image, const json_t *one)
{
	const json_t *item;
	size_t i;

	json_array_foreach(image, i, item)
		if (!strcmp(member(item, "file"), member(one, "file")) &&
		    may_be_same(item, one, "kernel") && may_be_same(item, one, "series"))
			return item;
	return NULL;
}

/* "fio 3.33-3 40f50124856a", to be freed. */
static char *ingredient_words(const json_t *one)
{
	if (!one)
		return xstrdup("has none");
	return xasprintf("%s %s %.12s", member(one, "package"), member(one, "version"),
			 member(one, "sha256"));
}

/* A file of the kernel or the module says again what differs there, and is what is tested. */
static bool is_under_test(const json_t *one)
{
	const char *file = member(one, "file"), *dot = strrchr(file, '.');

	return dot && !strcmp(dot, ".ko");
}

struct sides {
	const char *a_name, *b_name;
	bool turned;	/* what is looked at is b's, its counterpart a's */
	enum provenance_use use;
};

static size_t add_ingredients(struct str_list *list, const json_t *image, const json_t *other,
			      const struct sides *sides)
{
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach(image, i, one) {
		const json_t *that = counterpart(other, one);
		char *mine, *its;

		if (that && (sides->turned || !strcmp(member(one, "sha256"), member(that, "sha256"))))
			continue;
		n++;
		if (sides->use == TO_JUDGE && is_under_test(one))
			continue;
		mine = ingredient_words(one);
		its = ingredient_words(that);
		str_list_addf(list, "guest image, %s: %s %s, %s %s", member(one, "file"),
			      sides->a_name, sides->turned ? its : mine, sides->b_name,
			      sides->turned ? mine : its);
		free(mine);
		free(its);
	}
	return n;
}

static bool differs(const json_t *x, const json_t *y)
{
	return (x || y) && !(x && y && json_equal(x, y));
}

static void add_part(struct str_list *list, const char *name, const char *a_name, const json_t *x,
		     const char *b_name, const json_t *y)
{
	char *x_words, *y_words;

	if (!differs(x, y))
		return;
	x_words = in_words(x);
	y_words = in_words(y);
	str_list_addf(list, "%s: %s %s, %s %s", name, a_name, x_words, b_name, y_words);
	free(x_words);
	free(y_words);
}

/*
 * Each file that differs; the whole where a result does not say what is in it, as those before
 * pcpbench recorded ingredients, or where the files are the same and their order is not.
 */
static void add_image(struct str_list *list, const struct result *a, const struct result *b,
		      struct sides *sides)
{
	const json_t *x = json_object_get(a->provenance, "image");
	const json_t *y = json_object_get(b->provenance, "image");
	size_t n = 0;

	if (x && y) {
		n = add_ingredients(list, x, y, sides);
		sides->turned = true;
		n += add_ingredients(list, y, x, sides);
	}
	if (n)
		return;
	/* the image holds the module, and where only its hash is known, differs with it */
	if (sides->use != TO_JUDGE || !differs(json_object_get(a->provenance, "module_hash"),
					      json_object_get(b->provenance, "module_hash")))
		add_part(list, "guest image", sides->a_name,
			 json_object_get(a->provenance, "image_hash"), sides->b_name,
			 json_object_get(b->provenance, "image_hash"));
	if (!x || !y)
		add_part(list, "fio", sides->a_name, json_object_get(a->provenance, "fio"),
			 sides->b_name, json_object_get(b->provenance, "fio"));
}

void provenance_differences(struct str_list *list, const struct result *a, const char *a_name,
			    const struct result *b, const char *b_name, enum provenance_use use)
{
	struct sides sides = { .a_name = a_name, .b_name = b_name, .use = use };
	bool realtime = !strcmp(a->mode, "realtime");

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		enum when when = parts[i].when;

		if ((when == IN_REALTIME && !realtime) || (when == IN_PARTS && use != TO_MERGE) ||
		    (when == UNDER_TEST && use == TO_JUDGE))
			continue;
		add_part(list, parts[i].name, a_name, json_object_get(a->provenance, parts[i].key),
			 b_name, json_object_get(b->provenance, parts[i].key));
	}
	add_image(list, a, b, &sides);
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
