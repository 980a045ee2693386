// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/build.h"
#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "kernel/cache.h"
#include "kernel/config.h"
#include "kernel/kbuild.h"
#include "kernel/reuse.h"
#include "kernel/series.h"
#include "kernel/source.h"
#include "kernel/tree-changes.h"

/* A change of the way of building raises it, so that old builds are not taken for new ones. */
#define RECIPE "kernel build 2"
#define KERNEL_MIB 600
/* For the bar only: what the default configuration writes. */
#define KERNEL_LOG_LINES 1650
#define SMALL_FILE_MAX (16u << 20)

/* All that a kernel is made from. */
struct ingredients {
	struct kernel_source source;
	struct series lab, series;	/* lab: what every guest's kernel gets */
	struct config_fragments fragments;
	struct str_list tools;
	struct str_list changed;	/* by both series: found in the tree, once it is patched */
	char *base;			/* key of what kernel_reuse() needs to be equal */
};

static void ingredients_free(struct ingredients *in)
{
	kernel_source_free(&in->source);
	series_free(&in->lab);
	series_free(&in->series);
	config_free(&in->fragments);
	str_list_free(&in->tools);
	str_list_free(&in->changed);
	free(in->base);
}

static int refuse_version(const char *root, const char *version)
{
	struct str_list versions = { 0 };
	char *known;

	series_versions(&versions, root);
	known = str_list_join(&versions, ", ");
	diag_error("there is no patch series for Linux %s; there is one for: %s", version,
		   *known ? known : "no version at all");
	diag_hint("give a kernel of such a version, or add patches/%s/series", version);
	free(known);
	str_list_free(&versions);
	return -1;
}

/* The last part of a path, "b" of "a/b/" and of "a/b"; to be freed. */
static char *last_part(const char *path)
{
	char *copy = xstrdup(path), *name = xstrdup(basename(copy));

	free(copy);
	return name;
}

static int choose_series(struct series *series, const char *root, const char *version,
			 const char *request)
{
	char *own = xasprintf("%s/patches/%s", root, version);
	char *list = xasprintf("%s/series", own), *name;
	int ret;

	if (!file_exists(list)) {
		ret = refuse_version(root, version);
	} else if (!request) {
		ret = series_load(series, own, SERIES_OWN);
	} else if (!strcmp(request, "none")) {
		series->name = xstrdup("none");
		sha256_hex("", 0, series->hash);
		ret = 0;
	} else {
		name = last_part(request);
		ret = series_load(series, request, name);
		free(name);
	}
	free(list);
	free(own);
	return ret;
}

static int load_lab(struct series *lab, const char *root, const char *version)
{
	char *folder = xasprintf("%s/patches/lab/%s", root, version);
	int ret = 0;

	if (file_exists(folder)) {
		ret = series_load(lab, folder, "lab");
	} else {
		lab->name = xstrdup("none");
		sha256_hex("", 0, lab->hash);
	}
	free(folder);
	return ret;
}

/* Before patch(1) says no more than that it cannot find the file. */
static int check_touched(const struct series *series)
{
	for (size_t i = 0; i < series->touched.n; i++) {
		const char *file = series->touched.item[i];

		if (kernel_source_omits(file))
			return diag_error("the series %s changes %s, which pcpbench leaves out of the "
					  "kernel: no guest has such hardware", series->name, file);
	}
	return 0;
}

int series_check_version(const char *root, const char *version)
{
	char *list = xasprintf("%s/patches/%s/series", root, version);
	int ret = file_exists(list) ? 0 : refuse_version(root, version);

	free(list);
	return ret;
}

/* Both series for @version, checked. */
static int gather_series(struct ingredients *in, const struct kernel_request *request,
			 const char *version)
{
	if (choose_series(&in->series, request->root, version, request->series) < 0 ||
	    load_lab(&in->lab, request->root, version) < 0)
		return -1;
	return check_touched(&in->lab) < 0 ? -1 : check_touched(&in->series);
}

static int gather(struct ingredients *in, const struct kernel_request *request)
{
	char *fragments = xasprintf("%s/patches/config", request->root), *tools;
	char *version = kernel_named_version(request->source);
	struct str_list base = { 0 };
	int ret = -1;

	*in = (struct ingredients){ 0 };
	/* what is wrong with a series is said before its kernel is unpacked, where that can be */
	if (version && gather_series(in, request, version) < 0)
		goto out;
	if (config_load(&in->fragments, fragments, request->config) < 0 || kbuild_tools(&in->tools) < 0 ||
	    kernel_source_get(&in->source, request->source) < 0)
		goto out;
	if (!version && gather_series(in, request, in->source.version) < 0)
		goto out;
	tools = str_list_join(&in->tools, "\n");
	str_list_add(&base, RECIPE);
	str_list_add(&base, in->source.hash);
	str_list_add(&base, tools);
	str_list_add(&base, in->fragments.hash);
	in->base = cache_key(&base);
	free(tools);
	str_list_free(&base);
	ret = 0;
out:
	free(version);
	free(fragments);
	return ret;
}

