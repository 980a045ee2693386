// SPDX-License-Identifier: GPL-2.0-only
/* One guest of a run again, on a busy host. */
#include <stdlib.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "guest/host-load.h"
#include "result/determinism.h"
#include "run/run.h"

/* CPUs that take turns are what may go wrong first: the first guest of those with the most. */
static size_t choose_guest(const struct run *run)
{
	size_t chosen = 0;

	for (size_t g = 1; g < run_guests(run); g++)
		if (run_guest_plan(run, g)->param[GUEST_cpus] >
		    run_guest_plan(run, chosen)->param[GUEST_cpus])
			chosen = g;
	return chosen;
}

/* How many measurements come before those of guest @g. */
static size_t place_of(const struct run *run, size_t g)
{
	size_t place = 0;

	while (g--)
		place += run_guest_plan(run, g)->steps;
	return place;
}

static enum verdict verdict_of(const struct run *run, size_t g)
{
	size_t b = 0;

	while (run->boot[b].guest != g)
		b++;
	return run->boot[b].outcome.verdict;
}

static int boot_again(struct run *run, size_t g, struct guest_outcome *outcome)
{
	struct guest_limits limits = { .factor = run->options->factor };
	struct guest_config config;
	int ret;

	run_guest_configure(run, g, &config);
	free((char *)config.dir);
	config.dir = xasprintf("%s/guests/again", run->temp_dir);
	ret = make_dirs(config.dir);
	if (!ret)
		ret = guests_run(&config, outcome, 1, 1, &limits, NULL, NULL);
	run_guest_config_free(&config);
	return ret;
}

static void compare_boots(struct run *run, size_t g, const struct guest_outcome *outcome,
			  unsigned int threads)
{
	enum determinism found = PROVED;
	struct result again;
	char *difference, *words;

	result_init(&again);
	run_collect_guest(run, g, outcome, 0, &again);
	difference = determinism_difference(&run->result, place_of(run, g), &again);
	if (outcome->verdict != verdict_of(run, g))
		found = UNPROVED;
	else if (difference)
		found = REFUTED;
	words = xasprintf("guest %02zu (%zu measurement%s, %llu CPU%s) booted again beside %u busy host threads: %s",
			  g, again.measurements, again.measurements == 1 ? "" : "s",
			  (unsigned long long)run_guest_plan(run, g)->param[GUEST_cpus],
			  run_guest_plan(run, g)->param[GUEST_cpus] == 1 ? "" : "s", threads,
			  difference ? difference : "the same to the bit");
	determinism_note(&run->result, found, words);
	if (found == PROVED)
		diag_info("determinism: %s", words);
	free(words);
	free(difference);
	result_free(&again);
}

void run_prove(struct run *run)
{
	struct guest_outcome outcome = { 0 };
	size_t g = choose_guest(run);
	struct host_load *load;

	if (!run->workload.determinism_proof || run->options->mode != MODE_EXACT ||
	    !run_guests(run) || interrupt_requested())
		return;
	diag_info("determinism: guest %02zu again, on a busy host", g);
	load = host_load_start();
	if (!load) {
		determinism_note(&run->result, UNPROVED, "no thread could be started to keep the host busy");
		return;
	}
	if (boot_again(run, g, &outcome))
		determinism_note(&run->result, UNPROVED, "the guest was not booted a second time");
	else
		compare_boots(run, g, &outcome, host_load_threads(load));
	host_load_stop(load);
	guest_outcome_free(&outcome);
}
