// SPDX-License-Identifier: GPL-2.0-only
/* The decoder of the guest's frames on good, cut and damaged streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sanitizer/asan_interface.h>

#include "base/util.h"
#include "guest/frame.h"
#include "lib-frames.h"

struct decoded {
	struct frame frame[32];
	size_t n;
	uint64_t lost, damaged;
};

/* All that is ready now. What the decoder's buffer holds in reserve must not be read. */
static void take(struct frame_decoder *d, struct decoded *out)
{
	if (d->buffer)
		ASAN_POISON_MEMORY_REGION(d->buffer + d->used, d->size - d->used);
	while (out->n < ARRAY_SIZE(out->frame) && frame_decoder_next(d, &out->frame[out->n]))
		out->n++;
	if (d->buffer)
		ASAN_UNPOISON_MEMORY_REGION(d->buffer, d->size);
}

/* Fed in pieces of @piece bytes, each in memory of its own so that a read past it shows. */
static struct decoded decode(const void *data, size_t length, size_t piece)
{
	struct decoded out = { .n = 0 };
	struct frame_decoder d;

	frame_decoder_init(&d);
	for (size_t at = 0; at < length; at += piece) {
		size_t n = length - at < piece ? length - at : piece;
		char *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, (const char *)data + at, n);
		frame_decoder_feed(&d, copy, n);
		free(copy);
		take(&d, &out);
	}
	frame_decoder_finish(&d);
	take(&d, &out);
	assert_int_equal(d.used, d.start);
	out.lost = d.lost;
	out.damaged = d.damaged;
	frame_decoder_free(&d);
	return out;
}

static void release(struct decoded *out)
{
	for (size_t i = 0; i < out->n; i++)
		frame_free(&out->frame[i]);
}

static struct stream three_frames(void)
{
	struct stream s = { 0 };

	stream_frame(&s, PCPB_FRAME_HELLO, "agent 1\n");
	stream_frame(&s, PCPB_FRAME_STEP_BEGIN, "step 0\nscenario=pair\n");
	stream_frame(&s, PCPB_FRAME_BYE, "steps 1\n");
	return s;
}

static void test_any_cut(void **state)
{
	struct stream s = three_frames();

	(void)state;
	for (size_t piece = 1; piece <= s.length; piece++) {
		struct decoded out = decode(s.data, s.length, piece);

		assert_int_equal(out.n, 3);
		assert_int_equal(out.lost + out.damaged, 0);
		assert_int_equal(out.frame[1].type, PCPB_FRAME_STEP_BEGIN);
		assert_string_equal(out.frame[1].payload, "step 0\nscenario=pair\n");
		assert_int_equal(out.frame[2].seq, 2);
		release(&out);
	}
	stream_free(&s);
}

static void test_deflated(void **state)
{
	char *text = xcalloc(100001, 1);
	struct stream s = { 0 };
	struct decoded out;

	(void)state;
	memset(text, 'x', 100000);
	stream_deflated(&s, PCPB_FRAME_FIO, text, 100000, 100000);
	out = decode(s.data, s.length, 7);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.frame[0].length, 100000);
	assert_string_equal(out.frame[0].payload, text);
	release(&out);
	stream_free(&s);
	free(text);
}

/* A payload that claims to be longer or shorter than it is, or than any may be. */
static void test_deflated_lies(void **state)
{
	static const uint32_t claims[] = { 0, 1, 99, 101, PCPB_FRAME_MAX + 1, UINT32_MAX };
	char text[100];

	(void)state;
	memset(text, 'y', sizeof(text));
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		struct stream s = { 0 };
		struct decoded out;

		stream_deflated(&s, PCPB_FRAME_FIO, text, sizeof(text), claims[i]);
		stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
		out = decode(s.data, s.length, 64);
		assert_int_equal(out.n, 1);
		assert_int_equal(out.frame[0].type, PCPB_FRAME_BYE);
		assert_true(out.damaged > 0);
		release(&out);
		stream_free(&s);
	}
}

/*
 * A bomb: some 60 KB that swell to 64 MiB. Whatever it claims, it is thrown
 * away without being swelled further than the claim, and than any frame may be.
 */
