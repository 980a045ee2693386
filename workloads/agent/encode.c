// SPDX-License-Identifier: GPL-2.0-only
#include "encode.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/*
 * A byte through the port costs the host about as much as 300 guest
 * instructions. On fio's output level 1 compresses to twice the size of level
 * 6 in a third of the instructions; level 3 has the smallest sum.
 */
#define COMPRESSION_LEVEL 3

bool encode_compressed(struct text *out, const struct text *payload, struct reason *why)
{
	uint32_t plain = payload->length;
	uLongf packed = compressBound(payload->length);

	if (payload->length > PCPB_FRAME_MAX)
		return reason_set(why, "%zu bytes do not fit into a frame of at most %u",
				  payload->length, PCPB_FRAME_MAX);
	text_add(out, &plain, sizeof(plain));
	text_reserve(out, packed);
	if (compress2((Bytef *)out->data + out->length, &packed, (const Bytef *)payload->data,
		      payload->length, COMPRESSION_LEVEL) != Z_OK)
		return reason_set(why, "zlib cannot compress %zu bytes", payload->length);
	out->length += packed;
	out->data[out->length] = '\0';
	if (out->length > PCPB_FRAME_MAX)
		return reason_set(why, "%zu compressed bytes do not fit into a frame of at most %u",
				  out->length, PCPB_FRAME_MAX);
	return true;
}

void encode_frame(struct text *out, enum pcpb_frame_type type, uint16_t flags, uint32_t seq,
		  const void *payload, size_t length)
{
	struct pcpb_frame_header header = {
		.magic = PCPB_FRAME_MAGIC,
		.version = PCPB_FRAME_VERSION,
		.type = type,
		.flags = flags,
		.seq = seq,
		.length = length,
	};
	uLong crc;

	crc = crc32(0, (const Bytef *)&header, offsetof(struct pcpb_frame_header, crc32));
	header.crc32 = crc32(crc, payload, length);
	text_add(out, &header, sizeof(header));
	text_add(out, payload, length);
}
