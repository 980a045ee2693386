// SPDX-License-Identifier: GPL-2.0-only
/*
 * The percpu allocator's own account of its memory. pcpu_nr_pages() is not
 * exported, so it is read where everybody can read it.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "percpu-memory.h"

#define MEMINFO_MAX	4096

static u64 find_percpu(const char *text)
{
	const char *line = strstr(text, "\nPercpu:");
	unsigned long long kib;

	if (!line || sscanf(line, "\nPercpu: %llu kB", &kib) != 1)
		return 0;
	return kib * SZ_1K;
}

u64 pcpb_percpu_bytes(void)
{
	struct file *file = filp_open("/proc/meminfo", O_RDONLY, 0);
	char *text;
	ssize_t length;
	loff_t at = 0;
	u64 bytes = 0;

	if (IS_ERR(file))
		return 0;
	text = kzalloc(MEMINFO_MAX, GFP_KERNEL);
	if (text) {
		length = kernel_read(file, text, MEMINFO_MAX - 1, &at);
		if (length > 0)
			bytes = find_percpu(text);
		kfree(text);
	}
	fput(file);
	return bytes;
}
