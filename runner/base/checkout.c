// SPDX-License-Identifier: GPL-2.0-only
/* Where the checkout is: patches, module, workloads and plots are found from there. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checkout.h"

const char *checkout_root(void)
{
	static char path[PATH_MAX];
	const char *forced = getenv("PCPBENCH_ROOT");
	ssize_t length;

	if (path[0])
		return path;
	/* test programs live elsewhere than runner/pcpbench */
	if (forced && realpath(forced, path))
		return path;
	length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (length <= 0)
		return strcpy(path, ".");
	path[length] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(path, '/');

		if (slash && slash != path)
			*slash = '\0';
	}
	return path;
}
