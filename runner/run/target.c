// SPDX-License-Identifier: GPL-2.0-only
/* The kernels of a run, each with each series, and what is built for them. */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "kernel/source.h"
#include "run/run.h"

/* What --series said as kernel_request wants it: NULL, "none" or a folder. To be freed. */
static char *series_folder(const char *root, const char *kernel, const char *series)
{
	char *folder = NULL, *version;

	if (!strcmp(series, "none") || strchr(series, '/') || file_exists(series))
		return xstrdup(series);
	version = kernel_named_version(kernel);
	if (version)
		folder = xasprintf("%s/patches/%s/%s", root, version, series);
	free(version);
	if (folder && file_exists(folder))
		return folder;
	free(folder);
	return NULL;
}

static int build_target(struct run *run, struct run_target *target, const char *kernel,
			const char *series)
{
	struct kernel_request request = {
		.root = run->root, .source = kernel, .series = series,
		.config = run->options->config,
	};

	if (kernel_build(&target->kernel, &request) ||
	    module_build(&target->kernel, run->root, &target->module, &target->module_hash))
		return -1;
	return image_build(&target->kernel, &run->programs, target->module, &target->image);
}

static int build_named(struct run *run, struct run_target *target, const char *kernel,
		       const char *series)
{
	char *folder = NULL;
	int ret;

	if (strcmp(series, SERIES_OWN)) {
		folder = series_folder(run->root, kernel, series);
		if (!folder) {
			diag_error("there is no series '%s'", series);
			diag_hint("give %s (the one in patches/), none (the stock kernel), or a folder with a file 'series'",
				  SERIES_OWN);
			return -1;
		}
	}
	ret = build_target(run, target, kernel, folder);
	free(folder);
	return ret;
}

/* Results could not tell two kernels of one version with series of one name apart. */
static int check_names(const struct run *run)
{
	for (size_t i = 0; i < run->targets; i++)
		for (size_t k = 0; k < i; k++) {
			const struct kernel_build *a = &run->target[i].kernel;
			const struct kernel_build *b = &run->target[k].kernel;

			if (strcmp(a->version, b->version) || strcmp(a->series, b->series))
				continue;
			if (run->options->kernels.n > 1)
				return diag_error("two of the kernels are Linux %s with a series named '%s'",
						  a->version, a->series);
			return diag_error("two of the series are named '%s': rename a folder",
					  a->series);
		}
	return 0;
}

int run_build(struct run *run)
{
	const struct str_list *kernels = &run->options->kernels, *series = &run->options->series;
	size_t a_kernel = series->n ? series->n : 1;

	/* first, since what they are made of may not be to be had, and a kernel takes minutes */
	if (guest_programs_build(&run->programs, run->root, run->perf))
		return -1;
	run->targets = (kernels->n ? kernels->n : 1) * a_kernel;
	run->target = xcalloc(run->targets, sizeof(*run->target));
	for (size_t i = 0; i < run->targets; i++)
		if (build_named(run, &run->target[i],
				kernels->n ? kernels->item[i / a_kernel] : NULL,
				series->n ? series->item[i % a_kernel] : SERIES_OWN))
			return -1;
	return check_names(run);
}

void run_targets_free(struct run *run)
{
	for (size_t i = 0; i < run->targets; i++) {
		struct run_target *target = &run->target[i];

		kernel_build_free(&target->kernel);
		free(target->module);
		free(target->module_hash);
		image_free(&target->image);
	}
	free(run->target);
	guest_programs_free(&run->programs);
}

size_t run_guests(const struct run *run)
{
	return run->targets * run->plan.guests;
}

const struct run_target *run_guest_target(const struct run *run, size_t g)
{
	return &run->target[g / run->plan.guests];
}

const struct guest_plan *run_guest_plan(const struct run *run, size_t g)
{
	return &run->plan.guest[g % run->plan.guests];
}
