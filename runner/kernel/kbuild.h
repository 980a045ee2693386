/* SPDX-License-Identifier: GPL-2.0-only */
/* Running the kernel's make so that the result depends on the sources alone. */
#ifndef KBUILD_H
#define KBUILD_H

#include <stdbool.h>

#include "base/must-check.h"
#include "base/util.h"

struct kbuild_job {
	const char *tree;
	const char *const *targets;	/* targets and VARIABLE=value words, NULL-terminated */
	const char *log;
	const char *what;	/* for people: "building the kernel" */
	unsigned int log_lines;	/* about how many lines the log gets, for the bar; 0: unknown */
	bool *resumable;	/* may be NULL: true when an interrupt ended make in good order */
};

/* 0, or -1 after a message with the first errors of the log, or when interrupted. */
MUST_CHECK int kbuild_make(const struct kbuild_job *job);

/* Adds to @env what every make in a kernel's tree is given: build-env.h and the kernel's own. */
void kbuild_env_add(struct str_list *env);

/* What the tools are, for keys and provenance: a line each, of gcc and ld. -1 after a message. */
MUST_CHECK int kbuild_tools(struct str_list *lines);

#endif
