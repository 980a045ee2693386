// SPDX-License-Identifier: GPL-2.0-only
/* The files and the subject of a patch. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "kernel/patch-file.h"
#include "kernel/series.h"
#include "lib-fuzz.h"

const unsigned int fuzz_runs = 10000;

/* Names are there once each. */
static void check_patch(const struct patch_file *patch)
{
	for (size_t i = 0; i < patch->names.n; i++) {
		if (!*patch->names.item[i])
			abort();
		for (size_t k = 0; k < i; k++)
			if (!strcmp(patch->names.item[i], patch->names.item[k]))
				abort();
	}
}

/* A subject is one printable line that JSON takes. */
static void check_subject(const char *subject)
{
	json_t *json = json_string(subject);

	if (!json || !*subject)
		abort();
	json_decref(json);
	for (; *subject; subject++)
		if ((unsigned char)*subject < ' ')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *subject;
	struct patch_file patch;

	patch_file_parse(&patch, text);
	check_patch(&patch);
	patch_file_free(&patch);
	subject = patch_subject(text);
	if (subject)
		check_subject(subject);
	free(subject);
	free(text);
	return 0;
}
