// SPDX-License-Identifier: GPL-2.0-only
/* A run, stage by stage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/run.h"
#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "contract/guest-format.h"

struct progress_state {
	size_t total;
	size_t before;		/* steps of boots that are over */
	unsigned int *done;	/* steps done, per boot of these */
	size_t n;
};

static void show_progress(void *arg, unsigned int guest, unsigned int steps_done)
{
	struct progress_state *state = arg;
	size_t sum = state->before;
	char what[64];

	state->done[guest] = steps_done;
	for (size_t i = 0; i < state->n; i++)
		sum += state->done[i];
	snprintf(what, sizeof(what), "measuring: %zu of %zu steps", sum, state->total);
	progress((unsigned int)sum, (unsigned int)state->total, what);
}

static unsigned int parallel_guests(const struct run *run)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (run->options->parallel)
		return run->options->parallel;
	/* a guest in real time needs the host to itself */
	if (run->options->mode == MODE_REALTIME || cores < 1)
		return 1;
	return (unsigned int)cores;
}

/* Kernel arguments of guest @g, to be freed. */
static char *guest_arguments(const struct run *run, size_t g)
{
	const struct guest_plan *guest = run_guest_plan(run, g);
	struct str_list words = { 0 };
	char *line;

	if (guest->param[GUEST_blkg_pool])
		str_list_add(&words, PCPB_ARG_BLKG_ALLOC "=" PCPB_BLKG_ALLOC_POOL);
	if (guest->param[GUEST_blkg_pool_high])
		str_list_addf(&words, PCPB_ARG_BLKG_POOL_HIGH "=%llu",
			      (unsigned long long)guest->param[GUEST_blkg_pool_high]);
	if (guest->param[GUEST_perf] && run->perf)
		str_list_addf(&words, PCPB_ARG_PERF "=%s",
			      guest->param[GUEST_perf] == 1 ? PCPB_PERF_STAT : PCPB_PERF_RECORD);
	if (run->options->record)
		str_list_add(&words, PCPB_ARG_RECORD "=1");
	if (run->options->fault)
		str_list_addf(&words, PCPB_ARG_FAULT "=%s", run->options->fault);
	line = str_list_join(&words, " ");
	str_list_free(&words);
	return line;
}

/* The traces that steps of @guest replay, into @config. */
static void add_traces(const struct run *run, const struct guest_plan *guest,
		       struct guest_config *config)
{
	for (size_t i = 0; i < guest->steps; i++) {
		const struct trace *trace = workload_trace(&run->workload,
							   guest->step[i].param[PARAM_trace]);
		bool have = !trace;

		for (size_t k = 0; k < config->traces; k++)
			have |= config->trace[k]->id == trace->id;
		if (have)
			continue;
		GROW(config->trace, config->traces);
		config->trace[config->traces++] = trace;
	}
}

void run_guest_configure(const struct run *run, size_t g, struct guest_config *config)
{
	const struct guest_plan *guest = run_guest_plan(run, g);

	*config = (struct guest_config){
		.accel = run->accel,
		.vmlinux = run_guest_target(run, g)->kernel.vmlinux,
		.initrd = run_guest_target(run, g)->image.path,
		.plan = plan_guest_text(guest),
		.kernel_args = guest_arguments(run, g),
		.cpus = (unsigned int)guest->param[GUEST_cpus],
		.possible_cpus = (unsigned int)guest->param[GUEST_possible_cpus],
		.memory_mib = (unsigned int)guest->param[GUEST_memory_mib],
		.disks = guest->disks,
		.dir = guest_dir(run->temp_dir, g),
	};
	add_traces(run, guest, config);
}

void run_guest_config_free(struct guest_config *config)
{
	free((char *)config->plan);
	free((char *)config->kernel_args);
	free((char *)config->dir);
	free(config->trace);
}

/* Steps of the @n boots from @first on. */
static size_t count_steps(const struct run *run, size_t first, size_t n)
{
	size_t steps = 0;

	for (size_t b = first; b < first + n; b++)
		steps += run_guest_plan(run, run->boot[b].guest)->steps;
	return steps;
}

/* The @n boots from @first on. */
static int boot_some(struct run *run, size_t first, size_t n)
{
	struct progress_state state = {
		.total = count_steps(run, 0, run->boots), .before = run->steps_over, .n = n,
	};
	struct guest_config *config = xcalloc(n + 1, sizeof(*config));
	struct guest_outcome *outcome = xcalloc(n + 1, sizeof(*outcome));
	struct guest_limits limits = { .factor = run->options->factor };
	int failed;

	state.done = xcalloc(n + 1, sizeof(*state.done));
	for (size_t i = 0; i < n; i++) {
		run_guest_configure(run, run->boot[first + i].guest, &config[i]);
		free((char *)config[i].dir);
		config[i].dir = guest_dir(run->temp_dir, first + i);
	}
	if (n)
		show_progress(&state, 0, 0);
	failed = guests_run(config, outcome, n, parallel_guests(run), &limits, show_progress,
			    &state);
	for (size_t i = 0; i < n; i++) {
		struct run_boot *boot = &run->boot[first + i];

		run_guest_config_free(&config[i]);
		guest_outcome_free(&boot->outcome);
		boot->outcome = outcome[i];
		boot->turn = ++run->turns;
		if (outcome[i].boot_seconds > run->boot_seconds_max)
			run->boot_seconds_max = outcome[i].boot_seconds;
	}
	run->steps_over += count_steps(run, first, n);
	free(state.done);
	free(outcome);
	free(config);
	return failed;
}

