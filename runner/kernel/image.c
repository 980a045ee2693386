// SPDX-License-Identifier: GPL-2.0-only
/* The initramfs of every guest: agent, programs, modules. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/version.h"
#include "contract/guest-format.h"
#include "kernel/build.h"
#include "kernel/cache.h"
#include "kernel/guest-programs.h"
#include "kernel/initramfs.h"

/* A change of the way of building raises it. */
#define RECIPE "image 2"
#define IMAGE_MIB 40
#define HASH_DIGITS 64

#define KIB (1024ul)
#define MIB (1024 * KIB)
/*
 * A guest's memory depends on the image: QEMU puts it below the end of memory, the kernel keeps
 * that away while it boots, and unpacks each file into pages that stay. So that a program may
 * grow without any page of the guest moving, each file has a fixed room, which zeros fill, and
 * /pad takes what is left of a fixed whole.
 */
#define PLAIN_SIZE (5632 * KIB)
#define PERF_SIZE (PLAIN_SIZE + 6 * MIB)
/* The heads of the archive's entries take some of these. */
#define HEADS (32 * KIB)
#define MODULE_ROOM (256 * KIB)
#define MODULE_STEP (64 * KIB)

static const struct {
	const char *name;
	size_t room;
} rooms[] = {
	{ PCPB_GUEST_INIT, 256 * KIB },
	{ PCPB_GUEST_MODULE, 512 * KIB },
	{ PCPB_GUEST_FIO, 3 * MIB },
	{ PCPB_GUEST_PERF, 6 * MIB },
};

/* What goes into an image, as "name in the guest" and "file on the host". */
struct contents {
	struct str_list names, sources;
	size_t size;	/* of the whole image */
};

static void contents_add(struct contents *contents, const char *name, const char *source)
{
	str_list_add(&contents->names, name);
	str_list_add(&contents->sources, source);
}

static void contents_free(struct contents *contents)
{
	str_list_free(&contents->names);
	str_list_free(&contents->sources);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int ends_in_ko(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".ko");
}

/* The kernel's own modules, flat in the root, where the agent looks for them. */
static int add_kernel_modules(struct contents *contents, struct ingredient_list *from,
			      const struct kernel_build *kernel)
{
	struct dirent **entries;
	int n = scandir(kernel->modules_dir, &entries, ends_in_ko, by_name), ret = 0;

	if (n < 0)
		return diag_error("cannot read %s: %s", kernel->modules_dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		char *name = xasprintf("/%s", entries[i]->d_name);
		char *source = xasprintf("%s/%s", kernel->modules_dir, entries[i]->d_name);

		contents_add(contents, name, source);
		if (!ret)
			ret = ingredient_list_add(from, name, source, "linux", kernel->release);
		free(name);
		free(source);
		free(entries[i]);
	}
	free(entries);
	return ret;
}

static int gather(struct contents *contents, struct image *image,
		  const struct guest_programs *programs, const struct kernel_build *kernel,
		  const char *module)
{
	contents->size = programs->perf ? PERF_SIZE : PLAIN_SIZE;
	ingredient_list_copy(&image->from, &programs->from);
	contents_add(contents, PCPB_GUEST_INIT, programs->agent);
	contents_add(contents, PCPB_GUEST_FIO, programs->fio);
	if (programs->perf)
		contents_add(contents, PCPB_GUEST_PERF, programs->perf);
	contents_add(contents, PCPB_GUEST_MODULE, module);
	if (ingredient_list_add(&image->from, PCPB_GUEST_MODULE, module, "pcpbench",
			    PCPBENCH_VERSION))
		return -1;
	return add_kernel_modules(contents, &image->from, kernel);
}

/* A module's is larger when a debugging kernel has made it so. */
static size_t room_of(const char *name, const char *source)
{
	size_t room = MODULE_ROOM;
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(rooms); i++)
		if (!strcmp(rooms[i].name, name))
			room = rooms[i].room;
	if (strstr(name, ".ko") && !stat(source, &st))
		while (room < (size_t)st.st_size)
			room += MODULE_STEP;
	return room;
}

