/* SPDX-License-Identifier: GPL-2.0-only */
/* A run: from options to a run folder. The stages, in the order of the data. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include "build.h"
#include "guest.h"
#include "plan.h"
#include "result.h"
#include "workload.h"

struct run_options {
	const char *workload;		/* name or path */
	struct str_list overrides;	/* --set */
	struct str_list strategies;	/* --strategy: only these; empty for all */
	const char *kernel;		/* version, tarball, tree; NULL for the default */
	const char *runs_dir;		/* NULL: results/runs of the checkout */
	enum run_mode mode;
	unsigned int parallel;		/* guests at once; 0: by the host's cores */
	double factor;			/* of all time limits */
	const char *plant;		/* fault for the monitor's own tests, or NULL */
};

struct run {
	const struct run_options *options;
	const char *root;		/* the checkout */
	struct workload workload;
	struct plan plan;
	struct kernel_build kernel;
	char *module, *module_hash, *image, *image_hash;
	enum accelerator accel;
	char *accel_reason;
	struct guest_outcome *outcome;	/* per guest of the plan */
	struct result result;
	char *id, *temp_dir, *dir;	/* the run folder, before and after it is whole */
	double boot_seconds_max;
};

/*
 * Runs everything and leaves the run folder. Returns the exit status of the
 * contract. An interrupted run keeps what it measured and says so.
 */
int run_execute(struct run *run);
void run_free(struct run *run);

/* Kernel, module and image for @run; 0 or -1 after a message. */
int run_build(struct run *run);

/*
 * Frames of all guests into result measurements, one for every planned step,
 * whatever became of its guest.
 */
void run_collect(struct run *run);

/* Where and with what the measurements were made, into result.provenance. */
void run_provenance(struct run *run);

/* Makes the temporary run folder with a folder per guest; 0 or -1. */
int run_dir_create(struct run *run);
/* Joins consoles, copies config and series, renames to the final name, moves `latest`. */
int run_dir_publish(struct run *run);

/* Folder of guest @id below @dir, to be freed. */
char *guest_dir(const char *dir, unsigned int id);

#endif
