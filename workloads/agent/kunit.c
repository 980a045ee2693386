// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patch series' own KUnit suite as a step: loads kunit.ko and the suite,
 * counts the results that KUnit leaves in debugfs, and sends them in the form
 * of a module result.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"

#define LEAKS	"/sys/kernel/debug/kmemleak"
#define LEAK_AGE 6	/* seconds: kmemleak names what nothing has pointed to for five */
#define LOCKS	"/proc/lockdep_stats"
#define RESULTS "/sys/kernel/debug/kunit/percpu_pool/results"

struct tally {
	unsigned int passed, failed, skipped;
	char first[128];	/* name of the first that failed */
};

/* KTAP: test cases are the lines indented by one level, "    ok 1 name". */
static void count_line(struct tally *tally, const char *line)
{
	const char *dash;

	if (strncmp(line, "    ", 4) || line[4] == ' ')
		return;
	line += 4;
	if (!strncmp(line, "not ok ", 7)) {
		dash = line + 7 + strspn(line + 7, "0123456789 -");
		if (!tally->failed++)
			snprintf(tally->first, sizeof(tally->first), "%s", dash);
	} else if (!strncmp(line, "ok ", 3)) {
		if (strstr(line, "# SKIP"))
			tally->skipped++;
		else
			tally->passed++;
	}
}

static void send_tally(unsigned int step, const char *line, const struct tally *tally)
{
	char *strategy = step_value(line, "strategy"), *context = step_value(line, "context");
	bool good = tally->passed && !tally->failed;

	frame_sendf(PCPB_FRAME_RESULT,
		    "step %u\npcpbench-result 1\nscenario kunit\nstrategy %s\ncontext %s\nverdict %s\n%s%s%s"
		    "counter tests_passed %u\ncounter tests_failed %u\ncounter tests_skipped %u\nend\n",
		    step, strategy, context, good ? "ok" : "failed", good ? "" : "reason ",
		    good ? "" : tally->failed ? tally->first : "no test ran", good ? "" : "\n",
		    tally->passed, tally->failed, tally->skipped);
	free(strategy);
	free(context);
}

void kunit_step(unsigned int step, const char *line)
{
	struct tally tally = { 0 };
	int error = module_load("/kunit.ko", "enable=1");
	char *results;

	if (!error || error == -EEXIST)
		error = module_load("/percpu-pool-test.ko", "");
	if (error) {
		step_end(step, "skipped", "the image has no KUnit suite that this kernel loads: %s",
			 strerror(-error));
		return;
	}
	results = read_file(RESULTS, NULL);
	if (!results) {
		step_end(step, "failed", "KUnit left no " RESULTS ": %s", strerror(errno));
		return;
	}
	for (char *text = strtok(results, "\n"); text; text = strtok(NULL, "\n"))
		count_line(&tally, text);
	free(results);
	send_tally(step, line, &tally);
	step_end(step, "ok", "%s", "");
}
