/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder of the guest's frames. Fed with whatever bytes there are, from a
 * guest that may have died in the middle of a frame: damage is counted and
 * skipped (the next magic is looked for), never trusted. The time taken is
 * linear in the bytes fed, whatever they are.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/frame-format.h"

struct frame {
	enum pcpb_frame_type type;
	uint32_t seq;
	char *payload;		/* inflated, NUL added; owned, see frame_free() */
	size_t length;
};

struct frame_decoder {
	unsigned char *buffer;
	size_t start, used, size;	/* undecoded: buffer[start] up to buffer[used] */
	bool finished;
	bool skipping;			/* within a run of bytes that are no frame */
	uint64_t fed, wasted;		/* bytes fed; bytes checked in vain */
	uint32_t next_seq;
	uint64_t frames;	/* good ones */
	uint64_t lost;		/* gaps in seq */
	uint64_t damaged;	/* runs of bytes that are no good frame; inflations that failed; old seq */
};

void frame_decoder_init(struct frame_decoder *d);
void frame_decoder_free(struct frame_decoder *d);
void frame_decoder_feed(struct frame_decoder *d, const void *data, size_t length);
/* No more will be fed: what waits for the rest of a frame is looked through for whole ones. */
void frame_decoder_finish(struct frame_decoder *d);
/* True and a frame (to be given to frame_free()), or false: feed more. */
bool frame_decoder_next(struct frame_decoder *d, struct frame *frame);
void frame_free(struct frame *frame);

/* Reads "step N" off the front of a payload; NULL when it has none. Returns what follows the line. */
const char *frame_step(const struct frame *frame, unsigned int *step);
/* The number on the line "KEY N" of a payload; false when there is none. */
bool frame_number(const struct frame *frame, const char *key, uint64_t *value);

#endif
