/* SPDX-License-Identifier: GPL-2.0-only */
/* What a gate found, as a document that any format can write. */
#ifndef GATE_DOCUMENT_H
#define GATE_DOCUMENT_H

#include <jansson.h>

#include "base/must-check.h"
#include "gate/gate.h"
#include "output/format.h"

/* The origin of the verdict, as it was given on the command line. */
struct gate_origin {
	const char *baseline, *result, *rules;
	const char *result_file;	/* of the first result: what a new baseline is a copy of */
};

/*
 * The verdict, with a check for every judged metric; its data is verdict.json,
 * schema pcpbench-verdict/1.
 */
void gate_document(struct document *doc, const struct gate *gate, const struct gate_origin *origin);

/*
 * verdict.json of a gate that came to no judgement, with @reasons; baseline and
 * result may be NULL.
 */
MUST_CHECK json_t *gate_no_verdict(const struct gate_origin *origin,
				   const struct str_list *reasons);

#endif
