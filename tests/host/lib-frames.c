// SPDX-License-Identifier: GPL-2.0-only
#include "lib-frames.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/util.h"

void stream_free(struct stream *s)
{
	free(s->data);
	*s = (struct stream){ 0 };
}

void stream_add(struct stream *s, const void *data, size_t length)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < length; i++) {
		GROW(s->data, s->length);
		s->data[s->length++] = bytes[i];
	}
}

void stream_header(struct stream *s, struct pcpb_frame_header header, const void *payload)
{
	header.magic = PCPB_FRAME_MAGIC;
	header.crc32 = (uint32_t)crc32(0, (const Bytef *)&header,
				       offsetof(struct pcpb_frame_header, crc32));
	header.crc32 = (uint32_t)crc32(header.crc32, payload, header.length);
	stream_add(s, &header, sizeof(header));
	stream_add(s, payload, header.length);
}

static void add_frame(struct stream *s, enum pcpb_frame_type type, uint16_t flags,
		      const void *payload, size_t length)
{
	struct pcpb_frame_header header = {
		.version = PCPB_FRAME_VERSION,
		.type = (uint8_t)type,
		.flags = flags,
		.seq = s->next_seq++,
		.length = (uint32_t)length,
	};

	stream_header(s, header, payload);
}

void stream_frame(struct stream *s, enum pcpb_frame_type type, const char *text)
{
	add_frame(s, type, 0, text, strlen(text));
}

void stream_deflated(struct stream *s, enum pcpb_frame_type type, const char *text, size_t length,
		     uint32_t claimed)
{
	uLongf size = compressBound(length);
	unsigned char *payload = xcalloc(1, sizeof(claimed) + size);

	memcpy(payload, &claimed, sizeof(claimed));
	compress2(payload + sizeof(claimed), &size, (const Bytef *)text, length, 1);
	add_frame(s, type, PCPB_FRAME_ZLIB, payload, sizeof(claimed) + size);
	free(payload);
}
