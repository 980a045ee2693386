// SPDX-License-Identifier: GPL-2.0-only
/* Frames of the guests into measurements, one for every planned step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/text-format.h"
#include "guest/frame.h"
#include "result/driver.h"
#include "result/fio.h"
#include "result/hist-counts.h"
#include "run/run.h"

/* What a guest sent about one step; pointers into its frames. */
struct step_frames {
	const char *result, *fio, *driver, *books, *perf_stat, *perf_report, *perf_data, *end;
	size_t result_length, fio_length, driver_length, books_length;
	size_t perf_stat_length, perf_report_length, perf_data_length;
};

static void sort_frame(struct step_frames *steps, size_t n, const struct frame *frame)
{
	unsigned int step;
	const char *text = frame_step(frame, &step);
	size_t length;

	if (!text || step >= n)
		return;
	length = frame->length - (size_t)(text - frame->payload);
	if (frame->type == PCPB_FRAME_RESULT) {
		steps[step].result = text;
		steps[step].result_length = length;
	} else if (frame->type == PCPB_FRAME_FIO) {
		steps[step].fio = text;
		steps[step].fio_length = length;
	} else if (frame->type == PCPB_FRAME_DRIVER) {
		steps[step].driver = text;
		steps[step].driver_length = length;
	} else if (frame->type == PCPB_FRAME_IOSTAT) {
		steps[step].books = text;
		steps[step].books_length = length;
	} else if (frame->type == PCPB_FRAME_PERF_STAT) {
		steps[step].perf_stat = text;
		steps[step].perf_stat_length = length;
	} else if (frame->type == PCPB_FRAME_PERF_REPORT) {
		steps[step].perf_report = text;
		steps[step].perf_report_length = length;
	} else if (frame->type == PCPB_FRAME_PERF_DATA) {
		steps[step].perf_data = text;
		steps[step].perf_data_length = length;
	} else if (frame->type == PCPB_FRAME_STEP_END) {
		steps[step].end = text;
	}
}

static void set_verdict(struct measurement *m, enum verdict verdict, const char *reason)
{
	m->verdict = verdict;
	free(m->reason);
	m->reason = reason ? xstrdup(reason) : NULL;
}

/* Everything that is known of the step before it runs. */
static void describe(struct measurement *m, const struct kernel_build *kernel,
		     const struct guest_plan *guest, const struct step *step)
{
	free(m->scenario);
	free(m->strategy);
	free(m->context);
	m->scenario = xstrdup(step->scenario);
	m->strategy = xstrdup(step->strategy);
	m->context = xstrdup(step->context);
	m->kernel = xstrdup(kernel->version);
	m->series = xstrdup(kernel->series);
	for (int p = 0; p < PARAM_COUNT; p++)
		if (step_has(step, (enum param_id)p))
			measurement_set_param(m, param_info[p].name, step->param[p]);
	for (int p = 0; p < GUEST_PARAM_COUNT; p++)
		measurement_set_param(m, guest_param_info[p].name, guest->param[p]);
}

static void evaluate_storm(struct measurement *m, const struct run *run,
			   const struct scenario_info *scenario, const struct step_frames *frames)
{
	const char *unit = run->options->mode == MODE_EXACT ? PCPB_UNIT_EXACT : PCPB_UNIT_REALTIME;
	const char *driver = scenario->own_driver ? frames->driver : frames->fio;
	char *error = NULL;
	int failed;

	if (!driver || !frames->books) {
		set_verdict(m, VERDICT_INCOMPLETE, scenario->own_driver ?
			    "the guest sent no word of its driver or of io.stat" :
			    "the guest sent no word of fio or of io.stat");
		return;
	}
	if (scenario->own_driver)
		failed = churn_evaluate(m, unit, frames->driver, frames->driver_length, frames->fio,
					frames->fio_length, frames->books, frames->books_length,
					&error);
	else
		failed = storm_evaluate(m, unit, frames->fio, frames->fio_length, frames->books,
					frames->books_length, &error);
	if (failed)
		set_verdict(m, VERDICT_FAILED, error);
	free(error);
}

/* A histogram that lacks samples has lost them: nothing that it shows can be believed. */
static void check_counts(struct measurement *m)
{
	char *wrong = m->verdict == VERDICT_OK ? hist_counts_check(m, COUNTED_FULLY) : NULL;

	if (wrong)
		set_verdict(m, VERDICT_FAILED, wrong);
	free(wrong);
}

