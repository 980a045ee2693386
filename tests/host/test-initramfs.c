// SPDX-License-Identifier: GPL-2.0-only
/* Archives for the kernel's first root, read back with libarchive and byte for byte. */
#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/util.h"
#include "kernel/initramfs.h"
#include "lib-capture.h"
#include "lib-scratch.h"

#define ARCHIVE_BYTES_MAX (8u << 20)
#define HEADER_BYTES 110
#define FIELD_BYTES 8
/* Fields of a newc header, 8 hexadecimal digits each behind the magic. */
enum field { INO, MODE, UID, GID, NLINK, MTIME };

static void write_small(const char *name)
{
	struct initramfs *fs;

	scratch_write("module", "not really a module\n");
	fs = initramfs_open(scratch(name));
	assert_non_null(fs);
	assert_int_equal(initramfs_add_console(fs), 0);
	assert_int_equal(initramfs_add_text(fs, "/init", "#!/bin/sh\n", 10, 0755), 0);
	assert_int_equal(initramfs_add_file(fs, "/lib/x86/libc.so", scratch("module"), 0644), 0);
	assert_int_equal(initramfs_add_text(fs, "lib/x86/empty", "", 0, 0600), 0);
	assert_int_equal(initramfs_add_text(fs, "lib/note", "odd", 3, 0644), 0);
	assert_int_equal(initramfs_close(fs), 0);
}

static char *whole(const char *name, size_t *length)
{
	char *data;

	assert_int_equal(file_read(scratch(name), ARCHIVE_BYTES_MAX, &data, length), 0);
	return data;
}

/* Nothing of the clock, of the owner or of inode numbers is in the bytes. */
static void test_reproducible(void **state)
{
	size_t n, m;
	char *a, *b;

	(void)state;
	write_small("first.cpio");
	/* another file, written at another time, with other inodes around it */
	scratch_write("between", "x");
	sleep(1);
	unlink(scratch("module"));
	write_small("second.cpio");
	a = whole("first.cpio", &n);
	b = whole("second.cpio", &m);
	assert_int_equal(n, m);
	assert_memory_equal(a, b, n);
	free(a);
	free(b);
}

static struct archive *open_archive(const char *name)
{
	struct archive *a = archive_read_new();

	archive_read_support_format_cpio(a);
	assert_int_equal(archive_read_open_filename(a, scratch(name), 512), ARCHIVE_OK);
	return a;
}

static void next_is(struct archive *a, const char *name, mode_t mode, const char *content)
{
	struct archive_entry *entry;
	char data[64] = "";

	assert_int_equal(archive_read_next_header(a, &entry), ARCHIVE_OK);
	assert_string_equal(archive_entry_pathname(entry), name);
	assert_int_equal(archive_entry_mode(entry), mode);
	assert_int_equal(archive_entry_mtime(entry), 0);
	assert_int_equal(archive_entry_uid(entry), 0);
	assert_int_equal(archive_entry_gid(entry), 0);
	if (!S_ISREG(mode))
		return;
	assert_int_equal(archive_entry_size(entry), strlen(content));
	assert_int_equal(archive_read_data(a, data, sizeof(data)), strlen(content));
	assert_string_equal(data, content);
}

/* The kernel makes a file only where its folder is: each stands before what it holds, once. */
static void test_order_and_content(void **state)
{
	struct archive_entry *entry;
	struct archive *a;

	(void)state;
	write_small("order.cpio");
	a = open_archive("order.cpio");
	next_is(a, "dev", S_IFDIR | 0755, NULL);
	next_is(a, "dev/console", S_IFCHR | 0600, NULL);
	next_is(a, "init", S_IFREG | 0755, "#!/bin/sh\n");
	next_is(a, "lib", S_IFDIR | 0755, NULL);
	next_is(a, "lib/x86", S_IFDIR | 0755, NULL);
	next_is(a, "lib/x86/libc.so", S_IFREG | 0644, "not really a module\n");
	next_is(a, "lib/x86/empty", S_IFREG | 0600, "");
	next_is(a, "lib/note", S_IFREG | 0644, "odd");
	assert_int_equal(archive_read_next_header(a, &entry), ARCHIVE_EOF);
	archive_read_free(a);
}

static unsigned long field_at(const char *header, unsigned int field)
{
	char digits[FIELD_BYTES + 1] = "";

	memcpy(digits, header + 6 + field * FIELD_BYTES, FIELD_BYTES);
	return strtoul(digits, NULL, 16);
}

