// SPDX-License-Identifier: GPL-2.0-only
/* Finds patches, module, workloads and plots: in a checkout, or installed. */
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checkout.h"
#include "base/util.h"

/* The folder that `make install` puts them into, beside bin/. */
#define INSTALLED "/share/pcpbench"

static char root[PATH_MAX];
static bool installed;

/* The folder above that of this program, without a slash at its end; false when unknown. */
static bool find_above_program(void)
{
	ssize_t length = readlink("/proc/self/exe", root, sizeof(root) - sizeof(INSTALLED));

	if (length <= 0)
		return false;
	root[length] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(root, '/');

		if (slash && slash != root)
			*slash = '\0';
	}
	return true;
}

const char *checkout_root(void)
{
	const char *forced = getenv("PCPBENCH_ROOT");
	size_t length;

	if (root[0])
		return root;
	/* test programs live elsewhere than runner/pcpbench */
	if (forced && realpath(forced, root))
		return root;
	if (!find_above_program())
		return strcpy(root, ".");
	length = strlen(root);
	strcpy(root + length, INSTALLED);
	installed = !access(root, F_OK);
	if (!installed)
		root[length] = '\0';
	return root;
}

const char *checkout_runs(void)
{
	static char *runs;

	if (!runs) {
		const char *folder = checkout_root();

		/* what is installed is for all users, and none of them writes there */
		runs = installed ? xstrdup("results/runs") : xasprintf("%s/results/runs", folder);
	}
	return runs;
}
