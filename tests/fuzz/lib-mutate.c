// SPDX-License-Identifier: GPL-2.0-only
#include "lib-mutate.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

static const char *const awkward[] = {
	"0", "-1", "18446744073709551615", "18446744073709551616", "9223372036854775808", "1e999",
	"4294967296", "00", "", "\"", "{", "[[[[[[[[", "\n", " ", "\\u0000", "=", "%s%n", "NaN",
};

/* splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t draw(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

struct buffer {
	unsigned char *data;
	size_t length;
};

/* Bytes [@at, @at + @gone) become @length bytes of @with. */
static void splice(struct buffer *b, size_t at, size_t gone, const void *with, size_t length)
{
	unsigned char *data = xcalloc(b->length - gone + length + 1, 1);

	memcpy(data, b->data, at);
	memcpy(data + at, with, length);
	memcpy(data + at + length, b->data + at + gone, b->length - at - gone);
	free(b->data);
	b->data = data;
	b->length += length - gone;
}

/* The digits at or after @at become an awkward word. */
static void replace_number(struct buffer *b, size_t at, uint64_t *seed)
{
	const char *word = awkward[draw(seed) % ARRAY_SIZE(awkward)];
	size_t end;

	while (at < b->length && (b->data[at] < '0' || b->data[at] > '9'))
		at++;
	for (end = at; end < b->length && b->data[end] >= '0' && b->data[end] <= '9';)
		end++;
	splice(b, at, end - at, word, strlen(word));
}

static void change_once(struct buffer *b, uint64_t *seed)
{
	size_t at = b->length ? draw(seed) % b->length : 0;
	size_t room = b->length - at, n = room ? draw(seed) % (room < 256 ? room : 256) : 0;
	unsigned char piece[256];

	switch (draw(seed) % 6) {
	case 0:
		if (room)
			b->data[at] ^= (unsigned char)(1u << draw(seed) % 8);
		break;
	case 1:
		splice(b, at, room, "", 0);
		break;
	case 2:
		splice(b, at, n, "", 0);
		break;
	case 3:
		memcpy(piece, b->data + at, n);
		splice(b, at, 0, piece, n);
		break;
	case 4:
		for (size_t i = 0; i < n; i++)
			b->data[at + i] = (unsigned char)draw(seed);
		break;
	case 5:
		replace_number(b, at, seed);
		break;
	}
}

unsigned char *mutate(const unsigned char *data, size_t length, uint64_t *seed, size_t *new_length)
{
	struct buffer b = { xcalloc(length + 1, 1), length };
	unsigned char *exact;

	memcpy(b.data, data, length);
	for (uint64_t n = draw(seed) % 4 + 1; n; n--)
		change_once(&b, seed);
	/* a read past the end must show */
	exact = malloc(b.length ? b.length : 1);
	memcpy(exact, b.data, b.length);
	free(b.data);
	*new_length = b.length;
	return exact;
}
