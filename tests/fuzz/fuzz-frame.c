// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's frames, as they come and once more with fitting checksums, so
 * that payloads are reached. However a stream is cut, its frames are the same.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/util.h"
#include "guest/frame.h"
#include "lib-fuzz.h"

const unsigned int fuzz_runs = 14000;

/* The frames and the damage that a stream yields. */
struct outcome {
	uint64_t frames, lost;
	uLong payloads;		/* their CRC-32, one after the other */
};

static void take(struct outcome *o, struct frame *frame)
{
	unsigned int step = 0;
	uint64_t number;

	if (frame->length > PCPB_FRAME_MAX || frame->payload[frame->length])
		abort();
	frame_step(frame, &step);
	frame_number(frame, "progress", &number);
	o->payloads = crc32(o->payloads, (const Bytef *)frame->payload, (uInt)frame->length);
	frame_free(frame);
}

static struct outcome decode(const uint8_t *data, size_t size, size_t piece)
{
	struct outcome o = { 0 };
	struct frame_decoder d;
	struct frame frame;

	frame_decoder_init(&d);
	for (size_t at = 0; at < size; at += piece) {
		frame_decoder_feed(&d, data + at, size - at < piece ? size - at : piece);
		while (frame_decoder_next(&d, &frame))
			take(&o, &frame);
	}
	frame_decoder_finish(&d);
	while (frame_decoder_next(&d, &frame))
		take(&o, &frame);
	if (d.used != d.start)
		abort();
	o.frames = d.frames;
	o.lost = d.lost;
	frame_decoder_free(&d);
	return o;
}

/* The length of what looks like a frame at @at, its checksum made to fit; or 1. */
static size_t repair_one(uint8_t *data, size_t left)
{
	struct pcpb_frame_header h;

	if (left < sizeof(h))
		return 1;
	memcpy(&h, data, sizeof(h));
	if (h.magic != PCPB_FRAME_MAGIC || h.length > left - sizeof(h))
		return 1;
	h.crc32 = (uint32_t)crc32(0, data, offsetof(struct pcpb_frame_header, crc32));
	h.crc32 = (uint32_t)crc32(h.crc32, data + sizeof(h), h.length);
	memcpy(data, &h, sizeof(h));
	return sizeof(h) + h.length;
}

static void check(const uint8_t *data, size_t size)
{
	struct outcome whole = decode(data, size, size), cut = decode(data, size, 7);

	if (whole.frames != cut.frames || whole.lost != cut.lost || whole.payloads != cut.payloads)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *repaired = xcalloc(size, 1);

	check(data, size);
	memcpy(repaired, data, size);
	for (size_t at = 0; at < size;)
		at += repair_one(repaired + at, size - at);
	check(repaired, size);
	free(repaired);
	return 0;
}
