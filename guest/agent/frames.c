// SPDX-License-Identifier: GPL-2.0-only
/* Frames to the host: port output, which leaves exact mode exact. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <unistd.h>
#include <zlib.h>

#include "agent.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t next_seq;

int frames_open(void)
{
	return ioperm(PCPB_FRAME_PORT, 1, 1) || ioperm(PCPB_EXIT_PORT, 1, 1) ? -1 : 0;
}

static void port_write(const void *data, size_t length)
{
	__asm__ volatile("rep outsb"
			 : "+S"(data), "+c"(length)
			 : "d"(PCPB_FRAME_PORT)
			 : "memory");
}

static void send_frame(enum pcpb_frame_type type, uint16_t flags, const void *payload, size_t length)
{
	struct pcpb_frame_header header = {
		.magic = PCPB_FRAME_MAGIC,
		.version = PCPB_FRAME_VERSION,
		.type = (uint8_t)type,
		.flags = flags,
		.length = (uint32_t)length,
	};

	pthread_mutex_lock(&lock);
	header.seq = next_seq++;
	header.crc32 = (uint32_t)crc32(0, (const Bytef *)&header,
				       offsetof(struct pcpb_frame_header, crc32));
	header.crc32 = (uint32_t)crc32(header.crc32, payload, (uInt)length);
	port_write(&header, sizeof(header));
	port_write(payload, length);
	pthread_mutex_unlock(&lock);
}

static void frame_vsendf(enum pcpb_frame_type type, const char *fmt, va_list args)
{
	char text[1024];
	int length = vsnprintf(text, sizeof(text), fmt, args);

	if (length >= (int)sizeof(text))
		length = sizeof(text) - 1;
	send_frame(type, 0, text, length > 0 ? (size_t)length : 0);
}

void frame_sendf(enum pcpb_frame_type type, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	frame_vsendf(type, fmt, args);
	va_end(args);
}

void frame_send_deflated(enum pcpb_frame_type type, const char *payload, size_t length)
{
	uLongf deflated = compressBound(length);
	uint32_t plain = (uint32_t)length;
	char *buffer;

	if (length > PCPB_FRAME_MAX)
		die("a frame of type %d has %zu bytes, more than the host takes", type, length);
	buffer = xmalloc(sizeof(plain) + deflated);
	memcpy(buffer, &plain, sizeof(plain));
	if (compress2((Bytef *)buffer + sizeof(plain), &deflated, (const Bytef *)payload, length,
		      Z_BEST_SPEED) != Z_OK)
		die("zlib could not deflate %zu bytes", length);
	send_frame(type, PCPB_FRAME_ZLIB, buffer, sizeof(plain) + deflated);
	free(buffer);
}

void frame_send_broken(void)
{
	struct pcpb_frame_header header = {
		.magic = PCPB_FRAME_MAGIC,
		.version = PCPB_FRAME_VERSION,
		.type = PCPB_FRAME_RESULT,
		.length = 1000,
	};
	unsigned char noise[300];

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (unsigned char)(i * 37);
	pthread_mutex_lock(&lock);
	header.seq = next_seq++;
	port_write(&header, sizeof(header));
	port_write(noise, sizeof(noise));
	pthread_mutex_unlock(&lock);
}

void leave(uint8_t value)
{
	sync();
	outb(value, PCPB_EXIT_PORT);
	for (;;)
		pause();
}

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	frame_vsendf(PCPB_FRAME_LOG, fmt, args);
	va_end(args);
	leave(PCPB_EXIT_FAILED);
}
