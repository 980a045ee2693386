/* SPDX-License-Identifier: GPL-2.0-only */
/* What a gate found, for people, for CI systems, for scripts. */
#ifndef GATE_FORMS_H
#define GATE_FORMS_H

#include <jansson.h>
#include <stdio.h>

#include "base/must-check.h"
#include "gate/gate.h"

/* Where the verdict comes from, as it was given. */
struct gate_origin {
	const char *baseline, *result, *rules;
	const char *result_file;	/* of the first result: what a new baseline is a copy of */
};

/* Regressions, what could not be judged, improvements; passes are counted. */
void gate_print_text(FILE *out, const struct gate *gate, const struct gate_origin *origin);
void gate_print_markdown(FILE *out, const struct gate *gate, const struct gate_origin *origin);
/* A test case for every judged metric; JUnit as Jenkins and GitLab read it. */
void gate_print_junit(FILE *out, const struct gate *gate);
/* The same as KTAP version 1 (Documentation/dev-tools/ktap.rst of the kernel). */
void gate_print_ktap(FILE *out, const struct gate *gate);
/* "::error title=...::..." for each regression and doubt: annotations of a GitHub workflow. */
void gate_print_annotations(FILE *out, const struct gate *gate);
/* verdict.json, schema pcpbench-verdict/1. */
MUST_CHECK json_t *gate_to_json(const struct gate *gate, const struct gate_origin *origin);

/* The same of a gate that came to no judgement, with @reasons; baseline and result may be NULL. */
MUST_CHECK json_t *gate_no_verdict(const struct gate_origin *origin,
				   const struct str_list *reasons);

#endif
