/* SPDX-License-Identifier: GPL-2.0-only */
/* result.json as a whole: provenance, measurements, digest. */
#ifndef RESULT_H
#define RESULT_H

#include <jansson.h>
#include <stddef.h>

#include "base/must-check.h"
#include "base/util.h"
#include "result/measurement.h"

#define RESULT_SCHEMA "pcpbench-result/2"	/* what is written; /1 is read, too */
#define RESULT_MAX_BYTES (64u << 20)	/* of a result.json */

struct result {
	char *id;
	char *mode;		/* "exact" or "realtime" */
	char digest[72];	/* "sha256:…", by schema /2 whatever the file's */
	char digest_1[72];	/* what a file of schema /1 calls its digest; "" for all others */
	json_t *provenance;	/* object of strings, numbers and lists of strings */
	struct measurement *measurement;
	size_t measurements;
};

/* Makes an empty result, with an empty provenance object. */
void result_init(struct result *r);
void result_free(struct result *r);
/* A new empty measurement; valid until the next one is added. */
struct measurement *result_add(struct result *r);
/*
 * Sets r->digest: SHA-256 over measurement_canonical() of all of them, as a list
 * of JSON. Empty when a measurement has no JSON form; result_write() says why.
 */
void result_seal(struct result *r);
/*
 * Atomic write of @path, with one line per measurement and the digest of the
 * measurements as they are now. 0 or -1 after a message.
 */
MUST_CHECK int result_write(const struct result *r, const char *path);
/*
 * Loads and checks a result file, or the result.json of a run folder. -1 after
 * a message that names the file and the JSON path: too large, truncated,
 * foreign, future schema, duplicated measurements, buckets that do not add up,
 * digest mismatch. @r is then empty; it needs no result_init() before. Each
 * measurement has all of its own parameters, whether they are stored or not.
 */
MUST_CHECK int result_load(struct result *r, const char *path);
/*
 * Loads @n results, on several cores. -1 after a message about the first that
 * is refused (or one for each core); all of @r is then empty.
 */
MUST_CHECK int result_load_all(struct result *r, const char *const *path, size_t n);
/* Adds the paths that @argument names: a list with commas, unless a file has just that name. */
void result_paths(struct str_list *paths, const char *argument);
/* The same as result_load() for a text that is in memory; @name stands for the file in messages. */
MUST_CHECK int result_parse(struct result *r, const char *name, const char *text, size_t length);

#endif
