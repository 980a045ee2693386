// SPDX-License-Identifier: GPL-2.0-only
/* A run, stage by stage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "diag.h"
#include "exit-status.h"
#include "fsutil.h"
#include "report.h"
#include "run.h"
#include "subprocess.h"

int run_build(struct run *run)
{
	struct kernel_request request = { .root = run->root, .source = run->options->kernel };

	if (kernel_build(&run->kernel, &request))
		return -1;
	if (module_build(&run->kernel, run->root, &run->module, &run->module_hash))
		return -1;
	return image_build(&run->kernel, run->root, run->module, &run->image, &run->image_hash);
}

/* Every guest's initrd: the image and the guest's plan, kept in the cache by content. */
static char *guest_initrd(const struct run *run, const struct guest_plan *guest)
{
	char *text = plan_guest_text(guest);
	char hash[65], *dir, *path;
	int failed;

	sha256_hex(text, strlen(text), hash);
	dir = xasprintf("%s/initrd", cache_root());
	path = xasprintf("%s/%.16s-%.16s.cpio", dir, run->image_hash, hash);
	failed = make_dirs(dir) || (!file_exists(path) && image_with_plan(run->image, text, path));
	free(dir);
	free(text);
	if (!failed)
		return path;
	free(path);
	return NULL;
}

struct progress_state {
	size_t total;
	unsigned int *done;	/* steps done, per guest */
	size_t guests;
};

static void show_progress(void *arg, unsigned int guest, unsigned int steps_done)
{
	struct progress_state *state = arg;
	unsigned int sum = 0;
	char what[64];

	state->done[guest] = steps_done;
	for (size_t g = 0; g < state->guests; g++)
		sum += state->done[g];
	snprintf(what, sizeof(what), "measuring: %u of %zu steps", sum, state->total);
	progress(sum, (unsigned int)state->total, what);
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

static void configure_guest(const struct run *run, const struct guest_plan *guest,
			    struct guest_config *config, char *initrd, char *args)
{
	*config = (struct guest_config){
		.accel = run->accel,
		.vmlinux = run->kernel.vmlinux,
		.initrd = initrd,
		.kernel_args = args,
		.cpus = guest->cpus,
		.memory_mib = guest->memory_mib,
		.disks = guest->disks,
		.dir = guest_dir(run->temp_dir, guest->id),
	};
}

static int boot_guests(struct run *run)
{
	struct progress_state state = { .total = run->plan.steps, .guests = run->plan.guests };
	struct guest_config *config = xcalloc(run->plan.guests, sizeof(*config));
	struct guest_limits limits = { .factor = run->options->factor };
	char *args = run->options->plant ? xasprintf("pcpbench.plant=%s", run->options->plant) :
					   xstrdup("");
	int failed = 0;

	state.done = xcalloc(run->plan.guests, sizeof(*state.done));
	for (size_t g = 0; g < run->plan.guests && !failed; g++) {
		char *initrd = guest_initrd(run, &run->plan.guest[g]);

		configure_guest(run, &run->plan.guest[g], &config[g], initrd, args);
		failed = !initrd || qemu_write_command(&config[g]);
	}
	if (!failed) {
		failed = guests_run(config, run->outcome, run->plan.guests, parallel_guests(run),
				    &limits, show_progress, &state);
		progress_end();
	}
	for (size_t g = 0; g < run->plan.guests; g++) {
		free((char *)config[g].initrd);
		free((char *)config[g].dir);
		if (run->outcome[g].boot_seconds > run->boot_seconds_max)
			run->boot_seconds_max = run->outcome[g].boot_seconds;
	}
	if (run->boot_seconds_max > 0)
		diag_info("power-on to the agent's first word: at most %.1f s",
			  run->boot_seconds_max);
	free(config);
	free(state.done);
	free(args);
	return failed;
}

/* Says each bad verdict once per guest and reason; returns the exit status. */
static int judge(const struct run *run)
{
	int status = EXIT_GOOD;
	const char *last = "";

	for (size_t i = 0; i < run->result.measurements; i++) {
		const struct measurement *m = &run->result.measurement[i];
		const char *reason = m->reason ? m->reason : "";

		if (m->verdict == VERDICT_OK || m->verdict == VERDICT_SKIPPED ||
		    m->verdict == VERDICT_UNSUPPORTED)
			continue;
		if (strcmp(reason, last))
			diag_error("%s, %s: %s: %s", m->scenario, m->strategy,
				   verdict_name(m->verdict), reason);
		last = reason;
		if (m->verdict == VERDICT_FAILED || m->verdict == VERDICT_SPLAT)
			status = status == EXIT_GOOD ? EXIT_JUDGED : status;
		else
			status = EXIT_CANNOT;
	}
	return status;
}

static int write_outputs(struct run *run)
{
	char *path = xasprintf("%s/result.json", run->temp_dir);
	int failed = result_write(&run->result, path);

	free(path);
	if (failed)
		return -1;
	/* a report that can't be drawn must not cost the measurements */
	failed = report_write(&run->result, run->temp_dir, run->root);
	if (run_dir_publish(run))
		return -1;
	return failed;
}

int run_execute(struct run *run)
{
	int status, failed;

	run->root = checkout_root();
	if (run_build(run))
		return EXIT_CANNOT;
	if (run->options->mode == MODE_EXACT) {
		run->accel = ACCEL_ICOUNT;
		run->accel_reason = xstrdup("exact mode counts instructions, which QEMU does under TCG");
	} else {
		run->accel = realtime_probe(run->kernel.vmlinux, run->options->factor,
					    &run->accel_reason);
		diag_info("realtime: %s", run->accel_reason);
	}
	run->outcome = xcalloc(run->plan.guests, sizeof(*run->outcome));
	if (run_dir_create(run))
		return EXIT_CANNOT;
	result_init(&run->result);
	run->result.id = xstrdup(run->id);
	run->result.mode = xstrdup(run->options->mode == MODE_EXACT ? "exact" : "realtime");
	run_provenance(run);
	failed = boot_guests(run);
	run_collect(run);
	result_seal(&run->result);
	status = judge(run);
	if (failed && !interrupt_requested())
		diag_hint("the run is incomplete; what was measured is kept in %s", run->dir);
	if (write_outputs(run))
		status = EXIT_CANNOT;
	if (interrupt_requested())
		diag_error("interrupted; what was measured so far is kept in %s", run->dir);
	return failed ? EXIT_CANNOT : status;
}

void run_free(struct run *run)
{
	for (size_t g = 0; run->outcome && g < run->plan.guests; g++)
		guest_outcome_free(&run->outcome[g]);
	free(run->outcome);
	if (run->temp_dir)
		remove_tree(run->temp_dir);
	plan_free(&run->plan);
	workload_free(&run->workload);
	kernel_build_free(&run->kernel);
	result_free(&run->result);
	free(run->module);
	free(run->module_hash);
	free(run->image);
	free(run->image_hash);
	free(run->accel_reason);
	free(run->id);
	free(run->temp_dir);
	free(run->dir);
}