static char *kernel_key(const struct ingredients *in)
{
	struct str_list lines = { 0 };
	char *key;

	str_list_add(&lines, in->base);
	str_list_add(&lines, in->lab.hash);
	str_list_add(&lines, in->series.hash);
	key = cache_key(&lines);
	str_list_free(&lines);
	return key;
}

/* The sources as hard links, patched: patch(1) replaces files, so the pristine ones stay. */
static int make_tree(struct ingredients *in, const char *tree)
{
	const char *argv[] = { "cp", "--archive", "--link", in->source.dir, tree, NULL };
	struct command cmd = { .argv = (char *const *)argv };
	int status;

	progress(0, 0, "patching the kernel");
	status = command_run(&cmd);
	progress_end();
	if (status > 0)
		return diag_error("cannot copy %s to %s", in->source.dir, tree);
	if (status < 0 || series_apply(&in->lab, tree) < 0 || series_apply(&in->series, tree) < 0)
		return -1;
	return tree_changes(&in->changed, in->source.dir, tree);
}

static int strip_vmlinux(const char *tree, const char *to)
{
	char *from = xasprintf("%s/vmlinux", tree);
	const char *argv[] = { "strip", "--strip-all", "-o", to, from, NULL };
	struct command cmd = { .argv = (char *const *)argv };
	int status = command_run(&cmd);

	if (status > 0)
		diag_error("cannot strip %s (status %d)", from, status);
	free(from);
	return status ? -1 : 0;
}

/* Copies the modules that the kernel's own build made, flat, into @folder. */
static int collect_modules(const char *tree, const char *folder)
{
	char *order = xasprintf("%s/modules.order", tree), *text;
	struct str_list objects = { 0 };
	size_t length;
	int ret;

	ret = file_read(order, SMALL_FILE_MAX, &text, &length);
	free(order);
	if (ret)
		return -1;
	str_list_split(&objects, text, "\n");
	free(text);
	ret = make_dirs(folder);
	for (size_t i = 0; !ret && i < objects.n; i++) {
		/* "lib/kunit/kunit.o", or .ko in older kernels */
		char *object = objects.item[i], *name = last_part(object), *from, *to;

		*strrchr(object, '.') = '\0';
		*strrchr(name, '.') = '\0';
		from = xasprintf("%s/%s.ko", tree, object);
		to = xasprintf("%s/%s.ko", folder, name);
		ret = file_copy(from, to);
		free(from);
		free(to);
		free(name);
	}
	str_list_free(&objects);
	return ret;
}

/* What was applied, a patch a line, for provenance. */
static int note_series(const struct ingredients *in, const char *path)
{
	const struct series *all[] = { &in->lab, &in->series };
	struct str_list lines = { 0 };
	char *text;
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		for (size_t j = 0; j < all[i]->patches.n; j++)
			str_list_addf(&lines, "%s/%s", all[i]->name, all[i]->names.item[j]);
	str_list_add(&lines, "");
	text = str_list_join(&lines, "\n");
	ret = file_write_atomic(path, text, strlen(text));
	free(text);
	str_list_free(&lines);
	return ret;
}

/* What only make's next link step would want, and makes anew. */
static int drop_intermediates(const char *tree)
{
	static const char *const names[] = {
		".tmp_vmlinux1", ".tmp_vmlinux2", ".tmp_vmlinux3", "vmlinux.o",
	};
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(names); i++) {
		char *path = xasprintf("%s/%s", tree, names[i]);

		ret = remove_tree(path);
		free(path);
	}
	return ret;
}

/* Everything that a finished entry holds beside the tree. */
static int collect(const struct ingredients *in, const char *work, const char *tree)
{
	char *vmlinux = xasprintf("%s/vmlinux", work), *modules = xasprintf("%s/modules", work);
	char *config = xasprintf("%s/kernel.config", work), *dotconfig = xasprintf("%s/.config", tree);
	char *series = xasprintf("%s/series", work), *release = xasprintf("%s/release", work);
	char *made = xasprintf("%s/include/config/kernel.release", tree);
	int ret = -1;

	if (!strip_vmlinux(tree, vmlinux) && !collect_modules(tree, modules) &&
	    !file_copy(dotconfig, config) && !file_copy(made, release) &&
	    !note_series(in, series))
		ret = drop_intermediates(tree);
	free(vmlinux);
	free(modules);
	free(config);
	free(dotconfig);
	free(series);
	free(release);
	free(made);
	return ret;
}