/* Everything that the image depends on. NULL after a message. */
static char *image_key(const struct contents *contents)
{
	struct str_list lines = { 0 };
	char hex[65], *key = NULL;
	size_t i;

	str_list_add(&lines, RECIPE);
	str_list_addf(&lines, "%zu", contents->size);
	for (i = 0; i < contents->names.n && !sha256_file(contents->sources.item[i], hex); i++)
		str_list_addf(&lines, "%s %zu %s", contents->names.item[i],
			      room_of(contents->names.item[i], contents->sources.item[i]), hex);
	if (i == contents->names.n)
		key = cache_key(&lines);
	str_list_free(&lines);
	return key;
}

static int add_pad(struct initramfs *fs, size_t length)
{
	char *zeros = xcalloc(length + 1, 1);
	int ret = initramfs_add_text(fs, "/pad", zeros, length, 0444);

	free(zeros);
	return ret;
}

static int write_image(const struct contents *contents, const char *path)
{
	size_t left = contents->size - HEADS;
	struct initramfs *fs = initramfs_open(path);
	int ret;

	if (!fs)
		return -1;
	ret = initramfs_add_console(fs);
	for (size_t i = 0; !ret && i < contents->names.n; i++) {
		const char *name = contents->names.item[i], *source = contents->sources.item[i];
		size_t room = room_of(name, source);

		if (room > left)
			ret = diag_error("the guest's image has outgrown its %lu KiB: no room for %s",
					 contents->size / KIB, source);
		else
			ret = initramfs_add_roomy(fs, name, source, 0755, room);
		left -= room;
	}
	if (!ret)
		ret = add_pad(fs, left);
	return initramfs_close(fs) || ret ? -1 : 0;
}

/* Zeros behind an archive are nothing to the kernel. */
static int fill_up(const char *path, size_t size)
{
	struct stat st;

	if (stat(path, &st) || (size_t)st.st_size > size)
		return diag_error("%s is not within %zu bytes", path, size);
	if (truncate(path, (off_t)size))
		return diag_error("cannot write %s: %s", path, strerror(errno));
	return 0;
}

/* The hash is written down, so that a warm run need not read the whole image. */
static int build_in(const struct contents *contents, const struct cache_entry *entry)
{
	char *path = xasprintf("%s/image.cpio", entry->work);
	char *note = xasprintf("%s/hash", entry->work), hex[65];
	int ret = -1;

	if (!write_image(contents, path) && !fill_up(path, contents->size) &&
	    !sha256_file(path, hex))
		ret = file_write_atomic(note, hex, strlen(hex));
	free(note);
	free(path);
	return ret;
}

static int describe(const char *dir, struct image *image)
{
	char *note = xasprintf("%s/hash", dir);
	size_t length;
	int ret = file_read(note, HASH_DIGITS, &image->hash, &length);

	if (!ret)
		image->path = xasprintf("%s/image.cpio", dir);
	free(note);
	return ret;
}

int image_build(const struct kernel_build *kernel, const struct guest_programs *programs,
		const char *module, struct image *image)
{
	struct contents contents = { 0 };
	struct cache_entry entry;
	char *key = NULL;
	int ret;

	*image = (struct image){ 0 };
	ret = gather(&contents, image, programs, kernel, module);
	if (!ret) {
		key = image_key(&contents);
		ret = key ? cache_open(&entry, "image", key, "the guest's image", IMAGE_MIB) : -1;
	}
	if (!ret) {
		if (entry.work)
			ret = build_in(&contents, &entry);
		if (!ret)
			ret = cache_publish(&entry);
		if (!ret)
			ret = describe(entry.dir, image);
		cache_close(&entry);
	}
	free(key);
	contents_free(&contents);
	return ret;
}

void image_free(struct image *image)
{
	free(image->path);
	free(image->hash);
	ingredient_list_free(&image->from);
	*image = (struct image){ 0 };
}

int image_with_shell(const char *image, const char *path)
{
	static const char *const places[] = { "/bin/busybox", "/usr/bin/busybox", NULL };
	const char *const *place = places;
	struct initramfs *fs;
	int ret;

	while (*place && !file_exists(*place))
		place++;
	if (!*place) {
		diag_error("a shell in the guest is busybox, and busybox-static is not installed");
		diag_hint("apt-get install busybox-static");
		return -1;
	}
	if (file_copy(image, path) < 0)
		return -1;
	fs = initramfs_open(path);
	if (!fs)
		return -1;
	ret = initramfs_add_file(fs, PCPB_GUEST_BUSYBOX, *place, 0755);
	return initramfs_close(fs) || ret ? -1 : 0;
}
