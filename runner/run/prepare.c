// SPDX-License-Identifier: GPL-2.0-only
/* From the options of a run to its workload and plan: what every run begins with. */
#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "run/run.h"

/* The sides of a comparison must be booted in turns, on one host. */
static int check_shard(const struct run *run)
{
	if (run->options->mode == MODE_EXACT ||
	    (run->workload.boots <= 1 && run->options->series.n <= 1 &&
	     run->options->kernels.n <= 1))
		return 0;
	diag_error("--shard cannot split boots in real time: what is compared takes turns on one host");
	diag_hint("run the whole workload on one host, or shard an exact run");
	return -1;
}

int run_prepare(struct run *run)
{
	const struct run_options *options = run->options;

	if (workload_load(&run->workload, checkout_root(), options->workload, &options->overrides) ||
	    workload_keep_strategies(&run->workload, &options->strategies))
		return -1;
	workload_warn_of_traces(&run->workload);
	plan_make(&run->plan, &run->workload);
	if (!options->shard.of)
		return 0;
	if (check_shard(run))
		return -1;
	if (options->places)
		shard_keep_places(&run->plan, options->places, options->n_places);
	else
		shard_keep(&run->plan, &options->shard);
	return 0;
}

int run_make(struct run *run)
{
	return run_prepare(run) ? EXIT_CANNOT : run_execute(run);
}