/*
 * As the kernel reads it: magic "070701", names and contents padded to four
 * bytes, an archive's end at "TRAILER!!!". Entries up to there; *@at moves on.
 */
static unsigned int walk(const char *data, size_t length, size_t *at)
{
	for (unsigned int entries = 0;; entries++) {
		const char *header = data + *at, *name = header + HEADER_BYTES;
		unsigned long size, name_size;

		assert_true(*at + HEADER_BYTES <= length);
		assert_memory_equal(header, "070701", 6);
		assert_int_equal(field_at(header, MTIME), 0);
		assert_int_equal(field_at(header, UID), 0);
		assert_int_equal(field_at(header, GID), 0);
		size = field_at(header, 6);
		name_size = field_at(header, 11);
		*at = (*at + HEADER_BYTES + name_size + 3) & ~3ul;
		assert_true(*at + size <= length);
		assert_int_equal(name[name_size - 1], '\0');
		*at = (*at + size + 3) & ~3ul;
		if (!strcmp(name, "TRAILER!!!"))
			return entries;
		/* files that share an inode would be links of each other */
		assert_true(!S_ISREG(field_at(header, MODE)) || field_at(header, NLINK) == 1);
	}
}

/* dev/console opens /dev/console: its device is in the header's last fields. */
static void test_console_device(void **state)
{
	size_t length;
	char *data;

	(void)state;
	write_small("console.cpio");
	data = whole("console.cpio", &length);
	/* after the entry of "dev": a header and a name of four bytes, padded */
	assert_string_equal(data + 116 + HEADER_BYTES, "dev/console");
	assert_int_equal(field_at(data + 116, 9), 5);
	assert_int_equal(field_at(data + 116, 10), 1);
	free(data);
}

/* A second archive behind the first starts at a whole block, zeros in between. */
static void test_two_in_one_file(void **state)
{
	size_t length, at = 0;
	char *data;

	(void)state;
	write_small("two.cpio");
	write_small("two.cpio");
	data = whole("two.cpio", &length);
	assert_int_equal(walk(data, length, &at), 8);
	while (at < length && !data[at])
		at++;
	assert_int_equal(at, length / 2);
	assert_int_equal(at % 512, 0);
	assert_int_equal(walk(data, length, &at), 8);
	free(data);
}

/* Larger than any buffer on the way. */
static void test_large_file(void **state)
{
	size_t size = 3000001, length, at = 0;
	char *content = xcalloc(size + 1, 1), *data;
	struct initramfs *fs = initramfs_open(scratch("large.cpio"));

	(void)state;
	memset(content, 'x', size);
	assert_int_equal(initramfs_add_text(fs, "large", content, size, 0644), 0);
	assert_int_equal(initramfs_close(fs), 0);
	data = whole("large.cpio", &length);
	assert_int_equal(walk(data, length, &at), 1);
	assert_memory_equal(data + 116, content, size);
	free(data);
	free(content);
}

static void test_refused(void **state)
{
	struct initramfs *fs;
	char *said;

	(void)state;
	capture_stderr_start();
	assert_null(initramfs_open(scratch("no/where.cpio")));
	said = capture_stderr_end();
	assert_non_null(strstr(said, "no/where.cpio"));
	free(said);
	fs = initramfs_open(scratch("refused.cpio"));
	capture_stderr_start();
	assert_int_equal(initramfs_add_file(fs, "/bin/x", scratch("missing"), 0755), -1);
	said = capture_stderr_end();
	assert_non_null(strstr(said, "missing"));
	free(said);
	assert_int_equal(initramfs_close(fs), 0);
}

/* A full disk is an error when the archive is closed at the latest, never a short image. */
static void test_full_disk(void **state)
{
	char *content = xcalloc(100000, 1), *said;
	struct initramfs *fs = initramfs_open("/dev/full");
	int failed;

	(void)state;
	assert_non_null(fs);
	capture_stderr_start();
	failed = initramfs_add_text(fs, "x", content, 100000, 0644);
	failed |= initramfs_close(fs);
	said = capture_stderr_end();
	assert_int_not_equal(failed, 0);
	assert_non_null(strstr(said, "cannot write /dev/full"));
	free(said);
	free(content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reproducible),
		cmocka_unit_test(test_order_and_content),
		cmocka_unit_test(test_console_device),
		cmocka_unit_test(test_two_in_one_file),
		cmocka_unit_test(test_large_file),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests_name("initramfs", tests, scratch_make, scratch_remove);
}
