/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames as the guest's agent writes them, for tests. */
#ifndef LIB_FRAMES_H
#define LIB_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "contract/frame-format.h"

struct stream {
	unsigned char *data;
	size_t length;
	uint32_t next_seq;
};

void stream_free(struct stream *s);
/* Appends raw bytes. */
void stream_add(struct stream *s, const void *data, size_t length);
/* Appends a good frame with the next sequence number; text without its NUL. */
void stream_frame(struct stream *s, enum pcpb_frame_type type, const char *text);
/* Appends @header, its magic and CRC made right, and @payload of header.length bytes. */
void stream_header(struct stream *s, struct pcpb_frame_header header, const void *payload);
/* A good frame, its payload deflated, @claimed being the length that it states. */
void stream_deflated(struct stream *s, enum pcpb_frame_type type, const char *text, size_t length,
		     uint32_t claimed);

#endif
