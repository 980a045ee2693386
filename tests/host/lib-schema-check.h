/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holds JSON against a JSON Schema (draft 2020-12), as far as results/schema.json
 * uses it. A keyword that is not known here is an error wherever it stands in
 * the schema: a validator that skips what it does not know checks nothing.
 */
#ifndef LIB_SCHEMA_CHECK_H
#define LIB_SCHEMA_CHECK_H

#include <jansson.h>

/* NULL when @schema has only known keywords in their right form, else what is wrong; free it. */
char *schema_unknown(json_t *schema);
/* NULL when @json is valid, else the first violation with its JSON path; free it. */
char *schema_check(json_t *schema, json_t *json);

#endif
