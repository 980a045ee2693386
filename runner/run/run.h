/* SPDX-License-Identifier: GPL-2.0-only */
/* A run: from options to a run folder. The stages, in the order of the data. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include "base/must-check.h"
#include "guest/guest.h"
#include "kernel/build.h"
#include "kernel/guest-programs.h"
#include "result/result.h"
#include "run/boots.h"
#include "workload/plan.h"
#include "workload/shard.h"
#include "workload/workload.h"

struct run_options {
	const char *workload;		/* name or path */
	struct str_list overrides;	/* --set */
	struct str_list strategies;	/* --strategy: only these; empty for all */
	struct str_list kernels;	/* versions, tarballs, trees; empty: the default */
	struct str_list series;		/* names or folders; empty: the version's own */
	const char *config;		/* one more fragment of the kernel's configuration, or NULL */
	const char *runs_dir;		/* NULL: checkout_runs() */
	enum run_mode mode;
	unsigned int parallel;		/* guests at once; 0: by the host's cores */
	double factor;			/* of all time limits */
	double host_wait_limit;		/* share of a boot's time, see boots.h; realtime */
	struct shard shard;		/* the part of the plan that is run */
	size_t *places;			/* its steps, as a stored result has them; NULL: dealt out anew */
	size_t n_places;
	bool record;			/* storms, by the allocator's events */
	const char *fault;		/* what each guest injects, a name of faults.def, or NULL */
};

/* A kernel with a series: all guests of the plan are booted with each of the run. */
struct run_target {
	struct kernel_build kernel;
	char *module, *module_hash;
	struct image image;
};

struct run {
	const struct run_options *options;
	const char *root;		/* the checkout */
	struct workload workload;
	struct plan plan;
	struct guest_programs programs;
	struct run_target *target;
	size_t targets;
	enum accelerator accel;
	char *accel_reason;
	bool perf;			/* it is asked for, and in the image */
	struct str_list perf_absent;	/* events that the guests could not count */
	struct run_boot *boot;		/* in the order of booting; replacements come last */
	size_t boots;
	struct result result;
	char *id, *temp_dir, *dir;	/* the run folder, before and after it is whole */
	struct str_list reasons;	/* why it is not good */
	char *no_pictures;		/* why none were drawn; NULL: they were */
	double boot_seconds_max;
	unsigned int turns;		/* boots so far */
	size_t steps_over;		/* theirs */
};

/*
 * Workload and plan of @run, by its options: every one of them that says what
 * is measured. 0, or -1 after a message. prepare.c
 */
MUST_CHECK int run_prepare(struct run *run);
/*
 * Runs the plan and leaves the run folder. Returns the exit status of the
 * contract. An interrupted run keeps what it measured and says so.
 */
MUST_CHECK int run_execute(struct run *run);
/* Both: the one way from options to a run folder. run->dir is NULL when it came to none. prepare.c */
MUST_CHECK int run_make(struct run *run);
void run_free(struct run *run);

/* The guests' programs, then kernel, module and image of every target; 0 or -1 after a message. target.c */
MUST_CHECK int run_build(struct run *run);
void run_targets_free(struct run *run);
/* Guests of the whole run, each booted once or more; guest @g is guest g % plan.guests of target g / plan.guests. */
size_t run_guests(const struct run *run);
const struct run_target *run_guest_target(const struct run *run, size_t g);
const struct guest_plan *run_guest_plan(const struct run *run, size_t g);

/*
 * How guest @g is booted; @config owns its plan, arguments and folder, until
 * run_guest_config_free().
 */
void run_guest_configure(const struct run *run, size_t g, struct guest_config *config);
void run_guest_config_free(struct guest_config *config);

/*
 * Frames of all boots into result measurements, one for every planned step of
 * each, whatever became of it.
 */
void run_collect(struct run *run);
/*
 * The same of what guest @g has sent in one boot, @outcome, added to @into; @boot
 * is its number, 0 where one boot is all there is.
 */
void run_collect_guest(struct run *run, size_t g, const struct guest_outcome *outcome,
		       unsigned int boot, struct result *into);
/*
 * Where the workload asks for it and the mode is exact: boots one guest again
 * while the host is busy, and notes in the provenance whether it measured the
 * same. proof.c
 */
void run_prove(struct run *run);

/*
 * Exit status by what became of each step, and each reason once.
 * verdict.c
 */
MUST_CHECK int run_judge(const struct run *run, struct str_list *reasons);
/*
 * verdict.json into the run folder, the temporary or the final one, with
 * run->reasons and why there are no pictures; -1 after a message.
 */
MUST_CHECK int run_write_verdict(const struct run *run, int status);
/*
 * All files of the run folder, the verdict last, and the folder by its final
 * name. Returns @status, or EXIT_CANNOT when something of it could not be
 * stored: then verdict.json says so, too. A missing picture is a note.
 * outputs.c
 */
MUST_CHECK int run_store(struct run *run, int status);
/* The run came to nothing after all: @reason is added, verdict.json made again. EXIT_CANNOT. */
MUST_CHECK int run_spoil(struct run *run, const char *reason);

/* Notes in run->perf whether perf is asked for, and so in the image. perf.c */
void run_perf_check(struct run *run);
/* perf stat's text into counters of @m; a warning when it cannot be read. */
void run_perf_stat(struct run *run, struct measurement *m, const char *text, size_t length);
/*
 * Something of @m's step, the run's @place'th, as perf/STRATEGY/PLACE-SCENARIO-CONTEXT.SUFFIX
 * in the run folder that is being made, "-boot-N" before the suffix where a step has
 * several. A file that cannot be written costs a message and nothing else.
 */
void run_perf_file(const struct run *run, const struct measurement *m, size_t place,
		   const char *suffix, const char *data, size_t length);
/* What was asked for and could not be counted, into result.provenance. */
void run_perf_provenance(struct run *run);

/* What --record asked for, into the folders of the guests; -1 after a message. */
MUST_CHECK int run_write_recordings(const struct run *run);

/* Where and with what the measurements were made, into result.provenance. */
void run_provenance(struct run *run);
/* The order of the boots, what the host did to each, what replaces what. After booting. */
void run_boots_provenance(struct run *run);
/* Notes of what the guests' consoles said (notes.h), each once with its guests; and tells them. */
void run_console_notes(struct run *run);

/* Makes the temporary run folder with a folder per guest; 0 or -1. */
MUST_CHECK int run_dir_create(struct run *run);
/* 0 when a run folder can be made, else -1 after a message: said before minutes of building. */
MUST_CHECK int run_dir_check(const struct run *run);
/* Joins consoles, copies config and series, renames to the final name, moves `latest`. */
MUST_CHECK int run_dir_publish(struct run *run);

/* Folder of boot @b of the run below @dir, to be freed. */
MUST_CHECK char *guest_dir(const char *dir, size_t b);

#endif
