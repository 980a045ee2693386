// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/source.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/lines.h"
#include "base/subprocess.h"
#include "kernel/build.h"
#include "kernel/cache.h"
#include "kernel/kbuild.h"
#include "kernel/tree-copy.h"

#define MAKEFILE_MAX (4u << 20)
#define SOURCE_MIB 1200

/*
 * Code of these is left out; Kconfig files and makefiles stay, since the rest
 * of the tree refers to them. The leading slash makes them end where tar's
 * patterns, which see the tarball's top folder, do.
 */
static const char *const omitted[] = {
	"/arch/alpha/*.[chS]",	   "/arch/arc/*.[chS]",	     "/arch/arm/*.[chS]",
	"/arch/arm/*.dts*",	   "/arch/arm64/*.[chS]",    "/arch/arm64/*.dts*",
	"/arch/csky/*.[chS]",	   "/arch/hexagon/*.[chS]",  "/arch/ia64/*.[chS]",
	"/arch/loongarch/*.[chS]", "/arch/m68k/*.[chS]",     "/arch/microblaze/*.[chS]",
	"/arch/mips/*.[chS]",	   "/arch/nios2/*.[chS]",    "/arch/openrisc/*.[chS]",
	"/arch/parisc/*.[chS]",	   "/arch/powerpc/*.[chS]",  "/arch/riscv/*.[chS]",
	"/arch/s390/*.[chS]",	   "/arch/sh/*.[chS]",	     "/arch/sparc/*.[chS]",
	"/arch/xtensa/*.[chS]",	   "/drivers/accel/*.[ch]",  "/drivers/clk/*.[ch]",
	"/drivers/gpu/*.[ch]",	   "/drivers/iio/*.[ch]",    "/drivers/infiniband/*.[ch]",
	"/drivers/media/*.[ch]",   "/drivers/net/*.[ch]",    "/drivers/pinctrl/*.[ch]",
	"/drivers/scsi/*.[ch]",	   "/drivers/staging/*.[ch]", "/sound/*.[ch]",
};

/* What a build leaves in a user's tree, and what is no source to begin with. */
static const char *const not_source[] = {
	"*.o", "*.a", "*.ko", "*.cmd", "*.mod", "*.mod.c", "*.order", "*.symvers",
};
static const char *const not_source_at_top[] = {
	".git", ".config", ".config.old", "vmlinux", "System.map", "include/config",
	"include/generated", "arch/x86/include/generated", "debian",
};

bool kernel_source_omits(const char *relative)
{
	char *path = xasprintf("/%s", relative);
	bool match = false;

	for (size_t i = 0; !match && i < ARRAY_SIZE(omitted); i++)
		match = !fnmatch(omitted[i], path, 0);
	free(path);
	return match;
}

