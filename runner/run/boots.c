// SPDX-License-Identifier: GPL-2.0-only
#include "run/boots.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "run/interleave.h"
#include "run/run.h"

unsigned int run_boots_wanted(const struct run *run)
{
	if (run->options->mode == MODE_EXACT)
		return 1;
	if (run->workload.boots)
		return (unsigned int)run->workload.boots;
	/* several kernels or series are there to be compared */
	return run->targets > 1 ? BOOTS_A_SIDE : 1;
}

/* Earlier pointers into run->boot are void. */
static struct run_boot *add_boot(struct run *run, size_t guest, unsigned int number)
{
	struct run_boot *boot;

	GROW(run->boot, run->boots);
	boot = &run->boot[run->boots++];
	*boot = (struct run_boot){ .guest = guest, .number = number };
	guest_judge(&boot->outcome, "", 0, "", 0, GUEST_NOT_STARTED);
	return boot;
}

/* The kernels of one guest stand side by side: what is compared shares the host's mood. */
static void plan_round(struct run *run, size_t round)
{
	for (size_t i = 0; i < run->plan.guests; i++) {
		size_t guest = interleave(run->plan.guests, round, i);

		for (size_t k = 0; k < run->targets; k++)
			add_boot(run, interleave(run->targets, round, k) * run->plan.guests + guest,
				 (unsigned int)round + 1);
	}
}

void run_boots_plan(struct run *run)
{
	unsigned int wanted = run_boots_wanted(run);

	/* the order changes nothing then, and the plan's is the quickest */
	if (run->options->mode == MODE_EXACT)
		for (size_t g = 0; g < run_guests(run); g++)
			add_boot(run, g, 0);
	else
		for (size_t round = 0; round < wanted; round++)
			plan_round(run, round);
}

static unsigned int host_cpus(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus > 0 ? (unsigned int)cpus : 1;
}

static double wait_share(const struct run *run, const struct run_boot *boot)
{
	const struct guest_plan *guest = run_guest_plan(run, boot->guest);

	return host_wait_share(&boot->outcome.wait, (unsigned int)guest->param[GUEST_cpus],
			       host_cpus());
}

/* The number that the next boot of guest @g gets. */
static unsigned int next_number(const struct run *run, size_t g)
{
	unsigned int most = 0;

	for (size_t b = 0; b < run->boots; b++)
		if (run->boot[b].guest == g && run->boot[b].number > most)
			most = run->boot[b].number;
	return most + 1;
}

size_t run_boots_replace(struct run *run, size_t first, size_t n)
{
	size_t added = 0;

	for (size_t b = first; b < first + n; b++) {
		double share = wait_share(run, &run->boot[b]);
		unsigned int of = run->boot[b].number;
		unsigned int number = next_number(run, run->boot[b].guest);

		run->boot[b].contaminated = of && share > run->options->host_wait_limit;
		/* a shard's measurements have fixed places in the whole; there is none for more */
		if (!run->boot[b].contaminated || run->boot[b].replaces || run->options->shard.of)
			continue;
		run->boot[b].replaced_by = number;
		add_boot(run, run->boot[b].guest, number)->replaces = of;
		added++;
	}
	return added;
}

char *run_boot_reason(const struct run *run, size_t b)
{
	const struct run_boot *boot = &run->boot[b];
	char *instead, *reason;

	if (boot->replaced_by)
		instead = xasprintf("boot %u replaces it", boot->replaced_by);
	else
		instead = xstrdup(boot->replaces ? "it had replaced another one already" :
						   "it was not replaced");
	reason = xasprintf("its CPUs waited for the host's in %.1f %% of the time, and %.1f %% is the limit; %s",
			   100 * wait_share(run, boot), 100 * run->options->host_wait_limit,
			   instead);
	free(instead);
	return reason;
}

bool run_boots_inconclusive(const struct run *run, size_t g, size_t *contaminated, size_t *all)
{
	*contaminated = *all = 0;
	for (size_t b = 0; b < run->boots; b++) {
		if (run->boot[b].guest != g)
			continue;
		*all += 1;
		*contaminated += run->boot[b].contaminated;
	}
	return *contaminated * CONTAMINATED_ONE_IN > *all;
}

void run_boots_free(struct run *run)
{
	for (size_t b = 0; b < run->boots; b++)
		guest_outcome_free(&run->boot[b].outcome);
	free(run->boot);
	run->boot = NULL;
	run->boots = 0;
}
