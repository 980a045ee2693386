/* SPDX-License-Identifier: GPL-2.0-only */
/* What a calibration found, as a document that any format can write. */
#ifndef CALIBRATE_DOCUMENT_H
#define CALIBRATE_DOCUMENT_H

#include "calibrate/calibrate.h"
#include "output/document.h"

void calibration_document(struct document *doc, const struct calibration *c,
			  const struct gate_rules *rules);

#endif
