// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a run came to: the exit status, and verdict.json beside the result for
 * those who call through make or a pipe, where exit statuses get lost.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "result/determinism.h"
#include "result/notes.h"
#include "run/run.h"

static char *reason_of(const struct measurement *m)
{
	return xasprintf("%s, %s: %s: %s", m->scenario, m->strategy, verdict_name(m->verdict),
			 m->reason ? m->reason : "");
}

/* Single boots may be contaminated; too many leave nothing to conclude from. */
static int judge_boots(const struct run *run, struct str_list *reasons)
{
	int status = EXIT_GOOD;

	for (size_t g = 0; g < run_guests(run); g++) {
		const struct step *step = run_guest_plan(run, g)->step;
		size_t bad, all;

		if (!run_boots_inconclusive(run, g, &bad, &all))
			continue;
		str_list_addf(reasons, "inconclusive: %zu of %zu boots of %s, %s had to wait for a CPU of the host in more than %.0f %% of their time",
			      bad, all, step->scenario, step->strategy,
			      100 * run->options->host_wait_limit);
		status = EXIT_CANNOT;
	}
	return status;
}

int run_judge(const struct run *run, struct str_list *reasons)
{
	int status = EXIT_GOOD;

	for (size_t i = 0; i < run->result.measurements; i++) {
		const struct measurement *m = &run->result.measurement[i];
		char *reason;

		if (verdict_is_good(m->verdict))
			continue;
		/* a guest's end is the reason of many steps */
		reason = reason_of(m);
		if (!str_list_has(reasons, reason))
			str_list_add(reasons, reason);
		free(reason);
		if (!verdict_is_broken(m->verdict))
			status = EXIT_CANNOT;
		else if (status == EXIT_GOOD)
			status = EXIT_JUDGED;
	}
	if (judge_boots(run, reasons))
		status = EXIT_CANNOT;
	if (determinism_of(&run->result) == REFUTED || determinism_of(&run->result) == UNPROVED) {
		str_list_addf(reasons, "%s: %s", determinism_of(&run->result) == REFUTED ?
			      "nondeterministic" : "determinism is not proved",
			      determinism_words(&run->result));
		if (status == EXIT_GOOD)
			status = determinism_of(&run->result) == REFUTED ? EXIT_JUDGED : EXIT_CANNOT;
	}
	if (interrupt_requested()) {
		str_list_add(reasons, "interrupted: the result holds what was measured before");
		status = EXIT_CANNOT;
	}
	return status;
}

/* How many measurements have each verdict. */
static json_t *count_verdicts(const struct run *run)
{
	json_t *counts = json_object();

	for (size_t i = 0; i < run->result.measurements; i++) {
		const char *name = verdict_name(run->result.measurement[i].verdict);
		json_int_t n = json_integer_value(json_object_get(counts, name));

		json_object_set_new(counts, name, json_integer(n + 1));
	}
	return counts;
}

int run_write_verdict(const struct run *run, int status)
{
	static const char *const kinds[] = {
		[EXIT_GOOD] = "good", [EXIT_JUDGED] = "failed", [EXIT_CANNOT] = "incomplete",
	};
	char *path = xasprintf("%s/verdict.json", run->temp_dir ? run->temp_dir : run->dir), *text;
	json_t *list = json_array(), *told = json_array(), *all;
	struct str_list notes = { 0 };
	int ret;

	for (size_t i = 0; i < run->reasons.n; i++)
		json_array_append_new(list, json_string(run->reasons.item[i]));
	notes_get(&run->result, &notes);
	if (run->no_pictures)
		str_list_addf(&notes, "no pictures: %s", run->no_pictures);
	for (size_t i = 0; i < notes.n; i++)
		json_array_append_new(told, json_string(notes.item[i]));
	str_list_free(&notes);
	all = json_pack("{ss ss ss si so so so}", "schema", "pcpbench-verdict/1", "run", run->id,
			"verdict", kinds[status], "exit_status", status, "counts",
			count_verdicts(run), "reasons", list, "notes", told);
	text = json_dumps(all, JSON_INDENT(2));
	ret = text ? file_write_atomic(path, text, strlen(text)) :
		     diag_error("cannot write %s: a reason is not UTF-8", path);
	free(text);
	json_decref(all);
	free(path);
	return ret;
}
