// SPDX-License-Identifier: GPL-2.0-only
/* percpu_bench.ko, built against a kernel of the cache. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsutil.h"
#include "kernel/build.h"
#include "kernel/cache.h"
#include "kernel/kbuild.h"
#include "kernel/tree-copy.h"

/* A change of the way of building raises it. */
#define RECIPE "module build 3"
#define MODULE_MIB 20

/* True for what is not source: the user may have built in the folder by hand. */
static bool is_built(const char *relative)
{
	static const char *const endings[] = {
		".o", ".ko", ".cmd", ".mod", ".mod.c", ".order", ".symvers", ".d",
	};
	size_t length = strlen(relative);

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		size_t n = strlen(endings[i]);

		if (length >= n && !strcmp(relative + length - n, endings[i]))
			return true;
	}
	return false;
}

static bool skip_built(const char *relative, const void *arg)
{
	(void)arg;
	return is_built(relative);
}

/* The folders of the checkout that the module is made of: its own, and what it shares. */
static const char *const parts[] = { "bench-module", "contract" };

static int copy_parts(const char *root, const char *folder)
{
	int ret = make_dirs(folder);

	for (size_t i = 0; !ret && i < ARRAY_SIZE(parts); i++) {
		char *from = xasprintf("%s/%s", root, parts[i]);
		char *to = xasprintf("%s/%s", folder, parts[i]);
		struct tree_copy copy = {
			.from = from, .to = to, .how = TREE_COPY, .skip = skip_built,
		};

		ret = tree_copy(&copy);
		free(to);
		free(from);
	}
	return ret;
}

static int build_in(const struct kernel_build *kernel, const char *root,
		    const struct cache_entry *entry)
{
	char *folder = xasprintf("%s/src", entry->work);
	char *target = xasprintf("M=%s/bench-module", folder);
	/* by its headers the kernel's folder gets into the module, and its length moves code */
	char *flags = xasprintf("KCFLAGS=-ffile-prefix-map=%s/=", kernel->dir);
	const char *targets[] = { target, flags, "modules", NULL };
	struct kbuild_job job = {
		.tree = kernel->dir, .targets = targets, .log = entry->log,
		.what = "building the module",
	};
	char *made = xasprintf("%s/bench-module/percpu_bench.ko", folder);
	char *kept = xasprintf("%s/percpu_bench.ko", entry->work);
	int ret = copy_parts(root, folder);

	if (!ret)
		ret = kbuild_make(&job);
	if (!ret)
		ret = file_copy(made, kept);
	if (!ret)
		ret = remove_tree(folder);
	free(kept);
	free(made);
	free(flags);
	free(target);
	free(folder);
	return ret;
}

int module_build(const struct kernel_build *kernel, const char *root, char **path, char **hash)
{
	struct str_list lines = { 0 };
	char *key = NULL, hex[65];
	struct cache_entry entry;
	int ret = 0;

	str_list_add(&lines, RECIPE);
	str_list_add(&lines, kernel->key);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(parts); i++) {
		char *folder = xasprintf("%s/%s", root, parts[i]);

		ret = sha256_tree(folder, is_built, hex);
		str_list_add(&lines, hex);
		free(folder);
	}
	if (!ret) {
		key = cache_key(&lines);
		ret = cache_open(&entry, "module", key, "the module", MODULE_MIB);
	}
	if (!ret) {
		if (entry.work)
			ret = build_in(kernel, root, &entry);
		if (!ret)
			ret = cache_publish(&entry);
		if (!ret) {
			*path = xasprintf("%s/percpu_bench.ko", entry.dir);
			ret = sha256_file(*path, hex);
			*hash = xstrdup(hex);
		}
		cache_close(&entry);
	}
	free(key);
	str_list_free(&lines);
	return ret;
}