static bool is_no_source(const char *relative)
{
	for (size_t i = 0; i < ARRAY_SIZE(not_source_at_top); i++)
		if (!strcmp(relative, not_source_at_top[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(not_source); i++)
		if (!fnmatch(not_source[i], relative, 0))
			return true;
	return kernel_source_omits(relative);
}

static bool skip_no_source(const char *relative, const void *arg)
{
	(void)arg;
	return is_no_source(relative);
}

/* The number after "NAME =" at the start of a line, or -1. */
static long makefile_number(const char *text, const char *name)
{
	struct lines lines = lines_of(text, strlen(text));
	size_t length = strlen(name);

	while (lines_next(&lines))
		if (line_starts(&lines, name) && !strncmp(lines.text + length, " = ", 3))
			return strtol(lines.text + length + 3, NULL, 10);
	return -1;
}

char *kernel_tree_version(const char *tree)
{
	char *path = xasprintf("%s/Makefile", tree), *kbuild = xasprintf("%s/Kbuild", tree);
	long version = -1, patchlevel = -1;
	char *text;
	size_t length;

	if (file_exists(path) && file_exists(kbuild) &&
	    !file_read(path, MAKEFILE_MAX, &text, &length)) {
		version = makefile_number(text, "VERSION");
		patchlevel = makefile_number(text, "PATCHLEVEL");
		free(text);
	}
	free(path);
	free(kbuild);
	if (version < 0 || patchlevel < 0)
		return NULL;
	return xasprintf("%ld.%ld", version, patchlevel);
}

char *kernel_debian_tarball(const char *version)
{
	return xasprintf("/usr/src/linux-source-%s.tar.xz", version);
}

bool kernel_is_version(const char *word)
{
	unsigned int numbers = 0;

	for (;; word++) {
		size_t digits = strspn(word, "0123456789");

		if (!digits)
			return false;
		numbers++;
		word += digits;
		if (*word != '.')
			return !*word && (numbers == 2 || numbers == 3);
	}
}

/* "6.12" of "6.12.117"; to be freed. */
static char *short_version(const char *version)
{
	size_t length = strcspn(version, ".");

	length += version[length] == '.';
	return xstrndup(version, length + strcspn(version + length, "."));
}

char *kernel_named_version(const char *request)
{
	if (!request || !*request)
		return xstrdup(KERNEL_DEFAULT);
	return kernel_is_version(request) ? short_version(request) : kernel_tree_version(request);
}

char *kernel_source_version(const char *request)
{
	char *version = kernel_named_version(request);
	struct kernel_source source;

	if (!version && !kernel_source_get(&source, request)) {
		version = xstrdup(source.version);
		kernel_source_free(&source);
	}
	return version;
}

/* "6.12.117" of a tree whose version is known; to be freed. */
static char *tree_release(const char *tree, const char *version)
{
	char *path = xasprintf("%s/Makefile", tree), *text;
	size_t length;
	long sublevel = -1;

	if (!file_read(path, MAKEFILE_MAX, &text, &length)) {
		sublevel = makefile_number(text, "SUBLEVEL");
		free(text);
	}
	free(path);
	return sublevel < 0 ? xstrdup(version) : xasprintf("%s.%ld", version, sublevel);
}

int kernel_check_release(const char *tree, const char *wanted)
{
	char *version = kernel_tree_version(tree), *release;
	int ret = 0;

	if (!version)
		return diag_error("%s is not a Linux kernel tree", tree);
	release = tree_release(tree, version);
	if (strcmp(wanted, version) && strcmp(wanted, release)) {
		ret = diag_error("the sources of Linux %s here are those of %s, not of %s", version,
				 release, wanted);
		diag_hint("KERNEL=%s takes the release that is here; for %s give its tree or tarball: KERNEL=path",
			  version, wanted);
	}
	free(release);
	free(version);
	return ret;
}

/* What git says of @tree, NULL when it fails; to be freed. */
static char *ask_git(const char *tree, const char *const words[])
{
	/*
	 * A look changes nothing in the tree (no refreshed index), goes to this
	 * tree even from a hook of another, and to a tree of another user: its
	 * makefiles are run, too.
	 */
	static const char *const git[] = {
		"env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u", "GIT_INDEX_FILE", "git",
		"--no-optional-locks", "-c", "safe.directory=*", "-c", "core.fsmonitor=false",
	};
	const char *argv[ARRAY_SIZE(git) + 8] = { NULL };
	char *output = NULL;
	struct command cmd = { .argv = (char *const *)argv, .cwd = tree, .output = &output };

	memcpy(argv, git, sizeof(git));
	for (size_t i = 0; words[i] && ARRAY_SIZE(git) + i + 1 < ARRAY_SIZE(argv); i++)
		argv[ARRAY_SIZE(git) + i] = words[i];
	if (command_run(&cmd)) {
		free(output);
		return NULL;
	}
	return output;
}

static void cut_line(char *text)
{
	if (text)
		text[strcspn(text, "\n")] = '\0';
}

char *kernel_tree_commit(const char *tree)
{
	char *prefix, *commit = NULL, *name = NULL, *changes = NULL, *words = NULL;

	if (!program_exists("git"))
		return NULL;
	/* a tree that was unpacked somewhere below a repository is no commit of that */
	prefix = ask_git(tree, (const char *const[]){ "rev-parse", "--show-prefix", NULL });
	cut_line(prefix);
	if (prefix && !*prefix)
		commit = ask_git(tree, (const char *const[]){ "rev-parse", "--verify", "HEAD", NULL });
	if (commit) {
		name = ask_git(tree, (const char *const[]){ "describe", "--always", "--abbrev=12",
							    NULL });
		changes = ask_git(tree, (const char *const[]){ "status", "--porcelain",
							       "--untracked-files=normal", NULL });
		cut_line(commit);
		cut_line(name);
		words = xasprintf("%s %s %s", name ? name : "unnamed", commit,
				  !changes ? "unknown" : *changes ? "dirty" : "clean");
	}
	free(prefix);
	free(commit);
	free(name);
	free(changes);
	return words;
}

static int unpack(const char *tarball, const char *to, const char *log)
{
	struct str_list argv = { 0 };
	struct command cmd = { .log = log };
	char *errors = NULL;
	int status;
	size_t length;

	str_list_add(&argv, "tar");
	str_list_add(&argv, "--extract");
	str_list_addf(&argv, "--file=%s", tarball);
	str_list_addf(&argv, "--directory=%s", to);
	str_list_add(&argv, "--strip-components=1");
	str_list_add(&argv, "--no-same-owner");
	/* xz can use all cores, but tar does not ask it to. */
	if (!fnmatch("*.xz", tarball, 0))
		str_list_add(&argv, "--use-compress-program=xz -T0");
	for (size_t i = 0; i < ARRAY_SIZE(omitted); i++)
		str_list_addf(&argv, "--exclude=*%s", omitted[i]);
	cmd.argv = str_list_argv(&argv);
	status = command_run(&cmd);
	if (status > 0) {
		if (file_read(log, MAKEFILE_MAX, &errors, &length) < 0)
			errors = xstrdup("");
		diag_error("cannot unpack %s: %.*s", tarball, (int)strcspn(errors, "\n"), errors);
		free(errors);
	}
	str_list_free(&argv);
	return status ? -1 : 0;
}

/* A copy of a user's tree without what was built in it. */
static int copy_tree(const char *tree, const char *to, const char *log)
{
	struct tree_copy job = {
		.from = tree, .to = to, .how = TREE_COPY, .skip = skip_no_source,
	};
	const char *const targets[] = { "mrproper", NULL };
	struct kbuild_job clean = { .tree = to, .targets = targets, .log = log,
				    .what = "cleaning the copy of the kernel tree" };

	return tree_copy(&job) < 0 ? -1 : kbuild_make(&clean);
}

/* What becomes of @path in the cache, under the key @hash. */
static int fetch(struct kernel_source *source, const char *path, bool is_tree)
{
	struct cache_entry entry;
	char *key = xstrndup(source->hash, 20);
	int ret;

	ret = cache_open(&entry, "source", key, "the kernel's sources", SOURCE_MIB);
	free(key);
	if (ret)
		return -1;
	if (entry.work) {
		progress(0, 0, is_tree ? "copying the kernel's sources"
				       : "unpacking the kernel's sources");
		ret = is_tree ? copy_tree(path, entry.work, entry.log)
			      : unpack(path, entry.work, entry.log);
		if (!ret) {
			source->version = kernel_tree_version(entry.work);
			if (!source->version)
				ret = diag_error("%s holds no Linux kernel: its top folder has no "
						 "Makefile with VERSION and PATCHLEVEL", path);
		}
		progress_end();
	} else {
		source->version = kernel_tree_version(entry.dir);
	}
	if (!ret)
		ret = cache_publish(&entry);
	source->dir = xstrdup(entry.dir);
	cache_close(&entry);
	return ret;
}

static int get_tarball(struct kernel_source *source, const char *path)
{
	char hex[65];

	if (sha256_file(path, hex) < 0)
		return -1;
	source->hash = xstrdup(hex);
	return fetch(source, path, false);
}

static int get_tree(struct kernel_source *source, const char *path)
{
	char hex[65], *version = kernel_tree_version(path);

	if (!version)
		return diag_error("%s is not a Linux kernel tree: it has no Kbuild, or no Makefile "
				  "with VERSION and PATCHLEVEL", path);
	free(version);
	if (sha256_tree(path, is_no_source, hex) < 0)
		return -1;
	source->hash = xstrdup(hex);
	source->commit = kernel_tree_commit(path);
	return fetch(source, path, true);
}

static int get_debian(struct kernel_source *source, const char *release)
{
	char *version = short_version(release), *tarball = kernel_debian_tarball(version);
	int ret;

	if (file_exists(tarball)) {
		ret = get_tarball(source, tarball);
		if (!ret)
			ret = kernel_check_release(source->dir, release);
	} else {
		ret = diag_error("the sources of Linux %s are not installed (looked for %s)",
				 version, tarball);
		diag_hint("apt-get install linux-source-%s, or give a tree or tarball: KERNEL=path",
			  version);
	}
	free(tarball);
	free(version);
	return ret;
}

int kernel_source_get(struct kernel_source *source, const char *request)
{
	struct stat st;
	int ret;

	*source = (struct kernel_source){ 0 };
	if (!request || !*request)
		request = KERNEL_DEFAULT;
	if (kernel_is_version(request))
		ret = get_debian(source, request);
	else if (stat(request, &st) < 0)
		ret = diag_error("there is no kernel '%s': neither a version like %s nor a tree or "
				 "tarball (%s)", request, KERNEL_DEFAULT, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		ret = get_tree(source, request);
	else
		ret = get_tarball(source, request);
	if (ret)
		kernel_source_free(source);
	return ret;
}

void kernel_source_free(struct kernel_source *source)
{
	free(source->dir);
	free(source->hash);
	free(source->version);
	free(source->commit);
	*source = (struct kernel_source){ 0 };
}
