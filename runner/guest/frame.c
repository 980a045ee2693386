// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "guest/frame.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/lines.h"
#include "base/util.h"
#include "contract/guest-format.h"

#define HEADER_SIZE	sizeof(struct pcpb_frame_header)
#define CRC_OFFSET	offsetof(struct pcpb_frame_header, crc32)

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "frames are little endian, and so must be the host");

/*
 * A false header can claim 16 MiB of others as its payload, each of which
 * claims as much: checking all of them is quadratic. Once this many bytes for
 * each byte fed were checked in vain, a false frame is skipped as a whole.
 */
#define WASTE_PER_BYTE	16
#define WASTE_FREE	(4ull * PCPB_FRAME_MAX)

void frame_decoder_init(struct frame_decoder *d)
{
	memset(d, 0, sizeof(*d));
}

void frame_decoder_free(struct frame_decoder *d)
{
	free(d->buffer);
	frame_decoder_init(d);
}

void frame_decoder_feed(struct frame_decoder *d, const void *data, size_t length)
{
	if (!length)
		return;
	/* Moving only when more than half is gone costs each byte one move. */
	if (d->start > d->used / 2) {
		memmove(d->buffer, d->buffer + d->start, d->used - d->start);
		d->used -= d->start;
		d->start = 0;
	}
	if (length > d->size - d->used) {
		d->size = 2 * (d->used + length);
		d->buffer = xrealloc_array(d->buffer, d->size, 1);
	}
	memcpy(d->buffer + d->used, data, length);
	d->used += length;
	d->fed += length;
}

void frame_decoder_finish(struct frame_decoder *d)
{
	d->finished = true;
}

static void skip(struct frame_decoder *d, size_t length)
{
	if (!d->skipping)
		d->damaged++;
	d->skipping = true;
	d->start += length;
}

/* Moves to what may be a magic, whole or cut by the end. False: nothing is left. */
static bool find_magic(struct frame_decoder *d)
{
	static const uint32_t magic = PCPB_FRAME_MAGIC;

	while (d->start < d->used) {
		const unsigned char *at = d->buffer + d->start, *found;
		size_t left = d->used - d->start;

		found = memchr(at, *(const unsigned char *)&magic, left);
		if (!found) {
			skip(d, left);
			return false;
		}
		if (found > at)
			skip(d, (size_t)(found - at));
		left = d->used - d->start;
		if (!memcmp(found, &magic, left < sizeof(magic) ? left : sizeof(magic)))
			return true;
		skip(d, 1);
	}
	return false;
}

static bool plausible(const struct pcpb_frame_header *h)
{
	return h->version == PCPB_FRAME_VERSION && h->type >= PCPB_FRAME_HELLO &&
	       h->type < PCPB_FRAME_TYPES && !(h->flags & ~PCPB_FRAME_ZLIB) &&
	       h->length <= PCPB_FRAME_MAX;
}

static bool crc_fits(const struct pcpb_frame_header *h, const unsigned char *frame)
{
	uLong crc = crc32(0, frame, CRC_OFFSET);

	return crc32(crc, frame + HEADER_SIZE, h->length) == h->crc32;
}

static char *copied(const unsigned char *payload, size_t length)
{
	char *out = xcalloc(length + 1, 1);

	memcpy(out, payload, length);
	return out;
}

/* A u32 length and a zlib stream of exactly that many bytes; NULL when it is not. */
static char *inflated(const unsigned char *payload, size_t length, size_t *out_length)
{
	uint32_t claimed;
	uLongf got;
	char *out;

	if (length < sizeof(claimed))
		return NULL;
	memcpy(&claimed, payload, sizeof(claimed));
	if (claimed > PCPB_FRAME_MAX)
		return NULL;
	out = xcalloc(claimed + 1, 1);
	got = claimed;
	if (uncompress((Bytef *)out, &got, payload + sizeof(claimed),
		       length - sizeof(claimed)) != Z_OK || got != claimed) {
		free(out);
		return NULL;
	}
	*out_length = claimed;
	return out;
}