/* All that comes before make; what goes on later finds it done. */
static int prepare(struct ingredients *in, const char *work, const char *tree,
		   const char *log)
{
	if (make_tree(in, tree) || kernel_reuse(tree, in->base, &in->changed) ||
	    kernel_reuse_note(work, in->base, &in->changed))
		return -1;
	return config_make(&in->fragments, tree, log);
}

/*
 * Builds in the folder @entry->work, or goes on there: make finds out by itself what an
 * interrupt left undone, if it ended in good order and nothing else has changed.
 */
static int build_in(struct ingredients *in, struct cache_entry *entry)
{
	const char *work = entry->work, *log = entry->log;
	static const char *const targets[] = { "vmlinux", "modules", NULL };
	char *tree = xasprintf("%s/tree", work);
	char *what = xasprintf("building the kernel (Linux %s, series %s)", in->source.version,
			       in->series.name);
	struct kbuild_job job = {
		.tree = tree, .targets = targets, .log = log, .what = what,
		.log_lines = KERNEL_LOG_LINES, .resumable = &entry->keep,
	};
	int ret = -1;

	if (entry->resumed)
		diag_info("the kernel's build goes on from where it was interrupted");
	entry->keep = entry->resumed || !prepare(in, work, tree, log);
	if (entry->keep && !kbuild_make(&job))
		ret = collect(in, work, tree);
	/* What has failed is begun anew. */
	if (!interrupt_requested())
		entry->keep = false;
	if (entry->keep)
		diag_info("what is built of the kernel is kept: the next build of the same kernel goes on from there");
	free(what);
	free(tree);
	return ret;
}

/* Fills @build from the finished folder @dir. */
static int describe(struct kernel_build *build, const struct ingredients *in, const char *dir)
{
	char *release = xasprintf("%s/release", dir), hex[65];
	size_t length;
	int ret;

	build->dir = xasprintf("%s/tree", dir);
	build->vmlinux = xasprintf("%s/vmlinux", dir);
	build->config_path = xasprintf("%s/kernel.config", dir);
	build->series_path = xasprintf("%s/series", dir);
	build->modules_dir = xasprintf("%s/modules", dir);
	build->version = xstrdup(in->source.version);
	build->series = xstrdup(in->series.name);
	build->series_hash = xstrdup(in->series.hash);
	build->source_hash = xstrdup(in->source.hash);
	build->source_commit = in->source.commit ? xstrdup(in->source.commit) : NULL;
	build->compiler = xstrdup(in->tools.item[0]);
	ret = file_read(release, SMALL_FILE_MAX, &build->release, &length);
	if (!ret)
		build->release[strcspn(build->release, "\n")] = '\0';
	if (!ret)
		ret = sha256_file(build->config_path, hex);
	if (!ret)
		build->config_hash = xstrdup(hex);
	free(release);
	return ret;
}

int kernel_build(struct kernel_build *build, const struct kernel_request *request)
{
	struct cache_entry entry;
	struct ingredients in;
	char *key = NULL;
	int ret;

	*build = (struct kernel_build){ 0 };
	ret = gather(&in, request);
	if (!ret) {
		key = kernel_key(&in);
		ret = cache_open(&entry, "kernel", key, "the kernel", KERNEL_MIB);
	}
	if (!ret) {
		if (entry.work)
			ret = build_in(&in, &entry);
		if (!ret)
			ret = cache_publish(&entry);
		if (!ret)
			ret = describe(build, &in, entry.dir);
		if (!ret)
			build->key = xstrdup(key);
		cache_close(&entry);
	}
	free(key);
	ingredients_free(&in);
	if (ret)
		kernel_build_free(build);
	return ret;
}

void kernel_build_free(struct kernel_build *build)
{
	free(build->key);
	free(build->dir);
	free(build->vmlinux);
	free(build->release);
	free(build->version);
	free(build->series);
	free(build->series_hash);
	free(build->config_hash);
	free(build->source_hash);
	free(build->source_commit);
	free(build->compiler);
	free(build->config_path);
	free(build->series_path);
	free(build->modules_dir);
	*build = (struct kernel_build){ 0 };
}