/* "verdict V" and "reason …" of a STEP_END, when it is not good. */
static void apply_end(struct measurement *m, const char *text)
{
	char word[32] = "", reason[512] = "";

	if (sscanf(text, PCPB_RESULT_VERDICT " %31s", word) != 1)
		return;
	text = strchr(text, '\n');
	if (text)
		sscanf(text, " " PCPB_RESULT_REASON " %511[^\n]", reason);
	if (strcmp(word, "ok") && m->verdict == VERDICT_OK) {
		int verdict = verdict_from_name(word);

		set_verdict(m, verdict < 0 ? VERDICT_AGENT_FAILED : (enum verdict)verdict,
			    *reason ? reason : "the agent gave no reason");
	}
}

static void collect_perf(struct measurement *m, struct run *run, const struct step *step,
			 const struct step_frames *frames)
{
	if (frames->perf_stat)
		run_perf_stat(run, m, frames->perf_stat, frames->perf_stat_length);
	if (frames->perf_report)
		run_perf_file(run, m, step->place, "txt", frames->perf_report,
			      frames->perf_report_length);
	if (frames->perf_data)
		run_perf_file(run, m, step->place, "data", frames->perf_data,
			      frames->perf_data_length);
}

/*
 * What the host did to a boot belongs to it: the boot is the replicate. Exact
 * measurements have nothing of it: one boot is all there is, and no host is seen.
 */
static void describe_boot(struct measurement *m, const struct run *run, size_t b)
{
	const struct run_boot *boot = &run->boot[b];
	const struct host_wait *wait = &boot->outcome.wait;
	char *reason;

	if (!boot->number)
		return;
	if (boot->outcome.total_seconds > 0)
		measurement_set_counter(m, "boot_ns", (uint64_t)(boot->outcome.total_seconds * 1e9));
	if (wait->known) {
		measurement_set_counter(m, "host_wait_ns", wait->waited);
		measurement_set_counter(m, "host_run_ns", wait->ran);
	}
	if (!boot->contaminated || m->verdict != VERDICT_OK)
		return;
	reason = run_boot_reason(run, b);
	set_verdict(m, VERDICT_CONTAMINATED, reason);
	free(reason);
}

/* @g, @boot, @s: which guest of the run, which of its boots or 0, and which of its steps. */
static void collect_step(struct measurement *m, struct run *run, size_t g,
			 const struct guest_outcome *outcome, unsigned int boot, size_t s,
			 const struct step_frames *frames)
{
	const struct guest_plan *guest = run_guest_plan(run, g);
	const struct step *step = &guest->step[s];
	const struct scenario_info *scenario = scenario_find(step->scenario);
	char *error = NULL;
	unsigned int line;

	if (frames->result &&
	    measurement_parse_module_text(m, frames->result, frames->result_length, &error, &line)) {
		char *reason = xasprintf("the module's result, line %u: %s", line, error);

		measurement_free(m);
		measurement_init(m);
		set_verdict(m, VERDICT_INCOMPLETE, reason);
		free(reason);
		free(error);
	}
	describe(m, &run_guest_target(run, g)->kernel, guest, step);
	if (boot)
		measurement_set_param(m, "boot", boot);
	collect_perf(m, run, step, frames);
	/* the agent knows why it sent less than it should */
	if (frames->end)
		apply_end(m, frames->end);
	if (frames->result && m->verdict == VERDICT_OK && scenario && scenario->runs == STORM)
		evaluate_storm(m, run, scenario, frames);
	check_counts(m);
	if (!frames->result && !frames->end)
		set_verdict(m, outcome->verdict == VERDICT_OK ? VERDICT_INCOMPLETE : outcome->verdict,
			    outcome->reason ? outcome->reason : "the guest sent nothing of this step");
	else if (outcome->verdict == VERDICT_SPLAT && m->verdict == VERDICT_OK)
		set_verdict(m, VERDICT_SPLAT, outcome->reason);
}

void run_collect_guest(struct run *run, size_t g, const struct guest_outcome *outcome,
		       unsigned int boot, struct result *into)
{
	const struct guest_plan *guest = run_guest_plan(run, g);
	struct step_frames *frames = xcalloc(guest->steps, sizeof(*frames));

	for (size_t i = 0; i < outcome->frames.n; i++)
		sort_frame(frames, guest->steps, &outcome->frames.frame[i]);
	for (size_t i = 0; i < guest->steps; i++)
		collect_step(result_add(into), run, g, outcome, boot, i, &frames[i]);
	free(frames);
}

static void collect_boot(struct run *run, size_t b)
{
	size_t first = run->result.measurements;

	run_collect_guest(run, run->boot[b].guest, &run->boot[b].outcome, run->boot[b].number,
			  &run->result);
	for (size_t i = first; i < run->result.measurements; i++)
		describe_boot(&run->result.measurement[i], run, b);
}

void run_collect(struct run *run)
{
	/* a guest's boots side by side, in whatever order they were made */
	for (size_t g = 0; g < run_guests(run); g++)
		for (size_t b = 0; b < run->boots; b++)
			if (run->boot[b].guest == g)
				collect_boot(run, b);
}
