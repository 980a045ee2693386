/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The environment of a build. What a make that called us, the user's profile or
 * the host's other builds say there must not get into a kernel or a guest.
 */
#ifndef KERNEL_BUILD_ENV_H
#define KERNEL_BUILD_ENV_H

#include "base/util.h"

/*
 * Adds to @env, the words of struct command's env: the one
 * table of variables that no build may see, locale and date, and @own, "NAME=value"
 * words up to a NULL, or NULL.
 */
void build_env_add(struct str_list *env, const char *const *own);
#endif