static void test_bomb(void **state)
{
	static const uint32_t claims[] = { 1, PCPB_FRAME_MAX, PCPB_FRAME_MAX + 1, 64u << 20 };
	const size_t length = 64u << 20;
	char *zeros = calloc(length, 1);

	(void)state;
	assert_non_null(zeros);
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		struct stream s = { 0 };
		struct decoded out;

		stream_deflated(&s, PCPB_FRAME_FIO, zeros, length, claims[i]);
		stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
		out = decode(s.data, s.length, s.length);
		assert_int_equal(out.n, 1);
		assert_int_equal(out.frame[0].type, PCPB_FRAME_BYE);
		assert_int_equal(out.damaged, 1);
		assert_int_equal(out.lost, 0);
		release(&out);
		stream_free(&s);
	}
	free(zeros);
}

/* As much as a frame may hold, in either form; and one byte more. */
static void test_largest(void **state)
{
	char *text = calloc(PCPB_FRAME_MAX + 1, 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'z', PCPB_FRAME_MAX + 1);
	for (uint32_t more = 0; more < 2; more++) {
		struct stream s = { 0 };
		struct decoded out;
		struct pcpb_frame_header header = {
			.version = PCPB_FRAME_VERSION, .type = PCPB_FRAME_FIO,
			.length = PCPB_FRAME_MAX + more,
		};

		stream_header(&s, header, text);
		s.next_seq++;
		stream_deflated(&s, PCPB_FRAME_FIO, text, PCPB_FRAME_MAX + more,
				PCPB_FRAME_MAX + more);
		stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
		out = decode(s.data, s.length, 1000000);
		assert_int_equal(out.n, more ? 1 : 3);
		assert_int_equal(out.frame[out.n - 1].type, PCPB_FRAME_BYE);
		/* the first is no frame at all then; the second one is, but swells too far */
		assert_int_equal(out.damaged, more ? 2 : 0);
		assert_int_equal(out.lost, more);
		for (size_t i = 0; i + 1 < out.n; i++) {
			assert_int_equal(out.frame[i].length, PCPB_FRAME_MAX);
			assert_int_equal(strlen(out.frame[i].payload), PCPB_FRAME_MAX);
		}
		release(&out);
		stream_free(&s);
	}
	free(text);
}

/* A compressed frame too short for its length, or whose stream is none, or cut. */
static void test_deflated_rubbish(void **state)
{
	static const char payload[] = "\x08\0\0\0\x78\x9c is no stream";

	(void)state;
	for (uint32_t length = 0; length <= sizeof(payload); length++) {
		char *exact = malloc(length + !length);
		struct stream s = { 0 };
		struct decoded out;
		struct pcpb_frame_header header = {
			.version = PCPB_FRAME_VERSION, .type = PCPB_FRAME_FIO,
			.flags = PCPB_FRAME_ZLIB, .length = length,
		};

		assert_non_null(exact);
		memcpy(exact, payload, length);
		stream_header(&s, header, exact);
		free(exact);
		s.next_seq++;
		stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
		out = decode(s.data, s.length, 11);
		assert_int_equal(out.n, 1);
		assert_int_equal(out.frame[0].type, PCPB_FRAME_BYE);
		assert_int_equal(out.damaged, 1);
		release(&out);
		stream_free(&s);
	}
}

