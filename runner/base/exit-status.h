/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

/* The contract that scripts rely on. */
enum exit_status {
	EXIT_GOOD = 0,
	EXIT_JUDGED = 1,	/* a judged failure: splat, regression, digest mismatch */
	EXIT_CANNOT = 2,	/* could not judge: usage, dependency, boot, incomplete */
};

#endif
