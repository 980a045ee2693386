// SPDX-License-Identifier: GPL-2.0-only
/* The initramfs of every guest: agent, programs with their libraries, modules. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "cache.h"
#include "diag.h"
#include "fsutil.h"
#include "initramfs.h"
#include "kbuild.h"
#include "program-files.h"
#include "subprocess.h"

/* To be raised when the way of building changes. */
#define RECIPE "image 1"
#define IMAGE_MIB 200
#define HASH_DIGITS 64

/* What goes into an image, as "name in the guest" and "file on the host". */
struct contents {
	struct str_list names, sources;
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
static int add_kernel_modules(struct contents *contents, const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, ends_in_ko, by_name);

	if (n < 0)
		return diag_error("cannot read %s: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		char *name = xasprintf("/%s", entries[i]->d_name);
		char *source = xasprintf("%s/%s", folder, entries[i]->d_name);

		contents_add(contents, name, source);
		free(name);
		free(source);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

/* @name as /usr/bin/@name, and its libraries where its loader looks for them. */
static int add_program(struct contents *contents, const char *name)
{
	char *place = xasprintf("/usr/bin/%s", name);
	struct str_list files = { 0 };
	int ret = program_files(&files, name);

	if (!ret)
		contents_add(contents, place, files.item[0]);
	for (size_t i = 1; !ret && i < files.n; i++)
		if (!str_list_has(&contents->names, files.item[i]))
			contents_add(contents, files.item[i], files.item[i]);
	str_list_free(&files);
	free(place);
	return ret;
}

static int gather(struct contents *contents, const struct kernel_build *kernel, const char *module,
		  bool perf)
{
	if (add_program(contents, "fio") || (perf && add_program(contents, "perf")))
		return -1;
	contents_add(contents, "/percpu_bench.ko", module);
	return add_kernel_modules(contents, kernel->modules_dir);
}

/* Everything that the image depends on. NULL after a message. */
static char *image_key(const struct contents *contents, const char *agent)
{
	struct str_list lines = { 0 };
	char hex[65], *key = NULL;

	str_list_add(&lines, RECIPE);
	if (kbuild_tools(&lines) < 0 || sha256_tree(agent, NULL, hex) < 0)
		goto out;
	str_list_add(&lines, hex);
	for (size_t i = 0; i < contents->names.n; i++) {
		if (sha256_file(contents->sources.item[i], hex) < 0)
			goto out;
		str_list_addf(&lines, "%s %s", contents->names.item[i], hex);
	}
	key = cache_key(&lines);
out:
	str_list_free(&lines);
	return key;
}

static int build_agent(const char *folder, const char *to, const char *log)
{
	/* the shell sorts *.c, and no path of the host is in the program */
	char *line = xasprintf("exec gcc -std=gnu17 -static -O2 -Wall -Wextra -Wl,--build-id=none "
			       "-o '%s' *.c -lz", to);
	const char *argv[] = { "sh", "-c", line, NULL };
	const char *const env[] = { "LC_ALL=C", NULL };
	struct command cmd = {
		.argv = (char *const *)argv, .cwd = folder, .env = env, .log = log,
	};
	int status;

	progress(0, 0, "building the guest agent");
	status = command_run(&cmd);
	progress_end();
	free(line);
	if (status > 0) {
		diag_error("the guest agent cannot be compiled (status %d)", status);
		diag_hint("the log: %s", log);
	}
	return status ? -1 : 0;
}

static int write_image(const struct contents *contents, const char *agent, const char *path)
{
	struct initramfs *fs = initramfs_open(path);
	int ret;

	if (!fs)
		return -1;
	ret = initramfs_add_console(fs);
	if (!ret)
		ret = initramfs_add_file(fs, "/init", agent, 0755);
	for (size_t i = 0; !ret && i < contents->names.n; i++)
		ret = initramfs_add_file(fs, contents->names.item[i], contents->sources.item[i],
					 0755);
	return initramfs_close(fs) || ret ? -1 : 0;
}

/* The hash is written down, so that a warm run need not read the whole image. */
static int build_in(const struct contents *contents, const char *agent_source,
		    const struct cache_entry *entry)
{
	char *agent = xasprintf("%s/agent", entry->work);
	char *image = xasprintf("%s/image.cpio", entry->work);
	char *note = xasprintf("%s/hash", entry->work), hex[65];
	int ret = -1;

	if (!build_agent(agent_source, agent, entry->log) && !write_image(contents, agent, image) &&
	    !sha256_file(image, hex))
		ret = file_write_atomic(note, hex, strlen(hex));
	free(note);
	free(image);
	free(agent);
	return ret;
}

static int describe(const char *dir, char **path, char **hash)
{
	char *note = xasprintf("%s/hash", dir);
	size_t length;
	int ret = file_read(note, HASH_DIGITS, hash, &length);

	if (!ret)
		*path = xasprintf("%s/image.cpio", dir);
	free(note);
	return ret;
}

int image_build(const struct kernel_build *kernel, const char *root, const char *module, bool perf,
		char **path, char **hash)
{
	char *agent = xasprintf("%s/workloads/agent", root), *key = NULL;
	struct contents contents = { 0 };
	struct cache_entry entry;
	int ret = gather(&contents, kernel, module, perf);

	if (!ret) {
		key = image_key(&contents, agent);
		ret = key ? cache_open(&entry, "image", key, "the guest's image", IMAGE_MIB) : -1;
	}
	if (!ret) {
		if (entry.work)
			ret = build_in(&contents, agent, &entry);
		if (!ret)
			ret = cache_publish(&entry);
		if (!ret)
			ret = describe(entry.dir, path, hash);
		cache_close(&entry);
	}
	free(key);
	contents_free(&contents);
	free(agent);
	return ret;
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
	ret = initramfs_add_file(fs, "/bin/busybox", *place, 0755);
	return initramfs_close(fs) || ret ? -1 : 0;
}
