/* SPDX-License-Identifier: GPL-2.0-only */
/* What KUnit leaves in debugfs: the results of one suite, as KTAP. */
#ifndef KTAP_H
#define KTAP_H

struct ktap {
	unsigned int passed, failed, skipped;
	char first[128];	/* name of the first that failed */
};

/*
 * Adds the tests of a suite to @ktap, the lines that are indented by one level: "1..2",
 * "ok 1 name". A test of the plan without a result has failed, and so has a suite
 * without a plan. Changes @text.
 */
void ktap_add(struct ktap *ktap, char *text);

#endif