/* Round by round, so that what stands in for a boot runs soon after it. */
static int boot_guests(struct run *run)
{
	size_t planned = run->boots, rounds = run_boots_wanted(run), a_round = planned / rounds;
	int failed = 0;

	for (size_t r = 0; r < rounds && !failed; r++) {
		size_t more, from = run->boots;

		failed = boot_some(run, r * a_round, a_round);
		more = run_boots_replace(run, r * a_round, a_round);
		if (!more || failed)
			continue;
		progress_end();
		diag_warn("%zu of %zu boots had to wait too long for a CPU of the host, and are made once more",
			  more, a_round);
		failed = boot_some(run, from, more);
		run_boots_replace(run, from, more);
	}
	progress_end();
	if (run->boot_seconds_max > 0)
		diag_info("power-on to the agent's first word: at most %.1f s",
			  run->boot_seconds_max);
	return failed;
}

static size_t count_measured(const struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->result.measurements; i++)
		n += run->result.measurement[i].verdict == VERDICT_OK;
	return n;
}

/* What an interrupted run leaves, and how to look at it. */
static void say_kept(const struct run *run)
{
	diag_warn("interrupted: %zu measurements are kept in %s, and `latest` stays as it was",
		  count_measured(run), run->dir);
	diag_hint("`pcpbench report %s` shows them", run->dir);
}

/* Before minutes of building, not after. */
static int check_programs(void)
{
	static const char *const needed[] = { QEMU_PROGRAM, "gcc", "make" };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (program_exists(needed[i]))
			continue;
		diag_error("%s is not installed, and a run needs it", needed[i]);
		diag_hint("`make deps` installs what is missing, `pcpbench doctor` shows it");
		return -1;
	}
	if (!program_exists("gnuplot"))
		diag_warn("gnuplot is not installed: there will be tables, but no pictures");
	return 0;
}

int run_execute(struct run *run)
{
	int status, failed;

	run->root = checkout_root();
	run_perf_check(run);
	if (check_programs() || run_dir_check(run) || run_build(run))
		return EXIT_CANNOT;
	if (run->options->mode == MODE_EXACT) {
		run->accel = ACCEL_ICOUNT;
		run->accel_reason = xstrdup("exact mode counts instructions, which QEMU does under TCG");
	} else {
		run->accel = realtime_probe(run->target[0].kernel.vmlinux, run->options->factor,
					    &run->accel_reason);
		diag_info("realtime: %s", run->accel_reason);
	}
	run_boots_plan(run);
	if (run_dir_create(run))
		return EXIT_CANNOT;
	result_init(&run->result);
	run->result.id = xstrdup(run->id);
	run->result.mode = xstrdup(run->options->mode == MODE_EXACT ? "exact" : "realtime");
	run_provenance(run);
	failed = boot_guests(run);
	run_boots_provenance(run);
	run_console_notes(run);
	run_collect(run);
	if (interrupt_requested() && !count_measured(run)) {
		diag_warn("nothing was measured yet: no run folder is kept");
		return EXIT_CANNOT;
	}
	run_perf_provenance(run);
	run_prove(run);
	result_seal(&run->result);
	status = run_judge(run, &run->reasons);
	if (failed) {
		if (!run->reasons.n)
			str_list_add(&run->reasons, "not every guest could be booted");
		status = EXIT_CANNOT;
	}
	for (size_t i = 0; i < run->reasons.n && !interrupt_requested(); i++)
		diag_error("%s", run->reasons.item[i]);
	status = run_store(run, status);
	if (interrupt_requested() && !run->temp_dir)
		say_kept(run);
	else if (status == EXIT_CANNOT && !run->temp_dir)
		diag_hint("the run is incomplete; what was measured is kept in %s", run->dir);
	return status;
}

void run_free(struct run *run)
{
	run_boots_free(run);
	if (run->temp_dir)
		discard_tree(run->temp_dir);
	run_targets_free(run);
	plan_free(&run->plan);
	workload_free(&run->workload);
	result_free(&run->result);
	free(run->accel_reason);
	str_list_free(&run->perf_absent);
	str_list_free(&run->reasons);
	free(run->no_pictures);
	free(run->id);
	free(run->temp_dir);
	free(run->dir);
}
