/* SPDX-License-Identifier: GPL-2.0-only */
/* Configuration fragments, and the proof that each of their lines took effect. */
#ifndef KERNEL_CONFIG_H
#define KERNEL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must-check.h"
#include "base/util.h"

struct config_option {
	char *name;		/* "CONFIG_SMP" */
	char *value;		/* "y", "m", "64", "\"text\""; "n" for "is not set" */
	char *condition;	/* Kconfig symbol that must exist ("PERCPU_POOL"), or NULL */
	char *fragment;		/* file name */
	unsigned int line;
};

struct config_fragments {
	struct config_option *option;
	size_t n;
	char hash[65];		/* over names and contents */
	bool on_top;		/* the fragment that is read now may say otherwise than others */
};

/*
 * Reads @folder's *.config in order of their names, then the file @more unless
 * that is NULL, which has the last word. -1 after a message with file and line: a line that is neither an option nor a comment, an option
 * that two lines set differently.
 */
MUST_CHECK int config_load(struct config_fragments *fragments, const char *folder,
			   const char *more);
void config_free(struct config_fragments *fragments);

/*
 * Compares with the text of a .config: names on stderr each option that did
 * not take effect, with fragment and line. Options whose condition is not in
 * @symbols are left out. The number of those named.
 */
unsigned int config_check(const struct config_fragments *fragments, const char *dotconfig,
			  const struct str_list *symbols);

/*
 * Writes @tree/.config: tinyconfig, the fragments, olddefconfig, and checks
 * it. -1 after messages or when interrupted.
 */
MUST_CHECK int config_make(const struct config_fragments *fragments, const char *tree,
			   const char *log);

#endif
