// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that QEMU hands over with -fw_cfg, read through its two I/O ports
 * (QEMU, docs/specs/fw_cfg): like all port I/O that leaves exact mode exact.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>

#include "agent.h"

#define SELECTOR	0x510
#define DATA		0x511
#define DIRECTORY	0x19
#define FILES_MAX	1024	/* more than any QEMU has: the port floats, there is no fw_cfg */

struct directory_entry {
	uint8_t size[4], selector[2], reserved[2];	/* big endian */
	char name[56];
};

static void read_data(void *to, size_t length)
{
	__asm__ volatile("rep insb"
			 : "+D"(to), "+c"(length)
			 : "d"(DATA)
			 : "memory");
}

static uint32_t big_endian(const uint8_t *bytes, int n)
{
	uint32_t value = 0;

	for (int i = 0; i < n; i++)
		value = value << 8 | bytes[i];
	return value;
}

static char *read_item(uint16_t selector, uint32_t size)
{
	char *text = xmalloc((size_t)size + 1);

	outw(selector, SELECTOR);
	read_data(text, size);
	text[size] = '\0';
	return text;
}

char *fw_cfg_file(const char *name, size_t *length)
{
	uint8_t count[4];
	uint32_t files;

	if (ioperm(SELECTOR, 2, 1))
		return NULL;
	outw(DIRECTORY, SELECTOR);
	read_data(count, sizeof(count));
	files = big_endian(count, sizeof(count));
	for (uint32_t i = 0; i < files && files <= FILES_MAX; i++) {
		struct directory_entry entry;

		read_data(&entry, sizeof(entry));
		if (strncmp(entry.name, name, sizeof(entry.name)))
			continue;
		*length = big_endian(entry.size, 4);
		return read_item((uint16_t)big_endian(entry.selector, 2), (uint32_t)*length);
	}
	return NULL;
}