/* What a newer agent, or none, may send: whole, the CRC right, and still not ours. */
static void test_foreign_headers(void **state)
{
	static const struct pcpb_frame_header foreign[] = {
		{ .version = PCPB_FRAME_VERSION - 1, .type = PCPB_FRAME_RESULT, .length = 4 },
		{ .version = PCPB_FRAME_VERSION + 1, .type = PCPB_FRAME_RESULT, .length = 4 },
		{ .version = PCPB_FRAME_VERSION, .type = 0, .length = 4 },
		{ .version = PCPB_FRAME_VERSION, .type = PCPB_FRAME_TYPES, .length = 4 },
		{ .version = PCPB_FRAME_VERSION, .type = PCPB_FRAME_RESULT, .length = 4,
		  .flags = 2 },
		{ .version = PCPB_FRAME_VERSION, .type = PCPB_FRAME_RESULT, .length = 4,
		  .flags = 0x8001 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++) {
		struct stream s = { 0 };
		struct decoded out;

		stream_header(&s, foreign[i], "text");
		s.next_seq++;
		stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
		out = decode(s.data, s.length, 9);
		assert_int_equal(out.n, 1);
		assert_int_equal(out.frame[0].type, PCPB_FRAME_BYE);
		assert_int_equal(out.damaged, 1);
		assert_int_equal(out.lost, 1);
		release(&out);
		stream_free(&s);
	}
}

/* A frame that comes a second time is not told twice. */
static void test_old_seq(void **state)
{
	struct stream s = { 0 };
	struct decoded out;

	(void)state;
	stream_frame(&s, PCPB_FRAME_HELLO, "agent 1\n");
	stream_frame(&s, PCPB_FRAME_LOG, "once\n");
	s.next_seq = 1;
	stream_frame(&s, PCPB_FRAME_LOG, "again\n");
	stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
	out = decode(s.data, s.length, 4);
	assert_int_equal(out.n, 3);
	assert_string_equal(out.frame[1].payload, "once\n");
	assert_string_equal(out.frame[2].payload, "steps 0\n");
	assert_int_equal(out.damaged, 1);
	assert_int_equal(out.lost, 0);
	release(&out);
	stream_free(&s);
}

/* Headers in a row, each of which claims those behind it: the work stays linear. */
static void test_nested_headers(void **state)
{
	const struct pcpb_frame_header header = {
		.magic = PCPB_FRAME_MAGIC, .version = PCPB_FRAME_VERSION,
		.type = PCPB_FRAME_RESULT, .length = 100000,
	};
	struct stream s = { 0 };
	struct frame_decoder d;
	struct frame frame;

	(void)state;
	for (int i = 0; i < 20000; i++)
		stream_add(&s, &header, sizeof(header));
	frame_decoder_init(&d);
	frame_decoder_feed(&d, s.data, s.length);
	assert_false(frame_decoder_next(&d, &frame));
	frame_decoder_finish(&d);
	assert_false(frame_decoder_next(&d, &frame));
	assert_int_equal(d.damaged, 1);
	assert_int_equal(d.used, d.start);
	/* trying each would check 2 GB in vain */
	assert_true(d.wasted < 100u << 20);
	frame_decoder_free(&d);
	stream_free(&s);
}

/* A guest that died in the middle of a frame: all whole ones are kept. */
static void test_cut_stream(void **state)
{
	struct stream s = three_frames();
	const size_t head = sizeof(struct pcpb_frame_header);
	const size_t first = head + strlen("agent 1\n");
	const size_t second = first + head + strlen("step 0\nscenario=pair\n");

	(void)state;
	for (size_t length = 0; length < s.length; length++) {
		struct decoded out = decode(s.data, length, 16);

		assert_int_equal(out.n, (length >= first) + (length >= second));
		/* what is left of the next frame is told */
		if (length != 0 && length != first && length != second)
			assert_true(out.damaged > 0);
		release(&out);
	}
	stream_free(&s);
}

/* No flipped bit goes unnoticed, and none costs the frames beside it. */
static void test_flipped_bits(void **state)
{
	struct stream s = three_frames();

	(void)state;
	for (size_t bit = 0; bit < s.length * 8; bit++) {
		struct decoded out;

		s.data[bit / 8] ^= 1u << bit % 8;
		out = decode(s.data, s.length, s.length);
		assert_int_equal(out.n, 2);
		assert_true(out.damaged > 0 || out.lost > 0);
		release(&out);
		s.data[bit / 8] ^= 1u << bit % 8;
	}
	stream_free(&s);
}

static void test_noise_between(void **state)
{
	static const char noise[] = "PCPBPCPB garbage \xff\x00 PCP";
	struct stream s = { 0 };
	struct decoded out;

	(void)state;
	stream_add(&s, noise, sizeof(noise));
	stream_frame(&s, PCPB_FRAME_HELLO, "agent 1\n");
	stream_add(&s, noise, sizeof(noise));
	stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
	stream_add(&s, noise, sizeof(noise));
	out = decode(s.data, s.length, 5);
	assert_int_equal(out.n, 2);
	assert_int_equal(out.damaged, 3);
	assert_int_equal(out.lost, 0);
	release(&out);
	stream_free(&s);
}

static void test_gap(void **state)
{
	struct stream s = { 0 };
	struct decoded out;

	(void)state;
	stream_frame(&s, PCPB_FRAME_HELLO, "agent 1\n");
	s.next_seq += 3;
	stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
	out = decode(s.data, s.length, 1000);
	assert_int_equal(out.n, 2);
	assert_int_equal(out.lost, 3);
	release(&out);
	stream_free(&s);
}

/* A header that promises more than any frame has must not make us wait for it. */
static void test_huge_length(void **state)
{
	struct pcpb_frame_header header = {
		.magic = PCPB_FRAME_MAGIC, .version = PCPB_FRAME_VERSION,
		.type = PCPB_FRAME_RESULT, .length = PCPB_FRAME_MAX + 1,
	};
	struct stream s = { 0 };
	struct decoded out;

	(void)state;
	stream_add(&s, &header, sizeof(header));
	stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
	out = decode(s.data, s.length, 3);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.frame[0].type, PCPB_FRAME_BYE);
	release(&out);
	stream_free(&s);
}

