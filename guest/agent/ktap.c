// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

#define TESTS_MAX	1024

struct plan {
	unsigned long tests;		/* 0: there was none */
	bool seen[TESTS_MAX + 1];	/* by number */
};

static void fail_test(struct ktap *ktap, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void fail_test(struct ktap *ktap, const char *fmt, ...)
{
	va_list args;

	if (ktap->failed++)
		return;
	va_start(args, fmt);
	vsnprintf(ktap->first, sizeof(ktap->first), fmt, args);
	va_end(args);
}

static void count_line(struct ktap *ktap, struct plan *plan, const char *line)
{
	bool failed = !strncmp(line, "not ok ", 7);
	unsigned long number;
	char *name;

	if (!strncmp(line, "1..", 3))
		plan->tests = strtoul(line + 3, NULL, 10);
	if (!failed && strncmp(line, "ok ", 3))
		return;
	number = strtoul(line + (failed ? 7 : 3), &name, 10);
	if (number <= TESTS_MAX)
		plan->seen[number] = true;
	if (failed)
		fail_test(ktap, "%s", name + strspn(name, " -"));
	else if (strstr(line, "# SKIP"))
		ktap->skipped++;
	else
		ktap->passed++;
}

void ktap_add(struct ktap *ktap, char *text)
{
	struct plan plan = { 0 };
	char *rest;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (!strncmp(line, "    ", 4) && line[4] != ' ')
			count_line(ktap, &plan, line + 4);
	if (!plan.tests || plan.tests > TESTS_MAX)
		fail_test(ktap, "the suite has no plan (1..N) that tells how many tests there are");
	for (unsigned long i = 1; i <= plan.tests && i <= TESTS_MAX; i++)
		if (!plan.seen[i])
			fail_test(ktap, "test %lu of %lu has no result: the suite ended early", i,
				  plan.tests);
}
