// SPDX-License-Identifier: GPL-2.0-only
#include "wire.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/reboot.h>
#include <unistd.h>

static pthread_mutex_t wire_lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t wire_seq;

bool wire_open(struct reason *why)
{
	if (ioperm(PCPB_FRAME_PORT, 1, 1) || ioperm(PCPB_EXIT_PORT, 4, 1))
		return reason_set(why, "ioperm: %s (CONFIG_X86_IOPL_IOPERM?)", strerror(errno));
	return true;
}

static void put_bytes(const void *data, size_t length)
{
	asm volatile("rep outsb"
		     : "+S"(data), "+c"(length)
		     : "d"(PCPB_FRAME_PORT)
		     : "memory");
}

/* The lock covers seq and the port both: the host takes a step back in seq for a loss. */
static void send_payload(enum pcpb_frame_type type, uint16_t flags, const struct text *payload)
{
	struct text frame = TEXT_INIT;

	pthread_mutex_lock(&wire_lock);
	encode_frame(&frame, type, flags, wire_seq++, payload->data, payload->length);
	put_bytes(frame.data, frame.length);
	pthread_mutex_unlock(&wire_lock);
	text_free(&frame);
}

void wire_sendf(enum pcpb_frame_type type, const char *fmt, ...)
{
	struct text payload = TEXT_INIT;
	char *line;
	va_list args;
	int length;

	va_start(args, fmt);
	length = vasprintf(&line, fmt, args);
	va_end(args);
	if (length < 0)
		abort();
	text_add(&payload, line, length);
	send_payload(type, 0, &payload);
	text_free(&payload);
	free(line);
}

bool wire_send_body(enum pcpb_frame_type type, unsigned int step, const struct text *body,
		    bool compress, struct reason *why)
{
	struct text plain = TEXT_INIT, packed = TEXT_INIT;
	bool fits = true;

	text_addf(&plain, "step %u\n", step);
	text_add(&plain, body->data, body->length);
	if (compress) {
		fits = encode_compressed(&packed, &plain, why);
		if (fits)
			send_payload(type, PCPB_FRAME_ZLIB, &packed);
	} else if (plain.length <= PCPB_FRAME_MAX) {
		send_payload(type, 0, &plain);
	} else {
		fits = reason_set(why, "%zu bytes do not fit into a frame of at most %u",
				  plain.length, PCPB_FRAME_MAX);
	}
	text_free(&plain);
	text_free(&packed);
	return fits;
}

void wire_send_garbage(void)
{
	static const char text[] = "a frame of which only a half arrives, followed by noise";
	struct text frame = TEXT_INIT;
	uint32_t noise = 1;

	pthread_mutex_lock(&wire_lock);
	encode_frame(&frame, PCPB_FRAME_LOG, 0, wire_seq++, text, sizeof(text) - 1);
	frame.length /= 2;
	for (int i = 0; i < 1000; i++) {
		noise = noise * 1664525 + 1013904223;
		text_add(&frame, (char *)&noise + 3, 1);
	}
	put_bytes(frame.data, frame.length);
	pthread_mutex_unlock(&wire_lock);
	text_free(&frame);
}

void wire_exit(unsigned char value)
{
	outb(value, PCPB_EXIT_PORT);
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
