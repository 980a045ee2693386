/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From sources to what a guest boots, each stage cached by content under
 * ${XDG_CACHE_HOME:-~/.cache}/pcpbench. A stage works in a temporary folder
 * under a lock (flock) and is published by rename, so an interrupted build
 * leaves nothing that looks finished and two runs share one build.
 */
#ifndef BUILD_H
#define BUILD_H

#include <stdbool.h>

#include "base/must-check.h"
#include "base/util.h"
#include "kernel/ingredient.h"

/* The kernel when none is asked for, and the series in patches/<version>/ as results name it. */
#define KERNEL_DEFAULT "6.12"
#define SERIES_OWN "percpu-pool"

struct guest_programs;

/* What was built, for provenance; all strings owned. */
struct kernel_build {
	char *key;		/* names exactly this build; for keys of what is built on it */
	char *dir;		/* the built tree: modules are built against it */
	char *vmlinux;		/* stripped */
	char *release;		/* kernelrelease, "6.12.117" */
	char *version;		/* "6.12": which patches/<version>/ it takes */
	char *series;		/* name of the series */
	char *series_hash, *config_hash, *source_hash;	/* hex SHA-256 */
	char *source_commit;	/* of the user's tree, kernel_tree_commit(); NULL when it has none */
	char *compiler;		/* first line of gcc --version */
	char *config_path, *series_path;	/* the .config; what was applied, a patch a line */
	char *modules_dir;	/* the kernel's own modules, flat; may be empty */
};

struct kernel_request {
	const char *root;	/* the pcpbench checkout */
	const char *source;	/* KERNEL: "6.12", "6.12.117", a tarball or a tree; NULL: 6.12 */
	/* NULL: patches/<version>; "none": the stock kernel (lab patches only); else a folder with a series. */
	const char *series;
	const char *config;	/* fragment beside those in patches/config, or NULL */
};

MUST_CHECK int kernel_build(struct kernel_build *build, const struct kernel_request *request);
void kernel_build_free(struct kernel_build *build);

/* percpu_bench.ko for @kernel, cached; *path and *hash are to be freed. */
MUST_CHECK int module_build(const struct kernel_build *kernel, const char *root, char **path,
			    char **hash);

/* An image and what it is made of; all owned. */
struct image {
	char *path, *hash;
	struct ingredient_list from;
};

/*
 * The initramfs: agent as /init, fio and, where there is one, perf, all static, the
 * module, the kernel's modules. Byte-reproducible (newc, times 0, sorted), and
 * always of one size, as each file in it is: see image.c. Cached.
 */
MUST_CHECK int image_build(const struct kernel_build *kernel, const struct guest_programs *programs,
			   const char *module, struct image *image);
void image_free(struct image *image);
/* An interactive guest's: @image followed by an archive that holds busybox. */
MUST_CHECK int image_with_shell(const char *image, const char *path);

/* Folder of the cache, made if need be; NULL after a message. */
const char *cache_root(void);
/* The patch series that exist, "6.12" …, for messages and `list`. */
void series_versions(struct str_list *list, const char *root);
/* 0 when there is one for @version; else -1 after a message that names those that there are. */
MUST_CHECK int series_check_version(const char *root, const char *version);

#endif