/* A frame that came through whole; false when it is to be thrown away all the same. */
static bool accept(struct frame_decoder *d, const struct pcpb_frame_header *h,
		   const unsigned char *payload, struct frame *frame)
{
	if (h->seq < d->next_seq) {
		d->damaged++;
		return false;
	}
	d->lost += h->seq - d->next_seq;
	d->next_seq = h->seq + 1;
	frame->type = h->type;
	frame->seq = h->seq;
	frame->length = h->length;
	frame->payload = h->flags & PCPB_FRAME_ZLIB ?
			 inflated(payload, h->length, &frame->length) :
			 copied(payload, h->length);
	if (!frame->payload) {
		d->damaged++;
		return false;
	}
	d->frames++;
	return true;
}

enum check { UNFINISHED, NO_HEADER, BAD_CRC, WHOLE };

/* What stands at the start; *h is valid for the last two answers. */
static enum check check(const struct frame_decoder *d, struct pcpb_frame_header *h)
{
	const unsigned char *at = d->buffer + d->start;
	size_t left = d->used - d->start;

	if (left < HEADER_SIZE)
		return UNFINISHED;
	memcpy(h, at, HEADER_SIZE);
	if (!plausible(h))
		return NO_HEADER;
	if (left < HEADER_SIZE + h->length)
		return UNFINISHED;
	return crc_fits(h, at) ? WHOLE : BAD_CRC;
}

/* What to skip of a false frame besides its first byte: all when too much was wasted. */
static size_t excess(struct frame_decoder *d, const struct pcpb_frame_header *h)
{
	d->wasted += h->length;
	return d->wasted > WASTE_FREE + WASTE_PER_BYTE * d->fed ?
	       HEADER_SIZE + h->length - 1 : 0;
}

bool frame_decoder_next(struct frame_decoder *d, struct frame *frame)
{
	while (find_magic(d)) {
		const unsigned char *at = d->buffer + d->start;
		struct pcpb_frame_header h;

		switch (check(d, &h)) {
		case UNFINISHED:
			if (!d->finished)
				return false;
			skip(d, 1);
			break;
		case NO_HEADER:
			skip(d, 1);
			break;
		case BAD_CRC:
			skip(d, 1 + excess(d, &h));
			break;
		case WHOLE:
			at += HEADER_SIZE;
			d->start += HEADER_SIZE + h.length;
			d->skipping = false;
			if (accept(d, &h, at, frame))
				return true;
			break;
		}
	}
	return false;
}

void frame_free(struct frame *frame)
{
	free(frame->payload);
	memset(frame, 0, sizeof(*frame));
}

/* True when the line is "KEY N" with a number of at most @max. */
static bool number_line(const struct lines *line, const char *key, uint64_t max, uint64_t *value)
{
	size_t skip = strlen(key) + 1;
	char *digits;
	bool good;

	if (!line_starts(line, key) || line->length < skip || line->text[skip - 1] != ' ')
		return false;
	digits = xstrndup(line->text + skip, line->length - skip);
	good = parse_u64(digits, max, value);
	free(digits);
	return good;
}

const char *frame_step(const struct frame *frame, unsigned int *step)
{
	struct lines lines = lines_of(frame->payload, strlen(frame->payload));
	uint64_t n;

	if (!lines_next(&lines) || !number_line(&lines, PCPB_LINE_STEP, UINT32_MAX, &n))
		return NULL;
	*step = (unsigned int)n;
	return lines.next;
}

bool frame_number(const struct frame *frame, const char *key, uint64_t *value)
{
	struct lines lines = lines_of(frame->payload, strlen(frame->payload));

	while (lines_next(&lines))
		if (number_line(&lines, key, UINT64_MAX, value))
			return true;
	return false;
}
