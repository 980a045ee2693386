// SPDX-License-Identifier: GPL-2.0-only
/* What perf saw in the guests: counts into measurements, samples into the run folder. */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "result/perf-stat.h"
#include "run/run.h"

static bool asked(const struct run *run)
{
	for (size_t g = 0; g < run->plan.guests; g++)
		if (run->plan.guest[g].param[GUEST_perf])
			return true;
	return false;
}

void run_perf_check(struct run *run)
{
	run->perf = asked(run);
}

void run_perf_stat(struct run *run, struct measurement *m, const char *text, size_t length)
{
	unsigned int line;
	char *error;

	if (!perf_stat_parse(m, &run->perf_absent, text, length, &error, &line))
		return;
	diag_warn("%s, %s: what perf stat printed, line %u: %s", m->scenario, m->strategy, line,
		  error);
	free(error);
}

void run_perf_file(const struct run *run, const struct measurement *m, size_t place,
		   const char *suffix, const char *data, size_t length)
{
	char *dir = xasprintf("%s/perf/%s", run->temp_dir, m->strategy);
	uint64_t boot;
	char *of_boot = measurement_param(m, "boot", &boot) ?
			xasprintf("-boot-%llu", (unsigned long long)boot) : xstrdup("");
	char *path = xasprintf("%s/%03zu-%s-%s%s.%s", dir, place, m->scenario, m->context, of_boot,
			       suffix);
	bool written = !make_dirs(dir) && !file_write_atomic(path, data, length);

	if (!written)
		diag_hint("the run goes on without this file: its counters and latencies need none");
	free(path);
	free(of_boot);
	free(dir);
}

void run_perf_provenance(struct run *run)
{
	json_t *object = run->result.provenance;
	char *names;

	if (!asked(run))
		return;
	names = str_list_join(&run->perf_absent, " ");
	json_object_set_new(object, "perf_not_counted", json_string(names));
	free(names);
}