/* One with a possible length that never came swallows nothing either. */
static void test_unkept_promise(void **state)
{
	struct pcpb_frame_header header = {
		.magic = PCPB_FRAME_MAGIC, .version = PCPB_FRAME_VERSION,
		.type = PCPB_FRAME_RESULT, .length = 1000000,
	};
	struct stream s = { 0 };
	struct decoded out;

	(void)state;
	stream_add(&s, &header, sizeof(header));
	stream_frame(&s, PCPB_FRAME_HELLO, "agent 1\n");
	stream_frame(&s, PCPB_FRAME_BYE, "steps 0\n");
	out = decode(s.data, s.length, 8);
	assert_int_equal(out.n, 2);
	release(&out);
	stream_free(&s);
}

static void test_words(void **state)
{
	static const struct {
		const char *text;
		bool good;
		unsigned int step;
		const char *rest;
	} cases[] = {
		{ "step 0\n", true, 0, "" },
		{ "step 17\nverdict ok\n", true, 17, "verdict ok\n" },
		{ "step \n", false, 0, NULL },
		{ "step -1\n", false, 0, NULL },
		{ "step 99999999999999999999\n", false, 0, NULL },
		{ "steps 3\n", false, 0, NULL },
		{ "", false, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct frame frame = {
			.payload = (char *)cases[i].text, .length = strlen(cases[i].text),
		};
		unsigned int step = 0;
		const char *rest = frame_step(&frame, &step);

		assert_int_equal(rest != NULL, cases[i].good);
		if (!rest)
			continue;
		assert_int_equal(step, cases[i].step);
		assert_string_equal(rest, cases[i].rest);
	}
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t value;
	} cases[] = {
		{ "steps 3", true, 3 },
		{ "agent 1\nsteps 0\n", true, 0 },
		{ "xsteps 1\nsteps  2\nsteps 4\nsteps 5\n", true, 4 },
		{ "steps 18446744073709551615\n", true, UINT64_MAX },
		{ "steps 18446744073709551616\n", false, 0 },
		{ "steps -1\nsteps 1x\nsteps\nsteps \n", false, 0 },
		{ "a steps 3\n", false, 0 },
		{ "\n\n", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t length = strlen(cases[i].text);
		struct frame frame = { .payload = strdup(cases[i].text), .length = length };
		uint64_t value = 77;

		assert_int_equal(frame_number(&frame, "steps", &value), cases[i].good);
		assert_true(value == (cases[i].good ? cases[i].value : 77));
		frame_free(&frame);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_cut),
		cmocka_unit_test(test_deflated),
		cmocka_unit_test(test_deflated_lies),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_deflated_rubbish),
		cmocka_unit_test(test_foreign_headers),
		cmocka_unit_test(test_old_seq),
		cmocka_unit_test(test_nested_headers),
		cmocka_unit_test(test_cut_stream),
		cmocka_unit_test(test_flipped_bits),
		cmocka_unit_test(test_noise_between),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_huge_length),
		cmocka_unit_test(test_unkept_promise),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
