// SPDX-License-Identifier: GPL-2.0-only
/* A result.json, as it comes and once more without a digest to fail on. What is taken is sound. */
#include <stdlib.h>
#include <string.h>

#include "base/fsutil.h"
#include "lib-fuzz.h"
#include "result/result.h"

const unsigned int fuzz_runs = 5000;

static void parse(const char *text, size_t size)
{
	char digest[72];
	struct result r;

	if (result_parse(&r, "fuzz", text, size)) {
		if (r.measurement || r.id || r.provenance)
			abort();
		return;
	}
	for (size_t i = 0; i < r.measurements; i++)
		for (size_t k = 0; k < r.measurement[i].hists; k++)
			if (hist_check(&r.measurement[i].hist[k].hist))
				abort();
	memcpy(digest, r.digest, sizeof(digest));
	result_seal(&r);
	if (strcmp(digest, r.digest))
		abort();
	result_free(&r);
}

/* Drops what no digest is made of, in schema /2. */
static void strip(json_t *items)
{
	json_t *item, *hist;
	const char *name;
	size_t i;

	json_array_foreach(items, i, item) {
		json_object_del(item, "defaults");
		json_object_foreach(json_object_get(item, "histograms"), name, hist)
			json_object_del(hist, "percentiles");
	}
}

/* The digest of what @root holds now; the text is to be freed. */
static char *sealed(json_t *root)
{
	char hex[65], digest[72] = "sha256:", *canonical, *text;
	const char *schema = json_string_value(json_object_get(root, "schema"));
	json_t *items = json_deep_copy(json_object_get(root, "measurements"));

	if (!items)
		return NULL;
	if (schema && !strcmp(schema, RESULT_SCHEMA))
		strip(items);
	canonical = json_dumps(items, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	sha256_hex(canonical, strlen(canonical), hex);
	memcpy(digest + 7, hex, sizeof(hex));
	free(canonical);
	json_decref(items);
	json_object_set_new(root, "digest", json_string(digest));
	text = json_dumps(root, 0);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *root = json_loadb((const char *)data, size, 0, NULL);
	char *text = json_is_object(root) ? sealed(root) : NULL;

	parse((const char *)data, size);
	if (text)
		parse(text, strlen(text));
	free(text);
	json_decref(root);
	return 0;
}
