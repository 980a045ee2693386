/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building a kernel on what an earlier build of the same sources left: make
 * then compiles only what the two series make different.
 */
#ifndef KERNEL_REUSE_H
#define KERNEL_REUSE_H

#include "base/must-check.h"
#include "base/util.h"

/*
 * Notes in @folder (which holds "tree") what a later kernel_reuse() must
 * know: @base, the key of all that must be equal (sources, tools, options),
 * and the @changed files, in which the tree differs from the sources.
 */
MUST_CHECK int kernel_reuse_note(const char *folder, const char *base,
				 const struct str_list *changed);

/*
 * Lays the objects of the nearest finished build with the key @base under the
 * patched but unbuilt @tree, which differs from the sources in the @changed
 * files (tree_changes()). Only builds are taken of which make can tell what has to
 * be made again; without one nothing happens. -1 after a message: @tree is
 * then to be thrown away.
 */
MUST_CHECK int kernel_reuse(const char *tree, const char *base, const struct str_list *changed);

#endif
