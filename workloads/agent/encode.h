/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames as bytes (frame-format.h); no I/O, so that the host can test it. */
#ifndef AGENT_ENCODE_H
#define AGENT_ENCODE_H

#include <stdint.h>

#include "frame-format.h"
#include "text.h"

/*
 * Appends to @out the compressed form of @payload, to be sent with
 * PCPB_FRAME_ZLIB. False with @why when either form is longer than
 * PCPB_FRAME_MAX.
 */
bool encode_compressed(struct text *out, const struct text *payload, struct reason *why);
/* Appends a whole frame. @length must not be above PCPB_FRAME_MAX. */
void encode_frame(struct text *out, enum pcpb_frame_type type, uint16_t flags, uint32_t seq,
		  const void *payload, size_t length);

#endif
